"""A database of events for one question: filled, then closed to the world, then asked.

What is loaded lies in a file of DuckDB's in a folder of its own, compressed and column by column,
and only the columns that the question names. Before the question runs, the connection gives up
files, network, extensions and settings for good.

https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from doorward.analysis.trail import columns, statements
from doorward.analysis.trail.records import Record
from doorward.analysis.trail.statements import Statement

BATCH = 16 << 20
"""Bytes of records that are loaded in one go."""

AT_ONCE = 1_000
MEBI = 1 << 20


class Failed(Exception):
    """The question could not be answered; `timed_out` where that is for lack of time."""

    def __init__(self, problem: str, *, timed_out: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question may take: memory in DuckDB, then disk; seconds; rows, None for all."""

    memory_bytes: int = 512 * MEBI
    seconds: float = 3_600.0
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The names and SQL types of the columns, and the rows as they come.

    Iterating raises `Failed`, like the question itself.
    """

    columns: Sequence[str]
    types: Sequence[str]
    rows: Iterator[Sequence[Any]]


class Workspace:
    """A database in *folder*, which is to be empty and is not cleaned up here."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        import duckdb  # noqa: PLC0415 - an extra, and slow to import

        self._folder = folder
        self._limits = limits
        self._errors = duckdb
        self._closed = False
        settings: dict[str, Any] = dict(statements.SAFE) | {
            "enable_external_access": True,  # until `_close` takes it away
            "memory_limit": f"{limits.memory_bytes}B",
            "preserve_insertion_order": False,
            "temp_directory": str(folder / "spill"),
            "threads": 2,
        }
        self._db = duckdb.connect(str(folder / "events.duckdb"), config=settings)

    def __enter__(self) -> Self:
        """The workspace itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self._db.close()

    def load(self, table: str, names: Iterable[str], records: Iterable[Record]) -> int:
        """Make *table* of *records*, with the columns of these *names*; how many there were.

        Raises:
            Failed: a record does not fit the columns, or there is no room.
        """
        chosen = columns.chosen(names)
        self._db.execute(columns.create(table, chosen))
        statement = columns.load(table, chosen)
        path = self._folder / "batch.json"
        count = 0
        for lines in _batches(records):
            with path.open("wb") as file:
                file.write(b"\n".join(lines))
            try:
                self._db.execute(statement, [str(path)])
            except self._errors.Error as error:
                raise Failed(f"an event cannot be loaded: {statements.plain(error)}") from error
            count += len(lines)
        path.unlink(missing_ok=True)
        return count

    def ask(self, statement: Statement) -> Answer:
        """The answer to *statement*; nothing can be loaded any more.

        Raises:
            Failed: the time is over, the memory does not do, or a value cannot be computed.
        """
        self._close()
        try:
            result = self._db.execute(statement.text)
        except self._errors.Error as error:
            raise self._failed(error) from error
        described = result.description or ()
        return Answer(
            [str(one[0]) for one in described],
            [str(one[1]) for one in described],
            self._rows(result),
        )

    def _close(self) -> None:
        """Give up everything outside the database, for good."""
        if self._closed:
            return
        self._closed = True
        statements.prepare(self._db)
        for setting in (
            "preserve_insertion_order = true",
            f"max_execution_time = {max(1, round(self._limits.seconds * 1_000))}",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._db.execute(f"SET {setting}")

    def _rows(self, result: Any) -> Iterator[Sequence[Any]]:
        left = self._limits.rows
        while left is None or left > 0:
            try:
                found = result.fetchmany(AT_ONCE if left is None else min(left, AT_ONCE))
            except self._errors.Error as error:
                raise self._failed(error) from error
            if not found:
                return
            yield from found
            left = None if left is None else left - len(found)

    def _failed(self, error: Exception) -> Failed:
        if isinstance(error, self._errors.InterruptException):
            return Failed(f"took longer than {self._limits.seconds:g} seconds", timed_out=True)
        if isinstance(error, self._errors.OutOfMemoryException):
            memory = f"{self._limits.memory_bytes // MEBI} MiB"
            return Failed(f"needs more than the {memory} of memory that it may take")
        return Failed(statements.plain(error))


def _batches(records: Iterable[Record]) -> Iterator[list[bytes]]:
    """The texts of *records* in lists of about `BATCH` bytes."""
    lines: list[bytes] = []
    size = 0
    for record in records:
        line = bytes(record.text)
        lines.append(line)
        size += len(line)
        if size >= BATCH:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines
