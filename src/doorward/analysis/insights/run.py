"""Running a query over events that come one by one, the newest first."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from itertools import islice
from typing import Any, assert_never

from doorward.analysis.insights.aggregates import AGGREGATES, Running
from doorward.analysis.insights.expressions import key, worked
from doorward.analysis.insights.record import MESSAGE, POINTER, TIMESTAMP, Event, Record
from doorward.analysis.insights.tree import (
    Aggregate,
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Limit,
    Named,
    Node,
    Operation,
    Parse,
    Query,
    Sort,
    Stats,
)
from doorward.analysis.insights.values import order, text, true

Row = list[tuple[str, str]]


class TooMuch(Exception):
    """What the query keeps at a time, or comes to, is more than it may."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a query may come to, and keep at a time."""

    rows: int = 10_000
    groups: int = 100_000
    values: int = 1_000_000
    bytes: int = 64 << 20


@dataclass(slots=True)
class Results:
    """What a query came to: its rows, each as names and texts, and what it looked at."""

    rows: list[Row] = field(default_factory=list)
    scanned: int = 0
    bytes: int = 0
    matched: int = 0


def run(query: Query, events: Iterable[Event], limits: Limits) -> Results:
    """The rows that *query* makes of *events*.

    Raises:
        TooMuch: there are too many groups, or too many bytes.
    """
    results = Results()
    names = shown(query)
    size = 0
    for record in islice(_rows(query, events, limits, results), limits.rows):
        row = [(name, found) for name in names if (found := text(record.value(name))) is not None]
        size += sum(len(name) + len(found) for name, found in row)
        if size > limits.bytes:
            raise TooMuch
        results.rows.append(row)
    return results


def shown(query: Query) -> list[str]:
    """The fields that rows have: those that are displayed, else those that are asked for.

    Rows that are events have a pointer besides, by which GetLogRecord finds the event.
    """
    found: list[str] = []
    displayed = False
    for one in query.commands:
        match one:
            case Display(names):
                found, displayed = list(names), True
            case Stats(items, by):
                found, displayed = [each.name for each in (*by, *items)], False
            case Fields(items) if not displayed:
                found += [each.name for each in items]
    if query.grouped:
        return list(dict.fromkeys(found))
    return list(dict.fromkeys([*(found or [TIMESTAMP, MESSAGE]), POINTER]))


def _rows(
    query: Query, events: Iterable[Event], limits: Limits, results: Results
) -> Iterator[Record]:
    rows = _scanned(events, results)
    counted = False
    for number, command in enumerate(query.commands):
        if not counted and not isinstance(command, Fields | Filter | Parse | Display):
            rows, counted = _counted(rows, results), True
        rows = _applied(command, rows, query.commands[number + 1 :], limits)
    return rows if counted else _counted(rows, results)


def _scanned(events: Iterable[Event], results: Results) -> Iterator[Record]:
    for one in events:
        results.scanned += 1
        results.bytes += len(one.message)
        yield Record(one)


def _counted(rows: Iterable[Record], results: Results) -> Iterator[Record]:
    for one in rows:
        results.matched += 1
        yield one


def _applied(
    command: Command, rows: Iterator[Record], rest: Sequence[Command], limits: Limits
) -> Iterator[Record]:
    match command:
        case Fields(items):
            return _with_fields(rows, items)
        case Filter(condition):
            return (one for one in rows if true(worked(condition, one)))
        case Parse():
            return _parsed(rows, command)
        case Stats():
            return _grouped(rows, command, limits)
        case Sort():
            return _sorted(rows, command, rest, limits)
        case Limit(count):
            return islice(rows, count)
        case Dedup(names):
            return _first_of_each(rows, names, limits)
        case Display():
            return rows
        case _:
            assert_never(command)


def _with_fields(rows: Iterable[Record], items: Sequence[Named]) -> Iterator[Record]:
    new = [one for one in items if one.node != Field(one.name)]
    for row in rows:
        for one in new:
            row.made[one.name] = worked(one.node, row)
        yield row


