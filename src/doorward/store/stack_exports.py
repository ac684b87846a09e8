"""Queries on what stacks export and import."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.stack import (
    StackExport,
    StackImport,
    stack_exports,
    stack_imports,
)

_exports = stack_exports.c
_imports = stack_imports.c


def find(db: Connection, account: str, region: str, name: str) -> StackExport | None:
    """The export of that name."""
    query = select(stack_exports).where(
        _exports.account == account, _exports.region == region, _exports.name == name
    )
    return rows.one(db, query, StackExport)


def page(
    db: Connection, account: str, region: str, *, after: str | None, limit: int
) -> Page[StackExport]:
    """At most *limit* exports, by name."""
    query = select(stack_exports).where(_exports.account == account, _exports.region == region)
    if after is not None:
        query = query.where(_exports.name > after)
    found = rows.many(db, query.order_by(_exports.name).limit(limit + 1), StackExport)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def of_stack(db: Connection, stack_id: str) -> Sequence[StackExport]:
    """What a stack exports, 200 at most, by name."""
    query = select(stack_exports).where(_exports.stack == stack_id).order_by(_exports.name)
    return rows.many(db, query, StackExport)


def replace(db: Connection, stack_id: str, exports: Iterable[StackExport]) -> None:
    """Have a stack export these and nothing else."""
    db.execute(delete(stack_exports).where(_exports.stack == stack_id))
    for one in exports:
        values = {name: getattr(one, name) for name in StackExport.__slots__}
        db.execute(insert(stack_exports).values(values))


def importers(
    db: Connection, account: str, region: str, name: str, *, after: str | None, limit: int
) -> Page[StackImport]:
    """At most *limit* stacks that import the export of that name, by ARN."""
    query = select(stack_imports).where(
        _imports.account == account, _imports.region == region, _imports.name == name
    )
    if after is not None:
        query = query.where(_imports.stack > after)
    found = rows.many(db, query.order_by(_imports.stack).limit(limit + 1), StackImport)
    return Page(found[:limit], found[limit - 1].stack if len(found) > limit else None)


def note_import(db: Connection, imported: StackImport) -> None:
    """A stack imports from now on what it names."""
    values = {name: getattr(imported, name) for name in StackImport.__slots__}
    query = select(stack_imports.c.stack).filter_by(**values)
    if db.execute(query).first() is None:
        db.execute(insert(stack_imports).values(values))


def imports(db: Connection, stack_id: str) -> Sequence[StackImport]:
    """What a stack imports, by name."""
    query = select(stack_imports).where(_imports.stack == stack_id).order_by(_imports.name)
    return rows.many(db, query, StackImport)


def keep_imports(db: Connection, stack_id: str, names: Iterable[str]) -> None:
    """A stack imports nothing any more but these names."""
    kept = set(names)
    for one in imports(db, stack_id):
        if one.name not in kept:
            db.execute(
                delete(stack_imports).where(
                    _imports.account == one.account,
                    _imports.region == one.region,
                    _imports.name == one.name,
                    _imports.stack == stack_id,
                )
            )
