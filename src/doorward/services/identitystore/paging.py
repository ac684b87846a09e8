"""Pages on the wire: `NextToken`, which is there while there is more.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.identitystore.errors import ValidationException
from doorward.store.page import InvalidMarker, Page

MOST = 100


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
        raise ValidationException("The token is not valid for this list.") from error


def end(ctx: Context, scope: str, page: Page[Any]) -> dict[str, Any]:
    """The `NextToken` of the next page, where there is one."""
    if page.last is None:
        return {}
    return {"NextToken": ctx.markers.seal(_scope(ctx, scope), page.last)}


def _scope(ctx: Context, scope: str) -> str:
    return f"{ctx.account} identitystore {scope}"
