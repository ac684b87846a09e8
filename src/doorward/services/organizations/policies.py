"""Policies of every type: made, changed, shown, deleted.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
"""

from typing import Any

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    entities,
    ids,
    paging,
    policy_documents,
    resources,
    shapes,
    standing,
)
from doorward.services.organizations import (
    tags as tag_lists,
)
from doorward.services.organizations.policy_errors import (
    DuplicatePolicy,
    PolicyInUse,
    PolicyNotFound,
    PolicyTypeNotAvailable,
)
from doorward.services.organizations.policy_types import LIMITS, kind_of, wire_type
from doorward.services.organizations.reasons import ConstraintViolation, InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_policies
from doorward.store.membership import AWS_POLICIES
from doorward.store.tables.organization import Organization, OrganizationPolicy

FIRST = " "
"""What the key of AWS's policy in a list begins with; it comes before the customer's."""


def own(ctx: Context, found: Organization, id: str) -> OrganizationPolicy:
    """The customer's policy of that id, which may be changed.

    Raises:
        InvalidInput: it is one of AWS.
        PolicyNotFound: the organization has none.
    """
    if id in AWS_POLICIES:
        raise InvalidInput("IMMUTABLE_POLICY")
    policy = entities.policy(ctx.db, found, id)
    if policy is None:
        raise PolicyNotFound
    return policy


def full(ctx: Context, found: Organization, policy: OrganizationPolicy) -> dict[str, Any]:
    """A customer's policy with its content."""
    return {
        "PolicySummary": shapes.policy_summary(ctx, found, policy),
        "Content": policy.document,
    }


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.tagged_new_policy)
def create_policy(
    ctx: Context,
    *,
    content: str,
    description: str,
    name: str,
    type: str,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a policy, attached to nothing; its type need not be enabled (assumed).

    Raises:
        PolicyTypeNotAvailable: the organization has not all features.
        Malformed: the content is no policy of the type.
        ConstraintViolation: it is too long, or there are as many as may be.
        DuplicatePolicy: there is one of that type and name.
        InvalidInput: a tag is not right.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
    """
    found = standing.organization(ctx)
    if found.feature_set != "ALL":
        raise PolicyTypeNotAvailable
    kind = kind_of(type)
    policy_documents.checked(content, type)
    _require_free(ctx, found, kind, name)
    if organizations_policies.count(ctx.db, found.id, kind) >= LIMITS[type].policies:
        raise ConstraintViolation("POLICY_NUMBER_LIMIT_EXCEEDED")
    policy_id = f"p-{ids.token(ctx.ids, ids.USUAL)}"
    policy = OrganizationPolicy(
        policy_id,
        found.id,
        kind,
        name,
        description,
        content,
        ctx.now,
        tag_lists.checked(tags, system_tags.settable(ctx)),
    )
    organizations.add_policy(ctx.db, policy)
    return {"Policy": full(ctx, found, policy)}


def _require_free(ctx: Context, found: Organization, kind: str, name: str) -> None:
    taken = any(name == text.name for its, text in AWS_POLICIES.values() if its == kind)
    if taken or organizations_policies.named(ctx.db, found.id, kind, name):
        raise DuplicatePolicy


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.policy)
def update_policy(
    ctx: Context,
    *,
    policy_id: str,
    name: str | None = None,
    description: str | None = None,
    content: str | None = None,
) -> Output:
    """Change a policy wherever it is attached; what is left out stays.

    Raises:
        InvalidInput: it is one of AWS.
        PolicyNotFound: the organization has no such policy.
        DuplicatePolicy: another one of the type has the new name.
        Malformed: the content is no policy of the type.
        ConstraintViolation: it is too long.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
    """
    found = standing.organization(ctx)
    policy = own(ctx, found, policy_id)
    changes: dict[str, Any] = {}
    if name is not None and name != policy.name:
        _require_free(ctx, found, policy.kind, name)
        changes["name"] = name
    if description is not None:
        changes["description"] = description
    if content is not None:
        changes["document"] = policy_documents.checked(content, wire_type(policy.kind))
    if changes:
        organizations_policies.change(ctx.db, policy_id, changes | {"updated_at": ctx.now})
    return {"Policy": full(ctx, found, own(ctx, found, policy_id))}


@service.answer(to=Audience.READERS, on=resources.policy)
def describe_policy(ctx: Context, *, policy_id: str) -> Output:
    """Show a policy with its content.

    Raises:
        PolicyNotFound: neither AWS nor the organization has such a policy.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
    """
    found = standing.organization(ctx)
    if policy_id in AWS_POLICIES:
        summary = shapes.aws_policy_summary(ctx, policy_id)
        return {"Policy": {"PolicySummary": summary, "Content": AWS_POLICIES[policy_id][1].text}}
    return {"Policy": full(ctx, found, own(ctx, found, policy_id))}


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.policy)
def delete_policy(ctx: Context, *, policy_id: str) -> Output:
    """Delete a policy that is attached to nothing.

    Raises:
        InvalidInput: it is one of AWS.
        PolicyNotFound: the organization has no such policy.
        PolicyInUse: it is attached to something.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
    """
    found = standing.organization(ctx)
    policy = own(ctx, found, policy_id)
    if organizations_policies.targets(ctx.db, found.id, policy.id, limit=1).items:
        raise PolicyInUse
    organizations_policies.remove(ctx.db, policy.id)
    return {}


@service.answer(to=Audience.READERS, on=resources.everything)
def list_policies(
    ctx: Context, *, filter: str, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the policies of one type: AWS's own first, then the customer's by name.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
    """
    found = standing.organization(ctx)
    kind = kind_of(filter)
    scope = f"ListPolicies {filter}"
    after = paging.after(ctx, scope, next_token)
    shown = []
    if after is None:
        shown = [
            shapes.aws_policy_summary(ctx, one)
            for one, (its_kind, _) in AWS_POLICIES.items()
            if its_kind == kind
        ]
    page = organizations_policies.page(
        ctx.db,
        found.id,
        kind,
        after=None if after == FIRST else after,
        limit=max(max_results - len(shown), 1),
    )
    if len(shown) == max_results and page.items:
        return {"Policies": shown} | paging.end(ctx, scope, page._replace(last=FIRST))
    shown += [shapes.policy_summary(ctx, found, policy) for policy in page.items]
    return {"Policies": shown} | paging.end(ctx, scope, page)
