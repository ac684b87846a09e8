"""Queries of event data stores, for StartQuery, DescribeQuery and GetQueryResults.

How a service calls it:

    query = lake.read(statement, known)             # known: ids of the account's event data stores
    if isinstance(query, lake.Problem):             # what StartQuery answers with
        raise the error of query.code with query.message
    result = lake.run(query, events, seconds=3_600, rows=…)
        # events(store_id) -> an iterable of the records as JSON, str or bytes, one event each
    if isinstance(result, lake.Problem):            # QueryStatus FAILED, or TIMED_OUT by its code
        …
    result.columns                                  # names, in order
    result.rows                                     # list of rows; a row is a list of strings
    lake.shaped(result)                             # the rows as GetQueryResults writes them

`read` takes milliseconds and reads no event. `run` takes as long as it takes, in the calling
thread; it keeps events on disk, in a temporary folder that is gone afterwards, and rows in memory:
give it a bound. What works in a statement is in docs/reference/trail-sql.md.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from doorward.analysis.trail import records, statements
from doorward.analysis.trail.engine import Failed, Limits, Workspace
from doorward.analysis.trail.records import Record, Unreadable
from doorward.analysis.trail.statements import Refused, Statement

INVALID = "InvalidQueryStatementException"
NOT_FOUND = "EventDataStoreNotFoundException"
FAILED = "FAILED"
TIMED_OUT = "TIMED_OUT"

ROWS = 100_000
NULL = "null"
"""How a value that is absent is written. Assumed."""

Events = Callable[[str], Iterable[str | bytes]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no query or no result: the code of StartQuery's error, or a query's status."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that may be run, and the id of the event data store behind each table of it."""

    statement: Statement
    stores: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: columns, rows as text, and how many events were looked at.

    An expression without a name is `_col` and its place, as Presto has it.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    events_scanned: int


def read(text: str, known: Collection[str]) -> Query | Problem:
    """The query of the statement *text* over the event data stores of the ids *known*."""
    named, stores = statements.with_stores(text)
    ids = {one.lower(): one for one in known}
    for store in stores.values():
        if store not in ids:
            return Problem(NOT_FOUND, f"Event data store {store} does not exist.")
    try:
        statement = statements.read(named, stores.keys())
    except Refused as error:
        return Problem(INVALID, f"The query statement is not valid: {error.problem}.")
    if not statement.tables:
        return Problem(INVALID, "The query statement names no event data store.")
    return Query(statement, {table: ids[stores[table]] for table in statement.tables})


def run(
    query: Query, events: Events, *, seconds: float = 3_600.0, rows: int = ROWS
) -> Result | Problem:
    """The result of *query* over what *events* gives for the id of a store; *rows* at the most."""
    limits = Limits(seconds=seconds, rows=rows)
    with tempfile.TemporaryDirectory(prefix="doorward-lake-") as folder:
        try:
            with Workspace(Path(folder), limits) as workspace:
                scanned = sum(
                    workspace.load(table, query.statement.columns, _records(events(store)))
                    for table, store in query.stores.items()
                )
                answer = workspace.ask(query.statement)
                found = [[shown(value) for value in row] for row in answer.rows]
        except Failed as error:
            return Problem(TIMED_OUT if error.timed_out else FAILED, error.problem)
        except Unreadable as error:
            return Problem(FAILED, f"an event cannot be read: {error}")
    names = [
        f"_col{place}" if place in query.statement.unnamed else name
        for place, name in enumerate(answer.columns)
    ]
    return Result(names, found, scanned)


def shaped(result: Result) -> list[list[dict[str, str]]]:
    """The rows as `QueryResultRows`: each a list of maps of one column to its value."""
    return [
        [{name: value} for name, value in zip(result.columns, row, strict=True)]
        for row in result.rows
    ]


def shown(value: Any) -> str:
    """*value* as text: times as Presto writes them, structures as `{name=value, …}`."""
    match value:
        case None:
            return NULL
        case bool():
            return str(value).lower()
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1_000:03}"
        case date():
            return value.isoformat()
        case dict():
            inner = ", ".join(f"{name}={shown(one)}" for name, one in value.items())
            return f"{{{inner}}}"
        case list() | tuple():
            return f"[{', '.join(map(shown, value))}]"
        case _:
            return str(value)


def _records(found: Iterable[str | bytes]) -> Iterable[Record]:
    for text in found:
        yield records.of_store(text.encode() if isinstance(text, str) else text)
