"""CloudWatch anomaly detectors: what the bands of a metric are made by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class AnomalyDetector:
    """An anomaly detector.

    `id` follows from what it watches, so there is one for each metric and statistic, and for each
    list of queries. `kind` is `SINGLE_METRIC` or `METRIC_MATH`; of the latter `namespace` and
    `metric` are empty. `members` are what the request gave, by the model's names.
    """

    account: str
    region: str
    id: str
    kind: str
    namespace: str
    metric: str
    members: Mapping[str, Any]
    created_at: datetime


anomaly_detectors = Table(
    "anomaly_detector",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("namespace", String(255), nullable=False),
    Column("metric", String(255), nullable=False),
    Column("members", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_anomaly_detector_metric", "account", "region", "namespace", "metric", "id"),
)
