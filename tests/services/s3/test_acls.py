"""Access control lists, and who owns an object."""

from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import add_user, call, get, keys, put, put_policy, statement
from services.support import ACCOUNT, OTHER_ACCOUNT, World

ALL = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}


def own(ctx: Context, ownership: str) -> None:
    rules = {"Rules": [{"ObjectOwnership": ownership}]}
    call(ctx, "PutBucketOwnershipControls", OwnershipControls=rules)


def canonical(world: World, account: str = ACCOUNT) -> str:
    owner: str = call(world.root(account), "ListBuckets")["Owner"]["ID"]
    return owner


def permissions(output: Any) -> list[tuple[str, str]]:
    return [
        (one["Grantee"].get("URI") or one["Grantee"]["ID"], one["Permission"])
        for one in output["Grants"]
    ]


@pytest.fixture
def open_bucket(bucket: Context) -> Context:
    """A bucket in which ACLs count."""
    own(bucket, "ObjectWriter")
    return bucket


def test_a_bucket_whose_owner_owns_all_has_no_acls(world: World, bucket: Context) -> None:
    put(bucket, "k")
    expected = [(canonical(world), "FULL_CONTROL")]

    assert permissions(call(bucket, "GetBucketAcl")) == expected
    assert permissions(call(bucket, "GetObjectAcl", Key="k")) == expected
    for operation, more in ("PutBucketAcl", {}), ("PutObjectAcl", {"Key": "k"}):
        with pytest.raises(AwsError) as caught:
            call(bucket, operation, ACL="private", **more)
        assert caught.value.code == "AccessControlListNotSupported"


CANNED = [
    ("private", []),
    ("public-read", [(ALL["URI"], "READ")]),
    ("public-read-write", [(ALL["URI"], "READ"), (ALL["URI"], "WRITE")]),
    ("authenticated-read", [("http://acs.amazonaws.com/groups/global/AuthenticatedUsers", "READ")]),
    ("bucket-owner-full-control", []),
]


@pytest.mark.parametrize(("acl", "grants"), CANNED)
def test_what_a_canned_acl_grants(
    world: World, open_bucket: Context, acl: str, grants: list
) -> None:
    put(open_bucket, "k", ACL=acl)

    found = call(open_bucket, "GetObjectAcl", Key="k")
    assert permissions(found) == [(canonical(world), "FULL_CONTROL"), *grants]


def test_grants_one_by_one_are_kept_as_they_are(world: World, open_bucket: Context) -> None:
    other = canonical(world, OTHER_ACCOUNT)
    put(
        open_bucket, "k", GrantRead=f'id="{other}", uri="{ALL["URI"]}"', GrantWriteACP=f"id={other}"
    )

    assert permissions(call(open_bucket, "GetObjectAcl", Key="k")) == [
        (other, "READ"), (ALL["URI"], "READ"), (other, "WRITE_ACP"),
    ]  # fmt: skip


WRONG = [
    ({"ACL": "private", "GrantRead": f'uri="{ALL["URI"]}"'}, "InvalidRequest"),
    ({"ACL": "nothing"}, "InvalidArgument"),
    ({"GrantRead": 'id="x"'}, "InvalidArgument"),
    ({"GrantRead": 'uri="http://example.com"'}, "InvalidArgument"),
    ({"GrantRead": 'name="alice"'}, "InvalidArgument"),
    ({"GrantRead": "alice"}, "InvalidArgument"),
    ({}, "MissingSecurityHeader"),
    ({"AccessControlPolicy": {"Grants": []}}, "MalformedACLError"),
    ({"AccessControlPolicy": {"Owner": {"ID": "x"}, "Grants": [{"Permission": "READ"}]}}, "MalformedACLError"),
    ({"AccessControlPolicy": {"Owner": {"ID": "x"}, "Grants": []}, "ACL": "private"}, "UnexpectedContent"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "code"), WRONG)
def test_an_acl_that_cannot_be_is_refused(open_bucket: Context, given: dict, code: str) -> None:
    put(open_bucket, "k")
    for operation, more in ("PutBucketAcl", {}), ("PutObjectAcl", {"Key": "k"}):
        with pytest.raises(AwsError) as caught:
            call(open_bucket, operation, **given, **more)
        assert caught.value.code == code


def test_an_acl_in_the_body_replaces_the_one_before(world: World, open_bucket: Context) -> None:
    put(open_bucket, "k", ACL="public-read")
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": canonical(world)}, "Permission": "READ"}]
    acl = {"Owner": {"ID": canonical(world)}, "Grants": grants}

    call(open_bucket, "PutObjectAcl", Key="k", AccessControlPolicy=acl)
    assert permissions(call(open_bucket, "GetObjectAcl", Key="k")) == [(canonical(world), "READ")]


def test_everyone_may_what_a_public_acl_grants(world: World, open_bucket: Context) -> None:
    put(open_bucket, "k", b"text", ACL="public-read")
    put(open_bucket, "signed", b"text", ACL="authenticated-read")
    call(open_bucket, "PutBucketAcl", ACL="public-read")
    stranger, bob = world.anonymous(), world.root(OTHER_ACCOUNT)

    assert get(stranger, "k") == get(bob, "k") == get(bob, "signed") == b"text"
    assert keys(call(stranger, "ListObjectsV2")) == ["k", "signed"]
    for operation, more in (
        ("GetObject", {"Key": "signed"}), ("GetObjectAcl", {"Key": "k"}), ("PutObject", {"Key": "k"}),
        ("DeleteObject", {"Key": "k"}), ("GetBucketAcl", {}),
    ):  # fmt: skip
        with pytest.raises(AwsError) as caught:
            call(stranger, operation, **more)
        assert caught.value.code == "AccessDenied"


