"""What one statement covers, where that is not plain from its patterns."""

import pytest

from doorward.engine.decision import PolicyKind
from doorward.engine.match import ANY
from engine.policies import ALICE, allow, deny, identity, outcome, policy_set, request

ALL = allow()


def test_an_unknown_operator_keeps_out_and_never_lets_in():
    odd = {"Condition": {"StringSounds": {"aws:username": "alice"}}}

    assert outcome(request(), identity=identity(allow(**odd))) == "implicitDeny"
    assert outcome(request(), identity=identity(ALL, deny(**odd))) == "explicitDeny"


def test_a_wildcard_in_the_service_prefix_keeps_out_and_never_lets_in():
    assert outcome(request(), identity=identity(allow("s*:GetObject"))) == "implicitDeny"
    assert outcome(request(), identity=identity(ALL, deny("s*:GetObject"))) == "explicitDeny"
    spared = {"Effect": "Allow", "NotAction": "s*:GetObject", "Resource": "*"}
    assert outcome(request(), identity=identity(spared)) == "implicitDeny"


def test_only_policies_of_a_resource_may_leave_the_resource_out():
    bare = {"Effect": "Allow", "Action": "*"}

    assert outcome(request(), identity=identity(bare)) == "implicitDeny"
    assert outcome(request(), identity=identity(ALL, bare | {"Effect": "Deny"})) == "explicitDeny"
    attached = policy_set(PolicyKind.RESOURCE, [bare | {"Principal": {"AWS": ALICE}}])
    assert outcome(request(), resource=attached) == "allowed"


NOT_RESOURCES = [
    # NotResource                          Allow             with a Deny beside an Allow
    (["arn:aws:s3:::other/*"],             "allowed",        "explicitDeny"),
    (["arn:aws:s3:::b/*"],                 "implicitDeny",   "allowed"),
    (["arn:aws:s3:::b/${aws:none}"],       "implicitDeny",   "explicitDeny"),  # disputed
    (["arn:aws:sqs"],                      "implicitDeny",   "explicitDeny"),  # disputed
]  # fmt: skip


@pytest.mark.parametrize(("excepted", "allowed", "denied"), NOT_RESOURCES)
def test_what_a_not_resource_leaves_over(excepted, allowed, denied):
    statement = {"Effect": "Allow", "Action": "*", "NotResource": excepted}

    assert outcome(request(), identity=identity(statement)) == allowed
    refusing = statement | {"Effect": "Deny"}
    assert outcome(request(), identity=identity(ALL, refusing)) == denied


VALUES = [
    # operator            policy values     request   holds
    ("NumericEquals",     ["many", "5"],    "5",      True),
    ("NumericEquals",     ["5", "many"],    "5",      True),   # order does not matter
    ("NumericNotEquals",  ["many", "7"],    "5",      False),  # what is no number satisfies neither
    ("NumericNotEquals",  ["7", "many"],    "5",      False),
    ("NumericEquals",     ["10"],           "1_0",    False),
    ("NumericEquals",     ["1e1"],          "10.0",   True),
    ("IpAddress",         ["x", "::1"],     "0:0::1", True),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "values", "asked", "holds"), VALUES)
def test_values_are_tried_in_any_order(operator, values, asked, holds):
    held = identity(allow(Condition={operator: {"x:key": values}}))

    assert outcome(request(x__key=asked), identity=held) == ("allowed" if holds else "implicitDeny")


def test_a_variable_before_the_fifth_colon_is_text():
    held = identity(allow("*", "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}"))

    assert outcome(request(action="iam:GetUser", resource=ALICE), identity=held) == "implicitDeny"


def test_what_a_variable_brings_in_is_literal_in_a_resource():
    held = identity(allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/home}/*"))
    star = {"aws__PrincipalTag/home": "*"}

    assert (
        outcome(request(resource="arn:aws:s3:::b/alice/k", **star), identity=held) == "implicitDeny"
    )
    assert outcome(request(resource="arn:aws:s3:::b/*/k", **star), identity=held) == "allowed"


def test_a_value_that_looks_like_a_pattern_inside_the_engine_is_no_value():
    held = identity(allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/home}/*"))
    disguised = {"aws__PrincipalTag/home": ANY}

    assert (
        outcome(request(resource="arn:aws:s3:::b/x/k", **disguised), identity=held)
        == "implicitDeny"
    )


@pytest.mark.parametrize("turn", [1, -1])
def test_the_closest_statement_that_names_the_caller_counts(turn):
    statements = [allow(Principal={"AWS": who}) for who in (ALICE, "123456789012")]

    resource = policy_set(PolicyKind.RESOURCE, statements[::turn])

    assert outcome(request(), resource=resource) == "allowed"
