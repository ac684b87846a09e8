"""Actions that the catalogue does not know: those of the future, and of services to come.

Patterns of actions tell texts apart; for each way in which they do so there is one text here that
stands for all alike. With these besides the catalogue, an answer is about every action there may
be.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace

from doorward.analysis import universe, words
from doorward.analysis.access import Access
from doorward.analysis.rules import Rule
from doorward.analysis.words import Exhausted, Pattern
from doorward.engine.match import ANY, ONE, glob, is_wild
from doorward.engine.statement import Compiled

MOST_WAYS = 2_048
SOMETHING = words.text(ONE + ANY)


@dataclass(frozen=True, slots=True)
class World:
    """The actions that an answer is about: those of the catalogue, then *further* ones."""

    further: tuple[str, ...] = ()

    def first(self, actions: int) -> str:
        """One name of the set *actions*, which is not empty: a known one where there is one."""
        known = actions & universe.everything()
        if known:
            return universe.first(known)
        return self.further[(actions & -actions).bit_length() - 1 - len(universe.names())]

    def of(self, access: Access) -> Access:
        """*access* to the actions of this world."""
        if not self.further:
            return access
        made = copy(access)
        for name in ("allows", "denies"):
            rules = tuple(self._rule(one) for one in access.candidates if one.deny is DENY[name])
            object.__setattr__(made, name, tuple(one for one in rules if one.actions))
        return made

    def _rule(self, rule: Rule) -> Rule:
        found = 0
        for at, action in enumerate(self.further):
            found |= rule.statement.covers_action(action) << at
        return replace(rule, actions=rule.actions | found << len(universe.names()))


DENY = {"allows": False, "denies": True}
CATALOGUE = World()


def around(*sides: Access) -> World:
    """A world in which every action is like one that is there, to *sides*.

    Raises:
        Exhausted: the patterns tell actions apart in very many ways.
    """
    patterns = {
        one for side in sides for statement in side.policies.statements() for one in _of(statement)
    }
    patterns.discard(ANY)
    split = [one.partition(":") for one in sorted(patterns) if ":" in one]
    literal = {service for service, _, _ in split if not is_wild(service)}
    loose = sorted({service for service, _, _ in split if is_wild(service)})
    found: list[str] = []
    for service in (*sorted(literal), *_services(literal, loose)):
        names = {
            name
            for own, _, name in split
            if name and (own == service or (is_wild(own) and glob(own, service)))
        }
        found += [f"{service}:{name}" for name in _names(names)]
        if len(found) > MOST_WAYS:
            raise Exhausted("actions that are told apart in very many ways")
    known = universe.names()
    return World(tuple(sorted(set(found).difference(known))))


def _of(statement: Compiled) -> Iterable[str]:
    return statement.actions if statement.actions is not None else statement.not_actions or ()


def _services(literal: Iterable[str], loose: Sequence[str]) -> Iterator[str]:
    """Services that no pattern names, one for each set of patterns with wildcards that it is in."""
    named = [words.exactly(one) for one in literal]
    no_colon = words.text(f"{ANY}:{ANY}")
    for chosen, others in _ways([words.text(one) for one in loose]):
        service = words.find([[SOMETHING], *([one] for one in chosen)], [*others, *named, no_colon])
        if service is not None:
            yield service


def _names(patterns: Iterable[str]) -> Iterator[str]:
    """Names that *patterns* tell apart: each that is spelt out, and one for each set of others."""
    exact = [one for one in patterns if not is_wild(one)]
    yield from exact
    spelt = [words.exactly(one) for one in exact]
    for chosen, others in _ways([words.text(one) for one in sorted(patterns) if is_wild(one)]):
        name = words.find([[SOMETHING], *([one] for one in chosen)], [*others, *spelt])
        if name is not None:
            yield name


def _ways(patterns: Sequence[Pattern]) -> list[tuple[list[Pattern], list[Pattern]]]:
    """The patterns that a text may be in, and those that it then is not in: each way there is."""
    found: list[tuple[list[Pattern], list[Pattern]]] = [([], [])]
    for one in patterns:
        more = []
        for chosen, others in found:
            for inside, outside in (([*chosen, one], others), (chosen, [*others, one])):
                if words.find([[each] for each in inside] or [[SOMETHING]], outside) is not None:
                    more.append((inside, outside))
        found = more
        if len(found) > MOST_WAYS:
            raise Exhausted("actions that are told apart in very many ways")
    return found
