"""Condition keys that may have any value, or none: an Allow needs to know, a Deny need not."""

import pytest

from doorward.authz import offline
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Request
from engine.policies import ALICE, allow, deny, identity
from engine.policies import outcome as decided

TAGS = {"aws:resourcetag/": UNKNOWN}
KEY = "aws:ResourceTag/team"


def request(context, resource="arn:aws:s3:::b/k"):
    return Request(offline.principal(ALICE), "s3:GetObject", resource, context)


def outcome(asked, policies):
    return decided(asked, identity=policies)


CONDITIONS = [
    {"StringEquals": {KEY: "red"}},
    {"StringNotEquals": {KEY: "red"}},
    {"StringEqualsIfExists": {KEY: "red"}},
    {"StringLike": {KEY: "*"}},
    {"Null": {KEY: "true"}},
    {"Null": {KEY: "false"}},
    {"ForAllValues:StringEquals": {KEY: "red"}},
    {"ForAnyValue:StringNotEquals": {KEY: ["red", "blue"]}},
    {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team, 'red'}"}},
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_an_allow_on_an_unknown_key_does_not_apply_and_a_deny_does(condition):
    asked = request({**TAGS, "aws:principaltag/team": "red"})

    assert outcome(asked, identity(allow(Condition=condition))) == "implicitDeny"
    assert outcome(asked, identity(allow(), deny(Condition=condition))) == "explicitDeny"


def test_a_condition_that_fails_on_a_known_key_fails_whatever_the_unknown_one_is():
    condition = {"StringEquals": {KEY: "red", "aws:PrincipalTag/team": "blue"}}
    asked = request({**TAGS, "aws:principaltag/team": "red"})

    assert outcome(asked, identity(allow(), deny(Condition=condition))) == "allowed"


def test_another_value_that_matches_makes_up_for_an_unknown_one():
    condition = {"StringEquals": {"aws:PrincipalTag/team": ["${aws:ResourceTag/team}", "red"]}}
    asked = request({**TAGS, "aws:principaltag/team": "red"})

    assert outcome(asked, identity(allow(Condition=condition))) == "allowed"


def test_a_key_that_is_given_is_known_among_unknown_ones():
    condition = {"StringEquals": {KEY: "red"}}
    asked = request({**TAGS, "aws:resourcetag/team": "red"})

    assert outcome(asked, identity(allow(Condition=condition))) == "allowed"


def test_keys_of_other_families_are_absent_as_ever():
    condition = {"Null": {"aws:RequestTag/team": "true"}}

    assert outcome(request(TAGS), identity(allow(Condition=condition))) == "allowed"


RESOURCES = [
    # statement with a variable of unknown value                              outcome
    ([allow("s3:*", "arn:aws:s3:::b/${aws:ResourceTag/team}/x")],              "implicitDeny"),
    ([allow("*"), deny("s3:*", "arn:aws:s3:::b/${aws:ResourceTag/team}/x")],   "explicitDeny"),
    ([allow("*"), deny("s3:*", "arn:aws:s3:::b/${aws:ResourceTag/team}/y")],   "allowed"),
    ([allow("*"), deny("s3:*", "arn:aws:s3:::c/${aws:ResourceTag/team}/x")],   "allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), RESOURCES)
def test_a_resource_of_an_unknown_name_lets_nobody_in_and_keeps_out(statements, expected):
    asked = request(TAGS, "arn:aws:s3:::b/red/x")

    assert outcome(asked, identity(*statements)) == expected


@pytest.mark.parametrize(
    ("effect", "expected"), [("Allow", "implicitDeny"), ("Deny", "explicitDeny")]
)
def test_what_is_left_over_by_an_unknown_name_lets_nobody_in_and_keeps_out(effect, expected):
    statement = {
        "Effect": effect,
        "Action": "s3:*",
        "NotResource": "arn:aws:s3:::b/${aws:ResourceTag/team}/x",
    }
    statements = [statement] if effect == "Allow" else [allow(), statement]
    asked = request(TAGS, "arn:aws:s3:::b/red/x")

    assert outcome(asked, identity(*statements)) == expected
