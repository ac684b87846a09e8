"""AWS::Organizations::ResourcePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-resourcepolicy.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, tags
from doorward.services.cloudformation.types.organizations.lists import SERVICE, shown_tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import AlreadyExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TAGS, structure
from doorward.services.cloudformation.types.steps import unless

TYPE = "AWS::Organizations::ResourcePolicy"
GONE = "ResourcePolicyNotFoundException"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Give the organization its policy.

    Raises:
        AlreadyExists: it has one, which is not to be overwritten.
    """
    if present := _found(call):
        raise AlreadyExists(TYPE, present["ResourcePolicySummary"]["Id"])
    made = call(
        SERVICE,
        "put_resource_policy",
        content=documents.text(properties["Content"]),
        tags=tags.listed(tags.wanted(properties, facts)),
    )
    return _shown(made["ResourcePolicy"])


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring content and tags up to date."""
    if old["Content"] != new["Content"]:
        call(SERVICE, "put_resource_policy", content=documents.text(new["Content"]))
    tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_id=physical_id)
    return _shown(call(SERVICE, "describe_resource_policy")["ResourcePolicy"])


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the policy, unless the organization has another one by now."""
    with unless(GONE):
        found = _found(call)
        if found and found["ResourcePolicySummary"]["Id"] == physical_id:
            call(SERVICE, "delete_resource_policy")


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The policy as it is."""
    found = _found(call)
    if found is None or found["ResourcePolicySummary"]["Id"] != physical_id:
        return None
    content = documents.value(found["Content"])
    return {"Content": content, **shown_tags(call, physical_id, facts)}


def _found(call: Call) -> Any:
    with unless(GONE):
        return call(SERVICE, "describe_resource_policy")["ResourcePolicy"]
    return None


def _shown(policy: Any) -> Created:
    summary = policy["ResourcePolicySummary"]
    return Created(summary["Id"], {"Id": summary["Id"], "Arn": summary["Arn"]})


TYPES = (
    ResourceType(
        TYPE,
        structure({"Content": DOCUMENT, "Tags": TAGS}, "Content"),
        create,
        update,
        delete,
        read,
        ("Id", "Arn"),
    ),
)
