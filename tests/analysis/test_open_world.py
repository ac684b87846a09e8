"""Answers about every action there may be, beside those about the catalogue."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from analysis.worlds import allowed_by, documents
from doorward.analysis.open_world import around
from doorward.analysis.prove import Verdict, difference
from doorward.analysis.questions import no_new_access, not_granted
from doorward.policy.parse import parse

FUTURE = [
    "s3:getnothingyet",
    "s3:zzz",
    "sqs:sendmessagelater",
    "neverland:get",
    "iam:",
    "s3:object",
]


def policy(effect="Allow", **elements):
    return parse(
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": effect, "Resource": "*"} | elements],
            }
        )
    )


CASES = [
    # new, old, of the catalogue, of any
    ({"Action": "s3:GetObj*"}, {"Action": "s3:Get*"}, Verdict.PROVED, Verdict.PROVED),
    ({"Action": "sqs:*"}, {"NotAction": "s3:*"}, Verdict.PROVED, Verdict.PROVED),
    ({"Action": "s3:GetObject*"}, {"NotAction": "s3:GetObjectOf*"}, Verdict.PROVED, Verdict.REFUTED),
    ({"Action": "neverland:Get"}, {"Action": "s3:*"}, Verdict.PROVED, Verdict.REFUTED),
    ({"NotAction": "s3:*"}, {"NotAction": ["s3:*", "neverland:*"]}, Verdict.PROVED, Verdict.REFUTED),
    ({"Action": "*"}, {"NotAction": "iam:*"}, Verdict.REFUTED, Verdict.REFUTED),
    ({"Action": "s3:*Object"}, {"Action": ["s3:Get*", "s3:*t"]}, Verdict.PROVED, Verdict.PROVED),
]  # fmt: skip


@pytest.mark.parametrize(("new", "old", "catalogue", "anything"), CASES)
def test_an_answer_may_differ_where_actions_are_to_come(new, old, catalogue, anything):
    sides = [policy(**new)], [policy(**old)]

    assert no_new_access(*sides).answer.verdict is catalogue
    found = no_new_access(*sides, open_world=True)
    assert found.open_world
    assert found.answer.verdict is anything


def test_a_grant_of_actions_to_come_is_found():
    asked = [policy(Action="s3:Get*")], ["s3:GetNothingYet"], []

    assert not_granted(*asked).answer.verdict is Verdict.PROVED
    found = not_granted(*asked, open_world=True)
    assert found.answer.verdict is Verdict.REFUTED
    assert found.answer.witness.action == "s3:getnothingyet"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), documents())
def test_no_action_to_come_contradicts_a_proof(one, other):
    new, old = allowed_by(one), allowed_by(other)
    answer = difference(new, old, world=around(new, old))

    for action in FUTURE if answer.verdict is Verdict.PROVED else ():
        for resource in ("arn:aws:s3:::b/a", "arn:aws:s3:::b/ab", "x"):
            allowed = new.holds(action, resource, {})
            assert not allowed or old.holds(action, resource, {})
    if answer.witness is not None:
        witness = answer.witness
        assert new.holds(witness.action, witness.resource, witness.context)
        assert not old.holds(witness.action, witness.resource, witness.context)
