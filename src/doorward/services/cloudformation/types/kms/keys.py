"""AWS::KMS::Key.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import NotUpdatable
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    INTEGER,
    TAGS,
    TEXT,
    structure,
)
from doorward.services.cloudformation.types.steps import undone_by, unless

GONE = ("NotFoundException", "KMSInvalidStateException")
FIXED = {
    "KeySpec": "key_spec",
    "KeyUsage": "key_usage",
    "Origin": "origin",
    "MultiRegion": "multi_region",
}
SAFETY = "BypassPolicyLockoutSafetyCheck"
MOST_DAYS = 30
DEFAULT_POLICY = "default"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the key, then its rotation, then switch it off if so asked."""
    said = {snake: properties[name] for name, snake in FIXED.items() if name in properties}
    if "KeyPolicy" in properties:
        said["policy"] = documents.text(properties["KeyPolicy"])
    made = call(
        "kms",
        "create_key",
        description=properties.get("Description", ""),
        bypass_policy_lockout_safety_check=properties.get(SAFETY, False),
        tags=_listed(tags.wanted(properties, facts)),
        **said,
    )["KeyMetadata"]
    key = made["KeyId"]
    with undone_by(lambda: delete(call, key, properties, facts), key):
        _rotate(call, key, {}, properties)
        _switch(call, key, {}, properties, on=False)
    return Created(key, {"KeyId": key, "Arn": made["Arn"]})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring description, policy, rotation, state and tags up to date.

    Raises:
        NotUpdatable: the kind of key is to change, which would need another key.
    """
    for name in FIXED:
        if old.get(name) != new.get(name):
            raise NotUpdatable(f"You cannot change the {name} of a KMS key after it is created")
    if old.get("Description", "") != new.get("Description", ""):
        text = new.get("Description", "")
        call("kms", "update_key_description", key_id=physical_id, description=text)
    if old.get("KeyPolicy") != new.get("KeyPolicy"):
        call(
            "kms",
            "put_key_policy",
            key_id=physical_id,
            policy_name=DEFAULT_POLICY,
            policy=documents.text(new.get("KeyPolicy") or delegating(facts)),
            bypass_policy_lockout_safety_check=new.get(SAFETY, False),
        )
    _switch(call, physical_id, old, new, on=True)  # rotation needs a key that is switched on
    _rotate(call, physical_id, old, new)
    _switch(call, physical_id, old, new, on=False)
    change = tags.changed(old, new, facts)
    if change.put:
        call("kms", "tag_resource", key_id=physical_id, tags=_listed(change.put))
    if change.removed:
        call("kms", "untag_resource", key_id=physical_id, tag_keys=change.removed)
    return Created(physical_id, {"KeyId": physical_id, "Arn": _arn(physical_id, facts)})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Schedule the deletion; until then the key can be had back."""
    with unless(*GONE):
        call(
            "kms",
            "schedule_key_deletion",
            key_id=physical_id,
            pending_window_in_days=properties.get("PendingWindowInDays", MOST_DAYS),
        )


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The key as it is; nothing once its deletion is scheduled."""
    with unless(*GONE):
        found = call("kms", "describe_key", key_id=physical_id)["KeyMetadata"]
        if found["KeyState"] == "PendingDeletion":
            return None
        policy = call("kms", "get_key_policy", key_id=physical_id, policy_name=DEFAULT_POLICY)
        tagged = call("kms", "list_resource_tags", key_id=physical_id)["Tags"]
        return {
            "Description": found.get("Description", ""),
            "Enabled": found["Enabled"],
            "KeyPolicy": documents.value(policy["Policy"]),
            **{name: found[name] for name in FIXED if name in found},
            **_rotation(call, physical_id),
            **tags.shown(tagged, facts, "TagKey", "TagValue"),
        }
    return None


def delegating(facts: Facts) -> dict[str, Any]:
    """The policy of a key that was made without one: IAM decides.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{facts.partition}:iam::{facts.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def _rotate(call: Call, key: str, old: Properties, new: Properties) -> None:
    names = ("EnableKeyRotation", "RotationPeriodInDays")
    if all(old.get(name) == new.get(name) for name in names):
        return
    if new.get("EnableKeyRotation"):
        period = (
            {"rotation_period_in_days": new["RotationPeriodInDays"]}
            if "RotationPeriodInDays" in new
            else {}
        )
        call("kms", "enable_key_rotation", key_id=key, **period)
    elif old.get("EnableKeyRotation"):
        call("kms", "disable_key_rotation", key_id=key)


def _switch(call: Call, key: str, old: Properties, new: Properties, *, on: bool) -> None:
    """Switch the key on or off, if that is what changes."""
    if new.get("Enabled", True) is on and old.get("Enabled", True) is not on:
        call("kms", "enable_key" if on else "disable_key", key_id=key)


def _rotation(call: Call, key: str) -> dict[str, bool]:
    with unless("UnsupportedOperationException"):  # keys of other specs do not rotate
        found = call("kms", "get_key_rotation_status", key_id=key)
        return {"EnableKeyRotation": found["KeyRotationEnabled"]}
    return {}


def _listed(wanted: tags.Tags) -> list[dict[str, str]]:
    return tags.listed(wanted, "TagKey", "TagValue")


def _arn(key: str, facts: Facts) -> str:
    return facts.arn("kms", f"key/{key}")


TYPES = (
    ResourceType(
        "AWS::KMS::Key",
        structure(
            {
                SAFETY: BOOLEAN,
                "Description": TEXT,
                "EnableKeyRotation": BOOLEAN,
                "Enabled": BOOLEAN,
                "KeyPolicy": DOCUMENT,
                "KeySpec": TEXT,
                "KeyUsage": TEXT,
                "MultiRegion": BOOLEAN,
                "Origin": TEXT,
                "PendingWindowInDays": INTEGER,
                "RotationPeriodInDays": INTEGER,
                "Tags": TAGS,
            }
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "KeyId"),
    ),
)
