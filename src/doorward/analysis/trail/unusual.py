"""When an operation is called, or fails, unusually often; and the events that say so.

CloudTrail Insights publishes what it compares, the calls of a minute and their average over the
seven days before, but not from where on a difference counts. The bound here is assumed: more than
chance could make of the average, taken as independent calls, by six standard deviations and ten
calls more.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

WINDOW_MINUTES = 5
BASELINE_MINUTES = 7 * 24 * 60
LEARNING_MINUTES = 24 * 60
"""So long an account is watched before anything can be unusual. Assumed: AWS says up to 36 h."""

DEVIATIONS = 6
SLACK_CALLS = 10
MOST_VALUES = 5
"""Of an attribute that are told."""

CALLS, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
ABSENT = "null"


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often something usually happens: times a minute, averaged over so many minutes."""

    average: float
    minutes: int

    @property
    def learned(self) -> bool:
        """Whether it was watched for long enough to compare with."""
        return self.minutes >= LEARNING_MINUTES


def baseline(count: int, minutes: int) -> Baseline:
    """What *count* times in so many minutes come to."""
    return Baseline(count / minutes if minutes else 0.0, minutes)


def unusual(count: int, minutes: int, usual: Baseline) -> bool:
    """Whether *count* times in so many minutes are more than *usual* explains."""
    if not usual.learned:
        return False
    expected = usual.average * minutes
    return count > expected + DEVIATIONS * sqrt(expected) + SLACK_CALLS


def attributions(
    seen: Mapping[str, Counter[str]], average: float
) -> Mapping[str, list[dict[str, Any]]]:
    """The most frequent values of each attribute, and what part of *average* each makes up."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, counted in seen.items():
        whole = counted.total()
        found[name] = [
            {"value": value, "average": average * count / whole}
            for value, count in counted.most_common(MOST_VALUES)
        ]
    return found


def counted(
    events: Iterable[tuple[str | None, str | None, str | None]], *, errors: bool
) -> Mapping[str, Counter[str]]:
    """Callers, agents and error codes of *events*, counted; codes only with *errors*."""
    names = ("userIdentityArn", "userAgent", "errorCode")[: 3 if errors else 2]
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    for values in events:
        for name, value in zip(names, values, strict=False):
            found[name][value or ABSENT] += 1
    return found


@dataclass(frozen=True, slots=True)
class About:
    """What an insight event is about."""

    account: str
    region: str
    source: str
    name: str
    error: str

    @property
    def kind(self) -> str:
        """The type of insight."""
        return ERRORS if self.error else CALLS


def record(
    about: About,
    *,
    state: str,
    at: datetime,
    event_id: str,
    shared_id: str,
    usual: Baseline,
    average: float,
    minutes: int,
    usual_values: Mapping[str, Sequence[Any]],
    values: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    """An insight event in CloudTrail's form: the *state* is `Start` or `End`.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
    """
    details: dict[str, Any] = {
        "state": state,
        "eventSource": about.source,
        "eventName": about.name,
        "insightType": about.kind,
    }
    if about.error:
        details["errorCode"] = about.error
    details["insightContext"] = {
        "statistics": {
            "baseline": {"average": usual.average},
            "insight": {"average": average},
            "insightDuration": minutes,
            "baselineDuration": usual.minutes,
        },
        "attributions": [
            {"attribute": name, "insight": found, "baseline": usual_values.get(name, [])}
            for name, found in values.items()
        ],
    }
    return {
        "eventVersion": "1.08",
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "awsRegion": about.region,
        "eventID": event_id,
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": about.account,
        "sharedEventID": shared_id,
        "insightDetails": details,
        "eventCategory": "Insight",
    }


def of_store(event: Mapping[str, Any], source: str) -> dict[str, Any]:
    """*event* in the form that event data stores have; *source* is the store that was looked at.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-lake.html
    """
    details = event["insightDetails"]
    context = details["insightContext"]
    statistics = context["statistics"]
    found = {name: value for name, value in event.items() if name != "insightDetails"}
    found |= {
        "insightSource": source,
        "insightState": details["state"],
        "insightEventSource": details["eventSource"],
        "insightEventName": details["eventName"],
        "insightType": details["insightType"],
        "insightContext": {
            "baselineAverage": statistics["baseline"]["average"],
            "insightAverage": statistics["insight"]["average"],
            "baselineDuration": statistics["baselineDuration"],
            "insightDuration": statistics["insightDuration"],
            "attributions": [
                {
                    "attribute": one["attribute"],
                    "insights": one["insight"],
                    "baselines": one["baseline"],
                }
                for one in context["attributions"]
            ],
        },
    }
    return found | ({"insightErrorCode": details["errorCode"]} if "errorCode" in details else {})
