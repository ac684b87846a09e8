r"""Full validation of input against the model, with AWS's own sentences.

Patterns are the model's, matched whole and with ASCII classes, as the services do; `\p{L}` and its
like need the `regex` package.
https://smithy.io/2.0/spec/constraint-traits.html
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import regex

from doorward.wire.model import Shape
from doorward.wire.redaction import is_secret

SUPPLEMENTARY = {
    # Java's ways to write the characters beyond U+FFFF in a class
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\uD800\uDBFF-\uDC00\uDFFF": r"\U00010000-\U0010FFFF",
}
OPEN_PATTERNS = frozenset({"S3ResourceArn"})
"""Shapes whose pattern leaves out what they document: a bucket's ARN, which has no Region."""

OPEN_ENUMERATIONS = {"BucketLocationConstraint"}  # S3 answers a wrong one with an error of its own
ECHO_CHARACTERS = 4096  # longer values are not repeated in the message; assumed


class Problem(NamedTuple):
    """One constraint that a value breaks.

    Attributes:
        path: names of members and numbers of elements, from the input down.
        value: as it is printed, None where it is not repeated.
        constraint: what the value must satisfy, in AWS's words; empty for a missing member.
    """

    path: tuple[str, ...]
    value: str | None
    constraint: str

    @property
    def missing(self) -> bool:
        """Whether a required member was not given."""
        return not self.constraint

    def __str__(self) -> str:
        """AWS's sentence."""
        where = ".".join(lower_camel(name) for name in self.path)
        if self.missing:
            return f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
        echoed = "Value" if self.value is None else f"Value '{self.value}'"
        return f"{echoed} at '{where}' failed to satisfy constraint: {self.constraint}"


Path = tuple[Any, ...]
"""A path as it grows: (everything before, last name); joined only for a problem."""

Check = Callable[[Any, Path, list[Problem]], None]
"""Adds to the list what is wrong with a value."""


class _Pattern(Protocol):
    def fullmatch(self, string: str, /) -> object: ...


class Rule(NamedTuple):
    """One constraint of a value without members: the sentence, and whether a value keeps it."""

    sentence: str
    holds: Callable[[Any], bool]


def lower_camel(name: str) -> str:
    """A member's name as AWS's messages print it: `UserName` → `userName`."""
    return name[:1].lower() + name[1:]


def checker(shape: Shape) -> Callable[[Mapping[str, Any]], list[Problem]]:
    """What finds everything wrong with the input of an operation; *shape* may be None."""
    check = None if shape is None else _check(shape, "", ())

    def find(value: Mapping[str, Any]) -> list[Problem]:
        problems: list[Problem] = []
        if check is not None:
            check(value, (), problems)
        return problems

    return find


def _check(shape: Shape, name: str, above: tuple[str, ...]) -> Check | None:
    """The check of *shape* as member *name*, None where nothing is asked of it."""
    if shape.name in above:
        return _later(shape, name)
    above = (*above, shape.name)
    match shape.type_name:
        case "structure":
            return _structure(shape, above)
        case "list":
            return _list(shape, name, above)
        case "map":
            return _map(shape, name, above)
        case _:
            return _scalar(rules(shape), secret=is_secret(shape, name))


def _later(shape: Shape, name: str) -> Check:
    """The check of a shape that holds itself, built when a value is that deep."""

    @cache
    def built() -> Check | None:
        return _check(shape, name, ())

    def check(value: Any, path: Path, problems: list[Problem]) -> None:
        if (inner := built()) is not None:
            inner(value, path, problems)

    return check


def _structure(shape: Shape, above: tuple[str, ...]) -> Check | None:
    checks = {name: _check(member, name, above) for name, member in shape.members.items()}
    kept = [(name, check) for name, check in checks.items() if check is not None]
    required = tuple(shape.required_members)
    if not kept and not required:
        return None

    def structure(value: Any, path: Path, problems: list[Problem]) -> None:
        problems.extend(
            Problem(_joined((path, name)), None, "") for name in required if name not in value
        )
        for name, check in kept:
            if name in value:
                check(value[name], (path, name), problems)

    return structure


def _list(shape: Shape, name: str, above: tuple[str, ...]) -> Check | None:
    member, secret = shape.member, is_secret(shape, name)
    own = _scalar(rules(shape), secret=secret)
    if member.type_name in {"structure", "list", "map"}:
        inner = _check(member, name, above)
        if inner is None:
            return own

        def nested(value: Any, path: Path, problems: list[Problem]) -> None:
            if own is not None:
                own(value, path, problems)
            for number, element in enumerate(value, 1):
                inner(element, ((path, str(number)), "member"), problems)

        return nested
    asked = rules(member)
    if not asked:
        return own
    sentence = f"Member must satisfy constraint: [{_all(asked)}]"
    secret = secret or is_secret(member, name)

    def plain(value: Any, path: Path, problems: list[Problem]) -> None:
        if own is not None:
            own(value, path, problems)
        if not all(rule.holds(element) for element in value for rule in asked):
            problems.append(Problem(_joined(path), _echo(value, secret=secret), sentence))

    return plain


