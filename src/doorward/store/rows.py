"""Rows as values: a query's rows become the frozen class of their table."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select

T = TypeVar("T")


def one(db: Connection, query: Select[Any], kind: type[T]) -> T | None:
    """The first row of *query* as a *kind*, or None. The columns are the fields, in order."""
    row = db.execute(query).first()
    return None if row is None else kind(*row)


def many(db: Connection, query: Select[Any], kind: type[T]) -> Sequence[T]:
    """Every row of *query* as a *kind*."""
    return [kind(*row) for row in db.execute(query)]
