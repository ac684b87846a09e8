"""Values worth trying for a condition key: one of every kind that its conditions tell apart.

Numbers and dates are told apart by where they stand among those of the policies, addresses by the
blocks they are in. So a handful of each stands for all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from typing import NamedTuple

from doorward.catalog.keys import KeyType
from doorward.engine.conditions.addresses import network
from doorward.engine.conditions.combine import Test
from doorward.engine.conditions.dates import instant
from doorward.engine.conditions.numbers import LONGEST, number
from doorward.engine.match import ANY, ONE

FAMILIES = {
    "String": "string",
    "Arn": "arn",
    "Bool": "bool",
    "Numeric": "number",
    "Date": "date",
    "IpAddress": "address",
    "NotIpAddress": "address",
    "Binary": "binary",
}
FAMILY_OF_TYPE = {KeyType.NUMERIC: "number", KeyType.DATE: "date", KeyType.IP_ADDRESS: "address"}
NOT_TEXT = frozenset(FAMILY_OF_TYPE)
BOOLEANS = ("true", "false")
STRANGE = "x"
ADDRESS = "203.0.113.10"
ENOUGH_DIGITS = 2_200
LAST_YEAR = 9_999


class Samples(NamedTuple):
    """Values to try. Where they are `complete`, each other value is like one of them."""

    values: tuple[str, ...]
    complete: bool


def family(test: Test) -> str:
    """Which kind of value the operator compares; empty for Null and what is no operator."""
    if test.operator is None:
        return ""
    name = test.operator.name
    return next(kind for start, kind in FAMILIES.items() if name.startswith(start))


def of(tests: Sequence[Test], kind: KeyType | None) -> Samples:
    """Values for a key of that type about which *tests* ask."""
    if kind is KeyType.BOOL:
        return Samples(BOOLEANS, complete=True)
    families = {family(one) for one in tests} - {""}
    own = FAMILY_OF_TYPE.get(kind) if kind else None
    texts = [text for one in tests for text in one.texts or ()]
    if own is not None:
        found = tuple(SAMPLERS[own](texts))
        alone = families <= {own}
        return Samples(found, alone and all(len(one) <= LONGEST for one in found))
    values = [*(_plain(text) for text in texts), STRANGE]
    for one in sorted(families & SAMPLERS.keys()):
        values += SAMPLERS[one](texts)
    textual = families <= {"string", "arn"}
    complete = len(families) <= 1 and not textual and all(len(one) <= LONGEST for one in values)
    return Samples(tuple(dict.fromkeys(values)), complete)


def _plain(pattern: str) -> str:
    return pattern.replace(ANY, "").replace(ONE, STRANGE)


def numbers(texts: Iterable[str]) -> Iterator[str]:
    """Each number, and one between, below and above."""
    return (format(one, "f") for one in _apart(texts, number))


def dates(texts: Iterable[str]) -> Iterator[str]:
    """Each instant, and one between, before and after."""
    for one in _apart(texts, instant):
        whole = one == one.to_integral_value() and one >= 0
        year = LAST_YEAR + 1
        if whole and one < Decimal(253_402_300_800):
            year = datetime.fromtimestamp(int(one), UTC).year
        if year <= LAST_YEAR:
            yield datetime.fromtimestamp(int(one), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            yield format(one, "f")


def _apart(texts: Iterable[str], read: Callable[[str], Decimal | None]) -> list[Decimal]:
    known = sorted({found for text in texts if (found := read(text)) is not None})
    if not known:
        return [Decimal(1)]
    with localcontext() as exact:
        exact.prec = ENOUGH_DIGITS
        between = [(one + after) / 2 for one, after in pairwise(known)]
        return [*known, *between, known[0] - 1, known[-1] + 1]


def addresses(texts: Iterable[str]) -> Iterator[str]:
    """An address of each stretch between the beginnings and ends of blocks, in both versions."""
    yield ADDRESS
    blocks = [found for text in texts if (found := network(text)) is not None]
    yield from dict.fromkeys(str(one.network_address) for one in blocks)
    for one in blocks:
        end = int(one.broadcast_address) + 1
        if end >> one.max_prefixlen == 0:
            yield str(type(one.network_address)(end))
    yield from (str(IPv4Address(0)), str(IPv6Address(0)))


SAMPLERS: dict[str, Callable[[Iterable[str]], Iterable[str]]] = {
    "number": numbers,
    "date": dates,
    "address": addresses,
    "bool": lambda _: BOOLEANS,
    "binary": lambda _: ("AA==",),
}
