"""What is left when the budget of a proof ends: one small question for Z3, with a timeout.

Z3 is an extra (`smt`). It is asked about the actions of one part, so it sees the few rules that
have something to say. A question that is not about plain text is a free truth value: what Z3 then
proves is proved, and what it finds is an example only if the engine agrees.

https://microsoft.github.io/z3guide/docs/theories/Regular%20Expressions/
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from doorward.analysis import values, words
from doorward.analysis.rules import Question, Rule, When, Where
from doorward.analysis.solve import Example
from doorward.analysis.values import Settled
from doorward.analysis.words import Pattern
from doorward.catalog import keys
from doorward.catalog.keys import KeyType
from doorward.engine.match import ANY, FIELDS, ONE, is_wild
from doorward.engine.request import Value
from doorward.engine.variables import Template, Variable

HINT = "the extra `smt` may settle it"
MILLISECONDS = 3_000
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
TEXT = frozenset({"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"})
BOOLEANS = ("true", "false")

Formula = Any
"""A term of Z3, whose package has no types."""


class Untold(Exception):
    """Z3 cannot say it, does not know, or is not installed; the argument says which."""


def example(
    new: tuple[Sequence[Rule], Sequence[Rule]],
    old: tuple[Sequence[Rule], Sequence[Rule]],
    settled: Settled,
    given: Iterable[Question],
) -> Example | None:
    """A request that *new* allows and *old* does not, both Allow rules and Deny rules of one part.

    None where there is none. The values of *settled* keys are given, and each of *given* is
    answered yes. The example need not be right.

    Raises:
        Untold: it is not known.
    """
    asked = _Asked(_z3(), settled)
    z3 = asked.z3
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(asked.allows(*new), z3.Not(asked.allows(*old)))
    solver.add(*(asked.answer(one) for one in given))
    solver.add(*asked.bounds())
    told = solver.check()
    if told == z3.unsat:
        return None
    if told != z3.sat:
        raise Untold("Z3 does not know in time")
    return asked.read(solver.model())


def _z3() -> Formula:
    try:
        return import_module("z3")
    except ImportError as error:
        raise Untold(HINT) from error


class _Asked:
    """The unknowns of one question: the resource, and for each key whether it is there, its text.

    `opaque` are the questions that are free truth values.
    """

    def __init__(self, z3: Formula, settled: Settled) -> None:
        self.z3 = z3
        self.settled = settled
        self.resource = z3.String("resource")
        self.texts: dict[str, tuple[Formula, Formula]] = {}
        self.opaque: dict[Question, Formula] = {}

    def allows(self, allows: Sequence[Rule], denies: Sequence[Rule]) -> Formula:
        """Whether some rule allows the request and none denies it."""
        z3 = self.z3
        denied = z3.Or([self.applies(one) for one in denies])
        return z3.And(z3.Or([self.applies(one) for one in allows]), z3.Not(denied))

    def applies(self, rule: Rule) -> Formula:
        """Whether every question of *rule* is answered yes."""
        return self.z3.And([self.answer(one) for one in rule.questions])

    def answer(self, one: Question) -> Formula:
        """Whether *one* is answered yes."""
        try:
            return self._where(one) if isinstance(one, Where) else self._when(one)
        except Untold:
            if one not in self.opaque:
                self.opaque[one] = self.z3.Bool(f"question {len(self.opaque)}")
            return self.opaque[one]

    def key(self, name: str) -> tuple[Formula, Formula]:
        """Whether the key is there, and what it holds: one text.

        Raises:
            Untold: it may hold several, or no text.
        """
        if name not in self.texts:
            found = keys.find(name)
            if found is None or found.multivalued:
                raise Untold(name)
            if found.type not in {KeyType.STRING, KeyType.ARN, KeyType.BOOL}:
                raise Untold(name)
            z3 = self.z3
            self.texts[name] = z3.Bool(f"has {name}"), z3.String(f"value {name}")
        return self.texts[name]

    def bounds(self) -> list[Formula]:
        """What holds of every text, and what is settled of it."""
        z3, found = self.z3, []
        for name, (there, text) in self.texts.items():
            found.append(z3.Length(text) > 0)
            kind = keys.type_of(name)
            if kind is KeyType.BOOL:
                found.append(z3.Or([text == one for one in BOOLEANS]))
            if kind is KeyType.ARN:
                found.append(z3.InRe(text, self.regex(values.AN_ARN)))
            if name in self.settled:
                value = self.settled[name]
                found.append(there == (value is not None))
                if isinstance(value, str):
                    found.append(text == self.constant(value))
        return found

    def constant(self, text: str) -> Formula:
        """A text.

        Raises:
            Untold: it has letters that Z3 reads in another way.
        """
        if not text.isascii() or "\\" in text:
            raise Untold("letters that Z3 reads in another way")
        return self.z3.StringVal(text)

    def regex(self, one: Pattern) -> Formula:
        """The texts that a pattern covers."""
        if one.folded or one.loose:
            raise Untold("case")
        z3, (anything, one_letter, no_colons, no_colon) = self.z3, _letters(self.z3)
        parts = [z3.Re("")]
        for at in range(len(one.marks) + 1):
            if one.starred >> at & 1:
                parts.append(anything if one.crossed >> at & 1 else no_colons)
            if at < len(one.marks):
                mark = one.marks[at]
                if mark is None:
                    parts.append(no_colon)
                elif mark == ONE:
                    parts.append(one_letter)
                else:
                    parts.append(z3.Re(self.constant(mark)))
        return z3.Concat(*parts) if len(parts) > 1 else parts[0]

    def _where(self, one: Where) -> Formula:
        z3 = self.z3
        inside = [z3.InRe(self.resource, self.regex(pattern)) for pattern in one.patterns()]
        lacking = []
        for written in one.written:
            literal = written.parts[0]
            if not (isinstance(literal, str) and literal.count(":") >= FIELDS - 1):
                raise Untold("a variable that may shift fields")
            there, matches = self._template(written, self.resource, wildcards=True)
            inside.append(z3.And(there, matches))
            lacking.append(z3.Not(there))
        if not one.excepted:
            return z3.Or(inside)
        outside = z3.Not(z3.Or(inside))
        return z3.And(outside, z3.Not(z3.Or(lacking))) if one.needy else outside

    def _template(
        self, written: Template, text: Formula, *, wildcards: bool
    ) -> tuple[Formula, Formula]:
        """Whether each variable has a value, and whether *text* is what is written then.

        Raises:
            Untold: there are wildcards but a star at the end.
        """
        z3, there, parts = self.z3, [], []
        last = written.parts[-1] if isinstance(written.parts[-1], str) else ""
        open_ended = wildcards and last.endswith(ANY)
        for number, part in enumerate(written.parts):
            if isinstance(part, Variable):
                has, value = self.key(part.key)
                if part.default is None:
                    there.append(has)
                    parts.append(value)
                else:
                    parts.append(z3.If(has, value, self.constant(part.default)))
                continue
            plain = part[:-1] if open_ended and number == len(written.parts) - 1 else part
            if is_wild(plain):
                raise Untold("wildcards beside variables")
            parts.append(self.constant(plain))
        made = z3.Concat(*parts) if len(parts) > 1 else parts[0]
        return z3.And(there), z3.PrefixOf(made, text) if open_ended else made == text

    def _when(self, one: When) -> Formula:
        test = one.test
        if test.texts is not None and test.key in self.settled:
            context = {key: value for key, value in self.settled.items() if value is not None}
            return self.z3.BoolVal(values.answer(one, context))
        there, text = self.key(test.key)
        if test.operator is None:
            if not test.known:
                raise Untold("no operator")
            asked = [(written.fixed or "").lower() for written in test.values]
            return self.z3.Or([self.z3.Not(there) if one == "true" else there for one in asked])
        if test.qualifier or test.operator.name not in TEXT:
            raise Untold(test.operator.name)
        matches = self.z3.Or(
            [
                self.z3.And(*self._template(written, text, wildcards=test.operator.wildcards))
                if written.fixed is None
                else self._matches(written.fixed, text, wildcards=test.operator.wildcards)
                for written in test.values
            ]
        )
        if test.operator.negated:
            return self.z3.Implies(there, self.z3.Not(matches))
        absent = self.z3.And(self.z3.Not(there), self.z3.BoolVal(test.if_exists))
        return self.z3.Or(self.z3.And(there, matches), absent)

    def _matches(self, written: str, text: Formula, *, wildcards: bool) -> Formula:
        if wildcards:
            return self.z3.InRe(text, self.regex(words.text(written)))
        return text == self.constant(written)

    def read(self, model: Formula) -> Example:
        """The request that a model is. Questions that were free are not looked at."""
        context: dict[str, Value] = {
            key: value for key, value in self.settled.items() if value is not None
        }
        for name, (there, text) in self.texts.items():
            if self.z3.is_true(model.eval(there, model_completion=True)):
                context[name] = self._text(model, text)
        return Example(self._text(model, self.resource), context, loose=bool(self.opaque))

    @staticmethod
    def _text(model: Formula, text: Formula) -> str:
        written = model.eval(text, model_completion=True).as_string()
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)


@cache
def _letters(z3: Formula) -> tuple[Formula, Formula, Formula, Formula]:
    """Any text, any letter, any text without colons, any letter but a colon."""
    kind = z3.ReSort(z3.StringSort())
    letter = z3.AllChar(kind)
    other = z3.Intersect(letter, z3.Complement(z3.Re(":")))
    return z3.Full(kind), letter, z3.Star(other), other


def hinted(reason: str, error: Untold) -> str:
    """Why nothing is known, with what Z3 has to say to it."""
    return f"{reason}; {error}"