def test_an_account_in_an_acl_needs_its_own_policies_too(
    world: World, open_bucket: Context
) -> None:
    put(open_bucket, "k", b"text", GrantRead=f"id={canonical(world, OTHER_ACCOUNT)}")
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    bob, carol = (
        add_user(world, "bob", OTHER_ACCOUNT, allowed),
        add_user(world, "carol", OTHER_ACCOUNT),
    )

    assert get(bob, "k") == get(world.root(OTHER_ACCOUNT), "k") == b"text"
    with pytest.raises(AwsError):
        get(carol, "k")


def test_acls_count_for_nothing_once_the_owner_owns_all(world: World, open_bucket: Context) -> None:
    put(open_bucket, "k", ACL="public-read")
    assert get(world.anonymous(), "k") == b""

    own(open_bucket, "BucketOwnerEnforced")
    with pytest.raises(AwsError):
        get(world.anonymous(), "k")
    own(open_bucket, "ObjectWriter")
    assert get(world.anonymous(), "k") == b""


def test_a_bucket_that_grants_to_others_cannot_give_up_acls(open_bucket: Context) -> None:
    call(open_bucket, "PutBucketAcl", ACL="public-read")

    with pytest.raises(AwsError) as caught:
        own(open_bucket, "BucketOwnerEnforced")
    assert caught.value.code == "InvalidBucketAclWithObjectOwnership"


def test_a_new_bucket_has_an_acl_only_if_acls_count(world: World) -> None:
    root = world.root()
    with pytest.raises(AwsError) as caught:
        call(root, "CreateBucket", ACL="public-read")
    assert caught.value.code == "InvalidBucketAclWithObjectOwnership"

    call(root, "CreateBucket", ACL="public-read", ObjectOwnership="ObjectWriter")
    assert (ALL["URI"], "READ") in permissions(call(root, "GetBucketAcl"))


OWNERS = [
    # ownership                 ACL                          the bucket's owner owns it
    ("ObjectWriter",            None,                        False),
    ("ObjectWriter",            "bucket-owner-full-control", False),
    ("BucketOwnerPreferred",    None,                        False),
    ("BucketOwnerPreferred",    "bucket-owner-full-control", True),
    ("BucketOwnerEnforced",     None,                        True),
]  # fmt: skip


@pytest.mark.parametrize(("ownership", "acl", "ours"), OWNERS)
def test_who_owns_what_another_account_writes(
    world: World, bucket: Context, ownership: str, acl: str | None, ours: bool
) -> None:
    own(bucket, ownership)
    put_policy(bucket, statement(
        Principal={"AWS": OTHER_ACCOUNT}, Action=["s3:PutObject", "s3:PutObjectAcl"]
    ))  # fmt: skip
    put(world.root(OTHER_ACCOUNT), "k", b"text", **({"ACL": acl} if acl else {}))

    owner = call(bucket, "ListObjectsV2", FetchOwner=True)["Contents"][0]["Owner"]["ID"]
    assert (owner == canonical(world)) == ours


def test_a_foreign_object_is_its_writers_to_read_and_the_bucket_owners_to_delete(
    world: World, open_bucket: Context
) -> None:
    everyone = statement(Principal="*", Action=["s3:GetObject", "s3:PutObject"])
    put_policy(open_bucket, everyone)
    other = world.root(OTHER_ACCOUNT)
    put(other, "k", b"text")

    assert get(other, "k") == b"text"
    for reader in (open_bucket, world.anonymous()):  # what the bucket policy allows is not enough
        with pytest.raises(AwsError) as caught:
            get(reader, "k")
        assert caught.value.code == "AccessDenied"
    put_policy(open_bucket, everyone, statement(Effect="Deny", Principal={"AWS": OTHER_ACCOUNT}))
    with pytest.raises(AwsError):
        get(other, "k")
    call(open_bucket, "DeleteObject", Key="k")


def test_an_anonymous_writer_owns_what_it_writes(world: World, open_bucket: Context) -> None:
    call(open_bucket, "PutBucketAcl", ACL="public-read-write")
    put(world.anonymous(), "k", b"text")

    owner = call(open_bucket, "ListObjectsV2", FetchOwner=True)["Contents"][0]["Owner"]["ID"]
    assert owner == "65a011a29cdf8ec533ec3d1ccaae921c"
    with pytest.raises(AwsError):
        get(open_bucket, "k")


WILD = ["a*", "a?", "${aws:username}", "${*}", "$"]


@pytest.mark.parametrize("key", WILD)
def test_an_acl_grants_on_its_own_key_alone_whatever_that_holds(
    world: World, open_bucket: Context, key: str
) -> None:
    put(open_bucket, "ab", b"secret")
    put(open_bucket, key, b"text", ACL="public-read")

    assert get(world.anonymous(), key) == b"text"
    with pytest.raises(AwsError):
        get(world.anonymous(), "ab")
