"""Values for the policy variables of some rules, to be tried one after the other.

A variable may take any value, so they do not stand for all there are: what they show to be possible
is so, what they do not show may be possible still.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from doorward.analysis.rules import Rule, Where
from doorward.analysis.solve import Example
from doorward.analysis.values import Settled
from doorward.catalog import keys
from doorward.engine.match import ANY, ONE, is_wild
from doorward.engine.request import Value
from doorward.engine.variables import Template, Variable

MOST_TRIES = 200
MOST_VALUES = 12
MOST_SPLIT = 4
WILD = {ANY: ".*", ONE: "."}
PIECES = re.compile(r"[:/]")


def choices(
    names: Iterable[str], rules: Sequence[Rule], examples: Iterable[Example] = ()
) -> Iterator[Settled]:
    """Values for the condition keys *names*: of *examples*, those that *rules* speak of, another.

    An example is a request that may fail only by the values of these keys.
    """
    for example in examples:
        yield from _inferred(example, names, rules)
    wanted = sorted(names)
    tried = [list(islice(_values(name, rules), MOST_VALUES)) for name in wanted]
    for chosen in islice(product(*tried), MOST_TRIES):
        yield dict(zip(wanted, chosen, strict=True))


def _inferred(example: Example, names: Iterable[str], rules: Sequence[Rule]) -> Iterator[Settled]:
    """Values for *names* that go with an *example*: its own, and those that its resource has.

    The resource has the value of a variable where that stands in a pattern.
    """
    own: dict[str, Value | None] = {name: example.context.get(name) for name in names}
    yield own
    for written in dict.fromkeys(
        each
        for rule in rules
        for one in rule.questions
        if isinstance(one, Where)
        for each in one.written
    ):
        found = _read(written, example.resource)
        yield from [own | {name: found[name] for name in own.keys() & found}] if found else []


def _read(written: Template, resource: str) -> dict[str, str]:
    """What stands in *resource* for each variable of a pattern; nothing where it does not fit."""
    names: list[str] = []
    made = []
    for part in written.parts:
        if isinstance(part, Variable):
            made.append("(.*)")
            names.append(part.key)
        else:
            made += [WILD.get(letter) or re.escape(letter) for letter in part]
    fits = re.fullmatch("".join(made), resource, re.DOTALL)
    return dict(zip(names, fits.groups(), strict=True)) if fits else {}


def absences(names: Iterable[str]) -> Iterator[tuple[Settled, frozenset[str]]]:
    """Every way in which some of *names* are absent and the others present, with a value each.

    Keys that may have several values are neither, and so are keys beyond some.
    """
    single = [name for name in sorted(names) if _single(name)][:MOST_SPLIT]
    for absent in product((False, True), repeat=len(single)):
        gone = {name for name, is_absent in zip(single, absent, strict=True) if is_absent}
        yield dict.fromkeys(gone), frozenset(single) - gone


def _single(name: str) -> bool:
    found = keys.find(name)
    return found is not None and not found.multivalued


def _values(name: str, rules: Sequence[Rule]) -> Iterator[Value | None]:
    """Something nobody speaks of, what is compared with, pieces of resources, and nothing."""
    found = keys.find(name)
    if found is not None and found.multivalued:
        yield None
        return
    seen: set[Value | None] = set()
    for one in (*_fresh(name), *_compared(name, rules), None, *_pieces(rules)):
        if one not in seen:
            seen.add(one)
            yield one


def _fresh(name: str) -> Iterator[str]:
    kind = keys.type_of(name)
    if kind is keys.KeyType.BOOL:
        yield from ("true", "false")
    elif kind is keys.KeyType.ARN:
        yield "arn:aws:iam::111122223333:role/some-value"
    elif kind is not None and kind is not keys.KeyType.STRING:
        yield "1"
    else:
        yield "some-value"


def _compared(name: str, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        for one in rule.questions:
            if not isinstance(one, Where) and one.about == name:
                yield from (text.replace(ANY, "") for text in one.test.texts or ())


def _pieces(rules: Sequence[Rule]) -> Iterator[str]:
    """Pieces of the resources that are written out, for a variable may stand in their place."""
    for rule in rules:
        for one in rule.questions:
            if isinstance(one, Where):
                for text in sorted(one.fixed):
                    yield from (part for part in PIECES.split(text) if part and not is_wild(part))
