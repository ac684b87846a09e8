"""Queries on CloudWatch anomaly detectors."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.anomaly_detector import AnomalyDetector, anomaly_detectors

SINGLE, MATH = "SINGLE_METRIC", "METRIC_MATH"
_columns = anomaly_detectors.c
FIELDS = tuple(column.name for column in anomaly_detectors.columns)


def find(db: Connection, account: str, region: str, detector_id: str) -> AnomalyDetector | None:
    """The detector of that id."""
    query = select(anomaly_detectors).where(*_is(account, region, detector_id))
    return rows.one(db, query, AnomalyDetector)


def put(db: Connection, made: AnomalyDetector) -> None:
    """Keep *made*, in place of the one of the same id."""
    remove(db, made.account, made.region, made.id)
    db.execute(insert(anomaly_detectors).values({name: getattr(made, name) for name in FIELDS}))


def remove(db: Connection, account: str, region: str, detector_id: str) -> bool:
    """Forget a detector; False where there is none."""
    query = delete(anomaly_detectors).where(*_is(account, region, detector_id))
    return db.execute(query).rowcount == 1


def count(db: Connection, account: str, region: str) -> int:
    """How many there are."""
    query = select(func.count()).where(_columns.account == account, _columns.region == region)
    return db.scalar(query) or 0


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    kinds: Collection[str],
    namespace: str | None = None,
    metric: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[AnomalyDetector]:
    """At most *limit* detectors of some *kinds* by id, of a namespace or a metric or of all."""
    query = select(anomaly_detectors).where(
        _columns.account == account, _columns.region == region, _columns.kind.in_(kinds)
    )
    if namespace is not None:
        query = query.where(_columns.namespace == namespace)
    if metric is not None:
        query = query.where(_columns.metric == metric)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), AnomalyDetector)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def _is(account: str, region: str, detector_id: str) -> tuple[Any, ...]:
    return (_columns.account == account, _columns.region == region, _columns.id == detector_id)
