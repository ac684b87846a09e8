"""`doorward trail verify`: whether the audit trail is as it was written."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from doorward.store.chain import Found
    from doorward.store.chain_check import Progress

BROKEN = 1
SLOW_ROWS = 50_000
"""From so many rows on, which take about a second, a bar shows how far it is."""

WHAT = {
    "changed": "was changed, or put there",
    "removed": "follows rows that were removed",
    "reordered": "stands in another place than it was written in",
}

DataDir = Annotated[
    Path | None,
    typer.Option(envvar="DOORWARD_DATA_DIR", help="Of the server; it need not be stopped."),
]
DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DOORWARD_DATABASE_URL", help="Its database, if elsewhere.")
]
Head = Annotated[
    str | None,
    typer.Option(metavar="HASH", help="A head noted down before; the trail must still hold it."),
]
Format = Annotated[str, typer.Option("--format", metavar="text|json", help="Of the report.")]


def verify(
    *,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    head: Head = None,
    form: Format = "text",
) -> None:
    """Verify the hash chain of the audit trail, and name the first row that does not fit.

    Prints the head: keep it elsewhere, and give it to --head the next time, so that rows taken off
    the end are missed. Leaves with 0 when the trail holds, 1 when it does not, 2 when it cannot be
    read.

    Example: doorward trail verify --data-dir data
    """
    from doorward.base.errors import BadInput
    from doorward.store import audit_scan, chain_check

    if form not in {"text", "json"}:
        raise BadInput("--format", f"`{form}` is no format", "write `text` or `json`")
    if data_dir is None and database_url is None:
        problem = "or --database-url is needed"
        raise BadInput("--data-dir", problem, "name the data directory of a server")
    with audit_scan.opened(data_dir, database_url) as db, _bar() as progress:
        found = chain_check.verify(db, head, progress)
    print(json.dumps(_shown(found)) if form == "json" else _told(found))
    raise typer.Exit(0 if _holds(found) else BROKEN)


@contextmanager
def _bar() -> Iterator["Progress"]:
    """What shows on a terminal how far it is, where that takes a while."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying the trail", total=None, visible=False)

        def show(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole, visible=whole >= SLOW_ROWS)

        yield show


def _holds(found: "Found") -> bool:
    return found.flaw is None and found.anchored is not False


def _shown(found: "Found") -> dict[str, object]:
    """The report for programs."""
    flaw = found.flaw
    return {
        "holds": _holds(found),
        "rows": found.rows,
        "earlierRows": found.earlier,
        "head": found.head or None,
        "headSequence": found.last if found.rows else None,
        "anchored": found.anchored,
        "flaw": flaw
        and {
            "kind": flaw.kind,
            "sequence": flaw.sequence,
            "eventId": flaw.event_id or None,
            "after": flaw.after,
        },
    }


def _told(found: "Found") -> str:
    """The report for people."""
    lines = []
    if found.earlier:
        lines.append(f"{found.earlier} rows are older than the chain; nothing vouches for them")
    lines.append(f"the chain holds for {found.rows} rows")
    if found.rows:
        lines.append(f"head {found.head} (row {found.last})")
    flaw = found.flaw
    if flaw is not None and flaw.event_id:
        lines.append(f"row {flaw.sequence}, event {flaw.event_id}, {WHAT[flaw.kind]}")
    elif flaw is not None:
        lines.append(f"rows were removed from the end, behind row {flaw.after}")
    if found.anchored is False:
        lines.append("the head that was given is not in the trail: rows were removed or replaced")
    elif found.anchored:
        lines.append("the head that was given is in the trail")
    return "\n".join(lines)
