"""Texts that several patterns agree on: one that is wished for, or the certainty of none.

A pattern is walked as an automaton, one bit a place. Several are walked side by side, letter by
letter, over the few letters that make a difference where they are; all others are one. So each
combination of places is seen once, and where no walk ends well there is no such text at all.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from doorward.analysis.symbols import is_symbol
from doorward.engine.match import ANY, FIELDS, ONE, EarlyEnd, literal_prefix, padded

COLON = ":"
OTHERS = "xyzwvutsrqponmlkjihgfedcba0123456789XYZWVUTSRQPONMLKJIHGFEDCBA_-.,;+=@~!%&#"
"""Letters that may stand for all those that no pattern asks for."""

MOST_STATES = 60_000
REMEMBERED = 65_536


class Exhausted(Exception):
    """It cannot be told within the work that is allowed; the argument says what was too much."""


@dataclass(eq=False, slots=True)
class Pattern:
    """A pattern made ready to be walked; made by `text`, `resource`, `arn` or `folded`.

    Attributes:
        key: what it is known by; equal keys cover the same texts.
        marks: letters, `ONE` for any letter, and None for a letter that is no colon.
        starred: a bit for each place at which any letter may stay, colons aside.
        crossed: those of them at which a colon may stay too.
        prefix: what every text that it covers begins with.
    """

    key: tuple[str, ...]
    marks: tuple[str | None, ...]
    starred: int
    crossed: int
    prefix: str
    folded: bool = False
    loose: bool = False
    bounded: bool = False
    ones: int = 0
    free: int = 0
    fits: dict[str, int] = field(default_factory=dict)
    _steps: dict[tuple[int, str], int] = field(default_factory=dict)
    _letters: dict[int, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note by letter which places it leads on from."""
        for at, mark in enumerate(self.marks):
            if mark is None:
                self.ones |= 1 << at
            elif mark == ONE:
                self.ones |= 1 << at
                self.free |= 1 << at
            else:
                for letter in {mark.lower(), mark.upper()} if self.folded else {mark}:
                    self.fits[letter] = self.fits.get(letter, 0) | 1 << at
        self.bounded = self.starred != self.crossed or self.ones != self.free

    @property
    def end(self) -> int:
        """The bit of the last place: all of it was walked."""
        return 1 << len(self.marks)

    def step(self, reached: int, letter: str) -> int:
        """The places reached after *letter*."""
        found = self._steps.get((reached, letter))
        if found is None:
            stays, ones = self.starred, self.ones
            if letter == COLON:
                stays, ones = self.crossed, self.free
            elif is_symbol(letter):
                stays, ones = self.crossed, 0
            found = reached & stays | (reached & (ones | self.fits.get(letter, 0))) << 1
            if self.loose and is_symbol(letter):
                found = (self.end << 1) - (reached & -reached)
            self._steps[reached, letter] = found
        return found

    def letters(self, reached: int) -> frozenset[str]:
        """The letters that make a difference at the places *reached*."""
        found = self._letters.get(reached)
        if found is None:
            found = frozenset(one for one, places in self.fits.items() if places & reached)
            self._letters[reached] = found
        return found

    def certain(self, reached: int) -> bool:
        """Whether it covers whatever may follow."""
        return bool(reached & self.end & self.crossed)

    def covers(self, text: str) -> bool:
        """Whether it covers the whole of *text*."""
        reached = 1
        for letter in text:
            reached = self.step(reached, letter)
            if not reached:
                return False
        return bool(reached & self.end)

    def simplest(self) -> str:
        """A short text that it covers."""
        return "".join(OTHERS[0] if mark is None or mark == ONE else mark for mark in self.marks)

    def roomy(self) -> str:
        """A text that it covers with something in the place of each wildcard."""
        found = [OTHERS[0] if self.starred & 1 else ""]
        for at, mark in enumerate(self.marks):
            found.append(OTHERS[0] if mark is None or mark == ONE else mark)
            found.append(OTHERS[0] if self.starred >> (at + 1) & 1 else "")
        return "".join(found)


