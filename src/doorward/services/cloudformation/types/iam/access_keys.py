"""AWS::IAM::AccessKey.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html
"""

from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import INTEGER, TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

ACTIVE = "Active"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the key, inactive if so asked.

    `SecretAccessKey` is given here and never again: whoever keeps it, keeps it sealed.
    """
    user = properties["UserName"]
    key = call("iam", "create_access_key", user_name=user)["AccessKey"]
    key_id = key["AccessKeyId"]
    with undone_by(lambda: delete(call, key_id, properties, facts), key_id):
        if properties.get("Status", ACTIVE) != ACTIVE:
            _set_status(call, key_id, properties)
    return Created(key_id, {"Id": key_id, "SecretAccessKey": key["SecretAccessKey"]})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Switch the key on or off; its secret is not among the attributes, for it is known once."""
    if old.get("Status", ACTIVE) != new.get("Status", ACTIVE):
        _set_status(call, physical_id, new)
    return Created(physical_id, {"Id": physical_id})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Delete the key; the user may be gone with it."""
    with unless(GONE):
        call(
            "iam",
            "delete_access_key",
            user_name=properties["UserName"],
            access_key_id=physical_id,
        )


def _set_status(call: Call, key_id: str, properties: Properties) -> None:
    call(
        "iam",
        "update_access_key",
        user_name=properties["UserName"],
        access_key_id=key_id,
        status=properties.get("Status", ACTIVE),
    )


TYPES = (
    ResourceType(
        "AWS::IAM::AccessKey",
        structure({"UserName": TEXT, "Serial": INTEGER, "Status": TEXT}, "UserName"),
        create,
        update,
        delete,
        None,
        ("Id", "SecretAccessKey"),
    ),
)
