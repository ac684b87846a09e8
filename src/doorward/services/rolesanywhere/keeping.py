"""What trust anchors, profiles and revocation lists have in common: making, naming, listing.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doorward.base.limits import TAGS
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import shapes
from doorward.services.rolesanywhere.errors import TooManyTags, ValidationException
from doorward.store import rolesanywhere as store
from doorward.store.page import InvalidMarker, Page
from doorward.store.tables.rolesanywhere import CRL, PROFILE, TRUST_ANCHOR, AnywhereResource

MOST = {TRUST_ANCHOR: 50, PROFILE: 250, CRL: 100}
"""How many of a kind an account may have in a Region; of lists, two for each trust anchor."""

PAGE = 50
LARGEST_PAGE = 100


def add(
    ctx: Context,
    kind: str,
    name: str,
    details: Mapping[str, Any],
    *,
    enabled: bool | None,
    tags: Sequence[Mapping[str, str]] | None,
    alias: str | None,
    anchor: str = "",
) -> AnywhereResource:
    """A new resource, disabled unless it is said otherwise (assumed).

    Raises:
        ValidationException: there are too many, or another one has that alias.
        TooManyTags: there are more tags than a resource may have.
    """
    account, region = ctx.account, ctx.facts.region
    if store.count(ctx.db, account, region, kind) >= MOST[kind]:
        raise ValidationException(f"At most {MOST[kind]} of {kind} are possible in a Region")
    made = AnywhereResource(
        account,
        region,
        kind,
        ctx.ids.request_id(),
        name,
        bool(enabled),
        ctx.now,
        ctx.now,
        _free_alias(ctx, kind, alias),
        anchor,
        tagged({}, tags or []),
        dict(details),
    )
    store.add(ctx.db, made)
    return made


def _free_alias(ctx: Context, kind: str, alias: str | None, own: str = "") -> str | None:
    """The alias, which no other resource of the kind has; None for an empty one.

    Raises:
        ValidationException: another one has it.
    """
    if not alias:
        return None
    found = store.by_alias(ctx.db, ctx.account, ctx.facts.region, kind, alias)
    if found is not None and found.id != own:
        raise ValidationException(f"The alias {alias} is in use")
    return alias


def update(
    ctx: Context,
    found: AnywhereResource,
    *,
    name: str | None = None,
    alias: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Change what is given, and show the resource; an empty alias takes it away.

    Raises:
        ValidationException: another one has that alias.
    """
    given = {key: value for key, value in (details or {}).items() if value is not None}
    changes: dict[str, Any] = {"updated_at": ctx.now, "details": found.details | given}
    if name is not None:
        changes["name"] = name
    if alias is not None:
        changes["alias"] = _free_alias(ctx, found.kind, alias, found.id)
    return _changed(ctx, found, changes, before=found.alias)


def enable(ctx: Context, found: AnywhereResource, *, enabled: bool) -> dict[str, Any]:
    """Enable or disable the resource, and show it."""
    return _changed(ctx, found, {"enabled": enabled, "updated_at": ctx.now})


def _changed(
    ctx: Context, found: AnywhereResource, changes: dict[str, Any], before: str | None = None
) -> dict[str, Any]:
    store.change(ctx.db, found, changes)
    return shapes.resource(ctx, replace(found, **changes), before)


def remove(ctx: Context, found: AnywhereResource) -> dict[str, Any]:
    """Delete the resource, and show it as it was."""
    store.remove(ctx.db, found)
    return shapes.resource(ctx, found)


def listed(
    ctx: Context, kind: str, member: str, next_token: str | None, page_size: int | None
) -> Output:
    """A page of the resources of one kind.

    Raises:
        ValidationException: the token was not made for this list.
    """
    after = start(ctx, kind, next_token)
    found = store.page(
        ctx.db, ctx.account, ctx.facts.region, kind, after=after, limit=size(page_size)
    )
    return {member: [shapes.resource(ctx, row) for row in found.items]} | end(ctx, kind, found)


def size(asked: int | None) -> int:
    """How many entries a page has."""
    return min(max(asked or PAGE, 1), LARGEST_PAGE)


def start(ctx: Context, kind: str, next_token: str | None) -> str | None:
    """The key to go on after, None at the start of the list.

    Raises:
        ValidationException: the token was not made for this list.
    """
    if next_token is None:
        return None
    try:
        return ctx.markers.open(_scope(ctx, kind), next_token)
    except InvalidMarker as error:
        raise ValidationException("The token is not valid for this list") from error


def end(ctx: Context, kind: str, page: Page[Any]) -> dict[str, Any]:
    """The `nextToken`, where there is more."""
    return {"nextToken": ctx.markers.seal(_scope(ctx, kind), page.last)} if page.last else {}


def _scope(ctx: Context, kind: str) -> str:
    return f"{ctx.account} rolesanywhere {ctx.facts.region} {kind}"


def tagged(present: Mapping[str, str], given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """*present* with the tags of a request over it; keys compare without case.

    Raises:
        ValidationException: a key stands twice, or is one of AWS's own.
        TooManyTags: there would be more than a resource may have.
    """
    keys = [tag["key"].lower() for tag in given]
    if len(set(keys)) < len(keys):
        raise ValidationException("A tag key was given more than once")
    if any(key.startswith("aws:") for key in keys):
        raise ValidationException("Tag keys that begin with aws: are reserved")
    together = {key: value for key, value in present.items() if key.lower() not in keys}
    together |= {tag["key"]: tag["value"] for tag in given}
    if len(together) > TAGS:
        raise TooManyTags
    return together
