"""Lists of actions shortened by wildcards that cover, today, the same actions and no others.

What AWS adds tomorrow may be covered as well: so this is only done where it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from doorward.analysis import universe
from doorward.analysis.minimize import elements
from doorward.analysis.minimize.elements import List
from doorward.catalog import actions as catalogue
from doorward.engine.match import is_wild, wild
from doorward.policy.document import Effect, Policy, Statement, Text

NAMES: tuple[List, ...] = ("actions", "not_actions")


def shortened(policy: Policy) -> Policy:
    """*policy* with wildcards for lists of actions, equal over all that the catalogue knows."""
    return replace(policy, statements=tuple(map(_statement, policy.statements)))


def _statement(one: Statement) -> Statement:
    loose = one.effect is Effect.DENY
    for name in NAMES:
        found = elements.items(one, name)
        if found:
            kept = _list(found)
            over = _mask((each.value for each in found), loose=loose)
            if kept and over == _mask((each.value for each in kept), loose=loose):
                one = elements.with_items(one, name, kept)
    return one


def _mask(patterns: Iterable[str], *, loose: bool) -> int:
    found = 0
    for pattern in patterns:
        found |= universe.covered(wild(pattern.lower()), loose=loose)
    return found


def _list(found: Sequence[Text]) -> list[Text]:
    """*found* with the names of each service that the catalogue knows as few wildcards."""
    kept: list[Text] = []
    services: dict[str, list[Text]] = {}
    for one in found:
        service, colon, _ = one.value.lower().partition(":")
        known = colon and not is_wild(wild(service)) and _names(service)
        if known and (is_wild(wild(one.value)) or catalogue.find(one.value) is not None):
            services.setdefault(service, []).append(one)
        else:
            kept.append(one)
    for service, texts in services.items():
        kept += _service(service, texts)
    return kept


def _service(service: str, texts: Sequence[Text]) -> list[Text]:
    """What covers as much as *texts* of *service*; they themselves where that is no longer."""
    covered = set(universe.members(_mask((one.value for one in texts), loose=False)))
    inside = {name for name in _names(service) if f"{service}:{name.lower()}" in covered}
    outside = [name for name in _names(service) if name not in inside]
    made = [f"{service}:{one}" for one in _patterns(sorted(inside), outside)]
    if not made or _length(made) >= _length(one.value for one in texts):
        return list(texts)
    return [Text(one) for one in made]


def _length(texts: Iterable[str]) -> int:
    return sum(len(one) + len('"",') for one in texts)


def _patterns(inside: Sequence[str], outside: Sequence[str]) -> Iterator[str]:
    """The fewest beginnings that all of *inside* have and none of *outside*, with a wildcard."""
    left = list(inside)
    while left:
        name = left[0]
        begin = next(
            (
                name[:length]
                for length in _ends(name)
                if not any(other.lower().startswith(name[:length].lower()) for other in outside)
            ),
            name,
        )
        taken = [one for one in left if one.lower().startswith(begin.lower())]
        left = [one for one in left if one not in taken]
        yield name if len(taken) == 1 else f"{begin}*"


def _ends(name: str) -> Iterator[int]:
    """Where a wildcard may stand: after no letter, after each word, at the end.

    A wildcard inside of a word says nothing to people.
    """
    yield 0
    yield from (at for at in range(1, len(name)) if name[at].isupper() and name[at - 1].islower())
    yield len(name)


@cache
def _names(service: str) -> tuple[str, ...]:
    return tuple(one.name for one in catalogue.actions(service))
