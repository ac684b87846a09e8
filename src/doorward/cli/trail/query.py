"""One run of `doorward trail query`."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from doorward.analysis.trail.engine import Failed, Limits, Workspace
from doorward.analysis.trail.records import Record, Seen, Who
from doorward.analysis.trail.statements import Refused, Statement
from doorward.analysis.trail.wanted import Wanted, names
from doorward.base.errors import BadInput
from doorward.cli.trail import output, progress
from doorward.cli.trail.sources import Bad, Source, matching

OK, FAILED, WRONG_INPUT, SKIPPED = 0, 1, 2, 3
TABLE = "events"
COLUMNS = ("eventtime", "account", "who", "eventsource", "eventname", "sourceip", "errorcode")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of what, and how the answer is to look."""

    wanted: Wanted
    sql: str | None
    form: str
    limits: Limits
    quiet: bool


def run(asked: Asked, source: Source, bad: Bad) -> int:
    """The exit status, once the answer is printed.

    Raises:
        BadInput: the statement, the format or what is to be read cannot be used.
    """
    if asked.form not in output.FORMATS:
        raise BadInput("--format", f"`{asked.form}` is not `table`, `json` or `csv`")
    try:
        if asked.sql is None:
            _filtered(asked, source)
        else:
            _answered(asked, statement(asked.sql), source)
    except Failed as error:
        print(f"doorward: the query failed: {error.problem}", file=sys.stderr)
        return FAILED
    for one in bad.found:
        print(f"doorward: skipped: {one}", file=sys.stderr)
    return SKIPPED if bad.found else OK


def statement(sql: str) -> Statement:
    """The statement *sql*.

    Raises:
        BadInput: it cannot be run, or there is nothing to run it.
    """
    try:
        from doorward.analysis.trail import statements

        return statements.read(sql, [TABLE])
    except ImportError as error:
        problem = f"needs the package `duckdb`: {error}"
        raise BadInput("--sql", problem, "run `pip install doorward[trail]`") from error
    except Refused as error:
        help_ = "write one SELECT … FROM events …; see docs/reference/trail-sql.md"
        raise BadInput("--sql", error.problem, help_) from error


def _filtered(asked: Asked, source: Source) -> None:
    """Print the records that are wanted."""
    with progress.shown(
        "reading events", lambda: source.size(asked.wanted), quiet=asked.quiet
    ) as tell:
        found = islice(matching(source.read(asked.wanted, tell), asked.wanted), asked.limits.rows)
        if asked.form == "json":
            output.records((bytes(one.text) for one in found), output.out())
            return
        rows = output.start(line(one.seen) for one in found)
        output.FORMATS[asked.form](COLUMNS, [], rows, output.out())


def _answered(asked: Asked, question: Statement, source: Source) -> None:
    """Load what the statement needs, then print its answer."""
    with (
        tempfile.TemporaryDirectory(prefix="doorward-trail-") as folder,
        Workspace(Path(folder), asked.limits) as workspace,
    ):
        with progress.shown(
            "loading events", lambda: source.size(asked.wanted), quiet=asked.quiet
        ) as tell:
            workspace.load(TABLE, question.columns, _told(source, asked.wanted, tell))
        answer = workspace.ask(question)
        rows = output.start(answer.rows)
        output.FORMATS[asked.form](answer.columns, answer.types, rows, output.out())


def _told(source: Source, wanted: Wanted, tell: Any) -> Iterator[Record]:
    return matching(source.read(wanted, tell), wanted)


def line(seen: Seen) -> Sequence[Any]:
    """The cells of a record, as `COLUMNS`."""
    who = seen.user_identity or Who()
    return (
        seen.event_time,
        seen.recipient_account_id or who.account_id,
        next(names(who), None) or who.arn or who.type,
        seen.event_source.removesuffix(".amazonaws.com"),
        seen.event_name,
        seen.source_ip_address,
        seen.error_code,
    )
