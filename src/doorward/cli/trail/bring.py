"""`doorward trail import`: log files of CloudTrail into the trail of a server that is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from doorward.analysis.trail.records import Record
from doorward.analysis.trail.wanted import Wanted
from doorward.base.errors import BadInput
from doorward.cli.trail import progress
from doorward.cli.trail.sources import Source
from doorward.store import audit
from doorward.store.audit_batch import Row
from doorward.store.database import Database
from doorward.store.tables.audit import audit_events

AT_ONCE = 500


@dataclass(slots=True)
class Counted:
    """What became of the events that were read."""

    added: int = 0
    known: int = 0


def run(source: Source, directory: Path | None, url: str | None, *, quiet: bool) -> Counted:
    """Add every event of *source* that the trail does not have.

    What was added before something fails stays; the same files may be given again.

    Raises:
        BadInput: a file cannot be read, or a server has the database open.
    """
    counted = Counted()
    database = Database.open(directory, url=url)
    wanted = Wanted()
    try:
        with progress.shown("importing events", lambda: source.size(wanted), quiet=quiet) as tell:
            for many in source.read(wanted, tell):
                for start in range(0, len(many), AT_ONCE):
                    add(database, many[start : start + AT_ONCE], counted)
    finally:
        database.close()
    return counted


def add(database: Database, found: Sequence[Record], counted: Counted) -> None:
    """Add those of *found* that are new, in one transaction."""
    by_id = {one.seen.event_id: one for one in found}

    def job(db: Connection) -> int:
        column = audit_events.c.event_id
        known = set(db.scalars(select(column).where(column.in_(by_id))))
        rows = [_row(one) for key, one in by_id.items() if key not in known]
        audit.add_rows(db, rows)
        return len(rows)

    added = database.write(job, world=False)
    counted.added += added
    counted.known += len(found) - added


def _row(record: Record) -> Row:
    event = msgspec.json.decode(record.text)
    try:
        return audit.row(event)
    except (KeyError, TypeError, AttributeError) as error:
        where = f"event {record.seen.event_id}"
        raise BadInput(where, f"lacks `{error.args[0]}`, or has it in another form") from error
