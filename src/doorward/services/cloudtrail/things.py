"""Making, listing and showing what CloudTrail Lake keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from doorward.services.cloudtrail import paging
from doorward.services.cloudtrail.errors import InvalidMaxResults
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST = 1_000


def make(
    ctx: Context,
    kind: str,
    name: str,
    members: Mapping[str, Any],
    *,
    id: str | None = None,
    parent: str = "",
    tags: Mapping[str, str] | None = None,
) -> TrailThing:
    """One of *kind*, kept from now on; under a fresh id where none is given."""
    made = TrailThing(
        account=ctx.account,
        region=ctx.facts.region,
        kind=kind,
        id=id or ctx.ids.request_id(),
        name=name,
        parent=parent,
        members=dict(members),
        tags=dict(tags or {}),
        policy="",
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    trail_things.add(ctx.db, made)
    return made


def change(ctx: Context, one: TrailThing, members: Mapping[str, Any], name: str = "") -> None:
    """Set *members* of *one*, the others staying, and its name where one is given."""
    values: dict[str, Any] = {"members": {**one.members, **members}, "updated_at": ctx.now}
    trail_things.change(ctx.db, one, values | ({"name": name} if name else {}))


def listed(
    ctx: Context,
    kind: str,
    next_token: str | None,
    max_results: int,
    show: Callable[[TrailThing], Output],
    *,
    parent: str | None = None,
) -> tuple[list[Output], Output]:
    """A page of one kind as *show* has each, and the `NextToken` behind it.

    Raises:
        InvalidMaxResults: it is out of its bounds.
        InvalidNextToken: the token was not made for this list.
    """
    if not 1 <= max_results <= MOST:
        raise InvalidMaxResults
    scope = f"{kind} {parent or ''}"
    after = paging.after(ctx, scope, next_token)
    page = trail_things.page(
        ctx.db, ctx.account, ctx.facts.region, kind, parent=parent, after=after, limit=max_results
    )
    return [show(one) for one in page.items], paging.end(ctx, scope, page)
