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
from doorward.services.cloudwatch.metric_evaluation import COMPARISONS, period_of
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
    *("ActionConfiguration", "ThresholdMetricId"),
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
    for name in ("EvaluationPeriods", "ComparisonOperator", "Threshold"):
        if name not in given:
            raise MissingParameter(f"The parameter {name} is required.")
    if given["ComparisonOperator"] not in COMPARISONS:
        raise ValidationError(
            f"The comparison operator {given['ComparisonOperator']} needs an anomaly "
            "detection model, which this server does not have."
        )
    _check_missing(given)
    if given.get("DatapointsToAlarm", 1) > given["EvaluationPeriods"]:
        raise ValidationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    if "Metrics" in given:
        _check_metrics(given)
    else:
        _check_single(given)
    _check_span(given)


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
    if sum(one.shown for one in asked) != 1:
        raise ValidationError("Exactly one element of the metrics list should return data.")
    for one in asked:
        called = evaluate.calls(one.expression) if one.expression is not None else frozenset()
        if "SEARCH" in called or called & evaluate.ELSEWHERE.keys():
            raise ValidationError(
                "SEARCH and functions that need other services are not supported in alarms."
            )


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
