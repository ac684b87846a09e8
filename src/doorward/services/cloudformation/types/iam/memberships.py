"""AWS::IAM::UserToGroupAddition.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html
"""

from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless


def members(properties: Properties) -> list[tuple[str, str]]:
    """Each group and user of *properties*."""
    return [(properties["GroupName"], user) for user in dict.fromkeys(properties["Users"])]


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Put the users into the group."""
    own_id = facts.short_id()
    done: list[tuple[str, str]] = []
    with undone_by(lambda: _out(call, done), own_id):
        for group, user in members(properties):
            call("iam", "add_user_to_group", group_name=group, user_name=user)
            done.append((group, user))
    return Created(own_id, {"Id": own_id})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Users in before users out."""
    before, after = members(old), members(new)
    for group, user in after:
        if (group, user) not in before:
            call("iam", "add_user_to_group", group_name=group, user_name=user)
    _out(call, [one for one in before if one not in after])
    return Created(physical_id, {"Id": physical_id})


def delete(call: Call, _physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the users out; they or the group may be gone."""
    _out(call, members(properties))


def _out(call: Call, who: list[tuple[str, str]]) -> None:
    for group, user in who:
        with unless(GONE):
            call("iam", "remove_user_from_group", group_name=group, user_name=user)


TYPES = (
    ResourceType(
        "AWS::IAM::UserToGroupAddition",
        structure({"GroupName": TEXT, "Users": TEXTS}, "GroupName", "Users"),
        create,
        update,
        delete,
        None,
        ("Id",),
    ),
)
