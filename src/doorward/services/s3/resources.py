"""What an S3 request wants: actions and resources, read before the decision.

S3's actions are not named like its operations, one request may need several of them, and the
bucket's owner decides about it with the bucket policy. A missing bucket is told before any
decision.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from doorward.authz.access import Access
from doorward.base import arn
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION
from doorward.services.s3 import acls, blocks, conditions, grants, requester_charge
from doorward.services.s3.conditions import Keys
from doorward.services.s3.errors import (
    AccessDenied,
    InvalidBucketOwner,
    NoSuchBucket,
)
from doorward.store import buckets
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

Parameters = Mapping[str, Any]
BucketFinder = Callable[[Context, Parameters], Access]


def found(ctx: Context, parameters: Parameters) -> Bucket:
    """The bucket of the request.

    Raises:
        NoSuchBucket: there is none of that name.
        InvalidBucketOwner: the owner that the request expects is no account id.
        AccessDenied: another account owns the bucket than the request expects, or the caller's
            would have to pay and does not say so.
    """
    expected = parameters.get("ExpectedBucketOwner")
    bucket = owned(existing(ctx, parameters["Bucket"]), expected)
    if bucket.payer == requester_charge.REQUESTER and ctx.account != bucket.account:
        check_payer(ctx, parameters)
    return bucket


def check_payer(ctx: Context, parameters: Parameters) -> None:
    """Refuse who did not say that they know to pay; nobody asks strangers to.

    assumed: configurations of such a bucket, which know no such header, are its owner's alone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html

    Raises:
        AccessDenied: they did not, or cannot.
    """
    if ctx.caller.anonymous or parameters.get("RequestPayer") != "requester":
        raise AccessDenied


def existing(ctx: Context, name: str) -> Bucket:
    """The bucket of that name.

    Raises:
        NoSuchBucket: there is none.
    """
    bucket = buckets.find(ctx.db, name)
    if bucket is None:
        raise NoSuchBucket(name)
    return bucket


def owned(bucket: Bucket, expected: str | None) -> Bucket:
    """*bucket*, if the account *expected* owns it or nobody is expected.

    Raises:
        InvalidBucketOwner: *expected* is no account id.
        AccessDenied: it is another account.
    """
    if expected is None:
        return bucket
    if not arn.is_account(expected):
        raise InvalidBucketOwner(expected)
    if expected != bucket.account:
        raise AccessDenied
    return bucket


def access(
    ctx: Context,
    bucket: Bucket,
    action: str = OWN_ACTION,
    *,
    key: str | None = None,
    found: ObjectVersion | None = None,
    context: Keys | None = None,
) -> Access:
    """One action on *bucket*, or on the object *key* in it; the default is the operation's own.

    *found* is the object where its own ACL counts, which is for reading it and its ACL.
    """
    if found is not None and key is not None:
        policy = grants.of_object(ctx, bucket, key, found.owner, found.acl)
    else:
        policy = grants.of_bucket(ctx, bucket)
    foreign = found is not None and not acls.enforced(bucket)
    return Access(
        action=action and f"s3:{action}",
        resource=conditions.resource(ctx, bucket, key),
        account=found.owner if found and foreign else bucket.account,
        context=conditions.common(ctx, bucket.account)
        | conditions.bucket_tags(bucket)
        | (context or {}),
        tags=(bucket.tags or {}) if bucket.abac else {},
        policy=policy,
        restrict_public=blocks.in_force(ctx.db, bucket, blocks.RESTRICT),
    )


def bucket(ctx: Context, parameters: Parameters) -> Access:
    """The bucket, for an action named like the operation."""
    return access(ctx, found(ctx, parameters))


def on_bucket(action: str, keys: Mapping[str, str] | None = None) -> BucketFinder:
    """A finder of the bucket for *action*, with the condition keys that members of *keys* fill."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        context = conditions.given(parameters, keys or {})
        return access(ctx, found(ctx, parameters), action, context=context)

    return find


def bucket_policy(ctx: Context, parameters: Parameters) -> Access:
    """The bucket, for its policy: a policy cannot lock out the root of the account that owns it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    one = found(ctx, parameters)
    wanted = access(ctx, one)
    if ctx.caller.is_root and ctx.account == one.account:
        return replace(wanted, policy=None)
    return wanted


def every_bucket(ctx: Context, parameters: Parameters) -> Access:
    """All buckets of the caller's account: an action without a resource type."""
    del parameters
    return Access("s3:ListAllMyBuckets", "*", context=conditions.common(ctx, None))


def bucket_only(ctx: Context, parameters: Parameters) -> tuple[Access, ...]:
    """Nothing to decide yet, but the bucket must be there; the operation decides key by key."""
    found(ctx, parameters)
    return ()
