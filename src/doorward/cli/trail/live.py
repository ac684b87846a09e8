"""The trail of a server, read while it serves."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from doorward.analysis.trail import records
from doorward.analysis.trail.records import Record, Unreadable
from doorward.analysis.trail.wanted import Wanted
from doorward.base.errors import BadInput
from doorward.cli.trail.sources import Tell
from doorward.store import audit_scan

AT_ONCE = 500


class Live:
    """The events of the database in *directory*, or of that of *url*."""

    def __init__(self, directory: Path | None, url: str | None) -> None:
        self._directory = directory
        self._url = url

    def size(self, wanted: Wanted) -> int | None:
        """The number of events; not known where a time or an account is asked for."""
        if _indexed(wanted):
            return None
        with audit_scan.opened(self._directory, self._url) as db:
            return audit_scan.last(db)

    def read(self, wanted: Wanted, tell: Tell) -> Iterator[Sequence[Record]]:
        """The records in the order they were written, or in that of time if one is asked for."""
        with audit_scan.opened(self._directory, self._url) as db:
            if _indexed(wanted):
                events = audit_scan.between(db, wanted.account, wanted.since, wanted.until)
            else:
                events = audit_scan.everything(db, audit_scan.last(db))
            while many := list(islice(events, AT_ONCE)):
                yield [_record(one) for one in many]
                tell(len(many))


def _indexed(wanted: Wanted) -> bool:
    """Whether the index over accounts and times is of use."""
    return bool(wanted.since or wanted.until or wanted.account)


def _record(written: audit_scan.Written) -> Record:
    try:
        return records.one(written.event.encode())
    except Unreadable as error:
        raise BadInput(f"event {written.sequence}", str(error)) from error
