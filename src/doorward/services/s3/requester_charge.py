"""Telling requesters that they pay.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html
"""

from dataclasses import replace

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import buckets
from doorward.wire import model
from doorward.wire.serialize import Answer

REQUESTER = "Requester"
MEMBER = "RequestCharged"


def told(ctx: Context, operation: str, bucket: str, output: Output | Answer) -> Output | Answer:
    """*output* of an operation on *bucket*, saying so where the caller pays for it."""
    found = buckets.find(ctx.db, bucket)
    if found is None or found.payer != REQUESTER or found.account == ctx.account:
        return output
    known = model.service("s3").operation(operation)
    if known is None or known.output is None or MEMBER not in known.output.members:
        return output
    charged = {MEMBER: "requester"}
    if isinstance(output, Answer):
        return replace(output, output={**output.output, **charged})
    return {**output, **charged}
