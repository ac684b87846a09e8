"""Requests taken in: every body verified, and no upload read before it is authorized.

An upload goes through the same stages as everything else, only that its body comes in between:
its head is verified, read and authorized; then the body is spooled; then it is prepared and run,
and for that authorized once more, since policies may have changed while it came in.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from functools import partial

from doorward.authn.chunked import Receiver, receiver
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.base.limits import OBJECT_BYTES
from doorward.server import arrival, keys
from doorward.server.arrival import Arrived, Manner
from doorward.server.body import MemoryBody, Spooler
from doorward.server.incoming import Incoming, declared
from doorward.server.pipeline import Pipeline
from doorward.server.turn import Prepared
from doorward.services.s3.object_errors import EntityTooLarge
from doorward.wire.multipart import Form, MalformedForm
from doorward.wire.s3_route import POST_OBJECT

WIRE_BYTES = OBJECT_BYTES + OBJECT_BYTES // 4  # an upload with the framing of its chunks


async def take(
    pipeline: Pipeline, head: HttpRequest, incoming: Incoming, until_answered: ExitStack
) -> Arrived:
    """The request with its sender proved and its body in.

    What was spooled is removed with *until_answered*, unless it was kept by then.

    Raises:
        Refusal: it is not believed or not allowed; the body of an upload is not read then.
        TooLarge, Disconnected: as `Incoming` says.
    """
    running = pipeline.running
    kind = arrival.manner(running, head)
    if kind is Manner.WHOLE:
        body = MemoryBody(await incoming.whole())
        arrived = pipeline.arrive(head.received(head.headers, body))
        if arrived.route.operation == POST_OBJECT:
            raise pipeline.refused(arrived, None, MalformedForm())
        return pipeline.received(arrived)
    coming = incoming.pieces(WIRE_BYTES)
    framing: Receiver
    if kind is Manner.FORM:
        framing, first = await form(pipeline, head, coming)
        arrived = pipeline.arrive(head, framing)
    else:
        arrived = pipeline.arrive(head)
        framing, first = receiver(arrived.check), b""
    await keys.until_known(pipeline, pipeline.prepare(arrived), partial(_admit, pipeline))
    spooler = Spooler(running.files, framing, arrived.sizes)
    until_answered.callback(spooler.discard)
    try:
        check_size(arrived, head)
        await asyncio.to_thread(spooler.keep, first)
        async for piece in coming:
            await asyncio.to_thread(spooler.feed, piece)
        body_in = await asyncio.to_thread(spooler.finish)
    except AwsError as error:
        raise pipeline.refused(arrived, None, error) from error
    headers = [*arrived.request.headers, *spooler.trailers.items()]
    return arrived._replace(request=arrived.request.received(headers, body_in))


async def _admit(pipeline: Pipeline, prepared: Prepared) -> None:
    gateway = pipeline.running.gateway
    if gateway is None or not gateway.answers(prepared.arrived.operation):
        pipeline.admit(prepared)
        return
    try:
        await gateway.admitted(prepared)
    except AwsError as error:
        raise pipeline.refused(prepared.arrived, prepared, error) from error


async def form(
    pipeline: Pipeline, head: HttpRequest, coming: AsyncIterator[bytes]
) -> tuple[Form, bytes]:
    """The form of the request as far as its file, and the first bytes of that.

    Raises:
        Refusal: it is no form, or has no file.
    """
    try:
        found = Form(head.header("content-type") or "")
        async for piece in coming:
            first = found.feed(piece)
            if found.begun:
                return found, first
        found.finish()
    except AwsError as error:
        raise pipeline.unread(head, error) from error
    return found, b""


def check_size(arrived: Arrived, head: HttpRequest) -> None:
    """Refuse an upload that announces more than one may have.

    Raises:
        EntityTooLarge: it does.
    """
    if arrived.route.operation == POST_OBJECT:
        return  # announces its fields with the file; what is too much shows as it comes in
    check = arrived.check
    proposed = check.decoded_length if check.mode.chunked else declared(head)
    if (proposed or 0) > OBJECT_BYTES:
        raise EntityTooLarge(proposed or 0, OBJECT_BYTES)
