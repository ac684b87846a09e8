"""Organizational units.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_ous.html
"""

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    entities,
    ids,
    paging,
    resources,
    shapes,
    standing,
)
from doorward.services.organizations import (
    tags as tag_lists,
)
from doorward.services.organizations.errors import (
    DuplicateUnit,
    ParentNotFound,
    UnitNotEmpty,
    UnitNotFound,
)
from doorward.services.organizations.reasons import ConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_units
from doorward.store.organizations import DEEPEST
from doorward.store.tables.organization import Organization, Unit

MOST = 2_000
"""https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""


def known(ctx: Context, found: Organization, id: str) -> Unit:
    """The unit of that id.

    Raises:
        UnitNotFound: the organization has none.
    """
    unit = entities.unit(ctx.db, found, id)
    if unit is None:
        raise UnitNotFound
    return unit


@service.answer(to=Audience.MANAGEMENT, on=resources.new_unit)
def create_organizational_unit(
    ctx: Context, *, parent_id: str, name: str, tags: list[dict[str, str]] | None = None
) -> Output:
    """Make an empty unit under a root or unit, with the default policies attached.

    Raises:
        ParentNotFound: the organization has no such root or unit.
        DuplicateUnit: the parent has a unit of that name.
        ConstraintViolation: it would be too deep, or there are as many units as may be.
        InvalidInput: a tag is not right.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
    """
    found = standing.organization(ctx)
    above = organizations.above(ctx.db, found, parent_id)
    if above is None:
        raise ParentNotFound
    if len(above) > DEEPEST:
        raise ConstraintViolation("OU_DEPTH_LIMIT_EXCEEDED")
    if organizations_units.named(ctx.db, parent_id, name):
        raise DuplicateUnit
    if organizations_units.count(ctx.db, found.id) >= MOST:
        raise ConstraintViolation("OU_NUMBER_LIMIT_EXCEEDED")
    unit_id = f"ou-{found.root_id.removeprefix('r-')}-{ids.token(ctx.ids, ids.USUAL)}"
    unit = Unit(
        unit_id,
        found.id,
        parent_id,
        name,
        ctx.now,
        tag_lists.checked(tags, system_tags.settable(ctx)),
    )
    organizations.add_unit(ctx.db, found, unit)
    return {"OrganizationalUnit": shapes.unit(ctx, found, unit)}


@service.answer(to=Audience.READERS, on=resources.unit)
def describe_organizational_unit(ctx: Context, *, organizational_unit_id: str) -> Output:
    """Show a unit.

    Raises:
        UnitNotFound: the organization has no such unit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
    """
    found = standing.organization(ctx)
    unit = known(ctx, found, organizational_unit_id)
    return {"OrganizationalUnit": shapes.unit(ctx, found, unit)}


@service.answer(to=Audience.MANAGEMENT, on=resources.unit)
def update_organizational_unit(
    ctx: Context, *, organizational_unit_id: str, name: str | None = None
) -> Output:
    """Rename a unit; its id, its place and what is attached stay.

    Raises:
        UnitNotFound: the organization has no such unit.
        DuplicateUnit: the parent has another unit of that name.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
    """
    found = standing.organization(ctx)
    unit = known(ctx, found, organizational_unit_id)
    if name is not None and name != unit.name:
        if organizations_units.named(ctx.db, unit.parent_id, name):
            raise DuplicateUnit
        organizations_units.change(ctx.db, unit.id, {"name": name})
        unit = known(ctx, found, unit.id)
    return {"OrganizationalUnit": shapes.unit(ctx, found, unit)}


@service.answer(to=Audience.MANAGEMENT, on=resources.unit)
def delete_organizational_unit(ctx: Context, *, organizational_unit_id: str) -> Output:
    """Delete an empty unit; what is attached to it is detached.

    Raises:
        UnitNotFound: the organization has no such unit.
        UnitNotEmpty: there is an account or a unit in it.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
    """
    unit = known(ctx, standing.organization(ctx), organizational_unit_id)
    if not organizations_units.is_empty(ctx.db, unit.id):
        raise UnitNotEmpty
    organizations_units.remove(ctx.db, unit)
    return {}


@service.answer(to=Audience.READERS, on=resources.parent)
def list_organizational_units_for_parent(
    ctx: Context,
    *,
    parent_id: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the units directly under a root or unit, by name.

    Raises:
        ParentNotFound: the organization has no such root or unit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
    """
    found = standing.organization(ctx)
    if not entities.is_parent(ctx.db, found, parent_id):
        raise ParentNotFound
    scope = f"ListOrganizationalUnitsForParent {parent_id}"
    page = organizations_units.page(
        ctx.db,
        found.id,
        parent_id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [shapes.unit(ctx, found, unit) for unit in page.items]
    return {"OrganizationalUnits": shown} | paging.end(ctx, scope, page)
