"""Several lists one after the other, paged as one."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from doorward.store.page import Page

T = TypeVar("T")

Read = Callable[[str | None, int], Page[T]]
"""Reads at most so many items of one list after a key."""


def page(lists: Mapping[str, Read[T]], after: str | None, limit: int) -> Page[tuple[str, T]]:
    """At most *limit* items of the *lists*, each with the name of its list, in their order.

    The key to go on after is the name of a list and a key of it. Names hold no space.
    """
    started, _, key = (after or "").partition(" ")
    names = list(lists)
    found: list[tuple[str, T]] = []
    for name in names[names.index(started) if started else 0 :]:
        start = key if name == started else None
        left = limit - len(found)
        read = lists[name](start, left or 1)
        if left == 0:
            if read.items:
                return Page(found, f"{name} ")
            continue
        found += [(name, item) for item in read.items]
        if read.last is not None:
            return Page(found, f"{name} {read.last}")
    return Page(found)
