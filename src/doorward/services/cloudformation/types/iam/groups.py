"""AWS::IAM::Group.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
"""

from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 128


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the group, then give it its policies."""
    name = properties.get("GroupName") or facts.name(NAME_LIMIT)
    made = call("iam", "create_group", group_name=name, **principals.given(properties))["Group"]
    with undone_by(lambda: delete(call, name, properties, facts), name):
        principals.give(call, "group", name, {}, properties)
    return Created(name, {"Arn": made["Arn"]})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Move the group to another path, and bring its policies up to date."""
    if old.get("Path", "/") != new.get("Path", "/"):
        call("iam", "update_group", group_name=physical_id, new_path=new.get("Path", "/"))
    principals.give(call, "group", physical_id, old, new)
    found = call("iam", "get_group", group_name=physical_id)["Group"]
    return Created(physical_id, {"Arn": found["Arn"]})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the policies and delete the group; members must be out by then."""
    principals.take(call, "group", physical_id, properties)
    with unless(GONE):
        call("iam", "delete_group", group_name=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The group as it is."""
    with unless(GONE):
        found = call("iam", "get_group", group_name=physical_id)["Group"]
        held = principals.held(call, "group", physical_id)
        return {"GroupName": found["GroupName"], "Path": found["Path"], **held}
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::Group",
        structure({"GroupName": TEXT, "Path": TEXT, **principals.KEPT}),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
