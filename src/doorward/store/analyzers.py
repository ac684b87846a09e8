"""Queries on analyzers and their archive rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.access_preview import access_previews
from doorward.store.tables.analyzer import Analyzer, ArchiveRule, analyzers, archive_rules
from doorward.store.tables.finding import analyzed_resources, findings
from doorward.store.tables.finding_recommendation import finding_recommendations

_columns = analyzers.c
_rules = archive_rules.c


def add(db: Connection, made: Analyzer) -> None:
    """Insert an analyzer."""
    values = {name: getattr(made, name) for name in Analyzer.__slots__}
    db.execute(insert(analyzers).values(values))


def find(db: Connection, account: str, region: str, name: str) -> Analyzer | None:
    """The analyzer of that name."""
    query = select(analyzers).where(
        _columns.account == account, _columns.region == region, _columns.name == name
    )
    return rows.one(db, query, Analyzer)


def by_id(db: Connection, account: str, analyzer_id: str) -> Analyzer | None:
    """The analyzer of that id."""
    query = select(analyzers).where(_columns.id == analyzer_id, _columns.account == account)
    return rows.one(db, query, Analyzer)


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    kind: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[Analyzer]:
    """At most *limit* analyzers of a Region, by name, after the name *after*."""
    query = select(analyzers).where(_columns.account == account, _columns.region == region)
    if kind is not None:
        query = query.where(_columns.kind == kind)
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), Analyzer)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def count(db: Connection, account: str, region: str, kinds: Sequence[str]) -> int:
    """How many analyzers of those kinds there are."""
    query = select(func.count()).where(
        _columns.account == account, _columns.region == region, _columns.kind.in_(kinds)
    )
    return db.scalar(query) or 0


def any_there(db: Connection) -> bool:
    """Whether there is any analyzer at all, in whatever account."""
    return db.execute(select(_columns.id).limit(1)).first() is not None


def watching(db: Connection, account: str, organization: str) -> Sequence[Analyzer]:
    """The analyzers of every Region that look at resources of *account*.

    Those of the account itself, and those of its *organization*, which is empty for none.
    """
    own = select(analyzers).where(_columns.account == account, _columns.organization == "")
    found = list(rows.many(db, own, Analyzer))
    if organization:
        query = select(analyzers).where(_columns.organization == organization)
        found += rows.many(db, query, Analyzer)
    return found


def of_kinds(db: Connection, kinds: Sequence[str]) -> Sequence[Analyzer]:
    """The analyzers of those kinds, of every account and Region."""
    query = select(analyzers).where(_columns.kind.in_(kinds))
    return rows.many(db, query, Analyzer)


def change(db: Connection, found: Analyzer, values: Mapping[str, Any]) -> None:
    """Set columns of an analyzer."""
    query = update(analyzers).where(_columns.id == found.id, _columns.account == found.account)
    db.execute(query.values(dict(values)))


def remove(db: Connection, found: Analyzer) -> None:
    """Delete an analyzer with all that hangs on it."""
    hanging = (archive_rules, findings, analyzed_resources, access_previews)
    for table in (*hanging, finding_recommendations):
        query = delete(table).where(table.c.account == found.account, table.c.analyzer == found.id)
        db.execute(query)
    db.execute(delete(analyzers).where(_columns.id == found.id, _columns.account == found.account))


def add_rule(db: Connection, made: ArchiveRule) -> None:
    """Insert an archive rule."""
    values = {name: getattr(made, name) for name in ArchiveRule.__slots__}
    db.execute(insert(archive_rules).values(values))


def find_rule(db: Connection, account: str, analyzer_id: str, name: str) -> ArchiveRule | None:
    """The rule of that name."""
    query = select(archive_rules).where(
        _rules.account == account, _rules.analyzer == analyzer_id, _rules.name == name
    )
    return rows.one(db, query, ArchiveRule)


def rules(
    db: Connection, account: str, analyzer_id: str, *, after: str | None = None, limit: int
) -> Page[ArchiveRule]:
    """At most *limit* rules of an analyzer, by name, after the name *after*."""
    query = select(archive_rules).where(_rules.account == account, _rules.analyzer == analyzer_id)
    if after is not None:
        query = query.where(_rules.name > after)
    found = rows.many(db, query.order_by(_rules.name).limit(limit + 1), ArchiveRule)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def change_rule(db: Connection, found: ArchiveRule, values: Mapping[str, Any]) -> None:
    """Set columns of a rule."""
    query = update(archive_rules).where(
        _rules.account == found.account,
        _rules.analyzer == found.analyzer,
        _rules.name == found.name,
    )
    db.execute(query.values(dict(values)))


def remove_rule(db: Connection, found: ArchiveRule) -> None:
    """Delete a rule."""
    db.execute(
        delete(archive_rules).where(
            _rules.account == found.account,
            _rules.analyzer == found.analyzer,
            _rules.name == found.name,
        )
    )
