"""How far the model of an anomaly detector is."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from doorward.services.cloudwatch import anomaly_models, queries
from doorward.services.cloudwatch.math import band
from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Series
from doorward.services.cloudwatch.queries import MetricQuery, Query
from doorward.services.cloudwatch.reading import Place, Reading, seconds
from doorward.store import anomaly_detectors as store
from doorward.store.tables.anomaly_detector import AnomalyDetector

PENDING, INSUFFICIENT, TRAINED = "PENDING_TRAINING", "TRAINED_INSUFFICIENT_DATA", "TRAINED"
PERIOD = 300
"""In which the points of a metric are counted; a band has the period of its query."""


def state(db: Connection, detector: AnomalyDetector, now: datetime) -> str:
    """Whether a band could be made for the hour of *now*.

    assumed: pending while there are no points, trained on too little while there are too few.
    """
    learning = anomaly_models.read(detector.members.get("Configuration") or {})
    since = now - timedelta(days=learning.window_days, hours=1)
    place = Place(db, detector.account, detector.region, since, now, now)
    asked = _queries(detector)
    try:
        shown = next(one for one in asked if one.shown)
        found = Reading(place, asked, searches=False, bands=False).value(shown)
    except MathError:
        return PENDING
    points = found.in_order if isinstance(found, Series) else []
    model = band.trained(points, learning)
    if model.expected(seconds(now)) is not None:
        return TRAINED
    return INSUFFICIENT if model.cells else PENDING


def _queries(detector: AnomalyDetector) -> list[Query]:
    members = detector.members
    if detector.kind == store.MATH:
        return queries.read(members["Queries"])
    dimensions = {one["Name"]: one["Value"] for one in members["Dimensions"]}
    statistic = queries.known(members["Stat"])
    metric = MetricQuery(detector.namespace, detector.metric, dimensions, PERIOD, statistic, None)
    return [Query("m", metric, None, "", None, shown=True, period=None, account=None)]
