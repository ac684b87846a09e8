"""Pages on the wire: `Marker`, `MaxItems` and `IsTruncated`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from doorward.services.context import Context
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import ValidationError
from doorward.store.page import InvalidMarker, Page

T = TypeVar("T")


def after(ctx: Context, scope: str, marker: str | None) -> str | None:
    """The key to go on after, None at the start of the list *scope*.

    Raises:
        ValidationError: the marker was not made for this list.
    """
    if marker is None:
        return None
    try:
        return ctx.markers.open(f"{ctx.account} {scope}", marker)
    except InvalidMarker as error:
        raise ValidationError("Invalid Marker.") from error


def end(ctx: Context, scope: str, page: Page[Any]) -> dict[str, Any]:
    """`IsTruncated`, and with it the `Marker` of the next page."""
    if page.last is None:
        return {"IsTruncated": False}
    return {"IsTruncated": True, "Marker": ctx.markers.seal(f"{ctx.account} {scope}", page.last)}


def of_few(
    items: Sequence[T], key: Callable[[T], str], after_key: str | None, limit: int
) -> Page[T]:
    """A page of *items*, all of them in hand and in the order of *key*."""
    rest = [item for item in items if after_key is None or key(item) > after_key]
    return Page(rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None)


def tags(
    ctx: Context, scope: str, present: Mapping[str, str], marker: str | None, max_items: int
) -> dict[str, Any]:
    """A page of the tags of one resource, as the `List…Tags` operations show it."""
    start = after(ctx, scope, marker)
    page = of_few(tag_lists.shown(present), lambda tag: tag["Key"], start, max_items)
    return {"Tags": list(page.items)} | end(ctx, scope, page)
