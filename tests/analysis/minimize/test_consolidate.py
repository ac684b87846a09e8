"""Many policies in few: within the size, and no decision changed."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.minimize.test_reduce import decisions, requests
from analysis.worlds import documents
from doorward.analysis.minimize.consolidate import consolidate
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import no_new_access
from doorward.catalog import managed_policies
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.grammar.sizes import size
from doorward.policy.parse import parse
from doorward.policy.render import render

MANAGED = 6_144


def policy(*statements, version="2012-10-17"):
    return parse(json.dumps({"Version": version, "Statement": list(statements)}))


def allow(sid="Read", **elements):
    found = {"Sid": sid, "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    return {**found, **elements}


def long(name, count):
    """A statement of about fifty characters for each of *count*."""
    return allow(Resource=[f"arn:aws:s3:::{name}-{'x' * 30}-{at}" for at in range(count)])


def test_policies_that_say_the_same_become_one():
    found = consolidate([policy(allow()), policy(allow("Again"))], most=1, characters=MANAGED)

    assert [len(one.statements) for one in found.policies] == [1]


def test_none_is_longer_than_its_size_and_statements_are_parted_for_that():
    given_ = [policy(long("a", 90)), policy({**long("b", 90), "Action": "s3:PutObject"})]
    found = consolidate(given_, most=2, characters=MANAGED)

    assert len(found.policies) == 2
    assert all(size(render(one)) <= MANAGED for one in found.policies)
    for new, old in ((found.policies, given_), (given_, found.policies)):
        assert no_new_access(new, old).answer.verdict is Verdict.PROVED


def test_a_statement_that_is_too_long_alone_is_parted():
    found = consolidate([policy(long("a", 300))], most=3, characters=MANAGED)

    assert len(found.policies) == 3


def test_what_does_not_fit_is_said_and_nothing_given():
    found = consolidate([policy(long("a", 300))], most=2, characters=MANAGED)

    assert found.policies == ()
    assert "more than 2 policies of 6,144 hold" in found.reason


def test_sids_stay_different_within_a_policy():
    ours = [allow(Action="sqs:*", Resource="arn:aws:sqs:*:*:a"), allow(Resource="arn:aws:s3:::b")]
    found = consolidate([policy(one) for one in ours], most=1, characters=MANAGED)

    assert [one.sid.value for one in found.policies[0].statements] == ["Read", "Read2"]


def test_variables_of_the_new_language_do_not_stand_beside_the_plain_text_of_the_old():
    old = policy(allow(Resource="arn:aws:s3:::${aws:username}"), version="2008-10-17")
    new = policy(allow(Resource="arn:aws:s3:::${aws:username}"))
    found = consolidate([new, old], most=1, characters=MANAGED)

    assert found.policies == ()
    assert "policy 2 is of Version 2008-10-17" in found.reason


@pytest.mark.parametrize("start", [0, 500])
def test_policies_of_aws_are_proved_to_be_the_same_together(start):
    records = [one for one in managed_policies.records()[start:] if len(one.document) < 4000][:12]
    found = consolidate([parse(one.document) for one in records], most=6, characters=MANAGED)

    assert found.reason == ""
    assert 0 < len(found.policies) < len(records)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.lists(documents(), min_size=2, max_size=4),
    st.integers(0, 2**32),
    st.integers(300, 1_500),
)
def test_no_request_is_decided_otherwise_by_the_few(made, seed, characters):
    policies = [parse(json.dumps(one)) for one in made]
    found = consolidate(policies, most=10, characters=characters)
    asked = list(requests(seed, 200))

    assert found.proved
    if found.policies:
        assert all(size(render(one)) <= characters for one in found.policies)
        assert together(found.policies, asked) == together(policies, asked)


def together(policies, asked):
    ready = PolicySet(PolicyKind.IDENTITY, [NamedPolicy("policy", one) for one in policies])
    return list(decisions(ready, asked))
