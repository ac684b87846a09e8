"""Taking in many counts at once, as the trail gives them: a few statements for a whole batch."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from doorward.store import metrics, rows
from doorward.store.metric_statistics import Statistics, joined
from doorward.store.tables.metric import Metric, MetricPoint, metric_points
from doorward.store.tables.metric import metrics as metric_table

Dimensions = tuple[tuple[str, str], ...]


class Sample(NamedTuple):
    """A metric of an account in a minute, and what was measured; a batch has each once."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions
    minute: datetime
    unit: str
    measured: Statistics

    @property
    def series(self) -> str:
        """The hash of the metric."""
        return metrics.series(self.region, self.namespace, self.name, dict(self.dimensions))


def put(db: Connection, samples: Iterable[Sample]) -> None:
    """Join every sample to what is there."""
    ordered = sorted(samples, key=lambda one: (one.account, one.minute))
    for (account, minute), group in groupby(ordered, key=lambda one: (one.account, one.minute)):
        keyed = {one.series: one for one in group}
        _list(db, account, minute, keyed)
        _join(db, account, minute, list(keyed.items()))


def _list(db: Connection, account: str, minute: datetime, keyed: Mapping[str, Sample]) -> None:
    """Have the metrics listed, with their newest points."""
    columns = metric_table.c
    query = select(columns.series, columns.newest_at).where(
        columns.account == account, columns.series.in_(keyed)
    )
    known = {row[0]: row[1] for row in db.execute(query)}
    new = [
        Metric(account, key, one.region, one.namespace, one.name, dict(one.dimensions), minute)
        for key, one in keyed.items()
        if key not in known
    ]
    if new:
        values = [{name: getattr(one, name) for name in metrics.FIELDS} for one in new]
        db.execute(insert(metric_table), values)
    if older := [key for key, newest in known.items() if newest < minute]:
        here = (columns.account == account, columns.series.in_(older))
        db.execute(update(metric_table).where(*here).values(newest_at=minute))


def _join(
    db: Connection, account: str, minute: datetime, keyed: Sequence[tuple[str, Sample]]
) -> None:
    columns = metric_points.c
    query = select(metric_points).where(
        columns.account == account,
        columns.series.in_([key for key, _ in keyed]),
        columns.resolution == metrics.MINUTE,
        columns.at == minute,
    )
    before = {(one.series, one.unit): one for one in rows.many(db, query, MetricPoint)}
    new, changed = [], []
    for key, one in keyed:
        there = before.get((key, one.unit))
        if there is None:
            own = {"account": account, "series": key, "resolution": metrics.MINUTE}
            new.append({**own, "at": minute, "unit": one.unit, **metrics.values(one.measured)})
        else:
            both = joined(metrics.statistics(there), one.measured)
            named = {f"new_{name}": value for name, value in metrics.values(both).items()}
            changed.append({"key": key, "of_unit": one.unit, **named})
    if new:
        db.execute(insert(metric_points), new)
    if changed:
        here = (
            columns.account == account,
            columns.series == bindparam("key"),
            columns.resolution == metrics.MINUTE,
            columns.at == minute,
            columns.unit == bindparam("of_unit"),
        )
        names = ("count", "total", "minimum", "maximum", "distribution")
        statement = update(metric_points).where(*here)
        db.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), changed)
