"""Who the public is, and which requests of theirs get through."""

import json
import os
from itertools import product
from pathlib import Path
from random import Random

import pytest

from doorward.analysis.access import access
from doorward.analysis.callers import OUTSIDE
from doorward.analysis.prove import Verdict
from doorward.analysis.public import openings
from doorward.authz.offline import ANONYMOUS
from doorward.base.arn import root
from doorward.engine.decision import PolicyKind
from doorward.engine.public import is_public
from doorward.engine.request import Principal, PrincipalKind
from doorward.policy.parse import parse

SHARED = os.environ.get("DOORWARD_SHARED")
ALICE = "arn:aws:iam::123456789012:user/alice"
GOOGLE = "accounts.google.com"
GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
SAML = "arn:aws:iam::123456789012:saml-provider/corp"
ORG = {"aws:PrincipalOrgID": "o-abcdef1234"}


def allow(principal="*", effect="Allow", element="Principal", **more):
    statement = {"Effect": effect, element: principal, "Action": "sqs:SendMessage", "Resource": "*"}
    return statement | more


def trust(principal, action, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement | ({"Condition": condition} if condition else {})


def policy(*statements):
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def found(*statements, kind=PolicyKind.RESOURCE):
    return list(openings(policy(*statements), kind))


CONDITIONS = [
    {},
    {"StringEquals": ORG},
    {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    {"StringEqualsIfExists": ORG},
    {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-a1b2c3d4"}},
    {"StringNotEquals": ORG},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"StringLike": {"aws:PrincipalAccount": "1234*"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/auditor"}},
]
PRINCIPALS = ["*", {"AWS": "*"}, {"AWS": ALICE}, {"Service": "sns.amazonaws.com"}]


@pytest.mark.parametrize(("principal", "condition"), list(product(PRINCIPALS, CONDITIONS)))
def test_without_a_deny_the_public_gets_in_where_the_policy_counts_as_public(principal, condition):
    written = allow(principal, Condition=condition)

    assert bool(found(written)) is is_public(policy(written))


def test_an_example_is_a_request_of_a_stranger_that_the_engine_allows():
    written = allow(Condition={"Bool": {"aws:SecureTransport": "true"}})
    one = found(allow({"AWS": ALICE}), written)[0]

    assert one.statement.index == 1
    assert one.answer.verdict is Verdict.REFUTED
    witness = one.answer.witness
    assert witness.context["aws:securetransport"] == "true"
    allowed = access([policy(written)], PolicyKind.RESOURCE, one.caller.principal)
    assert allowed.holds(witness.action, witness.resource, witness.context)
    assert "123456789012" not in one.caller.name


def test_an_example_is_of_somebody_with_an_account_where_nobody_else_gets_through():
    signed = {"StringEquals": {"aws:PrincipalType": "User"}}

    one = found(allow(Condition=signed))[0]
    assert one.caller.principal.account == "999999999999"


@pytest.mark.parametrize(
    ("deny", "public"),
    [
        (allow(effect="Deny"), False),
        (allow({"AWS": "*"}, "Deny"), False),
        (allow({"AWS": ALICE}, "Deny"), True),
        (allow({"AWS": ALICE}, "Deny", "NotPrincipal"), False),
        (allow({"AWS": "*"}, "Deny", "NotPrincipal"), True),
        (allow({"AWS": [ALICE, "*"]}, "Deny", "NotPrincipal"), True),
        (allow(effect="Deny", Action="sqs:DeleteQueue"), True),
        (allow(effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}), True),
        (allow(effect="Deny", Condition={"StringNotEquals": ORG}), True),
    ],
)
def test_a_deny_counts_where_it_leaves_no_request_to_anybody(deny, public):
    assert bool(found(allow(), deny)) is public


def test_everybody_but_some_are_the_public():
    assert found(allow({"AWS": ALICE}, element="NotPrincipal"))


def test_a_statement_without_a_resource_is_about_what_it_is_attached_to():
    written = allow()
    del written["Resource"]

    assert found(written)[0].answer.verdict is Verdict.REFUTED


def test_an_action_that_the_catalogue_does_not_know_is_not_ruled_out():
    answer = found(allow(Action="some-service:SomeAction"))[0].answer

    assert answer.verdict is Verdict.UNKNOWN
    assert "some-service:SomeAction" in answer.reason


WEB = "sts:AssumeRoleWithWebIdentity"
TRUSTS = [
    (trust("*", "sts:AssumeRole"), True),
    (trust({"AWS": "123456789012"}, "sts:AssumeRole"), False),
    (trust({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole"), False),
    (trust("*", "sts:AssumeRole", StringEquals=ORG), False),
    (trust({"Federated": SAML}, "sts:AssumeRoleWithSAML"), False),
    (trust({"Federated": GOOGLE}, WEB), True),
    (trust({"Federated": GOOGLE}, WEB, StringEquals={f"{GOOGLE}:aud": "some-app"}), False),
    (trust({"Federated": GITHUB}, WEB), True),
    (
        trust(
            {"Federated": GITHUB},
            WEB,
            StringEquals={"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        ),
        True,
    ),
    (
        trust(
            {"Federated": GITHUB},
            WEB,
            StringLike={"token.actions.githubusercontent.com:sub": "repo:some-org/*"},
        ),
        False,
    ),
]


@pytest.mark.parametrize(("statement", "public"), TRUSTS)
def test_a_role_is_public_where_strangers_or_any_subject_of_a_provider_take_it_on(
    statement, public
):
    assert bool(found(statement, kind=PolicyKind.TRUST)) is public


def legal(written):
    """*written* as AWS would take it: some rows have Principals and Versions that it refuses."""
    statements = written["Statement"]
    return written | {
        "Version": "2012-10-17",
        "Statement": [
            one | ({"Principal": {"AWS": one["Principal"]}} if "arn:" in one["Principal"] else {})
            if isinstance(one.get("Principal"), str)
            else one
            for one in (statements if isinstance(statements, list) else [statements])
        ],
    }


@pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with cases")
def test_policies_are_public_where_others_found_them_so_but_for_conditions_that_absence_fulfils():
    rows = Path(SHARED, "data/public-cases.jsonl").read_text("utf-8").splitlines()
    differing = []
    for case in map(json.loads, rows):
        answers = list(openings(parse(json.dumps(legal(case["policy"])))))
        assert [one.statement.index + 1 for one in answers] == case.get(
            "public_statement_indexes", [one.statement.index + 1 for one in answers]
        )
        if bool(answers) is not case["public"]:
            differing.append((case, answers))

    for case, answers in differing:
        assert "ForAllValues:ARNEqualsIfExists" in json.dumps(case["policy"])
        assert answers[0].caller.name == "anybody, without signing"
    assert len(differing) <= 2


MANY = 400
ACTIONS = ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteQueue")
QUEUES = ("arn:aws:sqs:us-east-1:123456789012:jobs", "arn:aws:sqs:us-east-1:123456789012:mail")


def some_statement(chance):
    """A statement without conditions, mostly for everybody."""
    made = {
        "Effect": chance.choice(["Allow", "Allow", "Deny"]),
        chance.choice(["Action", "NotAction"]): chance.choice([*ACTIONS, "sqs:*", "sqs:Send*"]),
        chance.choice(["Resource", "NotResource"]): chance.choice([*QUEUES, "*", "*:jobs"]),
    }
    element = chance.choice(["Principal", "Principal", "Principal", "NotPrincipal"])
    return made | {element: chance.choice(["*", {"AWS": "*"}, {"AWS": ALICE}])}


def test_a_policy_that_is_closed_lets_no_stranger_in_and_an_open_one_lets_in_its_example():
    chance = Random(7)
    closed = 0
    for _ in range(MANY):
        written = policy(*(some_statement(chance) for _ in range(chance.randint(1, 4))))
        answers = list(openings(written))
        closed += not answers
        for one in (ANONYMOUS, Principal(PrincipalKind.ROOT, root("aws", OUTSIDE), OUTSIDE)):
            allowed = access([written], PolicyKind.RESOURCE, one)
            requests = product(map(str.lower, ACTIONS), QUEUES)
            through = any(allowed.holds(action, queue, {}) for action, queue in requests)
            assert answers or not through, written.text
        for one in answers:
            if one.answer.verdict is Verdict.REFUTED:
                witness, who = one.answer.witness, one.caller.principal
                asked = (witness.action, witness.resource, witness.context)
                assert access([written], PolicyKind.RESOURCE, who).holds(*asked), written.text

    assert MANY / 10 < closed < MANY * 9 / 10


def test_where_no_caller_is_found_nothing_is_shown_and_the_policy_counts_as_public():
    answer = found(allow({"AWS": "arn:aws:iam::*:role/auditor"}))[0].answer

    assert (answer.verdict, answer.witness) == (Verdict.UNKNOWN, None)
    assert "nobody could be ruled out" in answer.reason


@pytest.mark.parametrize(
    ("pattern", "account"),
    [("1111*", "111199999999"), ("*1111", "999999991111"), ("12345678901?", "123456789019")],
)
def test_an_example_has_an_account_that_the_condition_takes(pattern, account):
    one = found(allow(Condition={"StringLike": {"aws:PrincipalAccount": pattern}}))[0]

    assert one.caller.principal.account == account
    assert one.answer.witness.context["aws:principalaccount"] == account


def test_nobody_is_shown_as_a_member_of_an_organization_without_signing():
    one = found(allow(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}))[0]

    assert one.caller.principal.account == "999999999999"
