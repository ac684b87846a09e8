"""The policy of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

import base64
import hashlib

from doorward.engine.public import is_public
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import policy_text, policy_validation, public_access, resources
from doorward.services.s3.errors import MethodNotAllowed
from doorward.services.s3.not_set import NoSuchBucketPolicy
from doorward.services.s3.object_errors import BadDigest
from doorward.services.s3.service import s3
from doorward.store import buckets, principals
from doorward.store.principals import UnknownPrincipal
from doorward.store.tables.bucket import Bucket
from doorward.wire.serialize import Answer

NO_CONTENT = 204


@s3.operation(on=resources.bucket_policy, unsigned=True)
def get_bucket_policy(ctx: Context, *, bucket: str, **_: object) -> Output:
    """The policy, with the ARNs that its principals have now; of one that is gone the id.

    Raises:
        NoSuchBucketPolicy: the bucket has none.
        MethodNotAllowed: the caller is of another account.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
    """
    found = _own(ctx, bucket, "GET")
    return {"Policy": principals.to_arns(ctx.db, _policy(found))}


@s3.operation(on=resources.bucket_policy, unsigned=True)
def put_bucket_policy(
    ctx: Context,
    *,
    bucket: str,
    policy: str,
    content_md5: str | None = None,
    **_: object,
) -> Answer:
    """Give the bucket this policy in place of the one it has.

    Raises:
        MalformedPolicy: S3 refuses the policy.
        AccessDenied: it is public, and the bucket blocks public policies.
        MethodNotAllowed: the caller is of another account.
        BadDigest: the text is another one than the client sent.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    found = _own(ctx, bucket, "PUT")
    digest = hashlib.md5(policy.encode(), usedforsecurity=False).digest()
    calculated = base64.b64encode(digest).decode()
    if content_md5 is not None and content_md5 != calculated:
        raise BadDigest(content_md5, calculated)
    checked = policy_validation.validated(policy, bucket, ctx.partition)
    try:
        text = policy_text.with_accounts(ctx.db, checked.text, ctx.partition)
        bound = principals.to_ids(ctx.db, text)
    except UnknownPrincipal as error:
        raise policy_validation.invalid_principal(error.kind, error.value) from error
    if is_public(checked):
        public_access.check_policy(ctx, found)
    buckets.change(ctx.db, bucket, {"policy": bound})
    return Answer(status=NO_CONTENT)


@s3.operation(on=resources.bucket_policy, unsigned=True)
def delete_bucket_policy(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Take the policy away, if there is one.

    Raises:
        MethodNotAllowed: the caller is of another account.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
    """
    _own(ctx, bucket, "DELETE")
    buckets.change(ctx.db, bucket, {"policy": None})
    return {}


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_policy_status(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Whether the policy is public; ACLs and Block Public Access do not count.

    Raises:
        NoSuchBucketPolicy: the bucket has none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
    """
    policy = parse(_policy(resources.existing(ctx, bucket)))
    return {"PolicyStatus": {"IsPublic": is_public(policy)}}


def _own(ctx: Context, name: str, method: str) -> Bucket:
    """The bucket, of which only the owner's account may handle the policy."""
    bucket = resources.existing(ctx, name)
    if ctx.account != bucket.account:
        raise MethodNotAllowed(method, "BUCKETPOLICY")
    return bucket


def _policy(bucket: Bucket) -> str:
    if bucket.policy is None:
        raise NoSuchBucketPolicy(bucket.name)
    return bucket.policy
