"""Who may read, list and write: ACL, ownership, Block Public Access and policy, in one table."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.store import public_access_blocks
from services.s3.calls import add_user, call, put, put_policy, statement
from services.support import ACCOUNT, OTHER_ACCOUNT, World

WRITER, PREFERRED, ENFORCED = "ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"
IGNORE, RESTRICT = "IgnorePublicAcls", "RestrictPublicBuckets"
SETTINGS = ("BlockPublicAcls", IGNORE, "BlockPublicPolicy", RESTRICT)
ANYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}

POLICIES: dict[str, list[dict[str, Any]]] = {
    "-": [],
    "everyone reads": [statement()],
    "other reads": [statement(Principal={"AWS": OTHER_ACCOUNT})],
    "everyone and other read": [statement(), statement(Principal={"AWS": OTHER_ACCOUNT})],
    "nobody reads": [statement(Effect="Deny")],
    "other writes": [statement(Principal={"AWS": OTHER_ACCOUNT}, Action="s3:PutObject")],
}

CALLERS: dict[str, Callable[[World], Context]] = {
    "anonymous": lambda world: world.anonymous(),
    "root": lambda world: world.root(),
    "alice": lambda world: add_user(world, "alice"),                             # may nothing herself
    "admin": lambda world: add_user(world, "admin", ACCOUNT, ANYTHING),
    "other root": lambda world: world.root(OTHER_ACCOUNT),
    "bob": lambda world: add_user(world, "bob", OTHER_ACCOUNT, ANYTHING),
    "carol": lambda world: add_user(world, "carol", OTHER_ACCOUNT),              # may nothing herself
}  # fmt: skip

READ, LIST, WRITE = (
    ("GetObject", {"Key": "k"}),
    ("ListObjectsV2", {}),
    ("PutObject", {"Key": "new"}),
)
READ_ACL, DELETE = ("GetObjectAcl", {"Key": "k"}), ("DeleteObject", {"Key": "k"})

ROWS = [
    # ownership  blocked            policy               bucket ACL           object ACL            written by   caller        wants     may
    # The object's ACL, while ACLs count.
    (WRITER,    "-",                "-",                 "-",                 "public-read",        "root",      "anonymous",  READ,     True),
    (PREFERRED, "-",                "-",                 "-",                 "public-read",        "root",      "anonymous",  READ,     True),
    (ENFORCED,  "-",                "-",                 "-",                 "public-read",        "root",      "anonymous",  READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "private",            "root",      "anonymous",  READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "public-read",        "root",      "anonymous",  READ_ACL, False),
    (WRITER,    "-",                "-",                 "-",                 "authenticated-read", "root",      "anonymous",  READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "authenticated-read", "root",      "other root", READ,     True),
    # An account in an ACL leaves it to its own policies.
    (WRITER,    "-",                "-",                 "-",                 "grant other",        "root",      "other root", READ,     True),
    (WRITER,    "-",                "-",                 "-",                 "grant other",        "root",      "bob",        READ,     True),
    (WRITER,    "-",                "-",                 "-",                 "grant other",        "root",      "carol",      READ,     False),
    (ENFORCED,  "-",                "-",                 "-",                 "grant other",        "root",      "bob",        READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "private",            "root",      "alice",      READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "public-read",        "root",      "alice",      READ,     True),
    (WRITER,    "-",                "-",                 "-",                 "private",            "root",      "admin",      READ,     True),
    # A denial binds whatever an ACL grants.
    (WRITER,    "-",                "nobody reads",      "-",                 "public-read",        "root",      "anonymous",  READ,     False),
    (WRITER,    "-",                "nobody reads",      "-",                 "public-read",        "root",      "root",       READ,     False),
    # Ignored ACLs give nothing, to whomever they are public.
    (WRITER,    f"bucket {IGNORE}",  "-",                "-",                 "public-read",        "root",      "anonymous",  READ,     False),
    (WRITER,    f"account {IGNORE}", "-",                "-",                 "public-read",        "root",      "anonymous",  READ,     False),
    (WRITER,    f"bucket {IGNORE}",  "-",                "-",                 "authenticated-read", "root",      "other root", READ,     False),
    (WRITER,    f"bucket {IGNORE}",  "-",                "-",                 "grant other",        "root",      "bob",        READ,     True),
    (WRITER,    f"bucket {IGNORE}",  "everyone reads",   "-",                 "public-read",        "root",      "anonymous",  READ,     True),
    # The bucket's ACL.
    (WRITER,    "-",                "-",                 "public-read",       "private",            "root",      "anonymous",  LIST,     True),
    (WRITER,    "-",                "-",                 "public-read",       "private",            "root",      "anonymous",  READ,     False),
    (WRITER,    f"account {IGNORE}", "-",                "public-read",       "private",            "root",      "anonymous",  LIST,     False),
    (WRITER,    "-",                "-",                 "public-read-write", "private",            "root",      "anonymous",  WRITE,    True),
    (WRITER,    "-",                "-",                 "public-read-write", "private",            "root",      "anonymous",  DELETE,   False),
    (WRITER,    "-",                "-",                 "public-read",       "private",            "root",      "anonymous",  WRITE,    False),
    (WRITER,    f"bucket {IGNORE}",  "-",                "public-read-write", "private",            "root",      "anonymous",  WRITE,    False),
    # The policy of the bucket, on its owner's objects.
    (ENFORCED,  "-",                "everyone reads",    "-",                 "private",            "root",      "anonymous",  READ,     True),
    (ENFORCED,  "-",                "other reads",       "-",                 "private",            "root",      "bob",        READ,     True),
    (ENFORCED,  "-",                "other reads",       "-",                 "private",            "root",      "carol",      READ,     False),
    (ENFORCED,  "-",                "other reads",       "-",                 "private",            "root",      "anonymous",  READ,     False),
    (ENFORCED,  "-",                "-",                 "-",                 "private",            "root",      "bob",        READ,     False),
    # A public policy that is restricted.
    (ENFORCED,  f"bucket {RESTRICT}", "everyone reads",  "-",                 "private",            "root",      "anonymous",  READ,     False),
    (ENFORCED,  f"account {RESTRICT}", "everyone reads", "-",                 "private",            "root",      "anonymous",  READ,     False),
    (ENFORCED,  f"bucket {RESTRICT}", "everyone reads",  "-",                 "private",            "root",      "alice",      READ,     True),
    (ENFORCED,  f"account {RESTRICT}", "everyone and other read", "-",        "private",            "root",      "bob",        READ,     False),
    (ENFORCED,  f"bucket {RESTRICT}", "other reads",     "-",                 "private",            "root",      "bob",        READ,     True),
    # What somebody else wrote is theirs, unless they hand it over or the owner owns all.
    (WRITER,    "-",                "everyone reads",    "-",                 "private",            "other root", "anonymous", READ,     False),
    (WRITER,    "-",                "everyone reads",    "-",                 "private",            "other root", "root",      READ,     False),
    (WRITER,    "-",                "-",                 "-",                 "private",            "other root", "root",      DELETE,   True),
    (WRITER,    "-",                "-",                 "-",                 "private",            "other root", "other root", READ,    True),
    (WRITER,    "-",                "-",                 "-",                 "private",            "other root", "bob",       READ,     True),
    (WRITER,    "-",                "-",                 "-",                 "private",            "other root", "carol",     READ,     False),
    (WRITER,    "-",                "nobody reads",      "-",                 "private",            "other root", "other root", READ,    False),
    (WRITER,    "-",                "-",                 "-",                 "bucket-owner-full-control", "other root", "root", READ,   True),
    (WRITER,    "-",                "everyone reads",    "-",                 "bucket-owner-full-control", "other root", "anonymous", READ, False),
    (PREFERRED, "-",                "everyone reads",    "-",                 "bucket-owner-full-control", "other root", "anonymous", READ, True),
    (PREFERRED, "-",                "everyone reads",    "-",                 "private",            "other root", "anonymous", READ,     False),
    (ENFORCED,  "-",                "everyone reads",    "-",                 "private",            "other root", "anonymous", READ,     True),
    (ENFORCED,  "-",                "-",                 "-",                 "private",            "other root", "other root", READ,    False),
    (WRITER,    "-",                "-",                 "-",                 "public-read",        "other root", "anonymous", READ,     True),
    (WRITER,    "-",                "other writes",      "-",                 "private",            "root",      "bob",        WRITE,    True),
    (WRITER,    "-",                "other writes",      "-",                 "private",            "root",      "carol",      WRITE,    False),
]  # fmt: skip


def own(ctx: Context, ownership: str) -> None:
    rules = {"Rules": [{"ObjectOwnership": ownership}]}
    call(ctx, "PutBucketOwnershipControls", OwnershipControls=rules)


def written(root: Context, writer: Context, acl: str, other_id: str) -> None:
    """The object `k`, written while everybody may write."""
    put_policy(root, statement(Action=["s3:PutObject", "s3:PutObjectAcl"]))
    given = {"GrantRead": f"id={other_id}"} if acl == "grant other" else {"ACL": acl}
    put(writer, "k", b"text", **given)
    call(root, "DeleteBucketPolicy")


def block(world: World, root: Context, blocked: str) -> None:
    level, _, setting = blocked.partition(" ")
    settings = {name: name == setting for name in SETTINGS}
    if level == "bucket":
        call(root, "PutPublicAccessBlock", PublicAccessBlockConfiguration=settings)
    if level == "account":
        public_access_blocks.put(world.db, ACCOUNT, settings)


@pytest.mark.parametrize(
    ("ownership", "blocked", "policy", "bucket_acl", "object_acl", "writer", "caller", "wants", "may"),
    ROWS,
)  # fmt: skip
def test_a_request_is_let_in_or_not(
    world: World,
    bucket: Context,
    ownership: str,
    blocked: str,
    policy: str,
    bucket_acl: str,
    object_acl: str,
    writer: str,
    caller: str,
    wants: tuple[str, dict[str, Any]],
    may: bool,
) -> None:
    other_id = call(world.root(OTHER_ACCOUNT), "ListBuckets")["Owner"]["ID"]
    own(bucket, PREFERRED if ownership == PREFERRED else WRITER)
    written(bucket, CALLERS[writer](world), object_acl, other_id)
    if bucket_acl != "-":
        call(bucket, "PutBucketAcl", ACL=bucket_acl)
    if POLICIES[policy]:
        put_policy(bucket, *POLICIES[policy])
    own(bucket, ownership)
    block(world, bucket, blocked)
    asking = CALLERS[caller](world)

    if may:
        call(asking, wants[0], **wants[1])
        return
    with pytest.raises(AwsError) as caught:
        call(asking, wants[0], **wants[1])
    assert caught.value.code == "AccessDenied"


def test_a_public_acl_is_refused_where_account_or_bucket_block_those(
    world: World, bucket: Context
) -> None:
    own(bucket, WRITER)
    for level in ("bucket", "account"):
        block(world, bucket, f"{level} BlockPublicAcls")
        for operation, given in (
            ("PutObject", {"Key": "k", "ACL": "public-read"}),
            ("CreateMultipartUpload", {"Key": "k", "ACL": "authenticated-read"}),
            ("PutBucketAcl", {"ACL": "public-read"}),
        ):
            with pytest.raises(AwsError) as caught:
                call(bucket, operation, **given)
            assert "BlockPublicAcls setting" in caught.value.message
        call(bucket, "DeletePublicAccessBlock")


def test_a_public_policy_is_refused_where_the_account_blocks_those(
    world: World, bucket: Context
) -> None:
    block(world, bucket, "account BlockPublicPolicy")

    with pytest.raises(AwsError) as caught:
        put_policy(bucket, statement())
    assert "BlockPublicPolicy setting" in caught.value.message
    put_policy(bucket, statement(Principal={"AWS": OTHER_ACCOUNT}))
