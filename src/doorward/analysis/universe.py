"""Sets of actions, as bits of one number: what a pattern covers of all that the catalogue knows.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from doorward.catalog import data
from doorward.engine.match import ANY, action_covers, is_wild, literal_prefix, wild

REMEMBERED = 65_536


@cache
def names() -> tuple[str, ...]:
    """Every action in lower case, in order; its place is its bit."""
    return tuple(
        sorted(
            f"{service}:{name}"
            for service in data.services()
            for name in data.table("actions", service)
        )
    )


@cache
def everything() -> int:
    """The set of all actions."""
    return (1 << len(names())) - 1


@lru_cache(maxsize=REMEMBERED)
def covered(pattern: str, *, loose: bool) -> int:
    """The actions that a *pattern* in lower case covers, as `match.action_covers` says."""
    if pattern == ANY:
        return everything()
    known = names()
    if not is_wild(pattern):
        at = bisect_left(known, pattern)
        return 1 << at if at < len(known) and known[at] == pattern else 0
    prefix = literal_prefix(pattern)
    found = 0
    for at in range(bisect_left(known, prefix), len(known)):
        if not known[at].startswith(prefix):
            break
        if action_covers(pattern, known[at], loose=loose):
            found |= 1 << at
    return found


def strange(patterns: Iterable[str]) -> list[str]:
    """Those of *patterns*, as policies write them, that cover no action that the catalogue knows.

    Nothing can be proved of them: there may be such an action all the same.
    """
    return [one for one in patterns if not covered(wild(one.lower()), loose=False)]


def members(actions: int) -> Iterator[str]:
    """The names in the set *actions*, in order."""
    known = names()
    while actions:
        lowest = actions & -actions
        yield known[lowest.bit_length() - 1]
        actions ^= lowest


def first(actions: int) -> str:
    """One name of the set *actions*, which is not empty."""
    return names()[(actions & -actions).bit_length() - 1]
