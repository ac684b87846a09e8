"""Anomaly detectors: what the bands of metrics are made by, as far as one can say.

How a band is made is in `math.band`. Nothing is trained ahead: the points are there when one asks.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from doorward.services.cloudwatch import anomaly_models, paging, queries, resources
from doorward.services.cloudwatch import dimensions as dimension_lists
from doorward.services.cloudwatch.anomaly_state import state
from doorward.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
    ResourceNotFoundException,
    TooMany,
)
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import anomaly_detectors as store
from doorward.store.tables.anomaly_detector import AnomalyDetector

MOST = 500
PER_PAGE = 10
"""Detectors of a page: for each of them two weeks of points are looked at."""

METRIC = ("Namespace", "MetricName", "Dimensions", "Stat")


@cloudwatch.operation(on=resources.unnamed)
def put_anomaly_detector(ctx: Context, **members: Any) -> Output:
    """Make a detector of a metric or of an expression, or change the one that there is.

    Raises:
        InvalidParameterCombination: it is to be of more than one kind.
        InvalidParameterValue: its metric, queries, times or time zone cannot be.
        MissingParameter: it is of no metric.
        TooMany: there are 500 in the Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html
    """
    given = _wire(members)
    found = _subject(ctx, given)
    anomaly_models.read(given.get("Configuration") or {})
    kept = {**found.members}
    if "Configuration" in given:
        kept["Configuration"] = _kept(given["Configuration"])
    if "MetricCharacteristics" in given:
        kept["MetricCharacteristics"] = given["MetricCharacteristics"]
    here = (ctx.db, ctx.account, ctx.facts.region)
    if store.find(*here, found.id) is None and store.count(*here) >= MOST:
        raise TooMany(f"An account can have at most {MOST} anomaly detectors in a Region.")
    made = AnomalyDetector(
        found.account, found.region, found.id, found.kind, found.namespace, found.metric, kept,
        ctx.now,
    )  # fmt: skip
    store.put(ctx.db, made)
    return {"AnomalyDetectorId": made.id}


@cloudwatch.operation(on=resources.unnamed)
def delete_anomaly_detector(ctx: Context, **members: Any) -> Output:
    """Forget a detector; bands of its metric are made as without one from then on.

    Raises:
        ResourceNotFoundException: there is none.
        InvalidParameterCombination: it is named in more than one way.
        InvalidParameterValue: its metric or queries cannot be.
        MissingParameter: it is not named.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAnomalyDetector.html
    """
    given = _wire(members)
    id_ = given.get("AnomalyDetectorId") or _subject(ctx, given).id
    if not store.remove(ctx.db, ctx.account, ctx.facts.region, id_):
        raise ResourceNotFoundException(id_)
    return {}


@cloudwatch.operation(on=resources.unnamed)
def describe_anomaly_detectors(
    ctx: Context,
    *,
    anomaly_detector_ids: Sequence[str] | None = None,
    next_token: str | None = None,
    max_results: int = PER_PAGE,
    namespace: str | None = None,
    metric_name: str | None = None,
    dimensions: Sequence[Mapping[str, str]] | None = None,
    anomaly_detector_types: Sequence[str] | None = None,
) -> Output:
    """The detectors: those of single metrics, unless others are asked for.

    A page holds at most ten, and fewer where dimensions are asked for.

    Raises:
        InvalidParameterCombination: a metric is named, and detectors that are of none are wanted.
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html
    """
    here = (ctx.db, ctx.account, ctx.facts.region)
    if anomaly_detector_ids:
        known = [store.find(*here, one) for one in dict.fromkeys(anomaly_detector_ids)]
        return {"AnomalyDetectors": [_shape(ctx, one) for one in known if one is not None]}
    kinds = sorted(anomaly_detector_types or (store.SINGLE,))
    if store.MATH in kinds and (namespace or metric_name or dimensions):
        raise InvalidParameterCombination(
            "Namespace, MetricName and Dimensions are for detectors of the type SINGLE_METRIC."
        )
    wanted = dimension_lists.read(dimensions)
    asked = json.dumps([kinds, namespace, metric_name, sorted(wanted.items())])
    scope = f"DescribeAnomalyDetectors {asked}"
    page = store.page(
        *here,
        kinds=kinds,
        namespace=namespace,
        metric=metric_name,
        after=paging.after(ctx, scope, next_token),
        limit=min(max_results, PER_PAGE),
    )
    chosen = [one for one in page.items if _has(one, wanted)]
    shown = [_shape(ctx, one) for one in chosen]
    return {"AnomalyDetectors": shown, **paging.end(ctx, scope, page.last)}


def _wire(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that were given, by the model's names."""
    names = {name: "".join(map(str.capitalize, name.split("_"))) for name in members}
    return {names[name]: value for name, value in members.items() if value is not None}


