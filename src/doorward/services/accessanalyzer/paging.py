"""Pages on the wire: `nextToken`, which is there while there is more."""

from typing import Any

from doorward.services.accessanalyzer.errors import ValidationException
from doorward.services.context import Context
from doorward.store.page import InvalidMarker, Page

MOST = 100


def limit(max_results: int | None, most: int = MOST) -> int:
    """How many a page may have.

    Raises:
        ValidationException: none, or too many.
    """
    wanted = most if max_results is None else max_results
    if not 1 <= wanted <= most:
        raise ValidationException(f"maxResults must be between 1 and {most}.")
    return wanted


def after(ctx: Context, scope: str, next_token: str | None) -> str | None:
    """The key to go on after, None at the start of the list *scope*.

    Raises:
        ValidationException: the token was not made for this list.
    """
    if next_token is None:
        return None
    try:
        return ctx.markers.open(_scope(ctx, scope), next_token)
    except InvalidMarker as error:
        raise ValidationException("The nextToken is not valid for this list.") from error


def end(ctx: Context, scope: str, page: Page[Any]) -> dict[str, Any]:
    """The `nextToken` of the next page, where there is one."""
    if page.last is None:
        return {}
    return {"nextToken": ctx.markers.seal(_scope(ctx, scope), page.last)}


def _scope(ctx: Context, scope: str) -> str:
    return f"{ctx.account} {ctx.facts.region} accessanalyzer {scope}"
