"""Keys of KMS that an operation of our own uses: asked for outside of its transaction.

Which keys those are shows only when the operation is decided on. What is not known then is asked
for, and the operation is begun anew: nothing was done before all was decided.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from doorward.base.errors import AwsError
from doorward.gateway.key_access import KeyUnknown
from doorward.server.pipeline import Pipeline
from doorward.server.turn import Prepared

T = TypeVar("T")
MOST = 6
"""More keys no operation uses: a copy has one to read with and one to write with."""


async def until_known(
    pipeline: Pipeline, prepared: Prepared, act: Callable[[Prepared], Awaitable[T]]
) -> T:
    """What *act* makes of *prepared*, once every key that it uses is known.

    Raises:
        Refusal: a key cannot be asked for.
        KeyUnknown: there are more keys than an operation can use.
    """
    for _ in range(MOST):
        try:
            return await act(prepared)
        except KeyUnknown as unknown:
            try:
                prepared = await asyncio.to_thread(asked, pipeline, prepared, unknown)
            except AwsError as error:
                raise pipeline.refused(prepared.arrived, prepared, error) from error
    return await act(prepared)


def at_once(pipeline: Pipeline, prepared: Prepared, act: Callable[[Prepared], T]) -> T:
    """As `until_known`, in a thread that may wait.

    Raises:
        AwsError: a key cannot be asked for, or as *act* raises.
        KeyUnknown: there are more keys than an operation can use.
    """
    for _ in range(MOST):
        try:
            return act(prepared)
        except KeyUnknown as unknown:
            prepared = asked(pipeline, prepared, unknown)
    return act(prepared)


def asked(pipeline: Pipeline, prepared: Prepared, unknown: KeyUnknown) -> Prepared:
    """*prepared*, with the key that was unknown.

    Raises:
        UpstreamUnavailable: the upstream does not tell.
    """
    gateway = pipeline.running.gateway
    assert gateway is not None  # noqa: S101 - nothing else raises KeyUnknown
    named = unknown.access
    found = gateway.on_key(named, prepared.arrived, ask=True)
    return replace(prepared, keys={**prepared.keys, (named.action, named.resource): found})
