"""Whether conditions know the tags of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import resources
from doorward.services.s3.errors import MalformedXML
from doorward.services.s3.service import s3
from doorward.store import buckets

ENABLED, DISABLED = "Enabled", "Disabled"


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_abac(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Whether the tags count.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAbac.html
    """
    found = resources.existing(ctx, bucket)
    return {"AbacStatus": {"Status": ENABLED if found.abac else DISABLED}}


@s3.operation(on=resources.bucket, unsigned=True)
def put_bucket_abac(
    ctx: Context, *, bucket: str, abac_status: Mapping[str, Any], **_: object
) -> Output:
    """Have the tags count, or not.

    Raises:
        MalformedXML: neither is said.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html
    """
    status = abac_status.get("Status")
    if status not in (ENABLED, DISABLED):
        raise MalformedXML
    buckets.change(ctx.db, bucket, {"abac": status == ENABLED})
    return {}
