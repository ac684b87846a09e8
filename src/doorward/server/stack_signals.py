"""`/_doorward/stack-signals/…`: where custom resources answer and wait conditions are signalled.

The URLs are those that CloudFormation gave out, which are signed, so nothing else signs a request.
What comes in is written down for the resource that waits for it, and the first answer counts.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.incoming import Incoming, TooLarge
from doorward.server.running import Running
from doorward.services.cloudformation.engine import signals
from doorward.store import stack_signals, stacks

MOST_BYTES = 4_096
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html"""

STATUSES = frozenset({"SUCCESS", "FAILED", "FAILURE"})
MOST_ID = 255


def concerns(path: str) -> bool:
    """Whether a request for *path* is for this door."""
    return path.startswith(signals.PATH)


async def answer(running: Running, head: HttpRequest, incoming: Incoming) -> HttpResponse:
    """The answer to a signal."""
    address = signals.address_of(running.secrets, head.path)
    if address is None or head.method != "PUT":
        return HttpResponse(403, (), b"")
    try:
        text = b"".join([piece async for piece in incoming.pieces(MOST_BYTES)])
    except TooLarge:
        return HttpResponse(413, (), b"")
    body = understood(text)
    if body is None:
        return HttpResponse(400, (), b"")
    unique_id = "" if "LogicalResourceId" in body else str(body.get("UniqueId") or "")
    if len(unique_id) > MOST_ID:
        return HttpResponse(400, (), b"")

    def job(db: Connection) -> bool:
        stack = stacks.find(db, address.account, address.stack)
        if stack is None or not stack.pending:
            return False
        signal = signals.sealed(running.secrets, address, unique_id, body, running.clock.now())
        stack_signals.add(db, signal)
        return True

    taken = await asyncio.wrap_future(running.database.submit(job, world=False))
    if running.workers is not None:
        running.workers.stacks.signalled()
    return HttpResponse(200 if taken else 403, (), b"")


def understood(text: bytes) -> Mapping[str, Any] | None:
    """The signal in *text*, None where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("Status") not in STATUSES:
        return None
    return found
