"""Policies that name principals: nobody is let in otherwise, or less closely, by the smaller one."""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.minimize.test_reduce import requests
from analysis.worlds import statements
from doorward.analysis.minimize.reduce import minimize
from doorward.authz import offline
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.principals import Grade, grade
from doorward.policy.parse import parse
from doorward.policy.render import render

ACCOUNT = "111122223333"
PRINCIPALS = [
    "*",
    {"AWS": "*"},
    {"AWS": ACCOUNT},
    {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:user/alice"]},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"},
    {"AWS": [f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one", "444455556666"]},
    {"Service": ["ec2.amazonaws.com", "sns.amazonaws.com"]},
    {"Service": "ec2.amazonaws.com", "AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"},
]
CALLERS = [
    offline.ANONYMOUS,
    *(
        offline.principal(name)
        for name in (
            f"arn:aws:iam::{ACCOUNT}:root",
            f"arn:aws:iam::{ACCOUNT}:user/alice",
            f"arn:aws:iam::{ACCOUNT}:user/bob",
            f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one",
            f"arn:aws:sts::{ACCOUNT}:assumed-role/app/two",
            "arn:aws:iam::444455556666:user/carol",
            "arn:aws:iam::777788889999:user/dave",
            "ec2.amazonaws.com",
            "lambda.amazonaws.com",
        )
    ),
]


@st.composite
def documents(draw):
    made = draw(st.lists(statements(), min_size=2, max_size=5))
    for one in made:
        name = draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"]))
        one[name if one["Effect"] == "Deny" else "Principal"] = draw(st.sampled_from(PRINCIPALS))
    return {"Version": "2012-10-17", "Statement": made}


def standing(policy, caller, asked):
    """How the policy decides: what denies, with a boundary or without, and how closely it allows."""
    ready = PolicySet(PolicyKind.RESOURCE, [NamedPolicy("policy", policy)])
    known = dict(offline.keys(caller))
    of_others = {"aws:username", "aws:principalarn"} - known.keys()
    for action, resource, context in asked:
        held = {key: value for key, value in {**context, **known}.items() if key not in of_others}
        for bounded in (False, True):
            denying = ready.denying(action, resource, held)
            if any(grade(one, caller, has_boundary=bounded) for one in denying):
                yield "denied"
                continue
            allowing = ready.allowing(action, resource, held)
            grades = (grade(one, caller, has_boundary=bounded) for one in allowing)
            yield max(grades, default=Grade.NONE)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(documents(), st.integers(0, 2**32))
def test_nobody_is_let_in_otherwise_by_the_smaller_policy(made, seed):
    policy = parse(json.dumps(made))
    found = minimize(policy, PolicyKind.RESOURCE)
    asked = list(requests(seed, 80))

    for caller in random.Random(seed).sample(CALLERS, 4):
        small = list(standing(found.policy, caller, asked))
        assert small == list(standing(policy, caller, asked)), render(found.policy)


def test_a_user_who_is_named_is_not_left_out_for_her_account():
    one = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": ACCOUNT}}
    alice = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}
    named = {**one, "Action": "s3:GetObject", "Principal": alice}
    policy = parse(json.dumps({"Version": "2012-10-17", "Statement": [one, named]}))

    assert len(minimize(policy, PolicyKind.RESOURCE).policy.statements) == 2
    assert len(minimize(policy, PolicyKind.TRUST).policy.statements) == 2
