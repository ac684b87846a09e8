"""Sets of actions over all strings there may be, not only those that the catalogue knows.

An action that AWS adds tomorrow must be decided as before, so the names of the catalogue do not
do. All that some patterns can tell apart are classes of strings: each class is one bit.
"""

from collections.abc import Iterable, Iterator, Sequence

from doorward.analysis import words
from doorward.analysis.words import Exhausted
from doorward.engine.match import ANY, action_covers, is_wild
from doorward.engine.statement import Compiled

MOST_CLASSES = 128
MOST_SEARCHES = 2_000


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
            classes = list(_classes(wild))
        except Exhausted:
            if self._excepted:
                raise
            classes = [_wider(one, wild) for one in wild]
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
    text = words.text(one)
    return tuple(each for each in names if words.find([[text]], [words.text(each)]) is None)


def _classes(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Which of the patterns *names* may cover one string that all the others do not cover.

    May give a combination that only strings have which are written out elsewhere: that makes a
    proof harder, never wrong.

    Raises:
        Exhausted: there are too many combinations.
    """
    waiting: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = [(0, (), ())]
    given = searched = 0
    while waiting:
        at, inside, outside = waiting.pop()
        if at == len(names):
            given += 1
            if given > MOST_CLASSES:
                raise Exhausted("actions whose wildcards overlap in very many ways")
            yield inside
            continue
        one = names[at]
        for taken, left in (((*inside, one), outside), (inside, (*outside, one))):
            searched += 1
            if searched > MOST_SEARCHES:
                raise Exhausted("actions whose wildcards overlap in very many ways")
            goals = [[words.text(each)] for each in taken]
            if words.find(goals, [words.text(each) for each in left]) is not None:
                waiting.append((at + 1, taken, left))
