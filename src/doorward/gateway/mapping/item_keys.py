"""DynamoDB's condition keys: which items and which attributes a request is about.

`dynamodb:LeadingKeys` holds the values of the partition key. Which attribute that is, only the
table knows; where it is not known, the values of all key attributes count as such, so that a
policy that limits them allows too little and never too much.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doorward.engine.request import Value
from doorward.gateway.mapping.call import Call, Wanted
from doorward.gateway.mapping.partiql import Statement

WORD = re.compile(r"[#:]?[A-Za-z_][A-Za-z0-9_-]*")
EQUALS = re.compile(r"(#?[A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(:[A-Za-z0-9_-]+)")
RESERVED = frozenset(
    {
        "SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN", "attribute_exists",
        "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
        "if_not_exists", "list_append",
    }
)  # fmt: skip
EXPRESSIONS = (
    "ProjectionExpression", "UpdateExpression", "ConditionExpression", "FilterExpression",
    "KeyConditionExpression",
)  # fmt: skip
CONDITIONS = ("Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter")
SCALARS = ("S", "N", "B")


def of_request(call: Call, arn: str, request: Mapping[str, Any]) -> dict[str, Value]:
    """The condition keys of one request, or of one entry of a batch, on the table *arn*."""
    found: dict[str, Value] = {}
    partition = call.lookup(Wanted.PARTITION_KEY, arn)
    if values := tuple(dict.fromkeys(leading(request, partition))):
        found["dynamodb:leadingkeys"] = values
    if names := tuple(dict.fromkeys(attributes(request))):
        found["dynamodb:attributes"] = names
    for key, member in (
        ("dynamodb:returnvalues", "ReturnValues"),
        ("dynamodb:returnconsumedcapacity", "ReturnConsumedCapacity"),
    ):
        if isinstance(request.get(member), str):
            found[key] = request[member]
    found["dynamodb:select"] = select(request)
    return found


def select(request: Mapping[str, Any]) -> str:
    """`dynamodb:Select`: as asked for, or what is returned without being asked."""
    asked = request.get("Select")
    if isinstance(asked, str):
        return asked
    some = request.get("ProjectionExpression") or request.get("AttributesToGet")
    return "SPECIFIC_ATTRIBUTES" if some else "ALL_ATTRIBUTES"


def leading(request: Mapping[str, Any], partition: str | None) -> Iterator[str]:
    """The values of the partition key, or where it is not known of every attribute of the key."""
    given = request.get("Key"), request.get("Item"), *(request.get("Keys") or ())
    for item in given:
        if isinstance(item, Mapping):
            yield from _values(item, partition)
    conditions = request.get("KeyConditions") or {}
    for name, condition in conditions.items():
        if partition in {None, name}:
            yield from _each(condition.get("AttributeValueList") or ())
    yield from _in_expression(request, partition)


def _values(item: Mapping[str, Any], partition: str | None) -> Iterator[str]:
    if partition is not None:
        yield from _each([item[partition]] if partition in item else [])
        return
    yield from _each(item.values())


def _each(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from (_text(value[kind]) for kind in SCALARS if kind in value)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _in_expression(request: Mapping[str, Any], partition: str | None) -> Iterator[str]:
    expression = request.get("KeyConditionExpression")
    if not isinstance(expression, str):
        return
    names = request.get("ExpressionAttributeNames") or {}
    values = request.get("ExpressionAttributeValues") or {}
    for name, value in EQUALS.findall(expression):
        if partition in {None, names.get(name, name)}:
            yield from _each([values.get(value)])


def attributes(request: Mapping[str, Any]) -> Iterator[str]:
    """The names of all attributes at the top that the request speaks of."""
    names = request.get("ExpressionAttributeNames") or {}
    for member in ("Key", "Item", *CONDITIONS):
        if isinstance(request.get(member), Mapping):
            yield from request[member]
    for item in request.get("Keys") or ():
        yield from item
    yield from request.get("AttributesToGet") or ()
    for member in EXPRESSIONS:
        expression = request.get(member)
        if isinstance(expression, str):
            for word in WORD.findall(re.sub(r"\.[#\w-]+", "", expression)):
                if not word.startswith(":") and word not in RESERVED:
                    yield names.get(word, word)


def of_statement(call: Call, arn: str, found: Statement, given: Any) -> dict[str, Value]:
    """The condition keys of a PartiQL statement.

    One that does not fix the partition key may be about any item. Then the empty text, which is
    no key, is among the leading keys, so that a policy that limits them does not allow it
    (assumed, fail closed).
    """
    partition = call.lookup(Wanted.PARTITION_KEY, arn)
    parameters = given if isinstance(given, list) else []
    values = [
        _literal(value, parameters) for name, value in found.equal if partition in {None, name}
    ]
    known = [one for one in values if one is not None]
    fixed = bool(known) and len(known) == len(values)
    keys: dict[str, Value] = {"dynamodb:leadingkeys": (*known, *(() if fixed else ("",)))}
    if call.operation != "ExecuteStatement":
        keys["dynamodb:enclosingoperation"] = call.operation
    if found.verb == "Select":
        keys["dynamodb:fulltablescan"] = str(not fixed).lower()
    return keys


def _literal(value: str | int, parameters: list[Any]) -> str | None:
    """The text of a literal or of the parameter of that number."""
    if isinstance(value, str):
        return value
    if value >= len(parameters):
        return None
    return next(_each([parameters[value]]), None)
