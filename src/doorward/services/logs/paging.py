"""Page tokens, bound to the list that they go on with."""

from doorward.services.context import Context
from doorward.services.logs.errors import InvalidParameter
from doorward.store.page import InvalidMarker

DEFAULT = 50


def opened(ctx: Context, scope: str, token: str | None) -> str | None:
    """What *token* holds, None where none was given.

    Raises:
        InvalidParameter: it is of another list, or made up.
    """
    if token is None:
        return None
    try:
        return ctx.markers.open(_bound(ctx, scope), token)
    except InvalidMarker as error:
        raise InvalidParameter("The specified nextToken is invalid.") from error


def sealed(ctx: Context, scope: str, last: str) -> str:
    """The token that goes on behind *last*."""
    return ctx.markers.seal(_bound(ctx, scope), last)


def following(ctx: Context, scope: str, last: str | None) -> dict[str, str]:
    """The member `nextToken`, where there is a next page."""
    return {} if last is None else {"nextToken": sealed(ctx, scope, last)}


def _bound(ctx: Context, scope: str) -> str:
    return f"logs {ctx.account} {ctx.facts.region} {scope}"
