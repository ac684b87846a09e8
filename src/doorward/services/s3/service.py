"""The service whose operations the modules of this package declare.

Every operation may be reached through an access point, so every one is declared with that taken
out of its way.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import (
    Finder,
    Handler,
    Output,
    Parameters,
    Prepare,
    Prove,
    Redeem,
    Service,
    wire_name,
)
from doorward.services.s3 import access_points, requester_charge
from doorward.wire.serialize import Answer


class S3(Service):
    """S3, whose functions see buckets only."""

    def operation(
        self,
        *,
        on: Finder | None,
        reads: bool | None = None,
        unsigned: bool = False,
        name: str | None = None,
        prepare: Prepare | None = None,
        redeem: Redeem | None = None,
        prove: Prove | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function, as any service does."""

        def declare(handler: Handler) -> Handler:
            spelled = name or wire_name(handler.__name__)
            super(S3, self).operation(
                on=on and access_points.finder(spelled, on),
                reads=reads,
                unsigned=unsigned,
                name=spelled,
                prepare=prepare and _preparing(spelled, prepare),
                redeem=redeem,
                prove=prove,
            )(_handling(spelled, handler))
            return handler

        return declare


def _preparing(operation: str, prepare: Prepare) -> Prepare:
    def prepared(ctx: Context, parameters: Parameters) -> Parameters:
        inside, real, point = access_points.entered(ctx, operation, parameters)
        made = prepare(inside, real)
        return made if point is None else {**made, "Bucket": parameters["Bucket"]}

    return prepared


def _handling(operation: str, handler: Handler) -> Handler:
    @wraps(handler)
    def handle(ctx: Context, **given: Any) -> Output | Answer:
        if (name := given.get("bucket")) is None:
            return handler(ctx, **given)
        inside, real, _ = access_points.entered(ctx, operation, {"Bucket": name})
        output = handler(inside, **{**given, "bucket": real["Bucket"]})
        if given.get("request_payer") is None:
            return output
        return requester_charge.told(ctx, operation, real["Bucket"], output)

    return handle


s3 = S3("s3")
