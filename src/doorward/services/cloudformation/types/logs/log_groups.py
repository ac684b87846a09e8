"""AWS::Logs::LogGroup.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import NotUpdatable
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import INTEGER, TAGS, TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 512
GONE = "ResourceNotFoundException"
RETENTION, KEY, CLASS = "RetentionInDays", "KmsKeyId", "LogGroupClass"
NO_SUCH = "log groups do not have it here"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the log group, then its retention."""
    name = properties.get("LogGroupName") or facts.name(NAME_LIMIT)
    plain = {KEY: "kms_key_id", CLASS: "log_group_class"}
    wanted = tags.wanted(properties, facts)
    call(
        "logs",
        "create_log_group",
        log_group_name=name,
        **({"tags": wanted} if wanted else {}),
        **{snake: properties[one] for one, snake in plain.items() if one in properties},
    )
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _retain(call, name, {}, properties)
    return _shown(name, facts)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring retention, key and tags up to date.

    Raises:
        NotUpdatable: the class is to change.
    """
    if old.get(CLASS) != new.get(CLASS):
        raise NotUpdatable(f"Property {CLASS} of AWS::Logs::LogGroup cannot be updated")
    who = {"log_group_name": physical_id}
    _retain(call, physical_id, old, new)
    if old.get(KEY) != new.get(KEY):
        if KEY in new:
            call("logs", "associate_kms_key", **who, kms_key_id=new[KEY])
        else:
            call("logs", "disassociate_kms_key", **who)
    change, arn = tags.changed(old, new, facts), _arn(physical_id, facts)
    if change.put:
        call("logs", "tag_resource", resource_arn=arn, tags=change.put)
    if change.removed:
        call("logs", "untag_resource", resource_arn=arn, tag_keys=change.removed)
    return _shown(physical_id, facts)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the log group with its events."""
    with unless(GONE):
        call("logs", "delete_log_group", log_group_name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The log group as it is."""
    found = _found(call, physical_id)
    if found is None:
        return None
    arn = _arn(physical_id, facts)
    tagged = call("logs", "list_tags_for_resource", resource_arn=arn)["tags"]
    words = {RETENTION: "retentionInDays", KEY: "kmsKeyId", CLASS: "logGroupClass"}
    return {
        "LogGroupName": physical_id,
        **{name: found[wire] for name, wire in words.items() if wire in found},
        **tags.shown(tags.listed(tagged), facts),
    }


def _found(call: Call, name: str) -> Any:
    """The log group in the list of those that begin with its name."""
    output = call("logs", "describe_log_groups", log_group_name_prefix=name)
    while True:
        for one in output["logGroups"]:
            if one["logGroupName"] == name:
                return one
        if not output.get("nextToken"):
            return None
        output = call(
            "logs",
            "describe_log_groups",
            log_group_name_prefix=name,
            next_token=output["nextToken"],
        )


def _retain(call: Call, name: str, old: Properties, new: Properties) -> None:
    if old.get(RETENTION) == new.get(RETENTION):
        return
    if RETENTION in new:
        days = new[RETENTION]
        call("logs", "put_retention_policy", log_group_name=name, retention_in_days=days)
    else:
        call("logs", "delete_retention_policy", log_group_name=name)


def _arn(name: str, facts: Facts) -> str:
    return facts.arn("logs", f"log-group:{name}")


def _shown(name: str, facts: Facts) -> Created:
    return Created(name, {"Arn": f"{_arn(name, facts)}:*"})


TYPES = (
    ResourceType(
        "AWS::Logs::LogGroup",
        structure(
            {"LogGroupName": TEXT, RETENTION: INTEGER, KEY: TEXT, CLASS: TEXT, "Tags": TAGS},
            refused={
                "BearerTokenAuthenticationEnabled": NO_SUCH,
                "DataProtectionPolicy": "no event is inspected",
                "DeletionProtectionEnabled": NO_SUCH,
                "FieldIndexPolicies": NO_SUCH,
                "ResourcePolicyDocument": NO_SUCH,
            },
        ),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
