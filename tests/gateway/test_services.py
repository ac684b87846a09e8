"""boto3 against twelve services behind the gateway: what policies allow is done, the rest is not."""

from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gateway.conftest import allow, deny
from gateway.things import THINGS, Made

DONE = "done"
DENIED_CODES = {
    # what clients of the service see of a denial; AccessDeniedException where none is given
    "sqs": "AccessDenied",
    "sns": "AuthorizationError",
    "ec2": "UnauthorizedOperation",
}
RED = {"StringEquals": {"aws:ResourceTag/team": "red"}}

POLICIES: dict[str, Callable[[str, str], list[dict[str, Any]]]] = {
    # what is asked of the policy → statements, given the action and the ARN of the resource
    "allows the action": lambda action, _: [allow(action)],
    "allows another action": lambda action, _: [allow(action.partition(":")[0] + ":List*Nothing")],
    "allows and denies": lambda action, _: [allow("*"), deny(action)],
    "allows this resource": lambda action, arn: [allow(action, arn)],
    "allows another resource": lambda action, arn: [
        allow(action, arn.replace("us-east-1", "eu-west-1"))
    ],
    "denies this resource": lambda action, arn: [allow(action), deny(action, arn)],
    "allows red": lambda action, _: [allow(action, Condition=RED)],
    "denies red": lambda action, _: [allow(action), deny(action, Condition=RED)],
}

NO_IDENTITY = "because no identity-based policy allows the"
EXPLICIT = "with an explicit deny in an identity-based policy"

CASES = [
    (service, policy, team, expected)
    for service in THINGS
    for policy, team, expected in (
        # policy                   team    what becomes of the call
        ("allows the action",       "red",  DONE),
        ("allows another action",   "red",  NO_IDENTITY),
        ("allows and denies",       "red",  EXPLICIT),
        ("allows this resource",    "red",  DONE),
        ("allows another resource", "red",  NO_IDENTITY),
        ("denies this resource",    "red",  EXPLICIT),
        ("allows red",              "red",  DONE),
        ("allows red",              "blue", NO_IDENTITY),
        ("denies red",              "red",  EXPLICIT),
        ("denies red",              "blue", DONE),
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def made(root):
    """Makes a thing of a service and team, the same one each time; volumes are deleted by calls."""

    def make(service: str, team: str, number: int) -> Made:
        return THINGS[service].make(root, f"{service}-{team}-{number}", {"team": team})

    kept = cache(make)
    numbers = count(1)
    return lambda service, team: kept(service, team, next(numbers) if service == "ec2" else 0)


@pytest.mark.parametrize(("service", "policy", "team", "expected"), CASES)
def test_a_call_is_done_where_policies_allow_it(made, user, service, policy, team, expected):
    thing, made = THINGS[service], made(service, team)
    client = user(*POLICIES[policy](thing.action, made.arn))(service)

    if expected == DONE:
        getattr(client, thing.operation)(**made.call)
        return
    with pytest.raises(ClientError) as caught:
        getattr(client, thing.operation)(**made.call)
    error = caught.value.response["Error"]
    assert error["Code"] == DENIED_CODES.get(service, "AccessDeniedException")
    assert (
        f"is not authorized to perform: {thing.action} on resource: {made.arn}" in error["Message"]
    )
    assert expected in error["Message"]
