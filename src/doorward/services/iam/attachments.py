"""Managed policies attached to users, groups and roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html
"""

from collections.abc import Sequence

from doorward.base.limits import ATTACHED_POLICIES
from doorward.services.context import Context
from doorward.services.iam import holders, managed, paging, policy_finders, resources
from doorward.services.iam.errors import LimitExceeded
from doorward.services.iam.holders import Holder
from doorward.services.iam.policy_errors import (
    NothingToAttach,
    PolicyNotAttachable,
    PolicyNotFound,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments


@iam.operation(on=policy_finders.attached_user)
def attach_user_policy(ctx: Context, *, user_name: str, policy_arn: str) -> Output:
    """Attach a managed policy to a user; nothing happens where it is attached already.

    Raises:
        NoSuchEntity: the account has no such user.
        NothingToAttach: neither AWS nor the account has such a policy.
        PolicyNotAttachable: the policy is for service-linked roles.
        LimitExceeded: the user has as many policies as it may have.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
    """
    return attach(ctx, holders.user(ctx, user_name), policy_arn)


@iam.operation(on=policy_finders.attached_group)
def attach_group_policy(ctx: Context, *, group_name: str, policy_arn: str) -> Output:
    """Attach a managed policy to a group; nothing happens where it is attached already.

    Raises:
        NoSuchEntity: the account has no such group.
        NothingToAttach: neither AWS nor the account has such a policy.
        PolicyNotAttachable: the policy is for service-linked roles.
        LimitExceeded: the group has as many policies as it may have.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
    """
    return attach(ctx, holders.group(ctx, group_name), policy_arn)


@iam.operation(on=policy_finders.attached_role)
def attach_role_policy(ctx: Context, *, role_name: str, policy_arn: str) -> Output:
    """Attach a managed policy to a role; nothing happens where it is attached already.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        NothingToAttach: neither AWS nor the account has such a policy.
        PolicyNotAttachable: the policy is for service-linked roles.
        LimitExceeded: the role has as many policies as it may have.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    """
    return attach(ctx, holders.own_role(ctx, role_name), policy_arn)


@iam.operation(on=policy_finders.attached_user)
def detach_user_policy(ctx: Context, *, user_name: str, policy_arn: str) -> Output:
    """Take a managed policy from a user.

    Raises:
        NoSuchEntity: the account has no such user.
        PolicyNotFound: the policy is not attached to it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
    """
    return detach(ctx, holders.user(ctx, user_name), policy_arn)


@iam.operation(on=policy_finders.attached_group)
def detach_group_policy(ctx: Context, *, group_name: str, policy_arn: str) -> Output:
    """Take a managed policy from a group.

    Raises:
        NoSuchEntity: the account has no such group.
        PolicyNotFound: the policy is not attached to it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
    """
    return detach(ctx, holders.group(ctx, group_name), policy_arn)


@iam.operation(on=policy_finders.attached_role)
def detach_role_policy(ctx: Context, *, role_name: str, policy_arn: str) -> Output:
    """Take a managed policy from a role.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        PolicyNotFound: the policy is not attached to it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
    """
    return detach(ctx, holders.own_role(ctx, role_name), policy_arn)


@iam.operation(on=resources.plain_user)
def list_attached_user_policies(
    ctx: Context,
    *,
    user_name: str,
    path_prefix: str = "/",
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the managed policies of a user, without those of its groups.

    Raises:
        NoSuchEntity: the account has no such user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
    """
    return listing(ctx, holders.user(ctx, user_name), path_prefix, marker, max_items)


@iam.operation(on=resources.group)
def list_attached_group_policies(
    ctx: Context,
    *,
    group_name: str,
    path_prefix: str = "/",
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the managed policies of a group.

    Raises:
        NoSuchEntity: the account has no such group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
    """
    return listing(ctx, holders.group(ctx, group_name), path_prefix, marker, max_items)


@iam.operation(on=resources.plain_role)
def list_attached_role_policies(
    ctx: Context,
    *,
    role_name: str,
    path_prefix: str = "/",
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the managed policies of a role.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
    """
    return listing(ctx, holders.role(ctx, role_name), path_prefix, marker, max_items)


def attach(ctx: Context, holder: Holder, policy_arn: str) -> Output:
    """Attach the policy to *holder*, within its quota."""
    policy = managed.find(ctx, policy_arn)
    if policy is None:
        raise NothingToAttach(policy_arn)
    if attachments.exists(ctx.db, ctx.account, holder.id, policy.arn):
        return {}
    if policy.own is None and policy.path.startswith(managed.SERVICE_PATHS):
        raise PolicyNotAttachable(holder.kind)
    if not policy.attachable:
        raise NothingToAttach(policy_arn)
    if len(attachments.of(ctx.db, ctx.account, holder.id)) >= ATTACHED_POLICIES:
        raise LimitExceeded(f"PoliciesPer{holder.kind.title()}", ATTACHED_POLICIES)
    attachments.attach(ctx.db, ctx.account, holder.id, policy.arn, ctx.now)
    return {}


def detach(ctx: Context, holder: Holder, policy_arn: str) -> Output:
    """Detach the policy from *holder*; also one that AWS does not have any more."""
    if not attachments.detach(ctx.db, ctx.account, holder.id, policy_arn):
        managed.find(ctx, policy_arn)  # refuses what is not the ARN of a policy
        raise PolicyNotFound(policy_arn)
    return {}


def listing(
    ctx: Context, holder: Holder, path_prefix: str, marker: str | None, max_items: int
) -> Output:
    """A page of the managed policies of *holder* whose path starts with *path_prefix*."""
    scope = f"ListAttachedPolicies {holder.id} {path_prefix}"
    found = [
        name
        for name in ordered(attachments.of(ctx.db, ctx.account, holder.id))
        if managed.path_of(name).startswith(path_prefix)
    ]
    page = paging.of_few(found, _order, paging.after(ctx, scope, marker), max_items)
    return {"AttachedPolicies": shown(page.items)} | paging.end(ctx, scope, page)


def ordered(policy_arns: Sequence[str]) -> Sequence[str]:
    """The ARNs by the name of their policy, without regard to case."""
    return sorted(policy_arns, key=_order)


def shown(policy_arns: Sequence[str]) -> list[dict[str, str]]:
    """Attached policies as IAM shows them: by name and ARN."""
    return [{"PolicyName": managed.name_of(arn), "PolicyArn": arn} for arn in policy_arns]


def _order(policy_arn: str) -> str:
    return f"{managed.name_of(policy_arn).lower()} {policy_arn}"
