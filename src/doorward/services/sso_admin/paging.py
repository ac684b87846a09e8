"""Pages on the wire: `NextToken`, which is there while there is more.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from doorward.services.context import Context
from doorward.services.sso_admin.errors import ValidationException
from doorward.store.page import InvalidMarker, Page

T = TypeVar("T")
MOST = 100


def after(ctx: Context, scope: str, next_token: str | None) -> str | None:
    """The key to go on after, None at the start of the list *scope*.

    Raises:
        ValidationException: the token was not made for this list.
    """
    if not next_token:
        return None
    try:
        return ctx.markers.open(_scope(ctx, scope), next_token)
    except InvalidMarker as error:
        raise ValidationException("The token is not valid for this list.") from error


def end(ctx: Context, scope: str, page: Page[Any]) -> dict[str, Any]:
    """The `NextToken` of the next page, where there is one."""
    if page.last is None:
        return {}
    return {"NextToken": ctx.markers.seal(_scope(ctx, scope), page.last)}


def of_few(
    items: Sequence[T], key: Callable[[T], str], after_key: str | None, limit: int
) -> Page[T]:
    """A page of *items*, all of them in hand and in the order of *key*."""
    rest = [item for item in items if after_key is None or key(item) > after_key]
    return Page(rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None)


def _scope(ctx: Context, scope: str) -> str:
    return f"{ctx.account} sso-admin {scope}"
