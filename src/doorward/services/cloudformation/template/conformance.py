"""Properties against the registry's schema of their type: which there are, which must be, of what.

Only that; lengths, patterns and values are for the service to judge. A function, and what is not
known yet, passes for any value.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.services.cloudformation.template import functions
from doorward.services.cloudformation.template.declarations import as_number, text
from doorward.services.cloudformation.template.document import Value
from doorward.services.cloudformation.template.pseudo import UNKNOWN
from doorward.services.cloudformation.template.schema import ResourceSchema

DEPTH = 40
NAMES = {
    "array": "Array",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
    "object": "Object",
    "string": "String",
}


def problems(known: ResourceSchema, values: Mapping[str, Value]) -> Iterator[str]:
    """What is wrong with *values*, in AWS's words without `Property validation failure:`."""
    read_only = {one[0] for one in known.read_only if len(one) == 1}
    identifiers = {one[0] for one in known.primary_identifier}
    settable = {name: one for name, one in known.properties.items() if name not in read_only}
    if known.document.get("additionalProperties") is False and not known.custom:
        unsupported = sorted(
            name for name in values if name not in settable and name not in identifiers
        )
        if unsupported and not _made(values):
            yield f"[Encountered unsupported properties in {{/}}: [{', '.join(unsupported)}]]"
    for name in known.required:
        if name not in values and name not in read_only:
            yield f"[The property {{/{name}}} is required]"
    for name, value in values.items():
        if name in settable:
            yield from _value(known, settable[name], value, f"/{name}", 0)


def _made(value: Value) -> bool:
    """Whether *value* is still to be made by a function."""
    return value is UNKNOWN or (
        isinstance(value, dict)
        and (functions.call(value) is not None or any(key.startswith("Fn::") for key in value))
    )


def _value(
    known: ResourceSchema, schema: Mapping[str, Any], value: Value, path: str, depth: int
) -> Iterator[str]:
    if _made(value) or depth > DEPTH:
        return
    schema = known.resolved(schema)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(kind, value) for kind in kinds):
        expected = " or ".join(NAMES.get(kind, kind) for kind in kinds)
        yield f"[Value of property {{{path}}} does not match type {{{expected}}}]"
        return
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _value(known, schema.get("items", {}), item, f"{path}/{at}", depth + 1)
    elif isinstance(value, dict):
        yield from _object(known, schema, value, path, depth)


def _object(
    known: ResourceSchema,
    schema: Mapping[str, Any],
    value: Mapping[str, Value],
    path: str,
    depth: int,
) -> Iterator[str]:
    members: Mapping[str, Any] = schema.get("properties", {})
    if members and schema.get("additionalProperties") is False:
        patterns = schema.get("patternProperties")
        unsupported = [] if patterns else sorted(name for name in value if name not in members)
        if unsupported:
            yield f"[Encountered unsupported properties in {{{path}}}: [{', '.join(unsupported)}]]"
    for name in schema.get("required", ()):
        if name not in value:
            yield f"[The property {{{path}/{name}}} is required]"
    for name, item in value.items():
        if name in members:
            yield from _value(known, members[name], item, f"{path}/{name}", depth + 1)


def _is(kind: str, value: Value) -> bool:
    """Whether *value* is of *kind*, or a scalar that CloudFormation turns into it."""
    match kind:
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "string":
            return text(value) is not None
        case "boolean":
            return text(value) in {"true", "false", "True", "False"}
        case "integer" | "number":
            written = text(value)
            return written is not None and as_number(written) is not None
        case _:
            return True
