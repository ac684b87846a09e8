"""Block Public Access of a bucket, and what it refuses.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from typing import Any

from doorward.authz.subject import subject
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import blocks, conditions, resources
from doorward.services.s3.blocks import BLOCK_ACLS, BLOCK_POLICY, SETTINGS
from doorward.services.s3.errors import AccessDenied
from doorward.services.s3.not_set import NoSuchPublicAccessBlock
from doorward.services.s3.service import s3
from doorward.store import buckets
from doorward.store.tables.bucket import Bucket


@s3.operation(on=resources.on_bucket("GetBucketPublicAccessBlock"), unsigned=True)
def get_public_access_block(ctx: Context, *, bucket: str, **_: object) -> Output:
    """The four settings of the bucket.

    Raises:
        NoSuchPublicAccessBlock: none were made.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html
    """
    found = resources.existing(ctx, bucket)
    if found.public_access_block is None:
        raise NoSuchPublicAccessBlock(bucket)
    return {"PublicAccessBlockConfiguration": found.public_access_block}


@s3.operation(on=resources.on_bucket("PutBucketPublicAccessBlock"), unsigned=True)
def put_public_access_block(
    ctx: Context, *, bucket: str, public_access_block_configuration: dict[str, Any], **_: object
) -> Output:
    """Set all four settings; one that is not given is off.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
    """
    settings = {name: bool(public_access_block_configuration.get(name, False)) for name in SETTINGS}
    buckets.change(ctx.db, bucket, {"public_access_block": settings})
    return {}


@s3.operation(on=resources.on_bucket("PutBucketPublicAccessBlock"), unsigned=True)
def delete_public_access_block(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Take all four settings away.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html
    """
    buckets.change(ctx.db, bucket, {"public_access_block": None})
    return {}


def check_acl(ctx: Context, bucket: Bucket, action: str, key: str | None = None) -> None:
    """Refuse a public ACL where the bucket blocks those.

    Raises:
        AccessDenied: it does.
    """
    if blocks.in_force(ctx.db, bucket, BLOCK_ACLS):
        raise _prevented(ctx, bucket, action, key, f"public ACLs are prevented by the {BLOCK_ACLS}")


def check_policy(ctx: Context, bucket: Bucket) -> None:
    """Refuse a public policy where the bucket blocks those.

    Raises:
        AccessDenied: it does.
    """
    if blocks.in_force(ctx.db, bucket, BLOCK_POLICY):
        because = f"public policies are prevented by the {BLOCK_POLICY}"
        raise _prevented(ctx, bucket, "PutBucketPolicy", None, because, end=".")


def _prevented(
    ctx: Context, bucket: Bucket, action: str, key: str | None, because: str, end: str = ""
) -> AccessDenied:
    """The refusal; callers of other accounts are not told the reason."""
    if ctx.account != bucket.account:
        return AccessDenied()
    who = subject(ctx.world, ctx.caller, ctx.partition).principal.arn
    return AccessDenied(
        f"User: {who} is not authorized to perform: s3:{action} on resource: "
        f'"{conditions.resource(ctx, bucket, key)}" because {because} setting in '
        f"S3 Block Public Access{end}"
    )
