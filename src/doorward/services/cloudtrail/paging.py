"""Pages on the wire: `NextToken`, which is there while there is more."""

from typing import Any

from doorward.services.cloudtrail.errors import InvalidNextToken
from doorward.services.context import Context
from doorward.store.page import InvalidMarker, Page


def after(ctx: Context, scope: str, next_token: str | None) -> str | None:
    """The key to go on after, None at the start of the list *scope*.

    Raises:
        InvalidNextToken: the token was not made for this list.
    """
    if next_token is None:
        return None
    try:
        return ctx.markers.open(_scope(ctx, scope), next_token)
    except InvalidMarker as error:
        raise InvalidNextToken from error


def end(ctx: Context, scope: str, page: Page[Any]) -> dict[str, Any]:
    """The `NextToken` of the next page, where there is one."""
    if page.last is None:
        return {}
    return {"NextToken": seal(ctx, scope, page.last)}


def seal(ctx: Context, scope: str, last: str) -> str:
    """A token that goes on behind the key *last* of the list *scope*."""
    return ctx.markers.seal(_scope(ctx, scope), last)


def _scope(ctx: Context, scope: str) -> str:
    return f"{ctx.account} {ctx.facts.region} cloudtrail {scope}"
