"""The policies of a permission set: AWS managed, customer managed by name, and one inline.

https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetcustom.html
"""

from collections.abc import Mapping

from doorward.base.limits import ROLE_INLINE_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.grammar import PolicyType, check, size
from doorward.policy.grammar.refusal import Refusal
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import paging, resources
from doorward.services.sso_admin.errors import (
    Conflict,
    QuotaExceeded,
    ResourceNotFound,
    ValidationException,
)
from doorward.services.sso_admin.permission_sets import changed
from doorward.services.sso_admin.service import sso_admin
from doorward.store.tables.permission_set import PermissionSet

POLICIES = 20


def found(ctx: Context, instance_arn: str, permission_set_arn: str) -> PermissionSet:
    """The permission set.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.
    """
    instance = resources.instance(ctx, instance_arn)
    return resources.permission_set(ctx, instance, permission_set_arn)


def of_aws(policy_arn: str) -> str:
    """The ARN of an AWS managed policy.

    Raises:
        ResourceNotFound: AWS has none of that ARN.
    """
    if managed_policies.find(policy_arn) is None:
        raise ResourceNotFound("ManagedPolicy", policy_arn)
    return policy_arn


def reference(given: Mapping[str, str]) -> str:
    """Path and name in one, as they stand in ARNs."""
    return f"{given.get('Path') or '/'}{given['Name']}"


def referred(text: str) -> dict[str, str]:
    """Path and name apart again."""
    path, _, name = text.rpartition("/")
    return {"Name": name, "Path": f"{path}/"}


def _with(one: PermissionSet, present: list[str], added: str) -> list[str]:
    """*present* with *added*.

    Raises:
        Conflict: it is there.
        QuotaExceeded: there would be more policies than a permission set may have.
    """
    if added in present:
        raise Conflict("The policy is already attached to the permission set.")
    if len(one.managed) + len(one.customer_managed) >= POLICIES:
        raise QuotaExceeded("policies of a permission set", POLICIES)
    return [*present, added]


def _without(present: list[str], gone: str) -> list[str]:
    """*present* without *gone*.

    Raises:
        ResourceNotFound: it is not there.
    """
    if gone not in present:
        raise ResourceNotFound("Policy", gone)
    return [one for one in present if one != gone]


@sso_admin.operation(on=resources.of_permission_set)
def attach_managed_policy_to_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str, managed_policy_arn: str
) -> Output:
    """Attach an AWS managed policy.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance, permission set or policy.
        Conflict, QuotaExceeded: it is attached, or there is no room.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    changed(ctx, one, {"managed": _with(one, one.managed, of_aws(managed_policy_arn))})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def detach_managed_policy_from_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str, managed_policy_arn: str
) -> Output:
    """Detach an AWS managed policy.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set, or it is not
            attached.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachManagedPolicyFromPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    changed(ctx, one, {"managed": _without(one.managed, managed_policy_arn)})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def list_managed_policies_in_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the AWS managed policies.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListManagedPoliciesInPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    scope = f"ListManagedPoliciesInPermissionSet {one.id}"
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(sorted(one.managed), str, after, max_results)
    listed = [{"Name": arn.rpartition("/")[2], "Arn": arn} for arn in page.items]
    return {"AttachedManagedPolicies": listed} | paging.end(ctx, scope, page)


@sso_admin.operation(on=resources.of_permission_set)
def attach_customer_managed_policy_reference_to_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    customer_managed_policy_reference: dict[str, str],
) -> Output:
    """Refer to a policy that every account is to have under that name.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.
        Conflict, QuotaExceeded: it is referred to, or there is no room.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachCustomerManagedPolicyReferenceToPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    named = reference(customer_managed_policy_reference)
    changed(ctx, one, {"customer_managed": _with(one, one.customer_managed, named)})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def detach_customer_managed_policy_reference_from_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    customer_managed_policy_reference: dict[str, str],
) -> Output:
    """Refer to a policy no longer.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set, or it is not
            referred to.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachCustomerManagedPolicyReferenceFromPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    named = reference(customer_managed_policy_reference)
    changed(ctx, one, {"customer_managed": _without(one.customer_managed, named)})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def list_customer_managed_policy_references_in_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the customer managed policies that it refers to.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListCustomerManagedPolicyReferencesInPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    scope = f"ListCustomerManagedPolicyReferencesInPermissionSet {one.id}"
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(sorted(one.customer_managed), str, after, max_results)
    listed = [referred(one) for one in page.items]
    return {"CustomerManagedPolicyReferences": listed} | paging.end(ctx, scope, page)


def inline(text: str) -> str:
    """*text* as it stands, if it may become the inline policy of a role.

    Raises:
        ValidationException: it is no identity-based policy, or too long.
    """
    try:
        check(text, PolicyType.INLINE)
    except Refusal as error:
        raise ValidationException(error.message) from error
    if size(text) > ROLE_INLINE_CHARACTERS:
        most = f"{ROLE_INLINE_CHARACTERS} characters"
        raise ValidationException(f"The inline policy is longer than {most}.")
    return text


@sso_admin.operation(on=resources.of_permission_set)
def put_inline_policy_to_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str, inline_policy: str
) -> Output:
    """Set the inline policy.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.
        ValidationException: it is no policy, or too long.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    changed(ctx, one, {"inline_policy": inline(inline_policy)})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def get_inline_policy_for_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str
) -> Output:
    """Show the inline policy, empty where there is none.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or permission set.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetInlinePolicyForPermissionSet.html
    """
    return {"InlinePolicy": found(ctx, instance_arn, permission_set_arn).inline_policy or ""}


@sso_admin.operation(on=resources.of_permission_set)
def delete_inline_policy_from_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str
) -> Output:
    """Take the inline policy away.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance, permission set or policy.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInlinePolicyFromPermissionSet.html
    """
    one = found(ctx, instance_arn, permission_set_arn)
    if one.inline_policy is None:
        raise ResourceNotFound("Inline policy of", permission_set_arn)
    changed(ctx, one, {"inline_policy": None})
    return {}
