"""Policies embedded in users, groups and roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from doorward.services.context import Context
from doorward.services.iam import documents, holders, paging, resources, shapes
from doorward.services.iam.holders import Holder
from doorward.services.iam.policy_errors import InlinePolicyNotFound
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import inline_policies
from doorward.store.tables.policy import InlinePolicy


@iam.operation(on=resources.user)
def put_user_policy(
    ctx: Context, *, user_name: str, policy_name: str, policy_document: str
) -> Output:
    """Embed a policy in a user, in place of the one of that name.

    Raises:
        NoSuchEntity: the account has no such user.
        MalformedPolicyDocument: the document is refused.
        InlinePoliciesTooLong: the user's inline policies would be too long together.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
    """
    return put(ctx, holders.user(ctx, user_name), policy_name, policy_document)


@iam.operation(on=resources.group)
def put_group_policy(
    ctx: Context, *, group_name: str, policy_name: str, policy_document: str
) -> Output:
    """Embed a policy in a group, in place of the one of that name.

    Raises:
        NoSuchEntity: the account has no such group.
        MalformedPolicyDocument: the document is refused.
        InlinePoliciesTooLong: the group's inline policies would be too long together.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
    """
    return put(ctx, holders.group(ctx, group_name), policy_name, policy_document)


@iam.operation(on=resources.role)
def put_role_policy(
    ctx: Context, *, role_name: str, policy_name: str, policy_document: str
) -> Output:
    """Embed a policy in a role, in place of the one of that name.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        MalformedPolicyDocument: the document is refused.
        InlinePoliciesTooLong: the role's inline policies would be too long together.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    """
    return put(ctx, holders.own_role(ctx, role_name), policy_name, policy_document)


@iam.operation(on=resources.plain_user)
def get_user_policy(ctx: Context, *, user_name: str, policy_name: str) -> Output:
    """Show a policy embedded in a user.

    Raises:
        NoSuchEntity: the account has no such user.
        InlinePolicyNotFound: the user has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
    """
    holder = holders.user(ctx, user_name)
    return {"UserName": holder.name} | get(ctx, holder, policy_name)


@iam.operation(on=resources.group)
def get_group_policy(ctx: Context, *, group_name: str, policy_name: str) -> Output:
    """Show a policy embedded in a group.

    Raises:
        NoSuchEntity: the account has no such group.
        InlinePolicyNotFound: the group has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
    """
    holder = holders.group(ctx, group_name)
    return {"GroupName": holder.name} | get(ctx, holder, policy_name)


@iam.operation(on=resources.plain_role)
def get_role_policy(ctx: Context, *, role_name: str, policy_name: str) -> Output:
    """Show a policy embedded in a role.

    Raises:
        NoSuchEntity: the account has no such role.
        InlinePolicyNotFound: the role has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
    """
    holder = holders.role(ctx, role_name)
    return {"RoleName": holder.name} | get(ctx, holder, policy_name)


@iam.operation(on=resources.user)
def delete_user_policy(ctx: Context, *, user_name: str, policy_name: str) -> Output:
    """Delete a policy embedded in a user.

    Raises:
        NoSuchEntity: the account has no such user.
        InlinePolicyNotFound: the user has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
    """
    return delete(ctx, holders.user(ctx, user_name), policy_name)


@iam.operation(on=resources.group)
def delete_group_policy(ctx: Context, *, group_name: str, policy_name: str) -> Output:
    """Delete a policy embedded in a group.

    Raises:
        NoSuchEntity: the account has no such group.
        InlinePolicyNotFound: the group has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
    """
    return delete(ctx, holders.group(ctx, group_name), policy_name)


@iam.operation(on=resources.role)
def delete_role_policy(ctx: Context, *, role_name: str, policy_name: str) -> Output:
    """Delete a policy embedded in a role.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        InlinePolicyNotFound: the role has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
    """
    return delete(ctx, holders.own_role(ctx, role_name), policy_name)


@iam.operation(on=resources.plain_user)
def list_user_policies(
    ctx: Context, *, user_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the names of the policies embedded in a user.

    Raises:
        NoSuchEntity: the account has no such user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
    """
    return names(ctx, holders.user(ctx, user_name), marker, max_items)


@iam.operation(on=resources.group)
def list_group_policies(
    ctx: Context, *, group_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the names of the policies embedded in a group.

    Raises:
        NoSuchEntity: the account has no such group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
    """
    return names(ctx, holders.group(ctx, group_name), marker, max_items)


@iam.operation(on=resources.plain_role)
def list_role_policies(
    ctx: Context, *, role_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the names of the policies embedded in a role.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
    """
    return names(ctx, holders.role(ctx, role_name), marker, max_items)


def put(ctx: Context, holder: Holder, name: str, document: str) -> Output:
    """Embed *document* in *holder*; a policy of that name in another case keeps its case."""
    present = inline_policies.of(ctx.db, ctx.account, holder.id)
    others = [one.document for one in present if one.name.lower() != name.lower()]
    replaced = [one.name for one in present if one.name.lower() == name.lower()]
    text = documents.inline(holder, document, others)
    kept = replaced[0] if replaced else name
    inline_policies.put(ctx.db, ctx.account, holder.id, kept, text)
    return {}


def get(ctx: Context, holder: Holder, name: str) -> Output:
    """The policy's name and document."""
    policy = found(ctx, holder, name)
    return {"PolicyName": policy.name, "PolicyDocument": shapes.encoded(policy.document)}


def delete(ctx: Context, holder: Holder, name: str) -> Output:
    """Delete the policy of that name."""
    policy = found(ctx, holder, name)
    inline_policies.remove(ctx.db, ctx.account, holder.id, policy.name)
    return {}


def names(ctx: Context, holder: Holder, marker: str | None, max_items: int) -> Output:
    """A page of the names of the holder's policies."""
    scope = f"ListPolicies {holder.id}"
    present = [policy.name for policy in inline_policies.of(ctx.db, ctx.account, holder.id)]
    page = paging.of_few(present, str.lower, paging.after(ctx, scope, marker), max_items)
    return {"PolicyNames": list(page.items)} | paging.end(ctx, scope, page)


def found(ctx: Context, holder: Holder, name: str) -> InlinePolicy:
    """The holder's inline policy of that name.

    Raises:
        InlinePolicyNotFound: it has none.
    """
    policy = inline_policies.find(ctx.db, ctx.account, holder.id, name)
    if policy is None:
        raise InlinePolicyNotFound(holder.kind, name)
    return policy