def loosened(one: Pattern) -> Pattern:
    """As *one*, but an unknown is whatever would do: it covers at least what *one* may cover."""
    return Pattern(
        ("loosened", *one.key),
        *(one.marks, one.starred, one.crossed, one.prefix),
        folded=one.folded,
        loose=True,
    )


@lru_cache(maxsize=REMEMBERED)
def text(pattern: str) -> Pattern:
    """A pattern whose wildcards cross everything."""
    marks, starred = _marks(pattern)
    return Pattern(("text", pattern), marks, starred, starred, literal_prefix(pattern))


@lru_cache(maxsize=REMEMBERED)
def exactly(constant: str) -> Pattern:
    """A text and nothing else."""
    return Pattern(("exactly", constant), tuple(constant), 0, 0, constant)


@lru_cache(maxsize=REMEMBERED)
def folded(constant: str) -> Pattern:
    """A text in whatever case.

    Raises:
        Exhausted: there are letters in it whose cases are not one for one.
    """
    if not constant.isascii():
        raise Exhausted(f"`{constant}` has letters beyond ASCII and is compared in any case")
    marks, _ = _marks(constant)
    return Pattern(("folded", constant.lower()), marks, 0, 0, "", folded=True)


@lru_cache(maxsize=REMEMBERED)
def arn(pattern: str) -> Pattern:
    """A pattern that is compared field by field: wildcards cross no colon before the sixth."""
    fields = pattern.split(COLON, FIELDS - 1)
    marks: list[str | None] = []
    starred = crossed = 0
    for number, part in enumerate(fields):
        if number:
            marks.append(COLON)
        found, stars = _marks(part)
        last = number == FIELDS - 1
        starred |= stars << len(marks)
        crossed |= (stars << len(marks)) * last
        marks += [mark if last or mark != ONE else None for mark in found]
    return Pattern(("arn", pattern), tuple(marks), starred, crossed, literal_prefix(pattern))


@lru_cache(maxsize=REMEMBERED)
def resource(pattern: str, early: EarlyEnd) -> Pattern | None:
    """An entry of Resource, as `match.ResourcePattern` reads it; None where it covers nothing."""
    if not pattern.startswith("arn:"):
        return text(pattern)
    missing = FIELDS - 1 - pattern.count(COLON)
    if missing > 0:
        if not padded(pattern, early):
            return None
        pattern += f":{ANY}" * missing
    service = pattern.split(COLON, FIELDS - 1)[2]
    if service != ANY and (ANY in service or ONE in service):
        return None
    return arn(pattern)


def _marks(pattern: str) -> tuple[tuple[str, ...], int]:
    """The marks of *pattern*, and the places at which there is a star."""
    needed: list[str] = []
    starred = 0
    for mark in pattern:
        if mark == ANY:
            starred |= 1 << len(needed)
        else:
            needed.append(mark)
    return tuple(needed), starred


def find(goals: Sequence[Iterable[Pattern]], avoid: Iterable[Pattern]) -> str | None:
    """A text that some pattern of each of *goals* covers, and none of *avoid*; None for none.

    Raises:
        Exhausted: too many combinations of places had to be looked at.
    """
    shunned = {one.key: one for one in avoid}
    wished: list[list[Pattern]] = []
    for goal in goals:
        options = [one for one in goal if not _inside(one, shunned)]
        if not options:
            return None
        if not any(_everything(one) for one in options):
            wished.append(options)
    near = [one for one in shunned.values() if all(_may_meet(one, goal) for goal in wished)]
    if any(_everything(one) for one in near):
        return None
    found = _guess(wished, near)
    return found if found is not None else _walk(wished, near)


def _everything(one: Pattern) -> bool:
    return not one.marks and bool(one.crossed)


