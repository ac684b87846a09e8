"""What an alarm on a metric must be like.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.cloudwatch import queries
from doorward.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
    ValidationError,
)
from doorward.services.cloudwatch.math import evaluate
from doorward.services.cloudwatch.math.tree import Call
from doorward.services.cloudwatch.metric_evaluation import period_of
from doorward.services.cloudwatch.queries import Query
from doorward.services.cloudwatch.thresholds import BANDS
from doorward.services.cloudwatch.window import Missing

DAY, HOUR = 86_400, 3_600
MOST_METRICS = 10
PERIODS = (10, 20, 30)
SINGLE = (
    "MetricName",
    "Namespace",
    "Dimensions",
    "Period",
    "Unit",
    "Statistic",
    "ExtendedStatistic",
)
NOT_HERE = (
    *("EvaluationCriteria", "EvaluationWindow", "WarmUpConfiguration", "EvaluationInterval"),
    "ActionConfiguration",
)
"""Members that ask for evaluations that are not made here: refused rather than passed over."""


def check(given: Mapping[str, Any]) -> None:
    """Refuse *given*, the members of a PutMetricAlarm, unless such an alarm can be evaluated.

    Raises:
        ValidationError, InvalidParameterValue, InvalidParameterCombination, MissingParameter: why.
    """
    for name in NOT_HERE:
        if name in given:
            raise ValidationError(f"{name} is not supported by this server.")
    for name in ("EvaluationPeriods", "ComparisonOperator"):
        if name not in given:
            raise MissingParameter(f"The parameter {name} is required.")
    _check_threshold(given)
    _check_missing(given)
    if given.get("DatapointsToAlarm", 1) > given["EvaluationPeriods"]:
        raise ValidationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    if "Metrics" in given:
        _check_metrics(given)
    else:
        _check_single(given)
    _check_span(given)


def _check_threshold(given: Mapping[str, Any]) -> None:
    """Refuse a threshold that does not go with the operator: a number, or the id of a band."""
    banded = given["ComparisonOperator"] in BANDS
    wanted, other = ("ThresholdMetricId", "Threshold")[:: 1 if banded else -1]
    if wanted not in given:
        raise MissingParameter(f"The parameter {wanted} is required.")
    if other in given:
        raise InvalidParameterCombination(
            f"The parameter {other} does not go with {given['ComparisonOperator']}."
        )
    if banded and "Metrics" not in given:
        raise MissingParameter("The parameter Metrics is required.")


def _check_missing(given: Mapping[str, Any]) -> None:
    treated = given.get("TreatMissingData", Missing.MISSING.value)
    if treated not in {one.value for one in Missing}:
        raise InvalidParameterValue(
            "The parameter TreatMissingData must be one of [breaching, notBreaching, ignore, "
            "missing]."
        )
    low = given.get("EvaluateLowSampleCountPercentile")
    if low is None:
        return
    if low not in ("evaluate", "ignore"):
        raise InvalidParameterValue(
            "The parameter EvaluateLowSampleCountPercentile must be evaluate or ignore."
        )
    if not str(given.get("ExtendedStatistic", "")).startswith("p"):
        raise InvalidParameterCombination(
            "EvaluateLowSampleCountPercentile is only for alarms on percentiles."
        )


def _check_single(given: Mapping[str, Any]) -> None:
    for name in ("MetricName", "Namespace", "Period"):
        if name not in given:
            raise MissingParameter(f"The parameter {name} is required.")
    if ("Statistic" in given) == ("ExtendedStatistic" in given):
        raise MissingParameter(
            "You must specify either Statistic or ExtendedStatistic, and not both."
        )
    if "ExtendedStatistic" in given:
        queries.known(given["ExtendedStatistic"])


def _check_metrics(given: Mapping[str, Any]) -> None:
    if wrong := [name for name in SINGLE if name in given]:
        raise InvalidParameterCombination(
            f"The parameters Metrics and {wrong[0]} are mutually exclusive."
        )
    asked = queries.read(given["Metrics"])
    if sum(one.metric is not None for one in asked) > MOST_METRICS:
        raise ValidationError(f"An alarm can have at most {MOST_METRICS} metrics.")
    band = given.get("ThresholdMetricId")
    watched = [one for one in asked if one.id != band]
    if sum(one.shown for one in watched) != 1:
        raise ValidationError("Exactly one element of the metrics list should return data.")
    if band is not None and not any(one.id == band and _is_band(one) for one in asked):
        raise ValidationError(
            f"ThresholdMetricId must be the id of an expression that is {evaluate.BAND}."
        )
    for one in watched:
        called = evaluate.calls(one.expression) if one.expression is not None else frozenset()
        if called & {"SEARCH", evaluate.BAND} or called & evaluate.ELSEWHERE.keys():
            raise ValidationError(
                "SEARCH, bands that are no threshold, and functions that need other services are "
                "not supported in alarms."
            )


def _is_band(query: Query) -> bool:
    node = query.expression
    return isinstance(node, Call) and node.function == evaluate.BAND


def _check_span(given: Mapping[str, Any]) -> None:
    period = period_of(given)
    if period not in PERIODS and period % queries.MINUTE:
        raise ValidationError("Period must be 10, 20, 30 or a multiple of 60.")
    longest = DAY if period < HOUR else 7 * DAY
    if period * given["EvaluationPeriods"] > longest:
        words = "a day" if longest == DAY else "seven days"
        raise ValidationError(
            f"Metrics cannot be checked across more than {words} "
            f"(EvaluationPeriods * Period must be <= {longest})."
        )
