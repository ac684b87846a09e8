"""The rules of composite alarms: reading them, and what they come to.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from doorward.base.arn import Arn
from doorward.services.cloudwatch.resources import ALARM

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
MOST_CHILDREN = 100
MOST_ELEMENTS = 500
MOST_DEPTH = 50

_TOKEN = re.compile(r"""\s*("[^"]*"|'[^']*'|[(),]|[^\s(),"']+)""")
_THRESHOLD = re.compile(r"(\d{1,3})(%?)", re.ASCII)

StateOf = Callable[[str], str]
"""The state of the alarm of a name."""


class RuleError(Exception):
    """The rule cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class InState:
    """An alarm is in a state."""

    state: str
    name: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of some alarms are in a state."""

    count: int
    state: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """`TRUE` or `FALSE`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a rule."""

    inner: "Rule"


@dataclass(frozen=True, slots=True)
class Joined:
    """`AND` or `OR` between rules."""

    every: bool
    parts: tuple["Rule", ...]


Rule = InState | AtLeast | Constant | Not | Joined


def holds(rule: Rule, state_of: StateOf) -> bool:
    """Whether *rule* is true of the alarms as they are."""
    match rule:
        case InState(state, name):
            return state_of(name) == state
        case AtLeast(count, state, names):
            return sum(state_of(name) == state for name in names) >= count
        case Constant(value):
            return value
        case Not(inner):
            return not holds(inner, state_of)
        case Joined(every, parts):
            found = (holds(one, state_of) for one in parts)
            return all(found) if every else any(found)


def children(rule: Rule) -> frozenset[str]:
    """The names of the alarms in *rule*."""
    match rule:
        case InState(_, name):
            return frozenset({name})
        case AtLeast(_, _, names):
            return frozenset(names)
        case Constant():
            return frozenset()
        case Not(inner):
            return children(inner)
        case Joined(_, parts):
            return frozenset().union(*(children(one) for one in parts))


@lru_cache(maxsize=1_024)
def read(text: str) -> Rule:
    """The rule that *text* says.

    Raises:
        RuleError: it is none, or has more alarms or elements than one may have.
    """
    tokens: list[str] = _TOKEN.findall(text)
    if "".join(text.split()) != "".join("".join(one.split()) for one in tokens):
        raise RuleError("the rule holds quotes that are not closed")
    reader = _Reader(tokens)
    found = reader.joined()
    if reader.at != len(tokens):
        raise RuleError(f"unexpected {tokens[reader.at]} at element {reader.at + 1}")
    if len(children(found)) > MOST_CHILDREN:
        raise RuleError(f"the rule has more than {MOST_CHILDREN} alarms")
    if reader.elements > MOST_ELEMENTS:
        raise RuleError(f"the rule has more than {MOST_ELEMENTS} elements")
    return found


class _Reader:
    """Goes through a rule from left to right."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.at = self.depth = self.elements = 0

    def take(self) -> str:
        if self.at == len(self.tokens):
            raise RuleError("the rule ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def next_is(self, *wanted: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].upper() in wanted

    def wants(self, sign: str) -> None:
        found = self.take()
        if found != sign:
            raise RuleError(f"expected {sign} and not {found}")

    def joined(self) -> Rule:
        """Terms; `AND` binds more strongly than `OR`."""
        parts = [self.all_of()]
        while self.next_is("OR"):
            self.take()
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else Joined(every=False, parts=tuple(parts))

    def all_of(self) -> Rule:
        parts = [self.term()]
        while self.next_is("AND"):
            self.take()
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else Joined(every=True, parts=tuple(parts))

    def term(self) -> Rule:
        self.elements += 1
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise RuleError("the rule is nested too deeply")
        found = self.single(self.take())
        self.depth -= 1
        return found

    def single(self, token: str) -> Rule:
        match token.upper():
            case "NOT":
                return Not(self.term())
            case "(":
                inner = self.joined()
                self.wants(")")
                return inner
            case "TRUE" | "FALSE":
                return Constant(token.upper() == "TRUE")
            case "AT_LEAST":
                return self.at_least()
            case state if state in STATES:
                self.wants("(")
                name = alarm_name(self.take())
                self.wants(")")
                return InState(state, name)
            case _:
                raise RuleError(f"unexpected {token} at element {self.at}")

    def at_least(self) -> Rule:
        """`AT_LEAST(2, ALARM, (a, b, c))`; the count may be a percentage.

        assumed: the form, of which no page of AWS's gives an exact grammar.
        """
        self.wants("(")
        threshold = _THRESHOLD.fullmatch(self.take())
        self.wants(",")
        state = self.take().upper()
        self.wants(",")
        self.wants("(")
        names = [alarm_name(self.take())]
        while self.next_is(","):
            self.take()
            names.append(alarm_name(self.take()))
        self.wants(")")
        self.wants(")")
        if threshold is None or state not in STATES:
            raise RuleError("AT_LEAST takes a number or percentage, a state and alarms")
        self.elements += len(names)
        count = int(threshold[1])
        if threshold[2]:
            count = ceil(len(names) * count / 100)
        if not 1 <= count <= len(names):
            raise RuleError("AT_LEAST asks for none or for more alarms than it has")
        return AtLeast(count, state, tuple(names))


def alarm_name(given: str) -> str:
    """The name in *given*: a name or an ARN, with or without quotes.

    Raises:
        RuleError: there is none.
    """
    text = given[1:-1] if given[:1] in {'"', "'"} else given
    if not text or text in "(),":
        raise RuleError("the rule lacks the name of an alarm")
    parsed = Arn.parse(text)
    if parsed is not None and parsed.service == "cloudwatch":
        return parsed.resource.removeprefix(ALARM)
    return text
