"""Policies attached to the root, units and accounts.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_policies_attach.html
"""

from collections.abc import Sequence
from typing import Any

from doorward.base.arn import is_account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, paging, resources, shapes, standing
from doorward.services.organizations.policy_errors import (
    DuplicatePolicyAttachment,
    PolicyNotAttached,
    PolicyNotFound,
    PolicyTypeNotEnabled,
    TargetNotFound,
)
from doorward.services.organizations.policy_types import LIMITS, kind_of, wire_type
from doorward.services.organizations.reasons import ConstraintViolation, InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import (
    accounts,
    organizations,
    organizations_accounts,
    organizations_policies,
)
from doorward.store.membership import AWS_POLICIES
from doorward.store.organizations import RCP_FULL_AWS_ACCESS, SCP
from doorward.store.tables.organization import Organization, OrganizationPolicy

Attached = Sequence[tuple[str, OrganizationPolicy | None]]


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.policy_and_target)
def attach_policy(ctx: Context, *, policy_id: str, target_id: str) -> Output:
    """Attach a policy to a root, unit or account; it applies at once.

    Raises:
        PolicyNotFound: neither AWS nor the organization has such a policy.
        TargetNotFound: the organization has no such target.
        PolicyTypeNotEnabled: its type is not enabled in the root.
        DuplicatePolicyAttachment: it is attached there.
        ConstraintViolation: the target has as many of its type as may be.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
    """
    found = standing.organization(ctx)
    kind = _kind(ctx, found, policy_id)
    _require_target(ctx, found, target_id)
    if kind not in found.policy_types:
        raise PolicyTypeNotEnabled
    attached = _of_kind(ctx, found, target_id, kind)
    if any(one == policy_id for one, _ in attached):
        raise DuplicatePolicyAttachment
    if len(attached) >= LIMITS[wire_type(kind)].attached:
        raise ConstraintViolation("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    organizations.attach(ctx.db, found.id, target_id, policy_id)
    return {}


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.policy_and_target)
def detach_policy(ctx: Context, *, policy_id: str, target_id: str) -> Output:
    """Detach a policy from a root, unit or account; the last service control policy stays.

    Raises:
        PolicyNotFound: neither AWS nor the organization has such a policy.
        TargetNotFound: the organization has no such target.
        PolicyNotAttached: it is not attached there.
        InvalidInput: it is the resource control policy of AWS.
        ConstraintViolation: it is the last service control policy of the target.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
    """
    found = standing.organization(ctx)
    kind = _kind(ctx, found, policy_id)
    _require_target(ctx, found, target_id)
    if not organizations_policies.is_attached(ctx.db, found.id, target_id, policy_id):
        raise PolicyNotAttached
    if policy_id == RCP_FULL_AWS_ACCESS:
        raise InvalidInput("NON_DETACHABLE_POLICY")
    if kind == SCP and len(_of_kind(ctx, found, target_id, kind)) == 1:
        raise ConstraintViolation("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    organizations.detach(ctx.db, found.id, target_id, policy_id)
    return {}


@service.answer(to=Audience.READERS, on=resources.target)
def list_policies_for_target(
    ctx: Context,
    *,
    target_id: str,
    filter: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the policies of one type attached to a root, unit or account itself, by id.

    Raises:
        TargetNotFound: the organization has no such target.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
    """
    found = standing.organization(ctx)
    _require_target(ctx, found, target_id)
    scope = f"ListPoliciesForTarget {target_id} {filter}"
    attached = _of_kind(ctx, found, target_id, kind_of(filter))
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(attached, lambda one: one[0], after, max_results)
    shown = [
        shapes.policy_summary(ctx, found, policy) if policy else shapes.aws_policy_summary(ctx, one)
        for one, policy in page.items
    ]
    return {"Policies": shown} | paging.end(ctx, scope, page)


@service.answer(to=Audience.READERS, on=resources.policy)
def list_targets_for_policy(
    ctx: Context, *, policy_id: str, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the roots, units and accounts that a policy is attached to, by id.

    Raises:
        PolicyNotFound: neither AWS nor the organization has such a policy.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
    """
    found = standing.organization(ctx)
    _kind(ctx, found, policy_id)
    scope = f"ListTargetsForPolicy {policy_id}"
    page = organizations_policies.targets(
        ctx.db,
        found.id,
        policy_id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [_target(ctx, found, one) for one in page.items]
    return {"Targets": shown} | paging.end(ctx, scope, page)


def _kind(ctx: Context, found: Organization, policy_id: str) -> str:
    kind = entities.policy_kind(ctx.db, found, policy_id)
    if kind is None:
        raise PolicyNotFound
    return kind


def _require_target(ctx: Context, found: Organization, target_id: str) -> None:
    if not entities.is_target(ctx.db, found, target_id):
        raise TargetNotFound


def _of_kind(ctx: Context, found: Organization, target_id: str, kind: str) -> Attached:
    """What of one kind is attached to a target."""
    return [
        (one, policy)
        for one, policy in organizations.attached_to(ctx.db, found.id, target_id)
        if (policy.kind if policy else AWS_POLICIES[one][0]) == kind
    ]


def _target(ctx: Context, found: Organization, id: str) -> dict[str, Any]:
    """A target as the wire lists it."""
    arn = entities.arn(ctx.db, ctx.partition, found, id, ctx.account)
    if id == found.root_id:
        return {"TargetId": id, "Arn": arn, "Name": shapes.ROOT_NAME, "Type": "ROOT"}
    if is_account(id):
        account = accounts.find(ctx.db, id)
        name = organizations_accounts.name(account) if account else id
        return {"TargetId": id, "Arn": arn, "Name": name, "Type": "ACCOUNT"}
    unit = entities.unit(ctx.db, found, id)
    name = unit.name if unit else id
    return {"TargetId": id, "Arn": arn, "Name": name, "Type": "ORGANIZATIONAL_UNIT"}
