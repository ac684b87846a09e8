"""Who may do what: actions, owners, sentences, and what is hidden from whom."""

from dataclasses import replace
from typing import Any

import pytest

from doorward.authn.caller import AccessKey, AuthType, Signature, prove
from doorward.authn.sigv2 import facts
from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.s3.service import s3
from services.s3.calls import BUCKET, add_user, call, get, put, put_policy, statement
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses

B, O = f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"  # noqa: E741
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def allow(*actions: str, on: str = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on} | elements


def denial(ctx: Context, operation: str, **parameters: Any) -> str:
    with pytest.raises(AwsError) as caught:
        call(ctx, operation, **parameters)
    assert (caught.value.code, caught.value.status) == ("AccessDenied", 403)
    return caught.value.message


def test_a_denial_says_who_what_on_which_and_why(world: World, bucket: Context) -> None:
    alice = add_user(world, "alice")
    put(bucket, "k")

    assert denial(alice, "GetObject", Key="k") == (
        f'User: {ALICE} is not authorized to perform: s3:GetObject on resource: "{B}/k" '
        "because no identity-based policy allows the s3:GetObject action"
    )
    put_policy(bucket, statement(Effect="Deny", Principal={"AWS": ALICE}))
    assert denial(alice, "GetObject", Key="k").endswith(
        "with an explicit deny in a resource-based policy"
    )


def test_strangers_are_told_no_more_than_that_they_may_not(world: World, bucket: Context) -> None:
    put(bucket, "k")
    strangers = world.anonymous(), world.root(OTHER_ACCOUNT), add_user(world, "bob", OTHER_ACCOUNT)

    for stranger in strangers:
        assert denial(stranger, "GetObject", Key="k") == "Access Denied"
        assert denial(stranger, "ListObjectsV2") == "Access Denied"
        assert denial(stranger, "PutObject", Key="k") == "Access Denied"
    assert denial(world.anonymous(), "ListBuckets") == "Access Denied"


def test_another_account_needs_both_sides(world: World, bucket: Context) -> None:
    put(bucket, "k", b"text")
    bob = add_user(world, "bob", OTHER_ACCOUNT, allow("s3:GetObject"))
    carol = add_user(world, "carol", OTHER_ACCOUNT)
    assert denial(bob, "GetObject", Key="k") == "Access Denied"

    put_policy(bucket, statement(Principal={"AWS": OTHER_ACCOUNT}))

    assert get(bob, "k") == get(world.root(OTHER_ACCOUNT), "k") == b"text"
    assert denial(carol, "GetObject", Key="k") == "Access Denied"


def test_a_policy_that_names_a_user_grants_by_itself(world: World, bucket: Context) -> None:
    put(bucket, "k", b"text")
    alice = add_user(world, "alice")
    put_policy(bucket, statement(Principal={"AWS": ACCOUNT}))
    denial(alice, "GetObject", Key="k")

    put_policy(bucket, statement(Principal={"AWS": ALICE}))

    assert get(alice, "k") == b"text"


def test_everyone_may_what_a_public_policy_allows(world: World, bucket: Context) -> None:
    put(bucket, "k", b"text")
    put_policy(bucket, statement())

    assert get(world.anonymous(), "k") == b"text"
    assert denial(world.anonymous(), "PutObject", Key="k") == "Access Denied"


MISSING = [
    # what the caller may                              code, and the action that is named
    (["s3:GetObject", "s3:ListBucket"],                "NoSuchKey", ""),
    (["s3:ListBucket"],                                "NoSuchKey", ""),
    (["s3:GetObject"],                                 "AccessDenied", f's3:ListBucket on resource: "{B}"'),
    ([],                                               "AccessDenied", f's3:GetObject on resource: "{B}/k"'),
]  # fmt: skip


@pytest.mark.parametrize(("allowed", "code", "named"), MISSING)
def test_a_missing_key_is_told_to_those_who_may_list(
    world: World, bucket: Context, allowed: list[str], code: str, named: str
) -> None:
    alice = add_user(world, "alice", ACCOUNT, *([allow(*allowed)] if allowed else []))

    for operation in ("GetObject", "HeadObject"):
        with pytest.raises(AwsError) as caught:
            call(alice, operation, Key="k")
        assert caught.value.code == code
        assert named in caught.value.message


