"""What counts as unusual, and the events that say so."""

from datetime import UTC, datetime

import pytest

from doorward.analysis.trail import unusual
from doorward.analysis.trail.unusual import About, Baseline

WEEK = unusual.BASELINE_MINUTES
CASES = [
    # calls in five minutes, calls in the week before, minutes known, unusual
    (30, 21, WEEK, True),  # AWS's own example: 6 a minute against 0.002
    (10, 0, WEEK, False),  # a handful is never unusual
    (11, 0, WEEK, True),
    (100, 20 * WEEK, WEEK, False),  # as many as always
    (160, 20 * WEEK, WEEK, False),  # six deviations of a hundred calls are sixty
    (171, 20 * WEEK, WEEK, True),
    (0, 20 * WEEK, WEEK, False),  # fewer calls are not looked for
    (1_000, 0, unusual.LEARNING_MINUTES - 1, False),  # too little is known
    (1_000, 0, unusual.LEARNING_MINUTES, True),
    (1_000, 0, 0, False),
]


@pytest.mark.parametrize(("count", "before", "minutes", "expected"), CASES)
def test_a_count_is_unusual_beyond_what_the_baseline_explains(
    count: int, before: int, minutes: int, *, expected: bool
) -> None:
    usual = unusual.baseline(before, minutes)

    assert unusual.unusual(count, unusual.WINDOW_MINUTES, usual) is expected


def test_more_calls_are_never_less_unusual() -> None:
    usual = unusual.baseline(3 * WEEK, WEEK)
    found = [unusual.unusual(count, unusual.WINDOW_MINUTES, usual) for count in range(200)]

    assert found == sorted(found)


def test_attributions_share_the_average_among_the_most_frequent_values() -> None:
    events = [("alice", "cli", None)] * 3 + [("bob", "cli", "Throttling")]
    values = unusual.attributions(unusual.counted(events, errors=True), 8.0)

    assert values["userIdentityArn"] == [
        {"value": "alice", "average": 6.0},
        {"value": "bob", "average": 2.0},
    ]
    assert values["userAgent"] == [{"value": "cli", "average": 8.0}]
    assert values["errorCode"][0] == {"value": "null", "average": 6.0}
    assert "errorCode" not in unusual.counted(events, errors=False)


def test_an_event_has_the_members_of_cloudtrails_insight_records() -> None:
    made = unusual.record(
        About("123456789012", "us-east-1", "iam.amazonaws.com", "GetUser", "AccessDenied"),
        state="End",
        at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        event_id="one",
        shared_id="both",
        usual=Baseline(0.5, WEEK),
        average=6.0,
        minutes=5,
        usual_values={"userAgent": [1]},
        values={"userAgent": [2]},
    )

    assert (made["eventTime"], made["eventCategory"]) == ("2026-01-02T03:04:00Z", "Insight")
    assert (made["eventType"], made["sharedEventID"]) == ("AwsCloudTrailInsight", "both")
    details = made["insightDetails"]
    assert (details["insightType"], details["errorCode"]) == ("ApiErrorRateInsight", "AccessDenied")
    assert details["insightContext"] == {
        "statistics": {
            "baseline": {"average": 0.5},
            "insight": {"average": 6.0},
            "insightDuration": 5,
            "baselineDuration": WEEK,
        },
        "attributions": [{"attribute": "userAgent", "insight": [2], "baseline": [1]}],
    }
