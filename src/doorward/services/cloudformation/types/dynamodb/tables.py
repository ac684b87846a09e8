"""AWS::DynamoDB::Table.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.dynamodb import indexes, settings
from doorward.services.cloudformation.types.dynamodb.table_shape import (
    AT_CREATION,
    DEFAULTS,
    SEALING,
    STREAM,
    TABLE,
    said,
)
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import NotUpdatable
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.steps import undone_by, unless

SERVICE = "dynamodb"
NAME_LIMIT = 255
GONE = "ResourceNotFoundException"
LOCAL = "LocalSecondaryIndexes"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the table, then its time to live, backups and policy."""
    name = properties.get("TableName") or facts.name(NAME_LIMIT)
    made = call(
        SERVICE,
        "create_table",
        table_name=name,
        tags=tags.listed(tags.wanted(properties, facts)),
        **{snake: properties[one] for one, snake in AT_CREATION.items() if one in properties},
        **said(properties),
    )["TableDescription"]
    unprotected = {**properties, "DeletionProtectionEnabled": False}
    with undone_by(lambda: _unmake(call, name, properties, unprotected, facts), name):
        settings.bring(call, name, made["TableArn"], {}, properties)
    return _shown(made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Update the table, its indexes one at a time, its settings and tags.

    Raises:
        NotUpdatable: local indexes are to change, which are made with the table only.
    """
    if old.get(LOCAL) != new.get(LOCAL):
        raise NotUpdatable(f"Property {LOCAL} of AWS::DynamoDB::Table cannot be updated")
    _change(call, physical_id, old, new)
    indexes.bring(call, physical_id, old, new)
    found = call(SERVICE, "describe_table", table_name=physical_id)["Table"]
    settings.bring(call, physical_id, found["TableArn"], old, new)
    tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_arn=found["TableArn"])
    return _shown(found)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the table; a protected one is refused."""
    with unless(GONE):
        call(SERVICE, "delete_table", table_name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The table as it is."""
    with unless(GONE):
        found = call(SERVICE, "describe_table", table_name=physical_id)["Table"]
        arn = found["TableArn"]
        tagged = call(SERVICE, "list_tags_of_resource", resource_arn=arn)["Tags"]
        shown = {
            "TableName": physical_id,
            "AttributeDefinitions": found["AttributeDefinitions"],
            "KeySchema": found["KeySchema"],
            "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "DeletionProtectionEnabled": found.get("DeletionProtectionEnabled", False),
            **indexes.shown(found),
            **settings.shown(call, physical_id, arn),
            **tags.shown(tagged, facts),
        }
        if units := indexes.throughput(found):
            shown["ProvisionedThroughput"] = units
        if view := found.get(STREAM, {}).get("StreamViewType"):
            shown[STREAM] = {"StreamViewType": view}
        if sealing := found.get("SSEDescription"):
            shown[SEALING] = _sealing(sealing)
        return shown
    return None


def _unmake(
    call: Call, name: str, properties: Properties, unprotected: Properties, facts: Facts
) -> None:
    """Delete a table that was just made, also where it is protected already."""
    if properties.get("DeletionProtectionEnabled"):
        _change(call, name, properties, unprotected)
    delete(call, name, properties, facts)


def _change(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Update what the table itself says; an index to come brings its attributes with it."""
    before, after = said(old), said(new)
    change: dict[str, Any] = {
        one: after.get(one, DEFAULTS.get(one))
        for one in dict.fromkeys([*before, *after])
        if before.get(one) != after.get(one) and one != "attribute_definitions"
    }
    change = {one: value for one, value in change.items() if value is not None}
    if change:
        call(SERVICE, "update_table", table_name=name, **change)


def _sealing(found: Any) -> dict[str, Any]:
    words = {"SSEType": "SSEType", "KMSMasterKeyArn": "KMSMasterKeyId"}
    named = {words[one]: found[one] for one in words if one in found}
    return {"SSEEnabled": found["Status"] == "ENABLED", **named}


def _shown(found: Any) -> Created:
    stream = {"StreamArn": found["LatestStreamArn"]} if "LatestStreamArn" in found else {}
    return Created(found["TableName"], {"Arn": found["TableArn"], **stream})


TYPES = (
    ResourceType(
        "AWS::DynamoDB::Table",
        TABLE,
        create,
        update,
        delete,
        read,
        ("Arn", "StreamArn"),
    ),
)
