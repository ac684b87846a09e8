"""DynamoDB: tables and indexes, one by one, in batches, in transactions and in PartiQL.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import item_keys, partiql
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.requirement import How, Requirement

SELECTING = frozenset({"BatchGetItem", "GetItem"})
VERBS = ("Select", "Insert", "Update", "Delete")
TRANSACTED = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
TABLE_MEMBERS = (
    "TableName",
    "TableArn",
    "TargetTableName",
    "SourceTableName",
    "SourceTableArn",
    "GlobalTableName",
)


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The tables, or in their place the index that is read."""
    given = [call.text(member) for member in TABLE_MEMBERS if call.text(member)]
    index = call.text("IndexName")
    if shape.type == "index":
        return [f"{table(call, one)}/index/{index}" for one in given] if index else []
    if shape.type != "table":
        return None
    if index and call.operation in {"Query", "Scan", "SearchVectors"}:
        return []
    return [table(call, one) for one in given] or None


def table(call: Call, given: str) -> str:
    """The ARN of the table that a name or an ARN means."""
    if not given.startswith("arn:"):
        return call.arn("dynamodb", "table", TableName=given)
    fields = given.split(":", 5)
    named = fields[-1].removeprefix("table/")
    right = len(fields) == 6 and fields[2] == "dynamodb" and fields[-1] != named  # noqa: PLR2004
    return given if right and "/" not in named else UNKNOWN


def context(call: Call) -> dict[str, Value]:
    """The partition keys, the attributes and what is returned, for requests on one table."""
    if not call.text("TableName"):
        return {}
    return item_keys.of_request(call, table(call, call.text("TableName")), call.parameters)


def one(
    call: Call,
    action: str,
    name: Any,
    request: Mapping[str, Any],
    more: Mapping[str, Value] | None = None,
) -> Requirement:
    """*action* on the table of one entry of a batch, with the keys of that entry."""
    arn = table(call, name) if isinstance(name, str) and name else UNKNOWN
    keys = {**item_keys.of_request(call, arn, request), **(more or {})}
    if action not in SELECTING:
        keys.pop("dynamodb:select", None)
    return exactly(f"dynamodb:{action}", "table", [arn], keys)


def batch_get(call: Call) -> Iterator[Requirement]:
    """BatchGetItem: each table, with all keys that are asked of it."""
    for name, wanted in _items(call):
        yield one(call, "BatchGetItem", name, wanted)


def batch_write(call: Call) -> Iterator[Requirement]:
    """BatchWriteItem: each table, with all items that are put and keys that are deleted."""
    for name, wanted in _items(call):
        kinds = [entry for entry in wanted if isinstance(entry, Mapping)]
        puts = [entry["PutRequest"].get("Item", {}) for entry in kinds if entry.get("PutRequest")]
        gone = [
            entry["DeleteRequest"].get("Key", {}) for entry in kinds if entry.get("DeleteRequest")
        ]
        yield one(call, "BatchWriteItem", name, {"Keys": [*puts, *gone]})


def _items(call: Call) -> Iterable[tuple[str, Any]]:
    found = call.parameters.get("RequestItems") or {}
    return found.items() if found else [("", {})]


def transact(call: Call) -> Iterator[Requirement]:
    """TransactGetItems and TransactWriteItems: the action of each of their parts.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    for entry in call.members("TransactItems"):
        for kind, request in entry.items():
            if kind in TRANSACTED and isinstance(request, Mapping):
                around: dict[str, Value] = {"dynamodb:enclosingoperation": call.operation}
                yield one(call, TRANSACTED[kind], request.get("TableName"), request, around)


def statement(call: Call) -> Iterator[Requirement]:
    """ExecuteStatement: one statement of PartiQL."""
    yield from run(call, call.parameters)


def statements(call: Call) -> Iterator[Requirement]:
    """BatchExecuteStatement and ExecuteTransaction: each statement by itself."""
    for member in ("Statements", "TransactStatements"):
        for entry in call.members(member):
            yield from run(call, entry)


def run(call: Call, entry: Mapping[str, Any]) -> Iterator[Requirement]:
    """What one statement needs; all that any may need where it is not understood.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
    """
    text = entry.get("Statement")
    found = partiql.parse(text) if isinstance(text, str) else None
    if found is None:
        unknown = call.arn("dynamodb", "table")
        for verb in VERBS:
            yield exactly(f"dynamodb:PartiQL{verb}", "table", [unknown], {}, How.DERIVED)
        return
    arn = call.arn("dynamodb", "table", TableName=found.table)
    kind, resource = (
        ("index", f"{arn}/index/{found.index_name}") if found.index_name else ("table", arn)
    )
    keys = item_keys.of_statement(call, arn, found, entry.get("Parameters"))
    yield exactly(f"dynamodb:PartiQL{found.verb}", kind, [resource], keys)


OPERATIONS = {
    "BatchGetItem": batch_get,
    "BatchWriteItem": batch_write,
    "TransactGetItems": transact,
    "TransactWriteItems": transact,
    "ExecuteStatement": statement,
    "BatchExecuteStatement": statements,
    "ExecuteTransaction": statements,
}
