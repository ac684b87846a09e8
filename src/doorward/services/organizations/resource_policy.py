"""The organization's own policy, which lets members administer policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
"""

from typing import Any

from doorward.base.arn import Arn, is_account
from doorward.policy.document import Policy, Principals, Statement
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import arns, ids, resources, standing
from doorward.services.organizations import tags as tag_lists
from doorward.services.organizations.policy_errors import ResourcePolicyNotFound
from doorward.services.organizations.reasons import ConstraintViolation, InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations_delegation, principals
from doorward.store.principals import UnknownPrincipal
from doorward.store.tables.organization import Organization
from doorward.store.tables.organization_delegation import OrganizationResourcePolicy

MOST = 40_000
DELEGABLE = frozenset(
    f"organizations:{name}".lower()
    for name in (
        "AttachPolicy",
        "CreatePolicy",
        "DeletePolicy",
        "DescribeAccount",
        "DescribeCreateAccountStatus",
        "DescribeEffectivePolicy",
        "DescribeHandshake",
        "DescribeOrganization",
        "DescribeOrganizationalUnit",
        "DescribePolicy",
        "DescribeResourcePolicy",
        "DetachPolicy",
        "DisablePolicyType",
        "EnablePolicyType",
        "ListAWSServiceAccessForOrganization",
        "ListAccounts",
        "ListAccountsForParent",
        "ListAccountsWithInvalidEffectivePolicy",
        "ListChildren",
        "ListCreateAccountStatus",
        "ListDelegatedAdministrators",
        "ListDelegatedServicesForAccount",
        "ListEffectivePolicyValidationErrors",
        "ListHandshakesForAccount",
        "ListHandshakesForOrganization",
        "ListOrganizationalUnitsForParent",
        "ListParents",
        "ListPolicies",
        "ListPoliciesForTarget",
        "ListRoots",
        "ListTagsForResource",
        "ListTargetsForPolicy",
        "TagResource",
        "UntagResource",
        "UpdatePolicy",
    )
)
"""The actions that the policy can give to members.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
"""


@service.answer(to=Audience.MANAGEMENT, on=resources.tagged_resource_policy, reads=False)
def put_resource_policy(
    ctx: Context, *, content: str, tags: list[dict[str, str]] | None = None
) -> Output:
    """Give the organization its policy, or replace it; its id and tags stay.

    Users and roles that it names are kept by their unique ids, as in every policy of a resource.

    Raises:
        InvalidInput: the content is no such policy or names a user or role that does not exist,
            or tags are given for one that is there.
        ConstraintViolation: it is too long, or there are too many tags.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
    """
    found = standing.organization(ctx)
    _checked(content)
    try:
        bound = principals.to_ids(ctx.db, content)
    except UnknownPrincipal as error:
        raise InvalidInput("INVALID_PRINCIPAL") from error
    present = organizations_delegation.resource_policy(ctx.db, found.id)
    if present is None:
        present = OrganizationResourcePolicy(
            found.id,
            f"rp-{ids.token(ctx.ids, ids.USUAL)}",
            bound,
            tag_lists.checked(tags, system_tags.settable(ctx)),
        )
        organizations_delegation.add_resource_policy(ctx.db, present)
    elif tags:
        raise InvalidInput("INPUT_REQUIRED")
    else:
        changed = {"document": bound}
        organizations_delegation.change_resource_policy(ctx.db, found.id, changed)
    return {"ResourcePolicy": _shape(ctx, found, present.id, bound)}


@service.answer(to=Audience.READERS, on=resources.everything)
def describe_resource_policy(ctx: Context) -> Output:
    """Show the organization's policy.

    Raises:
        ResourcePolicyNotFound: it has none.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html
    """
    found = standing.organization(ctx)
    present = organizations_delegation.resource_policy(ctx.db, found.id)
    if present is None:
        raise ResourcePolicyNotFound
    return {"ResourcePolicy": _shape(ctx, found, present.id, present.document)}


@service.answer(to=Audience.MANAGEMENT, on=resources.everything)
def delete_resource_policy(ctx: Context) -> Output:
    """Delete the organization's policy.

    Raises:
        ResourcePolicyNotFound: it has none.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html
    """
    found = standing.organization(ctx)
    if organizations_delegation.resource_policy(ctx.db, found.id) is None:
        raise ResourcePolicyNotFound
    organizations_delegation.remove_resource_policy(ctx.db, found.id)
    return {}


def _shape(ctx: Context, found: Organization, id: str, content: str) -> dict[str, Any]:
    arn = arns.inside(ctx.partition, found, "resourcepolicy", id)
    shown = principals.to_arns(ctx.db, content)
    return {"ResourcePolicySummary": {"Id": id, "Arn": arn}, "Content": shown}


def _checked(content: str) -> Policy:
    """The policy that *content* spells, if it is one about Organizations.

    Raises:
        InvalidInput: it is not.
        ConstraintViolation: it is too long.
    """
    if len(content) > MOST:
        raise ConstraintViolation("POLICY_CONTENT_LIMIT_EXCEEDED")
    try:
        policy = parse(content)
    except PolicySyntaxError as error:
        raise InvalidInput("INVALID_RESOURCE_POLICY_JSON") from error
    for statement in policy.statements:
        _check(statement)
    return policy


def _check(statement: Statement) -> None:
    if statement.principals is None or not _names_accounts(statement.principals):
        raise InvalidInput("INVALID_PRINCIPAL")
    if statement.actions is None:
        raise InvalidInput("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY")
    if any(one.value.lower() not in DELEGABLE for one in statement.actions.items):
        raise InvalidInput("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY")
    if statement.resources is None or not all(
        one.value == "*" or _is_of_organizations(one.value) for one in statement.resources.items
    ):
        raise InvalidInput("UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY")


def _names_accounts(principals: Principals) -> bool:
    """Whether they are accounts, users or roles; nobody else can be delegated to."""
    return not principals.everyone and all(
        entry.kind.value == "AWS" and all(map(_is_principal, [v.value for v in entry.values.items]))
        for entry in principals.entries
    )


def _is_principal(text: str) -> bool:
    arn = Arn.parse(text)
    return is_account(text) or (arn is not None and arn.service in {"iam", "sts"})


def _is_of_organizations(text: str) -> bool:
    arn = Arn.parse(text)
    return arn is not None and arn.service == "organizations"