def _parsed(rows: Iterable[Record], command: Parse) -> Iterator[Record]:
    own = [name for name in command.expression.names if name]
    for row in rows:
        subject = text(worked(command.subject, row))
        found = None if subject is None else command.expression.groups(subject)
        if found is not None:
            if own:  # of groups with names only those count
                named = zip(command.expression.names, found, strict=True)
                found = [value for name, value in named if name]
            row.made.update(zip(command.names, found, strict=True))
        yield row


def _grouped(rows: Iterable[Record], command: Stats, limits: Limits) -> Iterator[Record]:
    wanted = {key(one): one for item in command.items for one in _aggregates(item.node)}
    groups: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, Running]]] = {}
    kept = 0
    for row in rows:
        values = {one.name: worked(one.node, row) for one in command.by}
        place = tuple(map(text, values.values()))
        if place not in groups:
            if len(groups) >= limits.groups:
                raise TooMuch
            groups[place] = (
                values,
                {name: AGGREGATES[one.function](one.percent) for name, one in wanted.items()},
            )
        running = groups[place][1]
        for name, one in wanted.items():
            value = 1.0 if one.subject is None else worked(one.subject, row)
            kept += running[name].take(value, row)
        if kept > limits.values:
            raise TooMuch
    if not groups and not command.by:
        empty = {name: AGGREGATES[one.function](one.percent) for name, one in wanted.items()}
        groups[()] = ({}, empty)
    for values, running in groups.values():
        done = Record(None, {name: one.result() for name, one in running.items()})
        found = {one.name: worked(one.node, done) for one in command.items}
        yield Record(None, {**values, **found})


def _aggregates(node: Node) -> Iterator[Aggregate]:
    match node:
        case Aggregate():
            yield node
        case Operation(_, left, right):
            if left is not None:
                yield from _aggregates(left)
            yield from _aggregates(right)
        case _:
            for one in getattr(node, "arguments", ()):
                yield from _aggregates(one)


def _sorted(
    rows: Iterable[Record], command: Sort, rest: Sequence[Command], limits: Limits
) -> Iterator[Record]:
    """*rows* in order: only as many as can be shown where nothing that follows drops some."""

    def compare(left: Record, right: Record) -> int:
        for node, largest_first in command.keys:
            found = order(worked(node, left), worked(node, right))
            if found:
                return -found if largest_first else found
        return 0

    by = cmp_to_key(compare)
    most = _needed(rest, limits)
    if most is not None:
        return iter(heapq.nsmallest(most, _weighed(rows, limits, most), by))
    return iter(sorted(_weighed(rows, limits, limits.groups), key=by))


def _needed(rest: Sequence[Command], limits: Limits) -> int | None:
    """How many of the first rows are enough for *rest*; None where that shows only later."""
    for one in rest:
        if isinstance(one, Limit):
            return one.count
        if isinstance(one, Filter | Dedup | Stats | Sort):
            return None
    return limits.rows


def _weighed(rows: Iterable[Record], limits: Limits, most: int) -> Iterator[Record]:
    """*rows*, as long as those that are kept cannot be too heavy together."""
    heaviest = kept = 0
    for one in rows:
        weight = one.weight
        heaviest, kept = max(heaviest, weight), kept + weight
        # Of more than *most* rows the lightest may have been dropped, so the heaviest are counted.
        if min(kept, heaviest * most) > limits.bytes:
            raise TooMuch
        yield one


def _first_of_each(
    rows: Iterable[Record], names: Sequence[str], limits: Limits
) -> Iterator[Record]:
    seen: set[tuple[str | None, ...]] = set()
    for one in rows:
        place = tuple(text(one.value(name)) for name in names)
        if place in seen:
            continue
        if None not in place:  # what is missing is not the same as what is missing
            seen.add(place)
            if len(seen) > limits.groups:
                raise TooMuch
        yield one