def _inside(one: Pattern, shunned: dict[tuple[str, ...], Pattern]) -> bool:
    """Whether some pattern of *shunned* is seen at a glance to cover all that *one* covers."""
    if one.key in shunned:
        return True
    return any(
        other.certain(other.end)
        and not other.bounded
        and other.starred == other.end
        and other.ones == 0
        and one.prefix.startswith(other.prefix)
        for other in shunned.values()
        if not other.folded
    )


def _may_meet(one: Pattern, goal: Iterable[Pattern]) -> bool:
    """Whether *one* and some pattern of *goal* may cover the same text."""
    return any(
        one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix) for other in goal
    )


def _guess(wished: Sequence[Sequence[Pattern]], near: Sequence[Pattern]) -> str | None:
    """A text that is easily found, or None."""
    options = wished[0] if wished else [text(ANY)]
    for one in options:
        for tried in (one.roomy(), one.simplest()):
            if meets(tried, wished, near):
                return tried
    return None


def meets(tried: str, wished: Sequence[Sequence[Pattern]], near: Iterable[Pattern]) -> bool:
    """Whether a pattern of each of *wished* covers *tried*, and none of *near*."""
    return all(any(one.covers(tried) for one in goal) for goal in wished) and not any(
        one.covers(tried) for one in near
    )


def _walk(wished: Sequence[Sequence[Pattern]], near: Sequence[Pattern]) -> str | None:
    """The shortest text that meets it, by walking all patterns side by side.

    Raises:
        Exhausted: there were more than `MOST_STATES` combinations of places.
    """
    patterns = (*chain.from_iterable(wished), *near)
    bounds = _bounds(wished)
    shunned = range(len(patterns) - len(near), len(patterns))
    start = (1,) * len(patterns)
    before: dict[tuple[int, ...], tuple[tuple[int, ...], str] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        if _ends(patterns, state, bounds, shunned):
            return _read(before, state)
        for letter in _letters(patterns, state):
            after = tuple(
                one.step(reached, letter) if reached else 0
                for one, reached in zip(patterns, state, strict=True)
            )
            if after in before or _hopeless(patterns, after, bounds, shunned):
                continue
            if len(before) >= MOST_STATES:
                raise Exhausted(f"{len(patterns)} patterns are too many to tell apart in one text")
            before[after] = (state, letter)
            waiting.append(after)
    return None


def _bounds(wished: Sequence[Sequence[Pattern]]) -> list[range]:
    """Where the patterns of each goal stand among all."""
    found, start = [], 0
    for goal in wished:
        found.append(range(start, start + len(goal)))
        start += len(goal)
    return found


def _ends(
    patterns: Sequence[Pattern], state: tuple[int, ...], bounds: Sequence[range], shunned: range
) -> bool:
    return all(any(state[at] & patterns[at].end for at in goal) for goal in bounds) and not any(
        state[at] & patterns[at].end for at in shunned
    )


def _hopeless(
    patterns: Sequence[Pattern], state: tuple[int, ...], bounds: Sequence[range], shunned: range
) -> bool:
    return any(not any(state[at] for at in goal) for goal in bounds) or any(
        patterns[at].certain(state[at]) for at in shunned
    )


def _letters(patterns: Sequence[Pattern], state: tuple[int, ...]) -> Iterator[str]:
    """The letters that lead to different places, one of them for all the rest."""
    asked: set[str] = set()
    bounded = False
    for one, reached in zip(patterns, state, strict=True):
        if reached and not one.certain(reached):
            asked |= one.letters(reached)
            bounded = bounded or one.bounded
    if bounded:
        asked.add(COLON)
    yield from sorted(asked)
    yield next((one for one in OTHERS if one not in asked), chr(0x4E00))


def _read(
    before: dict[tuple[int, ...], tuple[tuple[int, ...], str] | None], state: tuple[int, ...]
) -> str:
    found: list[str] = []
    while (step := before[state]) is not None:
        state, letter = step
        found.append(letter)
    return "".join(reversed(found))