def test_listing_a_prefix_tells_what_is_missing_under_it_only(
    world: World, bucket: Context
) -> None:
    limited = allow("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "public/*"}})
    alice = add_user(world, "alice", ACCOUNT, allow("s3:GetObject"), limited)

    for key, code in ("public/x", "NoSuchKey"), ("private/x", "AccessDenied"):
        with pytest.raises(AwsError) as caught:
            get(alice, key)
        assert caught.value.code == code


def test_a_user_may_list_only_what_the_prefix_allows(world: World, bucket: Context) -> None:
    put(bucket, "public/x")
    limited = allow("s3:ListBucket", Condition={"StringEquals": {"s3:prefix": "public/"}})
    alice = add_user(world, "alice", ACCOUNT, limited)

    assert call(alice, "ListObjectsV2", Prefix="public/")["KeyCount"] == 1
    denial(alice, "ListObjectsV2", Prefix="private/")
    denial(alice, "ListObjectsV2")


ACTIONS = [
    # operation, parameters                                                     actions
    ("GetObject",             {"Key": "k"},                                     ["GetObject"]),
    ("GetObject",             {"Key": "k", "VersionId": "null"},                ["GetObjectVersion"]),
    ("HeadObject",            {"Key": "k"},                                     ["GetObject"]),
    ("GetObjectAttributes",   {"Key": "k"},                                     ["GetObject", "GetObjectAttributes"]),
    ("GetObjectAttributes",   {"Key": "k", "VersionId": "null"},                ["GetObjectVersion", "GetObjectVersionAttributes"]),
    ("GetObjectAcl",          {"Key": "k", "VersionId": "null"},                ["GetObjectVersionAcl"]),
    ("PutObjectAcl",          {"Key": "k"},                                     ["PutObjectAcl"]),
    ("GetObjectTagging",      {"Key": "k", "VersionId": "null"},                ["GetObjectVersionTagging"]),
    ("PutObjectTagging",      {"Key": "k", "Tagging": {"TagSet": []}},          ["PutObjectTagging"]),
    ("DeleteObjectTagging",   {"Key": "k", "VersionId": "null"},                ["DeleteObjectVersionTagging"]),
    ("PutObject",             {"Key": "new"},                                   ["PutObject"]),
    ("PutObject",             {"Key": "new", "ACL": "private", "Tagging": "a=b"}, ["PutObject", "PutObjectAcl", "PutObjectTagging"]),
    ("PutObject",             {"Key": "new", "GrantRead": 'id="x"'},            ["PutObject", "PutObjectAcl"]),
    ("CreateMultipartUpload", {"Key": "new", "Tagging": "a=b"},                 ["PutObject", "PutObjectTagging"]),
    ("PostObject",            {"Key": "new"},                                   ["PutObject"]),
    ("UploadPart",            {"Key": "new", "UploadId": "none"},               ["PutObject"]),
    ("CompleteMultipartUpload", {"Key": "new", "UploadId": "none"},             ["PutObject"]),
    ("AbortMultipartUpload",  {"Key": "new"},                                   ["AbortMultipartUpload"]),
    ("ListParts",             {"Key": "new"},                                   ["ListMultipartUploadParts"]),
    ("CopyObject",            {"Key": "new", "CopySource": "reports/k"},        ["PutObject", "PutObjectTagging", "GetObject", "GetObjectTagging"]),
    ("CopyObject",            {"Key": "new", "CopySource": "reports/k?versionId=null", "TaggingDirective": "REPLACE"}, ["PutObject", "GetObjectVersion"]),
    ("UploadPartCopy",        {"Key": "new", "CopySource": "reports/k", "UploadId": "none"}, ["PutObject", "GetObject"]),
    ("DeleteObject",          {"Key": "k"},                                     ["DeleteObject"]),
    ("DeleteObject",          {"Key": "k", "VersionId": "null", "BypassGovernanceRetention": True}, ["DeleteObjectVersion", "BypassGovernanceRetention"]),
    ("DeleteObjects",         {},                                               []),
    ("HeadBucket",            {},                                               ["ListBucket"]),
    ("ListObjects",           {},                                               ["ListBucket"]),
    ("ListObjectVersions",    {},                                               ["ListBucketVersions"]),
    ("ListMultipartUploads",  {},                                               ["ListBucketMultipartUploads"]),
    ("ListBuckets",           {},                                               ["ListAllMyBuckets"]),
    ("CreateBucket",          {},                                               ["CreateBucket"]),
    ("CreateBucket",          {"ACL": "public-read", "ObjectOwnership": "ObjectWriter"}, ["CreateBucket", "PutBucketAcl", "PutBucketOwnershipControls"]),
    ("GetBucketPolicyStatus", {},                                               ["GetBucketPolicyStatus"]),
    ("GetPublicAccessBlock",  {},                                               ["GetBucketPublicAccessBlock"]),
    ("DeletePublicAccessBlock", {},                                             ["PutBucketPublicAccessBlock"]),
    ("DeleteBucketTagging",   {},                                               ["PutBucketTagging"]),
    ("DeleteBucketOwnershipControls", {},                                       ["PutBucketOwnershipControls"]),
    ("GetBucketEncryption",   {},                                               ["GetEncryptionConfiguration"]),
    ("DeleteBucketEncryption", {},                                              ["PutEncryptionConfiguration"]),
    ("GetBucketLifecycleConfiguration", {},                                     ["GetLifecycleConfiguration"]),
    ("GetBucketReplication",  {},                                               ["GetReplicationConfiguration"]),
    ("GetBucketCors",         {},                                               ["GetBucketCORS"]),
    ("GetObjectLockConfiguration", {},                                          ["GetBucketObjectLockConfiguration"]),
    ("GetBucketAccelerateConfiguration", {},                                    ["GetAccelerateConfiguration"]),
    ("GetBucketNotificationConfiguration", {},                                  ["GetBucketNotification"]),
    ("ListBucketMetricsConfigurations", {},                                     ["GetMetricsConfiguration"]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters", "actions"), ACTIONS)
def test_the_actions_that_an_operation_is_authorized_on(
    bucket: Context, operation: str, parameters: dict, actions: list[str]
) -> None:
    put(bucket, "k", Tagging="t=1")

    found = accesses(s3, operation, bucket, **{"Bucket": BUCKET} | parameters)
    assert [one.action for one in found] == [f"s3:{action}" for action in actions]
    for one in found:
        assert one.account == ACCOUNT or operation in {"ListBuckets", "CreateBucket"}
        assert one.resource in ("*", B, f"{B}/k", f"{B}/new")


KEYS = [
    # operation, parameters                                                     keys of the request
    ("PutObject",    {"Key": "k", "ACL": "private", "StorageClass": "GLACIER", "ServerSideEncryption": "AES256"},
     {"s3:x-amz-acl": "private", "s3:x-amz-storage-class": "GLACIER", "s3:x-amz-server-side-encryption": "AES256",
      "s3:objectcreationoperation": "true"}),
    ("PutObject",    {"Key": "k", "Tagging": "Team=Red"},
     {"s3:requestobjecttag/team": "Red", "s3:requestobjecttagkeys": ("Team",),
      "s3:objectcreationoperation": "true"}),
    ("CreateMultipartUpload", {"Key": "k"}, {"s3:objectcreationoperation": "false"}),
    ("CopyObject",   {"Key": "n", "CopySource": "reports/%6b", "MetadataDirective": "REPLACE"},
     {"s3:x-amz-copy-source": "reports/%6b", "s3:x-amz-metadata-directive": "REPLACE",
      "s3:objectcreationoperation": "true"}),
    ("GetObject",    {"Key": "k", "VersionId": "null"}, {"s3:versionid": "null", "s3:existingobjecttag/t": "1"}),
    ("ListObjectsV2", {"Prefix": "p", "Delimiter": "/", "MaxKeys": 5},
     {"s3:prefix": "p", "s3:delimiter": "/", "s3:max-keys": "5"}),
    ("ListMultipartUploads", {"Prefix": "p"}, {}),
    ("DeleteObject", {"Key": "k", "VersionId": "null"}, {"s3:versionid": "null"}),
    ("CreateBucket", {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1", "Tags": [{"Key": "A", "Value": "1"}]}},
     {"s3:locationconstraint": "eu-west-1", "aws:requesttag/a": "1", "aws:tagkeys": ("A",)}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters", "expected"), KEYS)
def test_the_condition_keys_that_a_request_fills(
    bucket: Context, operation: str, parameters: dict, expected: dict
) -> None:
    put(bucket, "k", Tagging="t=1")

    found = accesses(s3, operation, bucket, **{"Bucket": BUCKET} | parameters)[0]
    always = {"s3:resourceaccount", "s3:authtype", "s3:signatureversion"}
    assert {key: one for key, one in found.context.items() if key not in always} == expected
    assert found.context["s3:resourceaccount"] == ACCOUNT


def test_a_presigned_request_tells_its_age(world: World, bucket: Context) -> None:
    key = AccessKey("AKIAROOTROOTROOTROOT", "secret", ACCOUNT, None, None)
    signature = Signature(AuthType.QUERY, "us-east-1", "s3", NOW, 5_000, "UNSIGNED-PAYLOAD")
    ctx = world.context(prove(signature, key=key))

    context = accesses(s3, "PutObject", ctx, Bucket=BUCKET, Key="k")[0].context
    assert context["s3:authtype"] == "REST-QUERY-STRING"
    assert context["s3:signatureage"] == "5000"
    assert context["s3:x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_an_anonymous_request_has_no_signature_to_tell(world: World, bucket: Context) -> None:
    context = accesses(s3, "PutObject", world.anonymous(), Bucket=BUCKET, Key="k")[0].context

    assert {"s3:authtype", "s3:signatureversion", "s3:signatureage"}.isdisjoint(context)


def test_tags_of_an_object_decide(world: World, bucket: Context) -> None:
    tagged = allow("s3:GetObject", Condition={"StringEquals": {"s3:ExistingObjectTag/team": "red"}})
    alice = add_user(world, "alice", ACCOUNT, tagged)
    put(bucket, "red", b"text", Tagging="team=red")
    put(bucket, "blue", b"text", Tagging="team=blue")

    assert get(alice, "red") == b"text"
    denial(alice, "GetObject", Key="blue")


def test_each_key_of_a_delete_is_decided_by_itself(world: World, bucket: Context) -> None:
    alice = add_user(world, "alice", ACCOUNT, allow("s3:DeleteObject", on=f"{B}/own/*"))
    put(bucket, "own/k")
    put(bucket, "k")

    output = call(alice, "DeleteObjects", Delete={"Objects": [{"Key": "own/k"}, {"Key": "k"}]})
    assert output["Deleted"] == [{"Key": "own/k"}]
    (error,) = output["Errors"]
    assert (error["Key"], error["Code"]) == ("k", "AccessDenied")
    assert error["Message"].startswith(f"User: {ALICE} is not authorized to perform: s3:DeleteObj")
    assert get(bucket, "k") == b""


def test_a_copy_needs_to_read_the_source_and_to_write_the_target(
    world: World, bucket: Context
) -> None:
    put(bucket, "source", b"text")
    reader = add_user(world, "reader", ACCOUNT, allow("s3:GetObject"))
    writer = add_user(world, "writer", ACCOUNT, allow("s3:PutObject"))
    both = add_user(world, "both", ACCOUNT, allow("s3:PutObject", "s3:GetObject"))

    wanted = {"Key": "target", "CopySource": "reports/source"}
    assert "s3:PutObject" in denial(reader, "CopyObject", **wanted)
    assert "s3:GetObject" in denial(writer, "CopyObject", **wanted)
    call(both, "CopyObject", **wanted)
    assert get(bucket, "target") == b"text"


def test_an_expected_owner_that_is_another_one_is_refused(bucket: Context) -> None:
    put(bucket, "k")

    assert get(bucket, "k", ExpectedBucketOwner=ACCOUNT) == b""
    assert (
        denial(bucket, "GetObject", Key="k", ExpectedBucketOwner=OTHER_ACCOUNT) == "Access Denied"
    )
    wanted = {"Key": "n", "CopySource": "reports/k", "ExpectedSourceBucketOwner": OTHER_ACCOUNT}
    assert denial(bucket, "CopyObject", **wanted) == "Access Denied"
    with pytest.raises(AwsError) as caught:
        get(bucket, "k", ExpectedBucketOwner="alice")
    assert caught.value.code == "InvalidBucketOwnerAWSAccountID"


def test_a_kms_key_asks_for_its_own_permission(world: World, bucket: Context) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/one"
    sealed = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    alice = add_user(world, "alice", ACCOUNT, allow("s3:*"))
    put(bucket, "k", b"text", **sealed)

    assert "kms:Decrypt on resource: " + key in denial(alice, "GetObject", Key="k")
    assert "kms:GenerateDataKey" in denial(alice, "PutObject", Key="n", Body=b"", **sealed)
    trusted = add_user(world, "bob", ACCOUNT, allow("s3:*", "kms:*"))
    assert get(trusted, "k") == b"text"
    assert call(trusted, "HeadObject", Key="k")["SSEKMSKeyId"] == key


def test_parts_of_an_upload_need_its_kms_key_and_its_completion_too(
    world: World, bucket: Context
) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/one"
    begun = call(
        bucket, "CreateMultipartUpload", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    alice = add_user(world, "alice", ACCOUNT, allow("s3:*"))
    given = {"Key": "k", "UploadId": begun["UploadId"]}

    assert "kms:GenerateDataKey" in denial(alice, "UploadPart", PartNumber=1, Body=b"", **given)
    assert "kms:Decrypt" in denial(alice, "CompleteMultipartUpload", **given)


def test_the_encryption_that_an_upload_was_begun_with_counts_for_its_parts(bucket: Context) -> None:
    asked = {"ServerSideEncryption": "AES256"}
    encrypted = call(bucket, "CreateMultipartUpload", Key="k", **asked)["UploadId"]
    default = call(bucket, "CreateMultipartUpload", Key="k")["UploadId"]

    for operation in ("UploadPart", "CompleteMultipartUpload"):
        named = {"Bucket": BUCKET, "Key": "k"}
        with_it = accesses(s3, operation, bucket, UploadId=encrypted, **named)[0]
        without = accesses(s3, operation, bucket, UploadId=default, **named)[0]
        assert with_it.context["s3:x-amz-server-side-encryption"] == "AES256"
        assert "s3:x-amz-server-side-encryption" not in without.context


def test_tags_in_the_header_of_a_copy_decide_only_where_the_copy_gets_them(bucket: Context) -> None:
    put(bucket, "k", Tagging="level=secret")
    given = {"Bucket": BUCKET, "Key": "n", "CopySource": "reports/k", "Tagging": "level=open"}

    copied = accesses(s3, "CopyObject", bucket, **given)
    replaced = accesses(s3, "CopyObject", bucket, TaggingDirective="REPLACE", **given)

    told = "s3:requestobjecttag/level"
    assert [one.context.get(told) for one in copied[:2]] == [None, "secret"]
    assert [one.context.get(told) for one in replaced[:2]] == ["open", "open"]


def test_a_denial_by_tag_of_reading_an_object_denies_its_attributes(
    world: World, bucket: Context
) -> None:
    put(bucket, "k", Tagging="level=secret")
    condition = {"StringEquals": {"s3:ExistingObjectTag/level": "secret"}}
    put_policy(bucket, statement(Effect="Deny", Condition=condition))
    alice = add_user(world, "alice", ACCOUNT, allow("s3:*"))

    assert "explicit deny" in denial(
        alice, "GetObjectAttributes", Key="k", ObjectAttributes=["ETag"]
    )


def test_version_2_of_signing_is_told(world: World, bucket: Context) -> None:
    key = AccessKey("AKIAROOTROOTROOTROOT", "secret", ACCOUNT, None, None)
    ctx = world.context(prove(facts(AuthType.FORM), key=key))

    context = accesses(s3, "PostObject", ctx, Bucket=BUCKET, Key="k")[0].context
    assert (context["s3:authtype"], context["s3:signatureversion"]) == ("POST", "AWS")
    assert context["s3:signatureage"] == "0"


def test_a_wildcard_in_a_key_is_a_character(world: World, bucket: Context) -> None:
    put(bucket, "a*", b"star")
    put(bucket, "ab", b"other")
    alice = add_user(world, "alice", ACCOUNT, allow("s3:GetObject", on=f"{B}/ab"))

    denial(alice, "GetObject", Key="a*")
    assert get(alice, "ab") == b"other"


def test_new_buckets_block_public_access_where_the_server_says_so(world: World) -> None:
    root = replace(world.root(), block_new_buckets=True)
    call(root, "CreateBucket")

    settings = call(root, "GetPublicAccessBlock")["PublicAccessBlockConfiguration"]
    assert set(settings.values()) == {True}
    assert len(settings) == 4
