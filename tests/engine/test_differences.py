"""What the reference evaluator found wrong in the engine, each as the smallest case."""

import pytest

from doorward.authz import offline
from doorward.engine.decision import PolicyKind
from doorward.engine.request import Principal, PrincipalKind
from engine.policies import ACCOUNT, allow, deny, identity, outcome, policy_set, request

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SESSION = Principal(
    PrincipalKind.ROLE_SESSION,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/worker",
    ACCOUNT,
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/svc/app",
)


def resource(*statements):
    return policy_set(PolicyKind.RESOURCE, list(statements))


@pytest.mark.parametrize("name", ["app", "APP"])
def test_a_deny_hits_a_session_whatever_the_case_of_its_role(name):
    asked = request(owner=ACCOUNT)
    asked = type(asked)(
        SESSION, asked.action, asked.resource, offline.context(SESSION, {}), ACCOUNT
    )
    named = deny(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/svc/{name}"})

    assert outcome(asked, identity=identity(allow()), resource=resource(named)) == "explicitDeny"


def test_an_allow_names_a_role_in_its_own_case_only():
    asked = request(owner=ACCOUNT)
    asked = type(asked)(
        SESSION, asked.action, asked.resource, offline.context(SESSION, {}), ACCOUNT
    )
    named = allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/svc/APP"})

    assert outcome(asked, resource=resource(named)) == "implicitDeny"


@pytest.mark.parametrize("value", [ACCOUNT, ROOT])
def test_not_principal_spares_the_root_user_by_number_and_by_arn(value):
    spared = {"Effect": "Deny", "NotPrincipal": {"AWS": value}, "Action": "*", "Resource": "*"}

    assert outcome(request(ROOT, owner=ACCOUNT), resource=resource(spared)) == "allowed"