def _subject(ctx: Context, given: Mapping[str, Any]) -> AnomalyDetector:
    """The detector that a request means, without its configuration."""
    ways = [
        one for one in ("SingleMetricAnomalyDetector", "MetricMathAnomalyDetector") if one in given
    ]
    if any(member in given for member in METRIC):
        ways.append("Namespace")
    if len(ways) > 1:
        raise InvalidParameterCombination(
            f"The parameters {ways[0]} and {ways[1]} are mutually exclusive and you have "
            "specified both."
        )
    if ways == ["MetricMathAnomalyDetector"]:
        return _of_math(ctx, given["MetricMathAnomalyDetector"])
    return _of_metric(ctx, given.get("SingleMetricAnomalyDetector", given))


def _of_metric(ctx: Context, given: Mapping[str, Any]) -> AnomalyDetector:
    for name in ("Namespace", "MetricName", "Stat"):
        if name not in given:
            raise MissingParameter(f"The parameter {name} is required.")
    if given.get("AccountId", ctx.account) != ctx.account:
        raise InvalidParameterValue(
            f"The account {given['AccountId']} is not linked to this account."
        )
    queries.known(given["Stat"])
    asked = dimension_lists.read(given.get("Dimensions"))
    namespace, metric = given["Namespace"], given["MetricName"]
    id_ = anomaly_models.of_metric(namespace, metric, asked, given["Stat"])
    members = {"Dimensions": dimension_lists.shown(asked), "Stat": given["Stat"]}
    return AnomalyDetector(
        ctx.account, ctx.facts.region, id_, store.SINGLE, namespace, metric, members, ctx.now
    )


def _of_math(ctx: Context, given: Mapping[str, Any]) -> AnomalyDetector:
    listed = given.get("MetricDataQueries") or []
    if not listed:
        raise MissingParameter("The parameter MetricDataQueries is required.")
    asked = queries.read(listed)
    shown = [one for one in asked if one.shown]
    if len(shown) != 1 or shown[0].expression is None:
        raise InvalidParameterValue(
            "Exactly one of the MetricDataQueries must return data, and it must be an expression."
        )
    id_ = anomaly_models.of_query(asked, shown[0])
    return AnomalyDetector(
        ctx.account, ctx.facts.region, id_, store.MATH, "", "", {"Queries": list(listed)}, ctx.now
    )


def _kept(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """*configuration* with its times as text."""
    kept = dict(configuration)
    if ranges := kept.get("ExcludedTimeRanges"):
        kept["ExcludedTimeRanges"] = [
            {name: at.isoformat() for name, at in one.items()} for one in ranges
        ]
    return kept


def _has(detector: AnomalyDetector, wanted: Mapping[str, str]) -> bool:
    listed = detector.members.get("Dimensions") or ()
    had = {one["Name"]: one["Value"] for one in listed}
    return wanted.items() <= had.items()


def _shape(ctx: Context, found: AnomalyDetector) -> dict[str, Any]:
    """A detector as answers have it: of one metric, in the old form and in the new one."""
    members = found.members
    shown: dict[str, Any] = {
        "AnomalyDetectorId": found.id,
        "Configuration": _told(members.get("Configuration") or {}),
        "StateValue": state(ctx.db, found, ctx.now),
    }
    if "MetricCharacteristics" in members:
        shown["MetricCharacteristics"] = members["MetricCharacteristics"]
    if found.kind == store.MATH:
        return shown | {"MetricMathAnomalyDetector": {"MetricDataQueries": members["Queries"]}}
    single = {
        "Namespace": found.namespace,
        "MetricName": found.metric,
        "Dimensions": members["Dimensions"],
        "Stat": members["Stat"],
    }
    own = {**single, "AccountId": found.account}
    return {**shown, **single, "SingleMetricAnomalyDetector": own}


def _told(configuration: Mapping[str, Any]) -> dict[str, Any]:
    ranges = [
        {name: datetime.fromisoformat(at) for name, at in one.items()}
        for one in configuration.get("ExcludedTimeRanges") or ()
    ]
    return {**configuration, "ExcludedTimeRanges": ranges}
