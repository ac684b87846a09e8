"""Values for the policy variables of some rules, to be tried one after the other.

A variable may take any value, so they do not stand for all there are: what they show to be possible
is so, what they do not show may be possible still.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from doorward.analysis.rules import Rule, Where
from doorward.analysis.values import Settled
from doorward.catalog import keys
from doorward.engine.match import ANY, is_wild
from doorward.engine.request import Value

MOST_TRIES = 200
MOST_VALUES = 12
PIECES = re.compile(r"[:/]")


def choices(names: Iterable[str], rules: Sequence[Rule]) -> Iterator[Settled]:
    """Values for the condition keys *names*, of those that *rules* speak of and one besides."""
    wanted = sorted(names)
    tried = [list(islice(_values(name, rules), MOST_VALUES)) for name in wanted]
    for chosen in islice(product(*tried), MOST_TRIES):
        yield dict(zip(wanted, chosen, strict=True))


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
