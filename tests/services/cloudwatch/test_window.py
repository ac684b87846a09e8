"""The worked cases of missing data: which state the points of a range lead to."""

import pytest

from doorward.services.cloudwatch.window import Missing, verdict

OK, ALARM, NONE, KEEP = "OK", "ALARM", "INSUFFICIENT_DATA", None
CASES = [
    # points    M   missing  ignore  breaching  notBreaching; N is 3, the oldest comes first
    ("0-X-X",   3,  OK,      OK,     OK,        OK),
    ("0----",   3,  OK,      OK,     OK,        OK),
    ("-----",   3,  NONE,    KEEP,   ALARM,     OK),
    ("0XX-X",   3,  ALARM,   ALARM,  ALARM,     ALARM),
    ("--X--",   3,  ALARM,   KEEP,   ALARM,     OK),
    ("0-X-X",   2,  ALARM,   ALARM,  ALARM,     ALARM),
    ("00X0X",   2,  ALARM,   ALARM,  ALARM,     ALARM),
    ("0-X--",   2,  OK,      OK,     ALARM,     OK),
    ("----0",   2,  OK,      OK,     ALARM,     OK),
    ("---X-",   2,  ALARM,   KEEP,   ALARM,     OK),
    ("----X",   2,  KEEP,    KEEP,   ALARM,     OK),  # too young for an alarm
    ("XXX00",   2,  OK,      OK,     OK,        OK),  # only the newest three count
]  # fmt: skip
BREACHES = {"0": False, "X": True, "-": None}


@pytest.mark.parametrize(
    ("points", "to_alarm", "missing", "ignore", "breaching", "not_breaching"), CASES
)
def test_the_worked_cases_come_out(
    points: str,
    to_alarm: int,
    missing: str | None,
    ignore: str | None,
    breaching: str | None,
    not_breaching: str | None,
) -> None:
    breaches = [BREACHES[one] for one in points]
    found = [
        verdict(breaches, periods=3, to_alarm=to_alarm, missing=treated) for treated in Missing
    ]

    assert found == [missing, ignore, breaching, not_breaching]
