"""A policy back to text, and text with some of its strings replaced."""

import json
from collections.abc import Iterable, Iterator, Mapping

from doorward.policy.document import Condition, Place, Policy, Principals, Statement, Text, Texts


def render(policy: Policy) -> str:
    """Compact JSON of *policy*; what was a list stays one, what was a single value too.

    Numbers and booleans stay as they were written. Law: parsing it again gives the same tree but
    for the places.
    """
    statements = [_object(_statement(statement)) for statement in policy.statements]
    written = [("Version", _quoted(policy.version.value))] if policy.version else []
    if policy.id is not None:
        written.append(("Id", _text(policy.id)))
    written.append(("Statement", _list(statements, listed=policy.listed)))
    return _object(written)


def substitute(text: str, replacements: Mapping[Place, str]) -> str:
    """*text* with the string at each place replaced; everything else stays, white space too.

    The places are those of `Text` nodes that were JSON strings; they do not overlap.
    """
    parts: list[str] = []
    at = 0
    for place in sorted(replacements):
        parts += [text[at : place.start], _quoted(replacements[place])]
        at = place.end
    return "".join([*parts, text[at:]])


def _statement(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.sid is not None:
        yield "Sid", _text(statement.sid)
    yield "Effect", _quoted(statement.effect.value)
    if statement.principals is not None:
        yield "Principal", _principals(statement.principals)
    if statement.not_principals is not None:
        yield "NotPrincipal", _principals(statement.not_principals)
    for name, texts in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if texts is not None:
            yield name, _texts(texts)
    if statement.conditions is not None:
        yield "Condition", _conditions(statement.conditions)


def _conditions(conditions: Iterable[Condition]) -> str:
    groups: dict[str, list[tuple[str, str]]] = {}
    for operator, key, values in conditions:
        groups.setdefault(operator.value, []).append((key.value, _texts(values)))
    return _object((operator, _object(group)) for operator, group in groups.items())


def _principals(principals: Principals) -> str:
    if principals.everyone:
        return _quoted("*")
    return _object((entry.kind.value, _texts(entry.values)) for entry in principals.entries)


def _texts(texts: Texts) -> str:
    return _list([_text(item) for item in texts.items], listed=texts.listed)


def _text(text: Text) -> str:
    return _quoted(text.value) if text.json is None else text.json


def _list(items: list[str], *, listed: bool) -> str:
    return f"[{','.join(items)}]" if listed else items[0]


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{_quoted(key)}:{value}" for key, value in members) + "}"


def _quoted(value: str) -> str:
    """*value* as a JSON string of ASCII characters, which every reader of policies takes."""
    return json.dumps(value)
