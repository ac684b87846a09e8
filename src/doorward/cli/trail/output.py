"""Rows as a table, JSON or CSV, written as they come."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, TextIO

from doorward.cli.reports import printable

PAGE = 500
"""Rows of one table: wider ones below have columns of their own width."""

MANY_COLUMNS = 10_000

Rows = Iterable[Sequence[Any]]
Write = Callable[[Sequence[str], Sequence[str], Rows, TextIO], None]


def table(columns: Sequence[str], types: Sequence[str], rows: Rows, file: TextIO) -> None:
    """Tables for people, each of at most `PAGE` rows."""
    from rich.console import Console
    from rich.table import Table

    del types
    console = Console(file=file, width=None if file.isatty() else MANY_COLUMNS, soft_wrap=False)
    left = iter(rows)
    first = True
    while (found := list(islice(left, PAGE))) or first:
        shown = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            shown.add_column(column, overflow="fold")
        for row in found:
            shown.add_row(*(Plain(_cell(value)) for value in row))
        console.print(shown)
        first = False


def Plain(text: str) -> Any:  # noqa: N802 - reads as the class that it makes
    """*text* without markup, and without what would move the cursor of a terminal."""
    from rich.text import Text

    return Text(printable(text))


def document(columns: Sequence[str], types: Sequence[str], rows: Rows, file: TextIO) -> None:
    """One JSON array with an object for each row."""
    nested = [kind == "JSON" for kind in types]
    _array((_object(columns, nested, row) for row in rows), file)


def values(columns: Sequence[str], types: Sequence[str], rows: Rows, file: TextIO) -> None:
    """CSV with a line of names."""
    del types
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def records(texts: Iterable[bytes], file: TextIO) -> None:
    """One JSON array of records as they are."""
    _array((text.decode() for text in texts), file)


FORMATS: Mapping[str, Write] = MappingProxyType({"table": table, "json": document, "csv": values})


def _array(items: Iterator[str], file: TextIO) -> None:
    first = next(items, None)
    file.write("[" if first is None else f"[\n{first}")
    file.writelines(f",\n{one}" for one in items)
    file.write("]\n" if first is None else "\n]\n")


def _object(columns: Sequence[str], nested: Sequence[bool], row: Sequence[Any]) -> str:
    found = {
        name: json.loads(value) if inner and value is not None else value
        for name, inner, value in zip(columns, nested, row, strict=True)
    }
    return json.dumps(found, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    """A value that JSON has no form for."""
    return _time(value) if isinstance(value, datetime) else str(value)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case datetime():
            return _time(value)
        case date():
            return value.isoformat()
        case dict() | list() | tuple():
            return json.dumps(value, default=_plain, ensure_ascii=False)
        case _:
            return str(value)


def _time(value: datetime) -> str:
    """As CloudTrail writes it."""
    plain = value.replace(tzinfo=None)
    return plain.isoformat(timespec="milliseconds" if plain.microsecond else "seconds") + "Z"


def start(rows: Rows) -> Rows:
    """*rows*, the first of which is there: what fails early fails before anything is written."""
    left = iter(rows)
    return chain(list(islice(left, 1)), left)


def out() -> TextIO:
    """Where rows go."""
    return sys.stdout
