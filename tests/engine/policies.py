"""Policies and requests, made by hand and by hypothesis."""

import json

from hypothesis import strategies as st

from doorward.authz import offline
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Request
from doorward.policy.parse import parse

ACCOUNT, OTHER = "123456789012", "210987654321"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/worker"
CALLERS = [
    ALICE,
    SESSION,
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
    "ec2.amazonaws.com",
    "anonymous",
]


def policy_set(kind, *documents):
    """A set of documents, each a list of statements."""
    return PolicySet(
        kind,
        [
            NamedPolicy(
                f"{kind}-{n}", parse(json.dumps({"Version": "2012-10-17", "Statement": one}))
            )
            for n, one in enumerate(documents)
        ],
    )


def identity(*statements):
    return policy_set(PolicyKind.IDENTITY, list(statements))


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def deny(action="*", resource="*", **more):
    return allow(action, resource, **more) | {"Effect": "Deny"}


def request(
    caller=ALICE, action="s3:GetObject", resource="arn:aws:s3:::b/k", owner=None, **context
):
    who = offline.ANONYMOUS if caller == "anonymous" else offline.principal(caller)
    given = {
        key.replace("__", ":"): [value] if isinstance(value, str) else value
        for key, value in context.items()
    }
    return Request(who, action, resource, offline.context(who, given), owner)


def outcome(asked, **policies):
    return str(decide(asked, Applicable(**policies)).outcome)


ACTIONS = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
RESOURCES = ["arn:aws:s3:::b/k", "arn:aws:s3:::b/alice/k", "arn:aws:sqs:us-east-1:123456789012:q"]
PRINCIPALS = [
    "*",
    {"AWS": "*"},
    {"AWS": ACCOUNT},
    {"AWS": ALICE},
    {"AWS": SESSION},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"},
    {"Service": "ec2.amazonaws.com"},
    {"AWS": f"arn:aws:iam::{OTHER}:user/alice"},
]
CONDITIONS = [
    {},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": ["red", "blue"]}},
    {"StringEqualsIfExists": {"aws:PrincipalTag/team": "blue"}},
    {"NumericLessThan": {"s3:max-keys": ["10", "many"]}},
    {"Null": {"aws:PrincipalTag/team": "true"}},
    {"StringSounds": {"aws:PrincipalTag/team": "red"}},
]

statements = st.builds(
    lambda effect, actions, action, resources, resource, condition: {
        "Effect": effect,
        actions: action,
        resources: resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "NotAction"]),
    st.lists(st.sampled_from([*ACTIONS, "*", "s3:*", "s3:Get*", "sqs:*"]), min_size=1, max_size=2),
    st.sampled_from(["Resource", "Resource", "NotResource"]),
    st.lists(
        st.sampled_from([*RESOURCES, "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/*"]),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from(CONDITIONS),
)
documents = st.lists(statements, max_size=4)
addressed = st.lists(
    st.builds(lambda one, who: one | {"Principal": who}, statements, st.sampled_from(PRINCIPALS)),
    max_size=4,
)
requests = st.builds(
    lambda caller, action, resource, owner, team: request(
        caller, action, resource, owner, **({"aws__PrincipalTag/team": team} if team else {})
    ),
    st.sampled_from(CALLERS),
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.sampled_from([None, ACCOUNT, OTHER]),
    st.sampled_from([None, "red", "blue"]),
)
