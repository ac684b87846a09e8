"""Permissions boundaries of users and roles."""

import pytest

from doorward.services.context import Context
from doorward.services.iam import boundaries
from doorward.services.iam.errors import UnmodifiableEntity
from doorward.services.iam.policies import create_policy
from doorward.services.iam.policy_errors import NoBoundary, NoSuchBoundary
from doorward.store import roles, users
from services.iam.entities import ADMINISTRATOR, READ, add_role, add_user
from services.support import ACCOUNT

OWN = f"arn:aws:iam::{ACCOUNT}:policy/Limit"


def test_a_boundary_replaces_the_one_before(ctx: Context) -> None:
    create_policy(ctx, policy_name="Limit", policy_document=READ)
    add_user(ctx, "alice")
    for boundary in (ADMINISTRATOR, OWN):
        boundaries.put_user_permissions_boundary(
            ctx, user_name="alice", permissions_boundary=boundary
        )

    alice = users.find(ctx.db, ACCOUNT, "alice")

    assert alice
    assert alice.boundary == OWN


def test_a_boundary_of_a_role_can_be_removed_once(ctx: Context) -> None:
    add_role(ctx, "auditor", boundary=ADMINISTRATOR)
    boundaries.delete_role_permissions_boundary(ctx, role_name="auditor")

    auditor = roles.find(ctx.db, ACCOUNT, "auditor")
    assert auditor
    assert auditor.boundary is None
    with pytest.raises(NoBoundary):
        boundaries.delete_role_permissions_boundary(ctx, role_name="auditor")


def test_a_user_without_a_boundary_has_none_to_remove(ctx: Context) -> None:
    add_user(ctx, "alice")

    with pytest.raises(NoBoundary):
        boundaries.delete_user_permissions_boundary(ctx, user_name="alice")


def test_a_boundary_that_does_not_exist_is_refused_and_the_old_one_stays(ctx: Context) -> None:
    add_role(ctx, "auditor", boundary=ADMINISTRATOR)

    with pytest.raises(NoSuchBoundary) as refusal:
        boundaries.put_role_permissions_boundary(ctx, role_name="auditor", permissions_boundary=OWN)
    auditor = roles.find(ctx.db, ACCOUNT, "auditor")
    assert str(refusal.value) == f"Scope ARN: {OWN} does not exist or is not attachable."
    assert auditor
    assert auditor.boundary == ADMINISTRATOR


def test_a_role_of_an_aws_service_gets_no_boundary(ctx: Context) -> None:
    add_role(ctx, "AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/")

    with pytest.raises(UnmodifiableEntity):
        boundaries.put_role_permissions_boundary(
            ctx, role_name="AWSServiceRoleForX", permissions_boundary=ADMINISTRATOR
        )


def test_a_new_entity_may_be_made_without_a_boundary(ctx: Context) -> None:
    assert boundaries.checked(ctx, None) is None
    assert boundaries.checked(ctx, ADMINISTRATOR) == ADMINISTRATOR
