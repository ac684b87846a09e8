"""The rules of composite alarms."""

import pytest

from doorward.services.cloudwatch.alarm_rule import MOST_CHILDREN, RuleError, children, holds, read

STATES = {"a": "ALARM", "b": "OK", "c d": "INSUFFICIENT_DATA"}
CASES = [
    # rule                                                                        holds
    ("ALARM(a)",                                                                  True),
    ("alarm(a) and ok(b)",                                                        True),
    ("ALARM(b) OR ALARM(a) AND OK(a)",                                            False),  # AND first
    ("(ALARM(a) OR ALARM(b)) AND OK(b)",                                          True),
    ('NOT ALARM(b) AND INSUFFICIENT_DATA("c d")',                               True),
    ("ALARM('arn:aws:cloudwatch:us-east-1:123456789012:alarm:a')",                True),
    ("OK(arn:aws:cloudwatch:us-east-1:123456789012:alarm:b)",                     True),
    ("ALARM(nobody)",                                                             False),
    ("TRUE AND NOT FALSE",                                                        True),
    ("AT_LEAST(1, ALARM, (a, b))",                                                True),
    ("AT_LEAST(2, ALARM, (a, b))",                                                False),
    ("AT_LEAST(50%, OK, (a, b))",                                                 True),
    ("AT_LEAST(51%, OK, (a, b))",                                                 False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected"), CASES)
def test_a_rule_holds_as_its_alarms_are(rule: str, expected: bool) -> None:
    assert holds(read(rule), lambda name: STATES.get(name, "")) is expected


def test_a_rule_names_its_alarms() -> None:
    assert children(read("ALARM(a) OR NOT (OK('c d') AND AT_LEAST(1, OK, (b)))")) == {
        "a",
        "b",
        "c d",
    }


REFUSED = [
    "", "ALARM", "ALARM()", "ALARM(a", "ALARM(a))", "a", "ALARM(a) ALARM(b)", "ALARM(a) AND", "NOT", "MAYBE(a)",
    "ALARM('a)", "AT_LEAST(3, OK, (a, b))", "AT_LEAST(0, OK, (a))", "AT_LEAST(1, FINE, (a))", "(" * 60 + "TRUE" + ")" * 60,
    " OR ".join(f"OK(a{n})" for n in range(MOST_CHILDREN + 1)), " OR ".join(["TRUE"] * 501),
]  # fmt: skip


@pytest.mark.parametrize("rule", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        read(rule)
