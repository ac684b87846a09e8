"""A value for one condition key that answers every question about it as is wished.

What is tried is checked by the engine itself, so a value that is given is right. That there is
none is said only where the values tried stand for all there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from doorward.analysis import samples, words
from doorward.analysis.rules import When
from doorward.analysis.words import Exhausted, Pattern
from doorward.catalog import keys
from doorward.catalog.keys import KeyType
from doorward.engine.conditions.combine import FOR_ALL, Test, satisfied
from doorward.engine.match import ANY, FIELDS, wild
from doorward.engine.request import Context, Value
from doorward.engine.variables import resolve, wanted

SIX_FIELDS = words.text(wild("*:*:*:*:*:*"))
AN_ARN = words.text(wild("arn:*:*:*:*:*"))
SOMETHING = words.text(wild("?*"))
TEXTUAL = frozenset({"string", "arn"})
MOST_COMBINATIONS = 256

Settled = Mapping[str, Value | None]
"""Keys whose values are given; None for one that is absent."""

Branch = tuple[list[list[Pattern]], list[Pattern]]
"""Patterns of which one must cover a text, for each list, and others of which none may."""


class Wish(NamedTuple):
    """A question about the key, and the answer that is wished for."""

    question: When
    answer: bool


class Found(NamedTuple):
    """A value; None where the key is to be absent."""

    value: Value | None


def find(key: str, wishes: Sequence[Wish], settled: Settled) -> Found | None:
    """A value of *key* with which each wish comes true; None where there is none.

    A question whose policy variables are not settled is passed over, as if its answer could be
    had whatever the value.

    Raises:
        Exhausted: it cannot be told.
    """
    asked = [ready for one in wishes if (ready := _ready(one, settled)) is not None]
    if key in settled:
        return Found(settled[key]) if _come_true(key, asked, settled[key]) else None
    if _come_true(key, asked, None):
        return Found(None)
    declared = _declared(key)
    kind = declared.type if declared else None
    value: Value | None = None
    if declared is None or not declared.multivalued:
        value = _single(key, asked, kind)
    if value is None and (declared is None or declared.multivalued):
        value = _several(key, asked, kind)
    return None if value is None else Found(value)


@lru_cache(maxsize=4_096)
def _declared(key: str) -> keys.ConditionKey | None:
    return keys.find(key)


def _ready(one: Wish, settled: Settled) -> Wish | None:
    """*one* with its policy variables filled in; None where one is not settled."""
    test = one.question.test
    if test.texts is not None:
        return one
    context = {name: value for name, value in settled.items() if value is not None}
    texts = []
    for written in test.values:
        if any(name not in settled for name in wanted(written)):
            return None
        found = resolve(written, context)
        if found is not None:
            texts.append(found)
    return Wish(replace(one.question, test=replace(test, texts=tuple(texts))), one.answer)


def _come_true(key: str, wishes: Sequence[Wish], value: Value | None) -> bool:
    context: Context = {} if value is None else {key: value}
    return all(answer(one.question, context) is one.answer for one in wishes)


def answer(question: When, context: Context) -> bool:
    """What the engine answers."""
    found = satisfied(question.test, context)
    return question.loose if found is None else found


def _single(key: str, wishes: Sequence[Wish], kind: KeyType | None) -> str | None:
    """One text, of the key's type where that is known.

    Raises:
        Exhausted: it cannot be told.
    """
    tests = [one.question.test for one in wishes]
    found = samples.of(tests, kind)
    for tried in found.values:
        if _come_true(key, wishes, tried):
            return tried
    if found.complete:
        return None
    if kind in samples.NOT_TEXT or not {samples.family(one) for one in tests} <= TEXTUAL | {""}:
        raise Exhausted(f"`{key}` is compared as values of several types at once")
    for goals, avoid in _branches(wishes):
        typed = [[AN_ARN]] if kind is KeyType.ARN else []
        text = words.find([[SOMETHING], *typed, *goals], avoid)
        if text is not None and _come_true(key, wishes, text):
            return text
    return None


def _branches(wishes: Sequence[Wish]) -> Iterator[Branch]:
    """Every way in which the wishes about a text that is there can come true.

    Raises:
        Exhausted: there are too many.
    """
    ways = [_ways(one) for one in wishes]
    size = 1
    for one in ways:
        size *= len(one)
    if size > MOST_COMBINATIONS:
        raise Exhausted("the conditions can come true in too many ways")
    for chosen in product(*ways):
        goals = [goal for branch in chosen for goal in branch[0]]
        yield goals, [one for branch in chosen for one in branch[1]]


def _ways(one: Wish) -> list[Branch]:
    """The ways in which one wish can come true of a text that is not empty."""
    test, operator = one.question.test, one.question.test.operator
    if operator is None:  # Null, or no operator at all: any text will do, or none
        return [([], [])] if answer(one.question, {test.key: "x"}) is one.answer else []
    if samples.family(test) == "arn":
        return _arn_ways(one)
    patterns = [_pattern(test, text) for text in test.texts or ()]
    if operator.negated is not one.answer:
        return [([patterns], [])]
    return [([], patterns)]


def _pattern(test: Test, text: str) -> Pattern:
    assert test.operator is not None  # noqa: S101 - asked before
    if test.operator.name.endswith("IgnoreCase"):
        return words.folded(text)
    if test.operator.wildcards:
        return words.text(text)
    return words.exactly(text)


def _arn_ways(one: Wish) -> list[Branch]:
    """As `_ways`, for operators that compare field by field and tell nothing of other texts."""
    test, operator = one.question.test, one.question.test.operator
    assert operator is not None  # noqa: S101 - asked before
    texts = test.texts or ()
    whole = [text for text in texts if text == ANY or text.count(":") >= FIELDS - 1]
    patterns = [words.text(text) if text == ANY else words.arn(text) for text in whole]
    untold = len(whole) < len(texts)  # never to be compared with anything
    if not operator.negated:
        return [([patterns], [])] if one.answer else [([], patterns)]
    if one.question.loose:
        return [([], patterns)] if one.answer else [([patterns], [])]
    if one.answer:
        return [] if untold else [([[SIX_FIELDS]] if texts else [], patterns)]
    if untold:
        return [([], [])]
    return [([patterns], []), ([], [SIX_FIELDS])] if texts else []


def _several(key: str, wishes: Sequence[Wish], kind: KeyType | None) -> tuple[str, ...] | None:
    """Several texts.

    ForAllValues asks something of every one of them, ForAnyValue of some one, and the denial of
    either is of the other's form.

    Raises:
        Exhausted: it cannot be told.
    """
    for empty in ((), ("",)):
        if _come_true(key, wishes, empty):
            return empty
    every: list[Wish] = []
    some: list[Wish] = []
    for one in wishes:
        test = one.question.test
        if test.operator is None or not test.qualifier:
            if answer(one.question, {key: ("x",)}) is not one.answer:
                return None
            continue
        plain = Wish(replace(one.question, test=replace(test, qualifier="")), one.answer)
        if (test.qualifier == FOR_ALL) is one.answer:
            every.append(plain)
        else:
            some.append(plain)
    found: list[str] = []
    for wished in [[*every, one] for one in some] or [every]:
        element = _single(key, wished, kind)
        if not element:
            return None
        if element not in found:
            found.append(element)
    return tuple(found) if _come_true(key, wishes, tuple(found)) else None
