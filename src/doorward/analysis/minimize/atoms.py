"""Sets of actions over all strings there may be, not only those that the catalogue knows.

An action that AWS adds tomorrow must be decided as before, so the names of the catalogue do not
do. All that some patterns can tell apart are classes of strings: each class is one bit.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from doorward.analysis import words
from doorward.analysis.words import Exhausted
from doorward.engine.match import ANY, action_covers, is_wild
from doorward.engine.statement import Compiled

OVERLAP = "actions whose wildcards overlap in very many ways"
MOST_CLASSES = 128
MOST_SEARCHES = 2_000
MOST_OPEN = 5
REMEMBERED = 65_536
SERVICES = 64


class Actions:
    """The classes of actions that *patterns*, in lower case and ready to match, tell apart.

    Where there are very many, each pattern is a class of its own beside the patterns inside of it:
    what overlaps in part is taken to be apart then. That proves less, and nothing wrong as long as
    nobody asks for what a pattern leaves over, as with *excepted*, for NotAction.

    Raises:
        Exhausted: a wildcard stands in a service prefix, which AWS refuses, or there are too many
            classes and *excepted*.
    """

    def __init__(self, patterns: Iterable[str], *, excepted: bool) -> None:
        self._excepted = excepted
        self._masks: dict[str, int] = {}
        self._next = 1  # the lowest bit: actions of services that no pattern names
        services: dict[str, list[str]] = {}
        for pattern in dict.fromkeys(patterns):
            service, colon, name = pattern.partition(":")
            if pattern == ANY:
                continue
            if is_wild(service):
                raise Exhausted(f"a wildcard in the service prefix of {service.replace(ANY, '*')}")
            if colon and name:
                services.setdefault(service, []).append(name)
            else:
                self._masks[pattern] = 0
        for service, names in services.items():
            self._add(service, names)
        self.everything = (1 << self._next) - 1
        self._masks[ANY] = self.everything

    def _add(self, service: str, names: Sequence[str]) -> None:
        """Give each class of names of *service* its bit."""
        wild = [one for one in names if is_wild(one)]
        masks = dict.fromkeys(names, 0)
        for name in names:
            if not is_wild(name):
                bit = self._bit()
                masks[name] |= bit
                for one in wild:
                    if action_covers(f"{service}:{one}", f"{service}:{name}"):
                        masks[one] |= bit
        try:
            classes = _classes(tuple(wild))
        except Exhausted:
            if self._excepted:
                raise
            classes = tuple(_wider(one, wild) for one in wild)
        for members in classes:
            bit = self._bit()
            for one in members:
                masks[one] |= bit
        self._masks.update((f"{service}:{name}", mask) for name, mask in masks.items())

    def _bit(self) -> int:
        found = 1 << self._next
        self._next += 1
        return found

    def covered(self, patterns: Iterable[str]) -> int:
        """The classes that some of *patterns* covers."""
        found = 0
        for one in patterns:
            found |= self._masks[one]
        return found

    def of(self, statement: Compiled) -> int:
        """The classes that *statement* is about."""
        if statement.actions is not None:
            return self.covered(statement.actions)
        if statement.not_actions is not None:
            return self.everything & ~self.covered(statement.not_actions)
        return 0


def _wider(one: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the patterns *names* that cover all that *one* does, itself too."""
    return tuple(each for each in names if _inside(one, each))


@lru_cache(maxsize=REMEMBERED)
def _inside(one: str, other: str) -> bool:
    """Whether *other* covers all that *one* does."""
    return words.find([[words.text(one)]], [words.text(other)]) is None


@lru_cache(maxsize=REMEMBERED)
def _meet(one: str, other: str) -> bool:
    """Whether there is a string that both cover."""
    return words.find([[words.text(one)], [words.text(other)]], []) is not None


@lru_cache(maxsize=SERVICES)
def _classes(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Which of the patterns *names* may cover one string that all the others do not cover.

    May give a combination that no string has, or only strings that are written out elsewhere: that
    makes a proof harder, never wrong.

    Raises:
        Exhausted: there are too many combinations.
    """
    if sum(is_wild(one.removesuffix(ANY)) for one in names) > MOST_OPEN:
        raise Exhausted(OVERLAP)  # patterns that do not nest: each two of them may overlap
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = [(0, (), ())]
    searched = 0
    while waiting:
        at, inside, outside = waiting.pop()
        if at == len(names):
            found.append(inside)
            if len(found) > MOST_CLASSES:
                raise Exhausted(OVERLAP)
            continue
        one = names[at]
        for taken, left in (((*inside, one), outside), (inside, (*outside, one))):
            searched += 1
            if searched > MOST_SEARCHES:
                raise Exhausted(OVERLAP)
            if _possible(taken, left):
                waiting.append((at + 1, taken, left))
    return tuple(found)


def _possible(taken: tuple[str, ...], left: Iterable[str]) -> bool:
    """Whether a string may be covered by all of *taken* and none of *left*.

    What is not taken is open to names that no pattern covers.
    """
    if not taken:
        return ANY not in left
    if not all(_meet(one, taken[-1]) for one in taken[:-1]):
        return False
    near = [one for one in left if all(_meet(one, each) for each in taken)]
    if any(_inside(one, each) for one in taken for each in near):
        return False
    goals = [[words.text(one)] for one in taken]
    return words.find(goals, [words.text(one) for one in near]) is not None
