"""Queries that are compiled once: what a hot look-up costs is then the database's own work.

SQLAlchemy builds, caches and runs a statement in a tenth of a millisecond, which is more than the
rest of a request takes. So the few queries that requests make again and again are compiled by it
once for each kind of database, and run on the driver's own cursor. What one found is remembered for
as long as its reader sees the same moment; INVARIANT: nobody changes what a row holds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect, Select

from doorward.store.readers import seen

T = TypeVar("T")

REMEMBERED = 1_024

Processor = Callable[[Any], Any]


class Plan(NamedTuple):
    """A statement in a database's own language.

    `names` are the parameters by position, None where the driver takes them by name; `constants`
    those that the statement brings along, such as its LIMIT. `binds` and `results` turn values into
    the driver's and back.
    """

    text: str
    names: tuple[str, ...] | None
    constants: dict[str, Any]
    binds: Mapping[str, Processor]
    results: tuple[tuple[int, Processor], ...]


class Prepared(Generic[T]):
    """*query*, whose parameters are its `bindparam`s; its columns are the fields of *kind*."""

    def __init__(self, query: Select[Any], kind: Callable[..., T]) -> None:
        self._query = query
        self._kind = kind
        self._plans: dict[str, Plan] = {}

    def one(self, db: Connection, **values: Any) -> T | None:
        """The first row, or None."""
        found = seen(db)
        if found is None:
            return self._one(db, values)
        key = (self, *sorted(values.items()))
        if key in found:
            value: T | None = found[key]
            return value
        value = self._one(db, values)
        if len(found) >= REMEMBERED:
            found.clear()
        found[key] = value
        return value

    def many(self, db: Connection, **values: Any) -> list[T]:
        """Every row."""
        cursor, results = self._run(db, values)
        try:
            found = cursor.fetchall()
        finally:
            cursor.close()
        return [self._made(row, results) for row in found]

    def _one(self, db: Connection, values: dict[str, Any]) -> T | None:
        cursor, results = self._run(db, values)
        try:
            row = cursor.fetchone()
        finally:
            cursor.close()
        return None if row is None else self._made(row, results)

    def _run(self, db: Connection, values: dict[str, Any]) -> tuple[Any, Sequence[Any]]:
        plan = self._plans.get(db.dialect.name)
        if plan is None:
            plan = self._plans[db.dialect.name] = self._compiled(db.dialect)
        if plan.constants:
            values = plan.constants | values
        for name, process in plan.binds.items():
            values[name] = process(values[name])
        if not db.in_transaction():
            db.begin()
        given = values if plan.names is None else tuple([values[name] for name in plan.names])
        cursor = db.connection.cursor()
        for listener in db.dispatch.before_cursor_execute:
            listener(db, cursor, plan.text, given, None, False)
        cursor.execute(plan.text, given)
        return cursor, plan.results

    def _made(self, row: Sequence[Any], results: Sequence[tuple[int, Processor]]) -> T:
        if not results:
            return self._kind(*row)
        columns = list(row)
        for at, process in results:
            columns[at] = process(columns[at])
        return self._kind(*columns)

    def _compiled(self, dialect: Dialect) -> Plan:
        compiled = self._query.compile(dialect=dialect)
        binds = {
            name: process
            for name, parameter in compiled.binds.items()
            if (process := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        results = tuple(
            (at, process)
            for at, column in enumerate(self._query.selected_columns)
            if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
        )
        names = tuple(compiled.positiontup or ()) if compiled.positional else None
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return Plan(str(compiled), names, constants, binds, results)
