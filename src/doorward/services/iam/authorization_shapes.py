"""Users, groups, roles and policies as the account dump shows them.

Each with its inline policies, attached policies, boundary and tags; a member without anything in it
is left out unless it is a list of policies, groups or instance profiles.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from doorward.base import arn
from doorward.catalog import managed_policies
from doorward.services.context import Context
from doorward.services.iam import attachments, instance_profiles, managed, role_shape, shapes
from doorward.services.iam import policy_versions as versions
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.managed import Managed
from doorward.store import attachments as attached
from doorward.store import groups, inline_policies, policy_versions
from doorward.store import instance_profiles as stored_profiles
from doorward.store.tables.group import Group
from doorward.store.tables.role import Role
from doorward.store.tables.user import User

Shape = dict[str, Any]


def user(ctx: Context, found: User) -> Shape:
    """A user with its own policies and the names of its groups.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html
    """
    return {
        "Path": found.path,
        "UserName": found.name,
        "UserId": found.id,
        "Arn": arn.entity(ctx.partition, found.account, "user", found.path, found.name),
        "CreateDate": found.created_at,
        "UserPolicyList": _inline(ctx, found.id),
        "GroupList": [group.name for group in groups.all_of_user(ctx.db, ctx.account, found.id)],
        "AttachedManagedPolicies": _attached(ctx, found.id),
    } | _owned(found)


def group(ctx: Context, found: Group) -> Shape:
    """A group with its policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GroupDetail.html
    """
    return {
        "Path": found.path,
        "GroupName": found.name,
        "GroupId": found.id,
        "Arn": arn.entity(ctx.partition, found.account, "group", found.path, found.name),
        "CreateDate": found.created_at,
        "GroupPolicyList": _inline(ctx, found.id),
        "AttachedManagedPolicies": _attached(ctx, found.id),
    }


def role(ctx: Context, found: Role) -> Shape:
    """A role with its trust policy, policies and instance profiles.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
    """
    profiles = stored_profiles.all_of_role(ctx.db, ctx.account, found.id)
    return (
        role_shape.base(ctx.db, ctx.partition, found)
        | {
            "InstanceProfileList": [instance_profiles.listed(ctx, one) for one in profiles],
            "RolePolicyList": _inline(ctx, found.id),
            "AttachedManagedPolicies": _attached(ctx, found.id),
            "RoleLastUsed": role_shape.last_used(found),
        }
        | _owned(found)
    )


def policies(ctx: Context, found: Sequence[Managed]) -> list[Shape]:
    """Managed policies with the documents of all their versions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
    """
    uses = managed.Uses(ctx, found)
    return [
        uses.described(policy) | {"PolicyVersionList": list(_versions(ctx, policy))}
        for policy in found
    ]


def _versions(ctx: Context, policy: Managed) -> Iterable[Shape]:
    if policy.own is not None:
        for version in policy_versions.newest_first(ctx.db, policy.own.id):
            yield versions.full(version, policy.own.default_version)
    elif record := managed_policies.find(policy.arn):
        yield versions.only(policy) | {"Document": shapes.encoded(record.document)}


def _inline(ctx: Context, entity_id: str) -> list[Shape]:
    return [
        {"PolicyName": policy.name, "PolicyDocument": shapes.encoded(policy.document)}
        for policy in inline_policies.of(ctx.db, ctx.account, entity_id)
    ]


def _attached(ctx: Context, entity_id: str) -> list[dict[str, str]]:
    found = attached.of(ctx.db, ctx.account, entity_id)
    return attachments.shown(attachments.ordered(found))


def _owned(found: User | Role) -> Shape:
    shown: Shape = {}
    if found.boundary:
        shown["PermissionsBoundary"] = shapes.boundary(found.boundary)
    if found.tags:
        shown["Tags"] = tag_lists.shown(found.tags)
    return shown
