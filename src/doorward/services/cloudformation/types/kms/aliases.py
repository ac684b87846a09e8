"""AWS::KMS::Alias.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
"""

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import unless


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Make the alias."""
    name = properties["AliasName"]
    call("kms", "create_alias", alias_name=name, target_key_id=properties["TargetKeyId"])
    return Created(name)


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Point the alias to another key."""
    if old["TargetKeyId"] != new["TargetKeyId"]:
        key = new["TargetKeyId"]
        call("kms", "update_alias", alias_name=physical_id, target_key_id=key)
    return Created(physical_id)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the alias; its key stays."""
    with unless("NotFoundException"):
        call("kms", "delete_alias", alias_name=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The alias as it is."""
    output = call("kms", "list_aliases")
    while True:
        for one in output["Aliases"]:
            if one["AliasName"] == physical_id:
                return {"AliasName": physical_id, "TargetKeyId": one["TargetKeyId"]}
        if not output.get("Truncated"):
            return None
        output = call("kms", "list_aliases", marker=output["NextMarker"])


TYPES = (
    ResourceType(
        "AWS::KMS::Alias",
        structure({"AliasName": TEXT, "TargetKeyId": TEXT}, "AliasName", "TargetKeyId"),
        create,
        update,
        delete,
        read,
    ),
)
