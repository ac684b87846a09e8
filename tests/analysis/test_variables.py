"""Proofs about policies with variables: what holds whatever their values are, and what does not."""

import pytest

from analysis.worlds import allowed_by
from doorward.analysis.prove import Verdict, difference

HOME = "arn:aws:s3:::b/${aws:username}"
DEFAULT = "arn:aws:s3:::b/${aws:username, 'a'}"
TEAM = "arn:aws:s3:::b/${aws:PrincipalTag/team}/${aws:username}"
PROVED, REFUTED = Verdict.PROVED, Verdict.REFUTED


def allow(*resources, **more):
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(resources)} | more


def deny(*resources, **more):
    return allow(*resources, **more) | {"Effect": "Deny"}


def excepting(*resources):
    return {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": list(resources)}


def when(operator, value):
    return {"Condition": {operator: {"aws:username": value}}}


CASES = [
    # new, old, verdict
    ([allow(HOME)], [allow(HOME, "arn:aws:s3:::c")], PROVED),
    ([allow(f"{HOME}/x")], [allow(f"{HOME}/*", "arn:aws:s3:::c")], PROVED),
    ([allow(f"{HOME}/*")], [allow(f"{HOME}/x")], REFUTED),
    ([allow(HOME)], [allow("arn:aws:s3:::b/*", "arn:aws:s3:::c")], PROVED),
    ([allow(HOME)], [allow("arn:aws:s3:::b/a*", "arn:aws:s3:::c")], REFUTED),
    ([allow(HOME)], [allow("arn:aws:s3:::b/?")], REFUTED),  # a name may be longer
    ([allow(HOME)], [allow("arn:aws:s3:::b/?", f"{HOME}/x")], REFUTED),
    ([allow(HOME)], [allow(DEFAULT, "arn:aws:s3:::c")], PROVED),
    ([allow(DEFAULT)], [allow(HOME, "arn:aws:s3:::c")], REFUTED),  # of callers without a name
    ([allow(DEFAULT)], [allow(HOME, "arn:aws:s3:::b/a")], PROVED),
    ([allow(TEAM)], [allow(TEAM, HOME)], PROVED),
    ([allow(TEAM)], [allow(f"{HOME}/*", "arn:aws:s3:::c")], REFUTED),
    ([allow(HOME, **when("Null", "true"))], [], PROVED),  # no name, no home
    ([allow(DEFAULT, **when("Null", "true"))], [], REFUTED),
    ([allow(HOME), deny(HOME, "arn:aws:s3:::c")], [], PROVED),
    ([allow(HOME), deny(HOME, **when("StringLike", "a*"))], [], REFUTED),
    ([excepting(HOME, "arn:aws:s3:::c")], [excepting(HOME)], PROVED),
    ([excepting(HOME)], [excepting(HOME, "arn:aws:s3:::c")], REFUTED),
    ([excepting(HOME)], [allow("*", **when("Null", "false"))], PROVED),
]


@pytest.mark.parametrize(("new", "old", "verdict"), CASES)
def test_equal_variables_have_equal_values_whatever_these_are(new, old, verdict):
    sides = [{"Version": "2012-10-17", "Statement": statements} for statements in (new, old)]
    answer = difference(*map(allowed_by, sides))

    assert answer.verdict is verdict, answer.reason
    if answer.witness is not None:
        witness = answer.witness
        assert allowed_by(sides[0]).holds(witness.action, witness.resource, witness.context)


def test_a_value_with_colons_shifts_no_field_of_an_arn_unseen():
    early = "arn:aws:s3:${aws:username}::b/a"
    sides = [allow(early), allow("arn:aws:s3:*:*:b/a", "arn:aws:s3:::c")]
    documents = [{"Version": "2012-10-17", "Statement": [one]} for one in sides]

    assert difference(*map(allowed_by, documents)).verdict is not PROVED
