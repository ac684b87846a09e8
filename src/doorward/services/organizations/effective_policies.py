"""The management policy that applies to an account, of all those above it.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from doorward.base.arn import is_account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, inheritance, paging, resources, standing
from doorward.services.organizations.accounts import known
from doorward.services.organizations.errors import AccessDenied
from doorward.services.organizations.policy_errors import EffectivePolicyNotFound, TargetNotFound
from doorward.services.organizations.policy_types import kind_of
from doorward.services.organizations.reasons import InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations
from doorward.store.tables.organization import MemberAccount, Organization, OrganizationPolicy

Levels = list[list[OrganizationPolicy]]


@service.answer(to=Audience.MEMBERS, on=resources.target)
def describe_effective_policy(
    ctx: Context, *, policy_type: str, target_id: str | None = None
) -> Output:
    """Show what the policies of one management type come to for an account.

    Members may ask about themselves only.

    Raises:
        AccessDenied: a member asks about another account.
        InvalidInput: the target is a root or a unit.
        TargetNotFound: the organization has no such account.
        EffectivePolicyNotFound: no policy of the type applies.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
    """
    found = standing.organization(ctx)
    account = target_id or ctx.account
    if account != ctx.account and not standing.reads_all(ctx, found):
        raise AccessDenied
    if not is_account(account):
        raise InvalidInput("TARGET_NOT_SUPPORTED")
    member = entities.member(ctx.db, found, account)
    if member is None:
        raise TargetNotFound
    above = levels(ctx, found, member, kind_of(policy_type))
    policies = [policy for level in above for policy in level]
    if not policies:
        raise EffectivePolicyNotFound
    content = inheritance.effective(
        [json.loads(policy.document) for policy in level] for level in above
    )
    shown: dict[str, Any] = {
        "PolicyContent": json.dumps(content, separators=(",", ":")),
        "LastUpdatedTimestamp": max(map(_changed_at, policies)),
        "TargetId": account,
        "PolicyType": policy_type,
    }
    return {"EffectivePolicy": shown}


def levels(ctx: Context, found: Organization, member: MemberAccount, kind: str) -> Levels:
    """The policies of one kind attached to the root and down to the account, level by level."""
    if kind not in found.policy_types:
        return []
    place = organizations.place(ctx.db, member.account)
    targets = place.targets if place else ()
    return [list(_attached(ctx, found, target, kind)) for target in targets]


def _attached(
    ctx: Context, found: Organization, target: str, kind: str
) -> Iterator[OrganizationPolicy]:
    for _, policy in organizations.attached_to(ctx.db, found.id, target):
        if policy and policy.kind == kind:
            yield policy


def _changed_at(policy: OrganizationPolicy) -> datetime:
    return policy.updated_at or policy.created_at


@service.answer(to=Audience.READERS, on=resources.account)
def list_effective_policy_validation_errors(
    ctx: Context,
    *,
    account_id: str,
    policy_type: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List what is wrong with the effective policy of an account: nothing.

    The services that would say so are not here; what is stored is well-formed.

    Raises:
        AccountNotFound: the organization has no such account.
        EffectivePolicyNotFound: no policy of the type applies.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListEffectivePolicyValidationErrors.html
    """
    del max_results
    found = standing.organization(ctx)
    member = known(ctx, found, account_id)
    paging.after(ctx, f"ListEffectivePolicyValidationErrors {account_id}", next_token)
    if not any(levels(ctx, found, member, kind_of(policy_type))):
        raise EffectivePolicyNotFound
    place = organizations.place(ctx.db, account_id)
    return {
        "AccountId": account_id,
        "PolicyType": policy_type,
        "Path": f"{place.path}{account_id}/" if place else None,
        "EvaluationTimestamp": ctx.now,
        "EffectivePolicyValidationErrors": [],
    }


@service.answer(to=Audience.READERS, on=resources.everything)
def list_accounts_with_invalid_effective_policy(
    ctx: Context,
    *,
    policy_type: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the accounts whose effective policy is not valid: none.

    Raises:
        EffectivePolicyNotFound: the type is not enabled.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsWithInvalidEffectivePolicy.html
    """
    del max_results
    found = standing.organization(ctx)
    paging.after(ctx, f"ListAccountsWithInvalidEffectivePolicy {policy_type}", next_token)
    if kind_of(policy_type) not in found.policy_types:
        raise EffectivePolicyNotFound
    return {"Accounts": [], "PolicyType": policy_type}
