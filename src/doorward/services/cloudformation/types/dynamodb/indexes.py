"""Indexes of a table: UpdateTable takes one change of a global one at a time.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.cloudformation.types.provider import Call, Properties

GLOBAL = "GlobalSecondaryIndexes"
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
MUTABLE = ("ProvisionedThroughput", "OnDemandThroughput")


def bring(call: Call, table: str, old: Properties, new: Properties) -> None:
    """Delete, change and make global indexes; one whose keys changed is made anew."""
    before = {one["IndexName"]: one for one in old.get(GLOBAL, ())}
    after = {one["IndexName"]: one for one in new.get(GLOBAL, ())}
    remade = {
        name for name in before.keys() & after.keys() if _keys(before[name]) != _keys(after[name])
    }
    changes: list[dict[str, Any]] = [
        {"Delete": {"IndexName": name}} for name in before if name not in after or name in remade
    ]
    for name, index in after.items():
        if name not in before or name in remade:
            changes.append({"Create": index})
        elif before[name] != index:
            capacity = {one: index[one] for one in MUTABLE if one in index}
            changes.append({"Update": {"IndexName": name, **capacity}})
    for change in changes:
        call(
            "dynamodb",
            "update_table",
            table_name=table,
            attribute_definitions=new.get("AttributeDefinitions", []),
            global_secondary_index_updates=[change],
        )


def shown(found: Mapping[str, Any]) -> dict[str, Any]:
    """The indexes of a table as DescribeTable gives them, in the template's words."""
    made: dict[str, Any] = {}
    for kind in (GLOBAL, "LocalSecondaryIndexes"):
        if several := found.get(kind):
            made[kind] = [_shown(one) for one in several]
    return made


def throughput(found: Mapping[str, Any]) -> dict[str, int]:
    """The provisioned throughput of a table or index; nothing where it has none."""
    units = found.get("ProvisionedThroughput", {})
    return {name: units[name] for name in UNITS if units.get(name)}


def _keys(index: Mapping[str, Any]) -> Any:
    return index["KeySchema"], index["Projection"]


def _shown(index: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
    if units := throughput(index):
        made["ProvisionedThroughput"] = units
    return made
