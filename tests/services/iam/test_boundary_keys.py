"""`iam:PermissionsBoundary` is known for the actions that the reference lists it for, and no other.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from typing import Any

import pytest

from doorward.catalog import actions
from doorward.server.dispatch import registry
from doorward.services.context import Context
from doorward.services.iam.roles import create_role
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user
from doorward.services.operation import Operation
from doorward.wire import model
from services.support import accesses

KEY = "iam:permissionsboundary"
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OTHER = "arn:aws:iam::aws:policy/PowerUserAccess"
TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)
GIVEN = {
    "UserName": "alice",
    "RoleName": "worker",
    "PermissionsBoundary": OTHER,
    "PolicyArn": BOUNDARY,
    "Tags": [],
    "TagKeys": [],
}


def of_one() -> list[Any]:
    """The operations on one user or role that is there."""
    registry()
    found = []
    for name, operation in sorted(iam.operations.items()):
        members = {one.name for one in model.parameters("iam", name)}
        if members & {"UserName", "RoleName"} and operation.finder is not None:
            found.append(pytest.param(operation, id=name))
    return found


def listed(name: str) -> bool:
    action = actions.find(f"iam:{name}")
    return action is not None and KEY in {key.lower() for key in action.condition_keys}


@pytest.mark.parametrize("operation", of_one())
def test_the_boundary_is_known_where_the_reference_says_so(
    ctx: Context, operation: Operation
) -> None:
    create_user(ctx, user_name="alice", permissions_boundary=BOUNDARY)
    create_role(
        ctx,
        role_name="worker",
        assume_role_policy_document=TRUST,
        permissions_boundary=BOUNDARY,
    )
    members = model.parameters("iam", operation.name)
    given = {one.name: GIVEN.get(one.name, "x") for one in members if one.required}
    given |= {name: GIVEN[name] for name in ("PermissionsBoundary",) if name in given}
    if operation.name in {"CreateUser", "CreateRole"}:
        given["PermissionsBoundary"] = OTHER

    for access in accesses(iam, operation.name, ctx, **given):
        if not access.action.endswith(f":{operation.name}"):
            continue
        expected = OTHER if "PermissionsBoundary" in given else BOUNDARY
        assert access.context.get(KEY) == (expected if listed(operation.name) else None)
