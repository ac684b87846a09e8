"""AWS::IAM::VirtualMFADevice.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-virtualmfadevice.html
"""

from doorward.authn import totp
from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.iam.principals import GONE, filled, pages
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import NotUpdatable
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 226
MARK = ":mfa/"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the device and give it to its user.

    The two codes that the user would read from the device follow from its seed. The seed is in no
    attribute: who needs the device in an application makes it there.
    """
    made = call(
        "iam",
        "create_virtual_mfa_device",
        virtual_mfa_device_name=properties.get("VirtualMfaDeviceName") or facts.name(NAME_LIMIT),
        tags=tags.listed(tags.wanted(properties, facts)),
        **({"path": properties["Path"]} if "Path" in properties else {}),
    )["VirtualMFADevice"]
    serial = made["SerialNumber"]
    with undone_by(lambda: delete(call, serial, properties, facts), serial):
        seed = totp.seed_bytes(bytes(made["Base32StringSeed"]).decode())
        now = totp.step(facts.now)
        for user in properties["Users"]:
            call(
                "iam",
                "enable_mfa_device",
                user_name=user,
                serial_number=serial,
                authentication_code1=totp.code(seed, now - 1),
                authentication_code2=totp.code(seed, now),
            )
    return Created(serial, {"SerialNumber": serial})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring tags up to date.

    Raises:
        NotUpdatable: another user is to have the device; its seed is known at creation only.
    """
    if old["Users"] != new["Users"]:
        raise NotUpdatable(
            "Property Users of AWS::IAM::VirtualMFADevice cannot be updated: rename the device"
        )
    who = {"serial_number": physical_id}
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_mfa_device",
        "untag_mfa_device",
        **who,
    )
    return Created(physical_id, {"SerialNumber": physical_id})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the device from its user and delete it."""
    for user in properties["Users"]:
        with unless(GONE):
            call("iam", "deactivate_mfa_device", user_name=user, serial_number=physical_id)
    with unless(GONE):
        call("iam", "delete_virtual_mfa_device", serial_number=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The device as it is."""
    for device in pages(call, "list_virtual_mfa_devices", "VirtualMFADevices"):
        if device["SerialNumber"] == physical_id:
            found = call("iam", "list_mfa_device_tags", serial_number=physical_id)
            path, _, name = physical_id.partition(MARK)[2].rpartition("/")
            user = device.get("User", {}).get("UserName")
            return filled(
                {
                    "VirtualMfaDeviceName": name,
                    "Path": f"/{path}/" if path else "/",
                    "Users": [user] if user else [],
                    **tags.shown(found["Tags"], facts),
                }
            )
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::VirtualMFADevice",
        structure(
            {"VirtualMfaDeviceName": TEXT, "Path": TEXT, "Users": TEXTS, "Tags": TAGS}, "Users"
        ),
        create,
        update,
        delete,
        read,
        ("SerialNumber",),
    ),
)
