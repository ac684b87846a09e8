"""Pointers to events, as rows of queries have them: sealed, and good in one account and Region."""

from datetime import datetime
from typing import NamedTuple

from doorward.services.context import Context
from doorward.store.page import InvalidMarker, Markers
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.log_event import LogEvent


class Pointer(NamedTuple):
    """The group, the stream by its id, the time and the number of an event."""

    group: str
    stream_id: str
    at: datetime
    sequence: int


def sealed(markers: Markers, account: str, region: str, group: str, event: LogEvent) -> str:
    """The pointer to *event* of that group."""
    text = f"{microseconds(event.at)} {event.sequence} {event.stream_id} {group}"
    return markers.seal(_scope(account, region), text)


def opened(ctx: Context, text: str) -> Pointer | None:
    """What a pointer says; None where it is none of the account and Region."""
    try:
        found = ctx.markers.open(_scope(ctx.account, ctx.facts.region), text)
    except InvalidMarker:
        return None
    at, sequence, stream_id, group = found.split(" ", 3)
    return Pointer(group, stream_id, moment(int(at)), int(sequence))


def _scope(account: str, region: str) -> str:
    return f"logs {account} {region} record"
