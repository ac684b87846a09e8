"""AWS::IAM::InstanceProfile.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html
"""

from doorward.services.cloudformation.types.iam.principals import GONE, filled
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 128


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the profile, then put the role in it; IAM takes one."""
    name = properties.get("InstanceProfileName") or facts.name(NAME_LIMIT)
    path = {"path": properties["Path"]} if "Path" in properties else {}
    made = call("iam", "create_instance_profile", instance_profile_name=name, **path)
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _hold(call, name, {}, properties)
    return Created(name, {"Arn": made["InstanceProfile"]["Arn"]})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Exchange the role."""
    _hold(call, physical_id, old, new)
    found = call("iam", "get_instance_profile", instance_profile_name=physical_id)
    return Created(physical_id, {"Arn": found["InstanceProfile"]["Arn"]})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the role out and delete the profile."""
    _hold(call, physical_id, properties, {"Roles": []})
    with unless(GONE):
        call("iam", "delete_instance_profile", instance_profile_name=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The profile as it is."""
    with unless(GONE):
        found = call("iam", "get_instance_profile", instance_profile_name=physical_id)
        profile = found["InstanceProfile"]
        return filled(
            {
                "InstanceProfileName": profile["InstanceProfileName"],
                "Path": profile["Path"],
                "Roles": [one["RoleName"] for one in profile["Roles"]],
            }
        )
    return None


def _hold(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Roles out before roles in: a profile holds one."""
    who = {"instance_profile_name": name}
    before, after = old.get("Roles", []), new["Roles"]
    for role in before:
        if role not in after:
            with unless(GONE):
                call("iam", "remove_role_from_instance_profile", **who, role_name=role)
    for role in after:
        if role not in before:
            call("iam", "add_role_to_instance_profile", **who, role_name=role)


TYPES = (
    ResourceType(
        "AWS::IAM::InstanceProfile",
        structure({"InstanceProfileName": TEXT, "Path": TEXT, "Roles": TEXTS}, "Roles"),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
