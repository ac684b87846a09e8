"""Regular expressions that are matched in linear time, whoever wrote them.

Whether there is a match is asked of sets of places in a program, and what comes of a set and a
character is remembered: so most characters cost one look-up. Groups are told apart in a second
pass, only of what matched.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from doorward.analysis.insights.regular_parse import (
    Edge,
    Either,
    Group,
    NotRegular,
    One,
    Part,
    Reader,
    Row,
    Test,
    Times,
)

MOST_STEPS = 2_000
MOST_KNOWN = 20_000
"""Answers that are remembered; then they are forgotten all at once."""

MOST_GROUPED = 65_536
"""Characters of a text in which groups are looked for. GAP: what stands behind is not seen."""

EDGE, WORD, OTHER = 0, 1, 2
"""What is beside a place: nothing, a character of a word, another one."""


class Step(NamedTuple):
    """A step of a program: a test of a character, a place, a note, or where to go on."""

    test: Test | None = None
    edge: str = ""
    note: int = -1
    to: tuple[int, ...] = ()


Places = frozenset[int]


class Expression:
    """A compiled expression.

    Raises:
        NotRegular: *text* is none that is taken here, or would be too large.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        reader = Reader(text)
        whole = reader.whole()
        self.names: Sequence[str | None] = reader.names
        self._steps: list[Step] = []
        self._add(Group(0, whole))
        self._steps.append(Step())
        self._known: dict[tuple[Places, int, str], tuple[bool, Places]] = {}

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in *text*."""
        places: Places = frozenset((0,))
        before = EDGE
        for one in text:
            known = self._known.get((places, before, one))
            if known is None:
                known = self._moved(places, before, one)
            matched, places = known
            if matched:
                return True
            before = _kind(one)
        return self._closed(places, before, EDGE)[1]

    def groups(self, text: str) -> Sequence[str | None] | None:
        """The texts of the groups of the first match, None of one that took no part.

        None where there is no match.
        """
        text = text[:MOST_GROUPED]
        if not self.search(text):
            return None
        found = self._noted(text)
        if found is None:
            return None
        spans = ((found.get(2 * n), found.get(2 * n + 1)) for n in range(1, len(self.names) + 1))
        return [None if start is None or end is None else text[start:end] for start, end in spans]

    def _moved(self, places: Places, before: int, one: str) -> tuple[bool, Places]:
        """Whether there was a match before *one*, and the places behind it."""
        open_, matched = self._closed(places, before, _kind(one))
        # A match may begin at each character, so the start is always among them.
        there = frozenset(at + 1 for at in open_ if self._takes(at, one)) | {0}
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[places, before, one] = (matched, there)
        return matched, there

    def _takes(self, at: int, one: str) -> bool:
        test = self._steps[at].test
        return test is not None and test(one)

    def _closed(self, places: Places, before: int, after: int) -> tuple[list[int], bool]:
        """The steps that wait for a character, and whether the end is reached."""
        last = len(self._steps) - 1
        waiting, seen, matched = list(places), set(places), False
        found = []
        while waiting:
            at = waiting.pop()
            step = self._steps[at]
            if at == last:
                matched = True
            elif step.test is not None:
                found.append(at)
            else:
                for there in _onward(step, at, before, after):
                    if there not in seen:
                        seen.add(there)
                        waiting.append(there)
        return found, matched

    def _noted(self, text: str) -> Mapping[int, int] | None:
        """Where the groups of the match begin and end that comes first and is preferred."""
        threads: list[tuple[int, dict[int, int]]] = []
        best: dict[int, int] | None = None
        before = EDGE
        for place in range(len(text) + 1):
            if best is None:
                threads.append((0, {}))
            one = text[place : place + 1]
            after = _kind(one) if one else EDGE
            threads, ended = self._followed(threads, place, before, after)
            best = ended if ended is not None else best
            if best is not None and not threads:
                return best
            if not one:
                break
            threads = [(at + 1, notes) for at, notes in threads if self._takes(at, one)]
            before = after
        return best

    def _followed(
        self, threads: list[tuple[int, dict[int, int]]], place: int, before: int, after: int
    ) -> tuple[list[tuple[int, dict[int, int]]], dict[int, int] | None]:
        """*threads* up to where they wait for a character, the preferred first.

        Those behind one that has reached the end are given up; its notes are told.
        """
        last = len(self._steps) - 1
        seen: set[int] = set()
        found: list[tuple[int, dict[int, int]]] = []
        waiting = list(reversed(threads))
        while waiting:
            at, notes = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at == last:
                return found, notes
            step = self._steps[at]
            if step.test is not None:
                found.append((at, notes))
                continue
            if step.note >= 0:
                notes = {**notes, step.note: place}
            onward = _onward(step, at, before, after)
            waiting += [(there, notes) for there in reversed(onward)]
        return found, None

    def _add(self, part: Part) -> None:
        """Write the steps of *part*."""
        if len(self._steps) > MOST_STEPS:
            raise NotRegular("the expression is too large")
        match part:
            case One(test):
                self._steps.append(Step(test=test))
            case Edge(kind):
                self._steps.append(Step(edge=kind))
            case Row(parts):
                for one in parts:
                    self._add(one)
            case Group(number, inner):
                self._steps.append(Step(note=2 * number))
                self._add(inner)
                self._steps.append(Step(note=2 * number + 1))
            case Either(parts):
                self._either(parts)
            case Times():
                self._times(part)

    def _either(self, parts: Sequence[Part]) -> None:
        ends = []
        for one in parts[:-1]:
            fork = self._place()
            self._add(one)
            ends.append(self._place())
            self._steps[fork] = Step(to=(fork + 1, len(self._steps)))
        self._add(parts[-1])
        for end in ends:
            self._steps[end] = Step(to=(len(self._steps),))

    def _times(self, part: Times) -> None:
        for _ in range(part.least):
            self._add(part.part)
        if part.most is None:
            fork = self._place()
            self._add(part.part)
            self._steps.append(Step(to=(fork,)))
            self._fork(fork, lazy=part.lazy)
            return
        forks = []
        for _ in range(part.most - part.least):
            forks.append(self._place())
            self._add(part.part)
        for fork in forks:
            self._fork(fork, lazy=part.lazy)

    def _place(self) -> int:
        """A step that is filled in later."""
        self._steps.append(Step())
        return len(self._steps) - 1

    def _fork(self, fork: int, *, lazy: bool) -> None:
        """Have *fork* go into what is behind it, or to the present end."""
        ways = (fork + 1, len(self._steps))
        self._steps[fork] = Step(to=ways[::-1] if lazy else ways)


def _kind(one: str) -> int:
    return WORD if one.isascii() and (one.isalnum() or one == "_") else OTHER


def _onward(step: Step, at: int, before: int, after: int) -> tuple[int, ...]:
    """Where a step that takes no character leads to."""
    if step.to:
        return step.to
    match step.edge:
        case "^":
            passes = before == EDGE
        case "$":
            passes = after == EDGE
        case "b":
            passes = (before == WORD) != (after == WORD)
        case "B":
            passes = (before == WORD) == (after == WORD)
        case _:
            passes = True
    return (at + 1,) if passes else ()
