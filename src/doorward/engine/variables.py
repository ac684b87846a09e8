"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doorward.engine.match import is_wild, wild
from doorward.engine.request import Context

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
DEFAULT = re.compile(r"\s*+([^,\s](?:[^,]*[^,\s])?)\s*+,\s*+'([^']*+)'\s*+")
LITERALS = frozenset("*?$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in a string; `key` is lower case, `default` is None where none was written."""

    key: str
    default: str | None


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
        return Variable(found.group(1).lower(), found.group(2))
    return Variable(inside.strip().lower(), None)


def resolve(written: Template, context: Context) -> str | None:
    """The pattern for this request; None where a variable has no value.

    A multivalued key is no variable. What a variable brings in is literal; it is not read again.
    """
    if written.fixed is not None:
        return written.fixed
    resolved: list[str] = []
    for part in written.parts:
        if isinstance(part, str):
            resolved.append(part)
            continue
        value = context.get(part.key, part.default)
        if not isinstance(value, str) or is_wild(value):
            return None
        resolved.append(value)
    return "".join(resolved)


def wanted(written: Template) -> Iterator[str]:
    """The keys of the variables, lower case; those with a default too."""
    for part in written.parts:
        if isinstance(part, Variable):
            yield part.key
