"""Condition keys of requests for buckets at an endpoint that no parameter tells."""

from dataclasses import replace

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.s3 import conditions


def with_signature(ctx: Context, access: Access, owner: str) -> Access:
    """*access*; to what S3 keeps, with how the request is signed and whose the bucket is.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    if not access.action.startswith("s3:"):
        return access
    return replace(access, context={**conditions.common(ctx, owner), **access.context})
