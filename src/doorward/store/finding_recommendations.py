"""Queries on what is recommended about findings."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from doorward.store import rows
from doorward.store.tables.finding_recommendation import (
    IN_PROGRESS,
    FindingRecommendation,
    finding_recommendations,
)

_columns = finding_recommendations.c


def find(db: Connection, account: str, analyzer: str, finding: str) -> FindingRecommendation | None:
    """The one about that finding."""
    query = select(finding_recommendations).where(*_about(account, analyzer, finding))
    return rows.one(db, query, FindingRecommendation)


def put(db: Connection, made: FindingRecommendation) -> None:
    """Insert one, or replace the one about the same finding."""
    values = {name: getattr(made, name) for name in FindingRecommendation.__slots__}
    query = update(finding_recommendations).where(
        *_about(made.account, made.analyzer, made.finding)
    )
    if db.execute(query.values(values)).rowcount == 0:
        db.execute(insert(finding_recommendations).values(values))


def end(db: Connection, one: FindingRecommendation, values: Mapping[str, Any]) -> bool:
    """Whether *one* was in progress, and has *values* now."""
    query = update(finding_recommendations).where(
        *_about(one.account, one.analyzer, one.finding), _columns.status == IN_PROGRESS
    )
    return db.execute(query.values(dict(values))).rowcount > 0


def _about(account: str, analyzer: str, finding: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _columns.account == account,
        _columns.analyzer == analyzer,
        _columns.finding == finding,
    )
