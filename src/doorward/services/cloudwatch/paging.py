"""Pages on the wire: `NextToken`, which is there while there is more."""

from typing import Any

from doorward.services.cloudwatch.errors import InvalidNextToken
from doorward.services.context import Context
from doorward.store.page import InvalidMarker


def after(ctx: Context, scope: str, next_token: str | None) -> str | None:
    """The key to go on after, None at the start of the list *scope*.

    Raises:
        InvalidNextToken: the token was not made for this list.
    """
    if not next_token:
        return None
    try:
        return ctx.markers.open(_scope(ctx, scope), next_token)
    except InvalidMarker as error:
        raise InvalidNextToken from error


def end(ctx: Context, scope: str, last: str | None) -> dict[str, Any]:
    """The `NextToken` of the next page, where there is one."""
    return {} if last is None else {"NextToken": ctx.markers.seal(_scope(ctx, scope), last)}


def _scope(ctx: Context, scope: str) -> str:
    return f"{ctx.account} {ctx.facts.region} cloudwatch {scope}"
