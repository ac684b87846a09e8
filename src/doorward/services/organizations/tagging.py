"""Tags of roots, units, accounts, policies, the resource policy and transfers.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
"""

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, paging, resources, standing
from doorward.services.organizations import tags as tag_lists
from doorward.services.organizations.policy_errors import TargetNotFound
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import (
    organizations,
    organizations_delegation,
    organizations_handshakes,
    organizations_policies,
    organizations_units,
)
from doorward.store.membership import AWS_POLICIES

PAGE = 50


def _tags(ctx: Context, id: str) -> dict[str, str]:
    found = entities.tags(ctx.db, standing.organization(ctx), id)
    if found is None:
        raise TargetNotFound
    return found


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.tagging)
def tag_resource(ctx: Context, *, resource_id: str, tags: list[dict[str, str]]) -> Output:
    """Add tags; a key that is there gets the new value.

    Raises:
        TargetNotFound: the organization has no such thing, or it is a policy of AWS.
        InvalidInput: a key is given twice, or is one of AWS's own.
        ConstraintViolation: there would be more than 50.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
    """
    _keep(
        ctx, resource_id, tag_lists.added(_tags(ctx, resource_id), tags, system_tags.settable(ctx))
    )
    return {}


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.tagging)
def untag_resource(ctx: Context, *, resource_id: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        TargetNotFound: the organization has no such thing, or it is a policy of AWS.
        InvalidInput: a key is one of AWS's own.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
    """
    _keep(ctx, resource_id, tag_lists.removed(_tags(ctx, resource_id), tag_keys))
    return {}


@service.answer(to=Audience.READERS, on=resources.tagging)
def list_tags_for_resource(
    ctx: Context, *, resource_id: str, next_token: str | None = None
) -> Output:
    """List tags by key; policies of AWS have none.

    Raises:
        TargetNotFound: the organization has no such thing.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
    """
    if resource_id in AWS_POLICIES:
        return {"Tags": []}
    scope = f"ListTagsForResource {resource_id}"
    shown = tag_lists.shown(_tags(ctx, resource_id))
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(shown, lambda tag: tag["Key"], after, PAGE)
    return {"Tags": list(page.items)} | paging.end(ctx, scope, page)


def _keep(ctx: Context, id: str, tags: dict[str, str]) -> None:
    """Store the *tags* of what has that id, which is there."""
    found = standing.organization(ctx)
    values = {"tags": tags}
    match id.partition("-")[0]:
        case "r":
            organizations.change(ctx.db, found.id, {"root_tags": tags})
        case "ou":
            organizations_units.change(ctx.db, id, values)
        case "p":
            organizations_policies.change(ctx.db, id, values)
        case "rp":
            organizations_delegation.change_resource_policy(ctx.db, found.id, values)
        case "rt":
            organizations_handshakes.change_transfer(ctx.db, id, values)
        case _:
            organizations.change_account(ctx.db, id, values)
