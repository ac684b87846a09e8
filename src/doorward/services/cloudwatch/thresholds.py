"""What the points of an alarm are compared with: a number, or the band that is expected.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

COMPARISONS: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    # operator: the comparison, and its words in reasons
    "GreaterThanOrEqualToThreshold": (
        lambda value, threshold: value >= threshold,
        "greater than or equal to",
    ),
    "GreaterThanThreshold": (lambda value, threshold: value > threshold, "greater than"),
    "LessThanThreshold": (lambda value, threshold: value < threshold, "less than"),
    "LessThanOrEqualToThreshold": (
        lambda value, threshold: value <= threshold,
        "less than or equal to",
    ),
}
BELOW, ABOVE = "LessThanLowerThreshold", "GreaterThanUpperThreshold"
OUTSIDE = "LessThanLowerOrGreaterThanUpperThreshold"
BANDS: Mapping[str, tuple[bool, bool]] = {
    # operator: whether it looks below the band, and above it
    BELOW: (True, False),
    ABOVE: (False, True),
    OUTSIDE: (True, True),
}


class Point(NamedTuple):
    """A point of the range: its time, what was measured, and of how many values.

    `lower` and `upper` are the ends of the band there, of an alarm that has one. Where they are not
    known the value is None too.
    """

    at: int
    value: float | None
    samples: float | None
    lower: float = 0.0
    upper: float = 0.0


def breaches(given: Mapping[str, Any], point: Point) -> bool | None:
    """Whether *point* is beyond the threshold of the alarm *given*; None where it is missing."""
    if point.value is None:
        return None
    operator = given["ComparisonOperator"]
    if operator in BANDS:
        below, above = BANDS[operator]
        return (below and point.value < point.lower) or (above and point.value > point.upper)
    compare, _ = COMPARISONS[operator]
    return compare(point.value, given["Threshold"])


def words(given: Mapping[str, Any], crossed: Sequence[Point]) -> tuple[str, str]:
    """How reasons begin, and what *crossed* are beyond.

    assumed: the words on bands, of which AWS's guide has an example of one operator.
    """
    operator = given["ComparisonOperator"]
    if operator not in BANDS:
        return (
            "Threshold",
            f"{COMPARISONS[operator][1]} the threshold ({float(given['Threshold'])})",
        )
    below, above = BANDS[operator]
    lower = f"less than the lower thresholds [{', '.join(str(one.lower) for one in crossed)}]"
    upper = f"greater than the upper thresholds [{', '.join(str(one.upper) for one in crossed)}]"
    return "Thresholds", " or ".join([lower] * below + [upper] * above)


def data(given: Mapping[str, Any], real: Sequence[Point]) -> dict[str, Any]:
    """What `StateReasonData` says of the thresholds of the *real* points.

    assumed: the names of those of bands.
    """
    if given["ComparisonOperator"] not in BANDS:
        return {"threshold": given["Threshold"]}
    return {
        "recentLowerThresholds": [one.lower for one in real],
        "recentUpperThresholds": [one.upper for one in real],
    }
