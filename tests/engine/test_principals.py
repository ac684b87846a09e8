import json

import pytest

from doorward.authz import offline
from doorward.engine.principals import Grade, exempt, named
from doorward.engine.request import Principal, PrincipalKind
from doorward.policy.parse import parse

ALICE = Principal(
    PrincipalKind.USER, "arn:aws:iam::123456789012:user/staff/alice", "123456789012", "AIDAALICE"
)
SESSION = Principal(
    PrincipalKind.ROLE_SESSION,
    "arn:aws:sts::123456789012:assumed-role/app/worker",
    "123456789012",
    "AROAAPP",
    role_arn="arn:aws:iam::123456789012:role/service/app",
)
UNKNOWN_PATH = offline.principal(SESSION.arn)
BOB = Principal(
    PrincipalKind.FEDERATED_USER,
    "arn:aws:sts::123456789012:federated-user/bob",
    "123456789012",
    "AIDAALICE",
    user_arn=ALICE.arn,
)
EC2 = Principal(PrincipalKind.SERVICE, "ec2.amazonaws.com")
OIDC = Principal(PrincipalKind.WEB_IDENTITY, "token.example.com")
NOBODY = offline.ANONYMOUS

NAMED = [
    # Principal                                                        caller        grade
    ("*",                                                              NOBODY,       Grade.DIRECT),
    ({"AWS": "*"},                                                     NOBODY,       Grade.DIRECT),
    ({"AWS": "123456789012"},                                          NOBODY,       Grade.NONE),
    ({"AWS": "123456789012"},                                          ALICE,        Grade.ACCOUNT),
    ({"AWS": "arn:aws:iam::123456789012:root"},                        SESSION,      Grade.ACCOUNT),
    ({"AWS": "arn:aws-cn:iam::123456789012:root"},                     ALICE,        Grade.NONE),
    ({"AWS": "210987654321"},                                          ALICE,        Grade.NONE),
    ({"AWS": ALICE.arn},                                               ALICE,        Grade.DIRECT),
    ({"AWS": "AIDAALICE"},                                             ALICE,        Grade.DIRECT),
    ({"AWS": "AIDAOTHER"},                                             ALICE,        Grade.NONE),   # re-created
    ({"AWS": "arn:aws:iam::123456789012:user/staff/ALICE"},            ALICE,        Grade.NONE),
    ({"AWS": "arn:aws:iam::123456789012:user/*"},                      ALICE,        Grade.NONE),
    ({"AWS": "arn:aws:iam::123456789012:role/service/app"},            SESSION,      Grade.ROLE),
    ({"AWS": "arn:aws:iam::123456789012:role/app"},                    SESSION,      Grade.NONE),   # another path
    ({"AWS": "arn:aws:iam::123456789012:role/service/app"},            UNKNOWN_PATH, Grade.ROLE),
    ({"AWS": "arn:aws:iam::210987654321:role/app"},                    UNKNOWN_PATH, Grade.NONE),
    ({"AWS": "AROAAPP"},                                               SESSION,      Grade.ROLE),
    ({"AWS": SESSION.arn},                                             SESSION,      Grade.DIRECT),
    ({"AWS": "arn:aws:sts::123456789012:assumed-role/app/other"},      SESSION,      Grade.NONE),
    ({"AWS": ALICE.arn},                                               BOB,          Grade.ROLE),
    ({"AWS": BOB.arn},                                                 BOB,          Grade.DIRECT),
    ({"Service": "ec2.amazonaws.com"},                                 EC2,          Grade.DIRECT),
    ({"Service": "*"},                                                 EC2,          Grade.NONE),
    ({"AWS": "ec2.amazonaws.com"},                                     EC2,          Grade.NONE),
    ({"Federated": "token.example.com"},                               OIDC,         Grade.DIRECT),
    ({"Federated": ALICE.arn},                                         ALICE,        Grade.NONE),
    ({"AWS": ["123456789012", ALICE.arn]},                             ALICE,        Grade.DIRECT), # the closest
]  # fmt: skip


def principals(element, written):
    statement = {"Effect": "Deny", element: written, "Action": "*", "Resource": "*"}
    found = parse(json.dumps({"Statement": statement})).statements[0]
    return found.principals or found.not_principals


@pytest.mark.parametrize(("written", "caller", "grade"), NAMED)
def test_a_principal_names_the_caller_as_closely_as_aws_says(written, caller, grade):
    assert named(principals("Principal", written), caller, fold=False) is grade


EXEMPT = [
    # NotPrincipal                                                               caller   left out
    ({"AWS": ALICE.arn},                                                         ALICE,   True),
    ({"AWS": "123456789012"},                                                    ALICE,   False),
    ({"AWS": SESSION.role_arn},                                                  SESSION, False),
    ({"AWS": SESSION.arn},                                                       SESSION, False),
    ({"AWS": [SESSION.role_arn, SESSION.arn]},                                   SESSION, True),
    ({"Service": "ec2.amazonaws.com"},                                           EC2,     True),
]  # fmt: skip


@pytest.mark.parametrize(("written", "caller", "left_out"), EXEMPT)
def test_not_principal_leaves_out_only_who_is_listed(written, caller, left_out):
    assert exempt(principals("NotPrincipal", written), caller) is left_out
