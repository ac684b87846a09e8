"""Where roots, units and accounts are, from above and from below.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
"""

from doorward.base.arn import is_account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, paging, resources, shapes, standing
from doorward.services.organizations.errors import ChildNotFound, ParentNotFound
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_units


@service.answer(to=Audience.READERS, on=resources.everything)
def list_roots(
    ctx: Context, *, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the one root, with the types of policies that are enabled.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
    """
    del max_results
    paging.after(ctx, "ListRoots", next_token)
    return {"Roots": [shapes.root(ctx, standing.organization(ctx))]}


@service.answer(to=Audience.READERS, on=resources.child)
def list_parents(
    ctx: Context, *, child_id: str, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the one root or unit that an account or unit is directly under.

    Raises:
        ChildNotFound: the organization has no such account or unit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
    """
    del max_results
    paging.after(ctx, f"ListParents {child_id}", next_token)
    found = standing.organization(ctx)
    find = entities.member if is_account(child_id) else entities.unit
    child = find(ctx.db, found, child_id)
    if child is None:
        raise ChildNotFound
    kind = "ROOT" if child.parent_id == found.root_id else "ORGANIZATIONAL_UNIT"
    return {"Parents": [{"Id": child.parent_id, "Type": kind}]}


@service.answer(to=Audience.READERS, on=resources.parent)
def list_children(
    ctx: Context,
    *,
    parent_id: str,
    child_type: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the ids of the accounts or the units directly under a root or unit.

    Raises:
        ParentNotFound: the organization has no such root or unit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
    """
    found = standing.organization(ctx)
    if not entities.is_parent(ctx.db, found, parent_id):
        raise ParentNotFound
    scope = f"ListChildren {parent_id} {child_type}"
    after = paging.after(ctx, scope, next_token)
    if child_type == "ACCOUNT":
        members = organizations.members(
            ctx.db, found.id, parent_id=parent_id, after=after, limit=max_results
        )
        children = [{"Id": one.account, "Type": child_type} for one in members.items]
        return {"Children": children} | paging.end(ctx, scope, members)
    units = organizations_units.page(ctx.db, found.id, parent_id, after=after, limit=max_results)
    children = [{"Id": one.id, "Type": child_type} for one in units.items]
    return {"Children": children} | paging.end(ctx, scope, units)
