"""CloudWatch metrics: which there are, and their data points."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Double, Index, Integer, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: a namespace, a name and dimensions.

    `series` is the hash of these and the Region, under which its points are kept. `newest_at` is
    the time of the newest point.
    """

    account: str
    series: str
    region: str
    namespace: str
    name: str
    dimensions: Mapping[str, str]
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """What was measured in the *resolution* seconds from *at* on, in one unit.

    `distribution` is pairs of a value and how often it came; None where it is not known, because
    only statistics of the values were given.
    """

    account: str
    series: str
    resolution: int
    at: datetime
    unit: str
    count: float
    total: float
    minimum: float
    maximum: float
    distribution: list[list[float]] | None


metrics = Table(
    "metric",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("series", String(40), primary_key=True),
    Column("region", String(32), nullable=False),
    Column("namespace", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("dimensions", Json, nullable=False),
    Column("newest_at", Moment, nullable=False),
    Index("ix_metric_name", "account", "region", "namespace", "name", "series"),
    Index("ix_metric_newest_at", "newest_at"),
)

metric_points = Table(
    "metric_point",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("series", String(40), primary_key=True),
    Column("resolution", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True),
    Column("unit", String(32), primary_key=True),
    Column("count", Double, nullable=False),
    Column("total", Double, nullable=False),
    Column("minimum", Double, nullable=False),
    Column("maximum", Double, nullable=False),
    Column("distribution", Json),
    Index("ix_metric_point_age", "resolution", "at", "account", "series", "unit"),
)
