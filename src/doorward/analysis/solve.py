"""A request to which some rules apply and others do not, or the certainty that there is none.

Each rule that must not apply needs one of its questions answered no; which one is searched for, and
as soon as the answers about one thing, resource or condition key, contradict each other, the
search turns back. Things are independent, so a value found for each makes a whole request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doorward.analysis import values, words
from doorward.analysis.rules import RESOURCE, Question, Rule, When, Where
from doorward.analysis.values import Found, Settled, Wish
from doorward.analysis.words import Exhausted, Pattern
from doorward.engine.match import ANY
from doorward.engine.request import Value
from doorward.engine.variables import Template, resolve, wanted

MOST_STEPS = 20_000

Answers = Mapping[Question, bool]


@dataclass(frozen=True, slots=True)
class Example:
    """A resource and values of condition keys.

    With *loose*, questions that hang on policy variables were passed over: there may be no request
    like it.
    """

    resource: str
    context: Mapping[str, Value]
    loose: bool


class Solver:
    """Searches with the values of *settled* keys given; remembers what it found on the way."""

    def __init__(self, settled: Settled | None = None) -> None:
        self.settled: Settled = settled or {}
        self._known: dict[frozenset[tuple[Question, bool]], Found | Exhausted | None] = {}
        self._steps = 0

    def example(
        self, apply: Iterable[Rule], avoid: Iterable[Rule], given: Iterable[Question] = ()
    ) -> Example | None:
        """A request to which every rule of *apply* applies and none of *avoid*, all of one action.

        Each question of *given* is answered yes.

        Raises:
            Exhausted: it cannot be told.
        """
        answers: dict[Question, bool] = dict.fromkeys(given, True)
        answers |= {one: True for rule in apply for one in rule.questions}
        clauses = [rule.questions for rule in avoid]
        if not all(clauses):
            return None
        self._steps = 0
        try:
            if any(self._value(about, answers) is None for about in _abouts(answers)):
                return None
            found = self._search(answers, sorted(clauses, key=len))
        except RecursionError as error:
            raise Exhausted("too many statements are about the same action") from error
        return None if found is None else self._read(found)

    def _search(
        self, answers: dict[Question, bool], clauses: Sequence[tuple[Question, ...]]
    ) -> dict[Question, bool] | None:
        """*answers* and more, with a no in each of *clauses*."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Exhausted("the conditions can be answered in too many ways")
        left = _open(answers, clauses)
        if not left:
            return answers if left is not None else None
        chosen, rest = left[0], left[1:]
        untold: Exhausted | None = None
        tried = dict(answers)
        for one in chosen:
            try:
                found = self._denying(one, tried, rest)
                if found is not None:
                    return found
                tried[one] = True
                if self._value(one.about, tried) is None:
                    break
            except Exhausted as error:
                untold = error
                tried[one] = True
        if untold is not None:
            raise untold
        return None

    def _denying(
        self, one: Question, answers: dict[Question, bool], rest: Sequence[tuple[Question, ...]]
    ) -> dict[Question, bool] | None:
        """As `_search`, with *one* answered no."""
        denied = {**answers, one: False}
        return None if self._value(one.about, denied) is None else self._search(denied, rest)

    def _value(self, about: str, answers: Answers) -> Found | None:
        """What answers the questions about one thing so; None where nothing does.

        Raises:
            Exhausted: it cannot be told.
        """
        key = frozenset((one, told) for one, told in answers.items() if one.about == about)
        if key not in self._known:
            try:
                self._known[key] = self._fresh(about, key)
            except Exhausted as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, Exhausted):
            raise found
        return found

    def _fresh(self, about: str, answers: frozenset[tuple[Question, bool]]) -> Found | None:
        if about == RESOURCE:
            asked = [(one, told) for one, told in answers if isinstance(one, Where)]
            text = resource(asked, self.settled)
            return None if text is None else Found(text)
        wishes = [Wish(one, told) for one, told in answers if isinstance(one, When)]
        return values.find(about, wishes, self.settled)

    def _read(self, answers: Answers) -> Example:
        found = {about: self._value(about, answers) for about in _abouts(answers)}
        context = {key: value for key, value in self.settled.items() if value is not None}
        for key, one in found.items():
            if key != RESOURCE and one is not None and one.value is not None:
                context[key] = one.value
        place = found.get(RESOURCE)
        text = place.value if place is not None else None
        free = {
            name for one in answers if one.tied for name in _names(one) if name not in self.settled
        }
        return Example(str(text) if text is not None else "*", context, loose=bool(free))


def _open(
    answers: Answers, clauses: Iterable[tuple[Question, ...]]
) -> list[tuple[Question, ...]] | None:
    """What is not answered of the clauses without a no, the shortest first.

    None where one is answered with yes throughout.
    """
    left = []
    for clause in clauses:
        if any(answers.get(one) is False for one in clause):
            continue
        unanswered = tuple(one for one in clause if one not in answers)
        if not unanswered:
            return None
        left.append(unanswered)
    return sorted(left, key=len)


def _abouts(answers: Answers) -> set[str]:
    return {one.about for one in answers}


def _names(one: Question) -> Iterable[str]:
    """The condition keys whose values a question takes from policy variables."""
    templates = one.written if isinstance(one, Where) else one.test.values
    return (name for each in templates for name in wanted(each))


def variables(rules: Iterable[Rule]) -> set[str]:
    """The condition keys that stand in *rules* as policy variables."""
    return {name for rule in rules for one in rule.questions if one.tied for name in _names(one)}


def resource(asked: Sequence[tuple[Where, bool]], settled: Settled) -> str | None:
    """A resource that answers each question so; None where there is none.

    Patterns whose policy variables are not settled are taken for as wide, or as narrow, as they
    may be.

    Raises:
        Exhausted: it cannot be told.
    """
    goals: list[list[Pattern]] = []
    avoid: list[Pattern] = []
    for one, told in asked:
        known, wide, lacking = _patterns(one, settled)
        if one.needy and lacking:
            if told:
                return None
        elif told is not one.excepted:  # it is to be one of them
            if not (wide and one.excepted):
                goals.append(known + wide)
        else:
            avoid += known
    return words.find(goals, avoid)


def _patterns(one: Where, settled: Settled) -> tuple[list[Pattern], list[Pattern], bool]:
    """The patterns that are known, those that are open, and whether a variable has no value.

    Those that variables keep open are as wide as they may be.
    """
    known, wide, lacking = one.patterns(), [], False
    context = {name: value for name, value in settled.items() if value is not None}
    for written in one.written:
        if all(name in settled for name in wanted(written)):
            resolved = resolve(written, context)
            lacking = lacking or resolved is None
            known += one.ready([resolved] if resolved is not None else [])
        else:
            wide += one.ready([_wide(written)])
    return known, wide, lacking


def _wide(written: Template) -> str:
    return "".join(part if isinstance(part, str) else ANY for part in written.parts)
