"""Block Public Access: what each setting refuses."""

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import BUCKET, add_user, call, get, put, put_policy, statement
from services.support import ACCOUNT, OTHER_ACCOUNT, World

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


def block(ctx: Context, *settings: str) -> None:
    given = dict.fromkeys(settings, True)
    call(ctx, "PutPublicAccessBlock", PublicAccessBlockConfiguration=given)


def with_acls(ctx: Context) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    call(ctx, "PutBucketOwnershipControls", OwnershipControls=rules)


def test_a_setting_that_is_not_given_is_off(bucket: Context) -> None:
    block(bucket, "BlockPublicPolicy")

    found = call(bucket, "GetPublicAccessBlock")["PublicAccessBlockConfiguration"]
    assert found == OFF | {"BlockPublicPolicy": True}
    assert call(bucket, "DeletePublicAccessBlock") == {}
    with pytest.raises(AwsError) as caught:
        call(bucket, "GetPublicAccessBlock")
    assert caught.value.code == "NoSuchPublicAccessBlockConfiguration"


def test_a_public_policy_is_refused_even_to_root(bucket: Context) -> None:
    block(bucket, "BlockPublicPolicy")

    with pytest.raises(AwsError) as caught:
        put_policy(bucket, statement())
    assert (caught.value.code, caught.value.status) == ("AccessDenied", 403)
    assert caught.value.message == (
        f"User: {ROOT} is not authorized to perform: s3:PutBucketPolicy on resource: "
        f'"arn:aws:s3:::{BUCKET}" because public policies are prevented by the BlockPublicPolicy '
        "setting in S3 Block Public Access."
    )
    put_policy(bucket, statement(Principal={"AWS": ACCOUNT}))


def test_a_policy_that_was_there_before_stays(world: World, bucket: Context) -> None:
    put(bucket, "k", b"text")
    put_policy(bucket, statement())
    block(bucket, "BlockPublicPolicy")

    assert get(world.anonymous(), "k") == b"text"


def test_a_restricted_bucket_keeps_strangers_out_even_those_it_names(
    world: World, bucket: Context
) -> None:
    put(bucket, "k", b"text")
    alice = add_user(world, "alice")
    named = statement(Principal={"AWS": [OTHER_ACCOUNT]})
    put_policy(bucket, statement(), named)
    other = world.root(OTHER_ACCOUNT)
    assert get(other, "k") == get(world.anonymous(), "k") == b"text"

    block(bucket, "RestrictPublicBuckets")

    for stranger in (other, world.anonymous()):
        with pytest.raises(AwsError) as caught:
            get(stranger, "k")
        assert caught.value.message == "Access Denied"
    assert get(alice, "k") == b"text"
    put_policy(bucket, named)
    assert get(other, "k") == b"text"


PUBLIC_ACLS = [
    ("PutBucketAcl", {"ACL": "public-read"}, "PutBucketAcl"),
    ("PutBucketAcl", {"ACL": "authenticated-read"}, "PutBucketAcl"),
    ("PutObjectAcl", {"Key": "k", "ACL": "public-read"}, "PutObjectAcl"),
    ("PutObject", {"Key": "k", "ACL": "public-read"}, "PutObject"),
    ("CreateMultipartUpload", {"Key": "k", "ACL": "public-read"}, "PutObject"),
    ("CopyObject", {"Key": "n", "CopySource": f"{BUCKET}/k", "ACL": "public-read"}, "PutObject"),
    ("PutObject", {"Key": "k", "GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}, "PutObject"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters", "action"), PUBLIC_ACLS)
def test_public_acls_are_refused(
    bucket: Context, operation: str, parameters: dict, action: str
) -> None:
    with_acls(bucket)
    put(bucket, "k")
    block(bucket, "BlockPublicAcls")

    with pytest.raises(AwsError) as caught:
        call(bucket, operation, **parameters)
    assert caught.value.code == "AccessDenied"
    assert f"to perform: s3:{action} on" in caught.value.message
    assert caught.value.message.endswith(
        "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access"
    )


def test_ignored_public_acls_grant_nothing_and_are_not_shown(world: World, bucket: Context) -> None:
    with_acls(bucket)
    put(bucket, "k", b"text", ACL="public-read")
    assert get(world.anonymous(), "k") == b"text"

    block(bucket, "IgnorePublicAcls")

    with pytest.raises(AwsError):
        get(world.anonymous(), "k")
    assert len(call(bucket, "GetObjectAcl", Key="k")["Grants"]) == 1
    call(bucket, "PutObjectAcl", Key="k", ACL="public-read")
