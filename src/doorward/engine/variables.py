"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doorward.engine.match import UNKNOWN, is_wild, wild
from doorward.engine.request import Context, Value

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
DEFAULT = re.compile(r"\s*+([^,\s](?:[^,]*[^,\s])?)\s*+,\s*+'([^']*+)'\s*+")
LITERALS = frozenset("*?$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in a string; `key` is lower case, `default` is None where none was written.

    `family` is as in `family_of`.
    """

    key: str
    default: str | None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A string of a policy: pattern text and variables in turn.

    `fixed` is the whole pattern where there is no variable in it, else None.
    """

    parts: tuple[str | Variable, ...]
    fixed: str | None


def template(text: str, *, wildcards: bool, variables: bool) -> Template:
    """*text* with its variables taken apart, if the language version has them.

    With *wildcards*, `*` and `?` outside of variables are wildcards.
    """
    pattern = wild if wildcards else str
    if not variables or "${" not in text:
        return Template((), pattern(text))
    parts: list[str | Variable] = []
    at = 0
    for found in VARIABLE.finditer(text):
        parts.append(pattern(text[at : found.start()]))
        parts.append(_part(found.group(1)))
        at = found.end()
    parts.append(pattern(text[at:]))
    if all(isinstance(part, str) for part in parts):
        return Template((), "".join(str(part) for part in parts))
    return Template(tuple(parts), None)


def _part(inside: str) -> str | Variable:
    if inside in LITERALS:
        return inside
    if found := DEFAULT.fullmatch(inside):
        return Variable(found.group(1).lower(), found.group(2), family_of(found.group(1).lower()))
    return Variable(inside.strip().lower(), None, family_of(inside.strip().lower()))


def family_of(key: str) -> str | None:
    """What the names of keys like *key* begin with, such as `aws:resourcetag/`; else None.

    A request may know nothing of all of them, for the names of the keys are its resource's own.
    """
    head, slash, _ = key.partition("/")
    if slash:
        return head + slash
    parts = key.split(":", 2)
    return f"{parts[0]}:{parts[1]}:" if len(parts) > 2 else None  # noqa: PLR2004


def value_of(key: str, family: str | None, context: Context) -> Value | None:
    """The value of *key*, `UNKNOWN` where it may have any; None where it is absent."""
    value = context.get(key)
    if value is None and family is not None:
        return context.get(family)
    return value


def unclear(written: Template, context: Context) -> bool:
    """Whether a variable of it may have any value, or none."""
    return any(
        isinstance(part, Variable) and value_of(part.key, part.family, context) == UNKNOWN
        for part in written.parts
    )


def resolve(written: Template, context: Context, unknown: str | None = None) -> str | None:
    """The pattern for this request; None where a variable has no value.

    A multivalued key is no variable. What a variable brings in is literal; it is not read again.
    One that may have any value brings in *unknown*, and has no value where that is None.
    """
    if written.fixed is not None:
        return written.fixed
    resolved: list[str] = []
    for part in written.parts:
        if isinstance(part, str):
            resolved.append(part)
            continue
        value = value_of(part.key, part.family, context)
        if value is None:
            value = part.default
        elif value == UNKNOWN:
            if unknown is None:
                return None
            resolved.append(unknown)
            continue
        if not isinstance(value, str) or is_wild(value):
            return None
        resolved.append(value)
    return "".join(resolved)


def wanted(written: Template) -> Iterator[str]:
    """The keys of the variables, lower case; those with a default too."""
    for part in written.parts:
        if isinstance(part, Variable):
            yield part.key
