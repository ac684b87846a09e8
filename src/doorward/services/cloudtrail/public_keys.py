"""The public keys that verify digest files.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
"""

import base64
from datetime import datetime

from doorward.services.cloudtrail import resources
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import InvalidTimeRange
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trails


@cloudtrail.operation(on=resources.everything)
def list_public_keys(
    ctx: Context,
    *,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    next_token: str | None = None,
) -> Output:
    """List the keys of this Region that were good at some time in the range, oldest first.

    Without a range, or with a token, that of now. They fit on one page.

    Raises:
        InvalidTimeRange: it ends before it begins.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
    """
    if start_time and end_time and start_time > end_time:
        raise InvalidTimeRange("Invalid time range: the start must be before the end.")
    since, until = start_time or end_time or ctx.now, end_time or ctx.now
    if next_token is not None:
        since = until = ctx.now
    found = trails.keys(ctx.db, ctx.facts.region, since, max(since, until))
    return {
        "PublicKeyList": [
            {
                "Value": base64.b64decode(one.value),
                "ValidityStartTime": one.starts_at,
                "ValidityEndTime": one.ends_at,
                "Fingerprint": one.fingerprint,
            }
            for one in found
        ]
    }
