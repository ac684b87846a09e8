"""Whether a tree fits the schema of case files, and where it does not.

Reads the part of JSON Schema that `schema.py` uses, and says where in a file and how to mend it,
which validators of the whole standard do not. A test holds it to one of these.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from doorward.authz.cases.nodes import Kind, Node
from doorward.authz.cases.schema import SCHEMA, Schema
from doorward.base.errors import BadInput

CLOSE = 0.6
SHOWN = 60
REFERENCE = "#/$defs/"


def problems(root: Node) -> Iterator[BadInput]:
    """What does not fit, from top to bottom."""
    return _problems(root, dict(SCHEMA), "")


def _problems(node: Node, schema: Any, name: str) -> Iterator[BadInput]:
    """What does not fit in *node*, the value of the member *name*."""
    if schema is True:
        return
    schema = _resolved(schema)
    if "anyOf" in schema:
        yield from _problems_of_any(node, schema, name)
        return
    if not _fits(node, schema):
        yield _expected(node, schema, name)
        return
    for item in node.items:
        yield from _problems(item, schema["items"], name)
    if node.kind is Kind.OBJECT:
        yield from _problems_of_members(node, schema)


def _problems_of_any(node: Node, schema: Schema, name: str) -> Iterator[BadInput]:
    """Nothing where a branch fits; else what is wrong with the one that comes closest."""
    branches = [_resolved(branch) for branch in schema["anyOf"]]
    if any(next(_problems(node, branch, name), None) is None for branch in branches):
        return
    alike = [branch for branch in branches if node.kind in _types(branch)]
    if not alike:
        yield _expected(node, schema, name)
        return
    best = max(alike, key=lambda branch: _known_members(node, branch))
    if node.kind is Kind.OBJECT and not _known_members(node, best):
        yield _expected(node, schema, name)
        return
    yield from _problems(node, best, name)


def _known_members(node: Node, branch: Schema) -> int:
    return sum(key.text in branch.get("properties", ()) for key, _ in node.members)


def _problems_of_members(node: Node, schema: Schema) -> Iterator[BadInput]:
    known: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for key, value in node.members:
        if key.text in known:
            yield from _problems(value, known[key.text], key.text)
        elif others is False:
            problem = f"`{key.text[:SHOWN]}` is not known in {schema['description']}"
            yield BadInput(key.where, problem, _suggestion(key.text, known))
        else:
            yield from _problems(value, others, key.text)
    for name in schema.get("required", ()):
        if node.member(name) is None:
            yield missing(node, name, schema["description"])


def missing(node: Node, name: str, what: str) -> BadInput:
    """The problem that *node* lacks a member that *what* must have."""
    title = node.member("name")
    called = f" `{title.text[:SHOWN]}`" if title and title.text else ""
    return BadInput(node.where, f"{what}{called} has no `{name}`", f"add `{name}:`")


def _fits(node: Node, schema: Schema) -> bool:
    """Whether the value itself fits, whatever is in it."""
    if "enum" in schema:
        return (None if node.kind is Kind.NULL else node.text) in schema["enum"] and (
            node.kind in {Kind.NULL, Kind.STRING}
        )
    if node.kind not in _types(schema):
        return False
    if "minimum" in schema:
        return node.text.isdigit() and int(node.text) >= schema["minimum"]
    if "pattern" in schema and not _pattern(schema["pattern"]).search(node.text):
        return False
    return node.kind is not Kind.STRING or len(node.text) >= schema.get("minLength", 0)


def _types(schema: Schema) -> frozenset[str]:
    written = schema.get("type", ())
    names = (written,) if isinstance(written, str) else written
    return frozenset("number" if name == "integer" else name for name in names)


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix(REFERENCE)]
    return schema


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _expected(node: Node, schema: Schema, name: str) -> BadInput:
    description = schema["description"]
    unquoted = node.kind in {Kind.NUMBER, Kind.BOOLEAN} and "string" in _types(schema)
    if unquoted and "quotes" not in description:
        description += ", in quotes"
    where = f"`{name[:SHOWN]}`: " if name else ""
    return BadInput(node.where, f"{where}{_shown(node)} does not fit here", f"write {description}")


def _shown(node: Node) -> str:
    match node.kind:
        case Kind.OBJECT:
            return "an object"
        case Kind.ARRAY:
            return "a list"
        case Kind.NULL:
            return "an empty value"
        case Kind.STRING | Kind.NUMBER | Kind.BOOLEAN:
            return f"`{node.text[:SHOWN]}`"


def _suggestion(name: str, known: Mapping[str, Any]) -> str:
    if near := difflib.get_close_matches(name, known, n=1, cutoff=CLOSE):
        return f"did you mean `{near[0]}`?"
    return "known are " + ", ".join(f"`{one}`" for one in known)
