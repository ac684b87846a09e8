import pytest

from doorward.engine.decision import Decision, Match, Outcome, PolicyKind
from doorward.engine.reason import clause
from doorward.policy.document import NOWHERE, Effect

IMPLICIT = [
    (PolicyKind.IDENTITY, "because no identity-based policy allows the s3:GetObject action"),
    (PolicyKind.RESOURCE, "because no resource-based policy allows the s3:GetObject action"),
    (PolicyKind.BOUNDARY, "because no permissions boundary allows the s3:GetObject action"),
    (PolicyKind.SESSION, "because no session policy allows the s3:GetObject action"),
    (PolicyKind.SCP, "because no service control policy allows the s3:GetObject action"),
    (PolicyKind.ENDPOINT, "because no VPC endpoint policy allows the s3:GetObject action"),
    (PolicyKind.TRUST, "because no role trust policy allows the s3:GetObject action"),
]
EXPLICIT = [
    (PolicyKind.IDENTITY, "with an explicit deny in an identity-based policy"),
    (PolicyKind.RESOURCE, "with an explicit deny in a resource-based policy"),
    (PolicyKind.BOUNDARY, "with an explicit deny in a permissions boundary"),
    (PolicyKind.SESSION, "with an explicit deny in a session policy"),
    (PolicyKind.SCP, "with an explicit deny in a service control policy"),
    (PolicyKind.RCP, "with an explicit deny in a resource control policy"),
    (PolicyKind.ENDPOINT, "with an explicit deny in a VPC endpoint policy"),
    (PolicyKind.TRUST, "with an explicit deny in the role trust policy"),
    (PolicyKind.PUBLIC_ACCESS_BLOCK, "with an explicit deny in a resource-based policy"),
]


@pytest.mark.parametrize(("kind", "sentence"), IMPLICIT)
def test_an_implicit_denial_names_the_kind_that_does_not_allow(kind, sentence):
    assert clause(Decision(Outcome.IMPLICIT_DENY, kind), "s3:GetObject") == sentence


@pytest.mark.parametrize(("kind", "sentence"), EXPLICIT)
def test_an_explicit_denial_names_the_kind_that_denies(kind, sentence):
    assert clause(Decision(Outcome.EXPLICIT_DENY, kind), "s3:GetObject") == sentence


def test_an_explicit_denial_ends_with_the_arn_of_its_policy_where_asked():
    arn = "arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1"
    match = Match(PolicyKind.SCP, Effect.DENY, "guard", arn, None, 0, NOWHERE)
    decision = Decision(Outcome.EXPLICIT_DENY, PolicyKind.SCP, (match,))

    ending = clause(decision, "s3:GetObject", with_arn=True)
    assert ending == f"with an explicit deny in a service control policy: {arn}"


def test_an_allow_has_no_reason_to_deny():
    assert clause(Decision(Outcome.ALLOWED, PolicyKind.IDENTITY), "s3:GetObject") == ""
