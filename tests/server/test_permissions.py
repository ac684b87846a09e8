"""Each operation asks for the permission of its own name, and every denial is on record.

Generated from the operations that are registered: a caller who may do everything but one action is
refused that one, in its name.
"""

import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from authn.in_process import ACCOUNT, CAROL, ROOT, InProcess, query
from authn.rows import rows
from doorward.server.dispatch import registry
from doorward.store import audit

SERVICES = (
    "iam",
    "sts",
    "organizations",
    "account",
    "rolesanywhere",
    "identitystore",
    "sso-admin",
    "logs",
    "accessanalyzer",
)
# The prefix of the actions where it is another one.
ACTIONS = {"sso-admin": "sso", "accessanalyzer": "access-analyzer"}
# Operations that ask for the permission of another one.
OF_ANOTHER = {
    ("accessanalyzer", "GetFindingV2"): "access-analyzer:GetFinding",
    ("accessanalyzer", "ListFindingsV2"): "access-analyzer:ListFindings",
}

SAMPLES = {
    # The shortest text that the model takes is no ARN.
    ("sts", "AssumeRole"): query(
        "sts",
        f"Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::{ACCOUNT}:role/auditor&RoleSessionName=carol",
        CAROL,
    ),
    ("sts", "AssumeRoot"): query(
        "sts",
        "Action=AssumeRoot&Version=2011-06-15&TargetPrincipal=210987654321"
        "&TaskPolicyArn.arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
        CAROL,
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    opened = InProcess(tmp_path_factory.mktemp("house"))
    yield opened
    opened.close()


def all_but(house, action):
    """Let carol do everything but *action*."""
    statement = {"Effect": "Allow", "NotAction": action, "Resource": "*"}
    given = {
        "Action": "PutUserPolicy",
        "Version": "2010-05-08",
        "UserName": "carol",
        "PolicyName": "all-but",
        "PolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": statement}),
    }
    reply = house.answer(query("iam", urlencode(given), ROOT).signed())
    assert reply.status == 200, reply


def denials(house):
    """Operation and error of every event of a denial."""
    if waiting := house.running.recorder.flush():
        waiting.result()
    with house.running.database.read() as db:
        found = audit.page(db, ACCOUNT, limit=5_000).items
    return [one.operation for one in found if one.outcome == audit.Outcome.DENIED]


ASKING = sorted(
    name
    for name, operation in registry().items()
    if name[0] in SERVICES and operation.finder is not None and not operation.unsigned
)


@pytest.mark.parametrize("name", ASKING, ids=":".join)
def test_whoever_may_do_everything_but_that_is_refused_that(house, name):
    action = OF_ANOTHER.get(name, f"{ACTIONS.get(name[0], name[0])}:{name[1]}")
    all_but(house, action)
    before = denials(house).count(name[1])

    sent = SAMPLES.get(name) or replace(rows()[name], by=CAROL)
    reply = house.answer(sent.signed())

    text = reply.body.decode()
    assert 400 <= reply.status < 500, text
    assert f"is not authorized to perform: {action} " in text, text
    assert denials(house).count(name[1]) == before + 1
