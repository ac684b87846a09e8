"""A resource that lies in some patterns and not in others, or the certainty that there is none.

A pattern may have policy variables whose values are not given. Where such a pattern is wished for,
its text is read with a letter of its own in the place of each variable: a pattern to be avoided
covers that text for certain where it has the same variable there, or a star. So what is written
with the same variables is compared with it whatever their values are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doorward.analysis import words
from doorward.analysis.rules import Where
from doorward.analysis.symbols import is_symbol, symbol
from doorward.analysis.values import Settled, lacks, needed
from doorward.analysis.words import Exhausted, Pattern
from doorward.engine.match import ANY, FIELDS
from doorward.engine.variables import Template, Variable, resolve, wanted

ANYTHING = "x"
"""Stands in an example for the value of a variable."""


@dataclass(slots=True)
class _Goal:
    """Patterns of which one must cover the resource; `wide` and `exact` are alike in order.

    `wide` are those with variables, as wide as they may be, `exact` the same with a letter for
    each variable.
    """

    known: list[Pattern]
    wide: list[Pattern]
    exact: list[Pattern]


@dataclass(slots=True)
class _Symbols:
    """The letters that stand for variables: for each key and default another.

    The defaults of keys of *present* do not matter.
    """

    present: frozenset[str]
    known: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def of(self, key: str, default: str | None) -> str:
        """The letter of one variable."""
        default = None if key in self.present else default
        return self.known.setdefault((key, default), symbol(len(self.known)))

    def text(self, written: Template, *, defaults: bool = True) -> str:
        """*written* with letters in the place of its variables; without *defaults*, as if none."""
        return "".join(
            part if isinstance(part, str) else self.of(part.key, part.default if defaults else None)
            for part in written.parts
        )


def find(
    asked: Sequence[tuple[Where, bool]], settled: Settled, present: frozenset[str] = frozenset()
) -> str | None:
    """A resource that answers each question so; None where there is none.

    Patterns whose policy variables are not settled are taken for as wide, or as narrow, as they
    may be. Keys of *present* have some value.

    Raises:
        Exhausted: it cannot be told.
    """
    symbols = _Symbols(present)
    goals: list[_Goal] = []
    avoid: list[Pattern] = []
    covered: list[Pattern] = []
    for one, told in asked:
        known, opened, lacking = _patterns(one, settled)
        if one.needy and lacking:
            if told:
                return None
        elif told is not one.excepted:  # it is to be one of them
            if not (one.needy and not all(map(present.__contains__, _needed(opened)))):
                wide = one.ready(_wide(written) for written in opened)
                exact = [pattern for written in opened for pattern in _exact(one, written, symbols)]
                goals.append(_Goal(known, wide, exact))
        else:
            avoid += known
            covered += [
                pattern
                for written in opened
                for pattern in _exact(one, written, symbols, avoided=True)
            ]
    plain = [one.known + one.wide for one in goals]
    found = words.find(plain, avoid)
    for chosen in goals if found is not None and covered else ():
        if chosen.exact:
            text = words.find(_read(chosen, goals), avoid + covered)
            if text is None:
                return None
            text = "".join(ANYTHING if is_symbol(letter) else letter for letter in text)
            found = text if words.meets(text, plain, avoid) else found
    return found


def _needed(opened: Sequence[Template]) -> Iterator[str]:
    """The keys without which a variable has no value."""
    return (name for written in opened for name in needed(written))


def _read(chosen: _Goal, goals: Sequence[_Goal]) -> list[list[Pattern]]:
    """The goals for a text that is read as *chosen* has it: to others its unknowns are anything."""
    return [
        one.known + one.exact
        if one is chosen
        else [words.loosened(pattern) for pattern in one.known + one.wide]
        for one in goals
    ]


def _patterns(one: Where, settled: Settled) -> tuple[list[Pattern], list[Template], bool]:
    """The patterns that are known, those that are open, and whether a variable has no value."""
    known, opened, lacking = one.patterns(), [], False
    context = {name: value for name, value in settled.items() if value is not None}
    for written in one.written:
        if all(name in settled for name in wanted(written)):
            resolved = resolve(written, context)
            lacking = lacking or resolved is None
            known += one.ready([resolved] if resolved is not None else [])
        elif lacks(written, settled):
            lacking = True
        else:
            opened.append(written)
    return known, opened, lacking


def _wide(written: Template) -> str:
    return "".join(part if isinstance(part, str) else ANY for part in written.parts)


def _exact(
    one: Where, written: Template, symbols: _Symbols, *, avoided: bool = False
) -> Iterator[Pattern]:
    """*written* with letters for its variables, where a value cannot shift the fields of an ARN.

    One that is wished for is as wide as it may be otherwise; one that is *avoided* is left out.
    A value is there for a variable with a default where it is there for one without.

    Raises:
        Exhausted: the policy has such letters itself.
    """
    literal = "".join(part for part in written.parts if isinstance(part, str))
    if any(is_symbol(letter) for letter in literal):
        raise Exhausted("letters for private use beside policy variables")
    start = written.parts[0]
    if not (isinstance(start, str) and start.startswith("arn:") and start.count(":") >= FIELDS - 1):
        yield from [] if avoided else one.ready([_wide(written)])
        return
    texts = [symbols.text(written)]
    with_default = any(isinstance(part, Variable) and part.default for part in written.parts)
    if avoided and with_default:
        texts.append(symbols.text(written, defaults=False))
    yield from one.ready(texts)
