"""AWS::Organizations::OrganizationalUnit.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organizationalunit.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.organizations.lists import SERVICE, parent, shown_tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

GONE = "OrganizationalUnitNotFoundException"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the unit, in one call."""
    made = call(
        SERVICE,
        "create_organizational_unit",
        parent_id=properties["ParentId"],
        name=properties["Name"],
        tags=tags.listed(tags.wanted(properties, facts)),
    )
    return _shown(made["OrganizationalUnit"])


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Rename the unit, and bring tags up to date."""
    who = {"organizational_unit_id": physical_id}
    if old["Name"] != new["Name"]:
        call(SERVICE, "update_organizational_unit", **who, name=new["Name"])
    tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_id=physical_id)
    found = call(SERVICE, "describe_organizational_unit", **who)
    return _shown(found["OrganizationalUnit"])


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the unit, which has to be empty."""
    with unless(GONE):
        call(SERVICE, "delete_organizational_unit", organizational_unit_id=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The unit as it is."""
    with unless(GONE):
        found = call(SERVICE, "describe_organizational_unit", organizational_unit_id=physical_id)
        return {
            "Name": found["OrganizationalUnit"]["Name"],
            "ParentId": parent(call, physical_id),
            **shown_tags(call, physical_id, facts),
        }
    return None


def _shown(unit: Any) -> Created:
    return Created(unit["Id"], {name: unit[name] for name in ("Id", "Arn", "Path")})


TYPES = (
    ResourceType(
        "AWS::Organizations::OrganizationalUnit",
        structure({"Name": TEXT, "ParentId": TEXT, "Tags": TAGS}, "Name", "ParentId"),
        create,
        update,
        delete,
        read,
        ("Id", "Arn", "Path"),
    ),
)
