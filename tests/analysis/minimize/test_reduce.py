"""Smaller policies: what is left out, what is not, and that no decision ever changes."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.worlds import ASKED_ACTIONS, ASKED_RESOURCES, VALUES, documents
from doorward.analysis.minimize.reduce import minimize
from doorward.catalog import managed_policies
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.render import render

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ALICE, BOB = (f"arn:aws:iam::111122223333:user/{name}" for name in ("alice", "bob"))
ROOT = "arn:aws:iam::111122223333:root"


def allow(**elements):
    return {**ALLOW, **elements}


def deny(**elements):
    return {**ALLOW, "Effect": "Deny", **elements}


def document(*statements):
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def smaller(*statements, kind=PolicyKind.IDENTITY):
    return json.loads(render(minimize(document(*statements), kind).policy))["Statement"]


VARIABLE = "arn:aws:s3:::b/${aws:username}/*"
CASES = [
    # what is given, what is left of it
    ([allow(Action=["s3:GetObject", "s3:getobject"])], [allow()]),
    ([allow(Action=["s3:GetObject", "s3:Get*"])], [allow(Action="s3:Get*")]),
    ([allow(Resource=["arn:aws:s3:::b/a", "arn:aws:s3:::b/*"])], [allow()]),
    ([allow(Resource=[VARIABLE, VARIABLE])], [allow(Resource=VARIABLE)]),
    ([allow(), allow(Sid="Again")], [{"Sid": "Again", **allow()}]),
    ([allow(), allow(Condition=MFA)], [allow()]),
    ([allow(), allow(Action="s3:PutObject")], [allow(Action=["s3:GetObject", "s3:PutObject"])]),
    ([allow(), allow(Resource=VARIABLE)], [allow(Resource=["arn:aws:s3:::b/*", VARIABLE])]),
    ([allow(), deny(Action="s3:*")], [deny(Action="s3:*")]),
    ([allow(), deny(Condition=MFA)], [allow(), deny(Condition=MFA)]),
    ([allow(Action=["s3:GetObject", "s3:PutObject"]), allow(Action="s3:Get*", Resource="*")],
     [allow(Action="s3:PutObject"), allow(Action="s3:Get*", Resource="*")]),
    ([deny(NotAction=["s3:*", "s3:Get*"], Action=None)], [deny(NotAction="s3:*", Action=None)]),
    ([allow(Condition={"StringEquals": {"aws:username": "a"}}), allow(Condition={"StringEquals": {"aws:username": "b"}})],
     [allow(Condition={"StringEquals": {"aws:username": ["a", "b"]}})]),
    ([allow(Condition={"StringLike": {"aws:username": ["a*", "ab*"]}})],
     [allow(Condition={"StringLike": {"aws:username": "a*"}})]),
    ([allow(Condition={"StringEquals": {"aws:username": "a"}, "Null": {"aws:username": "false"}})],
     [allow(Condition={"StringEquals": {"aws:username": "a"}})]),
    # a negation of fewer values is the wider one
    ([allow(Condition={"StringNotEquals": {"aws:username": ["a", "b"]}}), allow(Condition={"StringNotEquals": {"aws:username": "b"}})],
     [allow(Condition={"StringNotEquals": {"aws:username": "b"}})]),
    ([allow(Condition={"StringNotEquals": {"aws:username": "${aws:userid}"}}), allow(Condition={"StringNotEquals": {"aws:username": ["${aws:userid}", "b"]}})],
     [allow(Condition={"StringNotEquals": {"aws:username": "${aws:userid}"}})]),
    # an action that the catalogue does not know may exist tomorrow
    ([allow(Action=["s3:GetObject", "s3:Unheard"])], [allow(Action=["s3:GetObject", "s3:Unheard"])]),
    # values of one request that are in one list or in the other, but not in one of both
    ([allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}), allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "b"}})],
     [allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}), allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "b"}})]),
]  # fmt: skip


def bare(statements):
    return [{key: value for key, value in one.items() if value is not None} for one in statements]


@pytest.mark.parametrize(("given_", "left"), CASES)
def test_what_is_needless_goes_and_nothing_else(given_, left):
    assert smaller(*bare(given_)) == bare(left)


@pytest.mark.parametrize(
    ("principals", "left"),
    [
        ([{"AWS": ALICE}, {"AWS": BOB}], [{"AWS": [ALICE, BOB]}]),
        ([{"AWS": [ROOT, "111122223333"]}], [{"AWS": "111122223333"}]),
        # the account delegates, alice is let in whatever her own policies say
        ([{"AWS": [ROOT, ALICE]}], [{"AWS": [ROOT, ALICE]}]),
        ([{"AWS": ["*", ALICE]}], [{"AWS": "*"}]),
        ([{"AWS": ALICE}, "*"], ["*"]),
    ],
)
def test_principals_are_merged_and_left_out_by_what_they_grant(principals, left):
    found = smaller(*(allow(Principal=one) for one in principals), kind=PolicyKind.RESOURCE)

    assert [one["Principal"] for one in found] == left


def test_a_merged_statement_keeps_the_first_sid():
    found = smaller(allow(Sid="First"), allow(Sid="Second", Action="s3:PutObject"))

    assert [one["Sid"] for one in found] == ["First"]


def test_a_wildcard_in_a_service_prefix_leaves_the_policy_alone_and_says_so():
    policy = document(deny(Action="s*:Get*"), deny(Action="s*:Get*"))
    found = minimize(policy)

    assert found.policy is policy
    assert "service prefix" in found.untold[0]


def alone(policy, kind):
    return PolicySet(kind, [NamedPolicy("policy", policy)])


def decisions(ready, asked):
    """What the engine says: denied, allowed or neither."""
    for action, resource, context in asked:
        if ready.denying(action, resource, context):
            yield "denied"
        else:
            yield bool(ready.allowing(action, resource, context))


def requests(seed, rounds):
    rnd = random.Random(seed)
    for _ in range(rounds):
        context = {key: rnd.choice(values) for key, values in VALUES.items()}
        known = {key: value for key, value in context.items() if value is not None}
        yield rnd.choice(ASKED_ACTIONS), rnd.choice(ASKED_RESOURCES), known


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(documents(), st.integers(0, 2**32), st.sampled_from([PolicyKind.IDENTITY, PolicyKind.SCP]))
def test_no_request_is_decided_otherwise_and_a_second_time_changes_nothing(made, seed, kind):
    policy = parse(json.dumps(made))
    found = minimize(policy, kind)
    asked = list(requests(seed, 300))

    small, large = alone(found.policy, kind), alone(policy, kind)
    assert list(decisions(small, asked)) == list(decisions(large, asked))
    assert found.after <= found.before
    again = parse(render(found.policy))
    assert render(minimize(again, kind).policy) == render(again)


def reduced(records):
    for record in records:
        found = minimize(parse(record.document, limit=len(record.document)))
        small = render(found.policy)
        assert found.untold == ()
        assert found.after <= found.before
        assert render(minimize(parse(small, limit=len(small))).policy) == small
        yield found


def test_policies_of_aws_become_smaller_and_stay_so():
    found = list(reduced(managed_policies.records()[::40]))

    assert sum(one.after for one in found) < sum(one.before for one in found)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_policy_of_aws_can_be_made_smaller_or_left():
    assert all(one.policy.statements for one in reduced(managed_policies.records()))