def _map(shape: Shape, name: str, above: tuple[str, ...]) -> Check | None:
    secret = is_secret(shape, name)
    own = _scalar(rules(shape), secret=secret)
    keys, values = rules(shape.key), rules(shape.value)
    nested = shape.value.type_name in {"structure", "list", "map"}
    inner = _check(shape.value, name, above) if nested else None
    if not (keys or values or inner):
        return own

    def entries(value: Any, path: Path, problems: list[Problem]) -> None:
        if own is not None:
            own(value, path, problems)
        if not all(rule.holds(key) for key in value for rule in keys):
            sentence = f"Map keys must satisfy constraint: [{_all(keys)}]"
            problems.append(Problem(_joined(path), _echo(value, secret=secret), sentence))
        if inner is not None:
            for key, one in value.items():
                inner(one, ((path, str(key)), "member"), problems)
        elif not all(rule.holds(one) for one in value.values() for rule in values):
            sentence = f"Map value must satisfy constraint: [{_all(values)}]"
            problems.append(Problem(_joined(path), _echo(value, secret=secret), sentence))

    return entries


def _scalar(asked: tuple[Rule, ...], *, secret: bool) -> Check | None:
    if not asked:
        return None

    def scalar(value: Any, path: Path, problems: list[Problem]) -> None:
        for sentence, holds in asked:
            if not holds(value):
                problems.append(Problem(_joined(path), _echo(value, secret=secret), sentence))

    return scalar


def rules(shape: Shape) -> tuple[Rule, ...]:
    """What the model asks of values of *shape* itself: most, least, pattern, enumeration."""
    traits = shape.metadata
    sized = shape.type_name in {"string", "list", "map", "blob"}
    found: list[Rule] = []
    if "max" in traits:
        found.append(_most(traits["max"], sized=sized))
    if "min" in traits:
        found.append(_least(traits["min"], sized=sized))
    if "pattern" in traits and shape.name not in OPEN_PATTERNS:
        pattern = traits["pattern"]
        found.append(
            Rule(f"Member must satisfy regular expression pattern: {pattern}", _whole(pattern))
        )
    if "enum" in traits and shape.name not in OPEN_ENUMERATIONS:
        allowed = frozenset(traits["enum"])
        listed = ", ".join(traits["enum"])
        found.append(Rule(f"Member must satisfy enum value set: [{listed}]", allowed.__contains__))
    return tuple(found)


def _most(limit: int, *, sized: bool) -> Rule:
    if sized:
        sentence = f"Member must have length less than or equal to {limit}"
        return Rule(sentence, lambda value: len(value) <= limit)
    return Rule(
        f"Member must have value less than or equal to {limit}", lambda value: value <= limit
    )


def _least(limit: int, *, sized: bool) -> Rule:
    if sized:
        sentence = f"Member must have length greater than or equal to {limit}"
        return Rule(sentence, lambda value: len(value) >= limit)
    return Rule(
        f"Member must have value greater than or equal to {limit}", lambda value: value >= limit
    )


@cache
def _whole(pattern: str) -> Callable[[Any], bool]:
    """Whether a whole text matches *pattern*."""
    for java, python in SUPPLEMENTARY.items():
        pattern = pattern.replace(java, python)
    # Patterns with Unicode classes hold no `\w`, `\d` or `\s`, which would have to stay ASCII.
    try:
        compiled: _Pattern = (
            regex.compile(pattern) if "\\p{" in pattern.lower() else re.compile(pattern, re.ASCII)
        )
    except (re.error, regex.error):
        # A few patterns of services that only the gateway passes on are written for Java alone;
        # the service behind it checks them.
        return lambda _: True
    match = compiled.fullmatch
    return lambda value: match(value) is not None


def _all(asked: tuple[Rule, ...]) -> str:
    return ", ".join(rule.sentence for rule in asked)


def _joined(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    while path:
        path, name = path
        names.append(name)
    return tuple(reversed(names))


def _echo(value: Any, *, secret: bool) -> str | None:
    """*value* as a message prints it; None for secrets, bytes, structures and very long texts."""
    if secret:
        return None
    if isinstance(value, list):
        if not all(isinstance(one, str | int | float) for one in value):
            return None
        text = f"[{', '.join(map(str, value))}]"
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        return None
    return text if len(text) <= ECHO_CHARACTERS else None
