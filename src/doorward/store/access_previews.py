"""Queries on access previews."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.access_preview import AccessPreview, access_previews

_columns = access_previews.c


def find(db: Connection, account: str, analyzer: str, preview_id: str) -> AccessPreview | None:
    """The preview of that id."""
    query = select(access_previews).where(
        _columns.account == account, _columns.analyzer == analyzer, _columns.id == preview_id
    )
    return rows.one(db, query, AccessPreview)


def page(
    db: Connection, account: str, analyzer: str, *, after: str | None = None, limit: int
) -> Page[AccessPreview]:
    """At most *limit* previews, by id."""
    query = select(access_previews).where(
        _columns.account == account, _columns.analyzer == analyzer
    )
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), AccessPreview)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def add(db: Connection, made: AccessPreview) -> None:
    """Insert a preview."""
    values = {name: getattr(made, name) for name in AccessPreview.__slots__}
    db.execute(insert(access_previews).values(values))


def change(db: Connection, found: AccessPreview, values: Mapping[str, Any]) -> None:
    """Set columns of a preview."""
    query = update(access_previews).where(
        _columns.account == found.account,
        _columns.analyzer == found.analyzer,
        _columns.id == found.id,
    )
    db.execute(query.values(dict(values)))
