"""AWS::Organizations::Policy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, tags
from doorward.services.cloudformation.types.organizations.lists import SERVICE, pages, shown_tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

GONE = "PolicyNotFoundException"
NOT_ATTACHED = ("PolicyNotAttachedException", "TargetNotFoundException", GONE)


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the policy, then attach it."""
    made = call(
        SERVICE,
        "create_policy",
        name=properties["Name"],
        type=properties["Type"],
        content=documents.text(properties["Content"]),
        description=properties.get("Description", ""),
        tags=tags.listed(tags.wanted(properties, facts)),
    )["Policy"]["PolicySummary"]
    with undone_by(lambda: delete(call, made["Id"], properties, facts), made["Id"]):
        _attach(call, made["Id"], [], properties.get("TargetIds", []))
    return _shown(made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring name, description, content, targets and tags up to date."""
    who = {"policy_id": physical_id}
    if any(old.get(name) != new.get(name) for name in ("Name", "Description", "Content")):
        call(
            SERVICE,
            "update_policy",
            **who,
            name=new["Name"],
            description=new.get("Description", ""),
            content=documents.text(new["Content"]),
        )
    _attach(call, physical_id, old.get("TargetIds", []), new.get("TargetIds", []))
    tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_id=physical_id)
    return _shown(call(SERVICE, "describe_policy", **who)["Policy"]["PolicySummary"])


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Detach the policy from everything, whoever attached it, and delete it."""
    with unless(GONE):
        _attach(call, physical_id, _targets(call, physical_id), [])
        call(SERVICE, "delete_policy", policy_id=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The policy as it is."""
    with unless(GONE):
        found = call(SERVICE, "describe_policy", policy_id=physical_id)["Policy"]
        summary = found["PolicySummary"]
        targets = _targets(call, physical_id)
        return {
            "Name": summary["Name"],
            "Type": summary["Type"],
            "Content": documents.value(found["Content"]),
            **({"Description": summary["Description"]} if summary.get("Description") else {}),
            **({"TargetIds": targets} if targets else {}),
            **shown_tags(call, physical_id, facts),
        }
    return None


def _targets(call: Call, policy_id: str) -> list[str]:
    found = pages(call, "list_targets_for_policy", "Targets", policy_id=policy_id)
    return [one["TargetId"] for one in found]


def _attach(call: Call, policy_id: str, old: list[str], new: list[str]) -> None:
    for target in dict.fromkeys(new):
        if target not in old:
            call(SERVICE, "attach_policy", policy_id=policy_id, target_id=target)
    for target in dict.fromkeys(old):
        if target not in new:
            with unless(*NOT_ATTACHED):
                call(SERVICE, "detach_policy", policy_id=policy_id, target_id=target)


def _shown(summary: Any) -> Created:
    return Created(summary["Id"], {name: summary[name] for name in ("Id", "Arn", "AwsManaged")})


TYPES = (
    ResourceType(
        "AWS::Organizations::Policy",
        structure(
            {
                "Name": TEXT,
                "Type": TEXT,
                "Content": DOCUMENT,
                "Description": TEXT,
                "TargetIds": TEXTS,
                "Tags": TAGS,
            },
            "Name",
            "Type",
            "Content",
        ),
        create,
        update,
        delete,
        read,
        ("Id", "Arn", "AwsManaged"),
    ),
)
