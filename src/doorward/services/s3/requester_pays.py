"""Who pays for requests: where it is the requester, others must say that they know.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import resources
from doorward.services.s3.service import s3
from doorward.store import buckets

OWNER = "BucketOwner"


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_request_payment(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Who pays; the owner, while nothing else was said.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
    """
    return {"Payer": resources.existing(ctx, bucket).payer or OWNER}


@s3.operation(on=resources.bucket, unsigned=True)
def put_bucket_request_payment(
    ctx: Context, *, bucket: str, request_payment_configuration: Mapping[str, Any], **_: object
) -> Output:
    """Say who pays. Nobody is billed here; requests of others must carry the header.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html
    """
    buckets.change(ctx.db, bucket, {"payer": request_payment_configuration["Payer"]})
    return {}
