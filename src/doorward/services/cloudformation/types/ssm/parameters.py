"""AWS::SSM::Parameter.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import InvalidRequest
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import MAP, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

GONE = ("ParameterNotFound", "InvalidResourceId")
KIND = "Parameter"
PLAIN = {
    "AllowedPattern": "allowed_pattern",
    "DataType": "data_type",
    "Description": "description",
    "Policies": "policies",
    "Tier": "tier",
    "Type": "type",
    "Value": "value",
}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Put a new parameter, in one call."""
    _check(properties)
    name = properties.get("Name") or f"CFN-{facts.logical_id}-{facts.suffix}"
    wanted = tags.listed(tags.wanted(properties, facts))
    call(
        "ssm",
        "put_parameter",
        name=name,
        **_said(properties),
        **({"tags": wanted} if wanted else {}),
    )
    return _shown(name, properties, facts)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Put the parameter over the old one, and bring tags up to date."""
    _check(new)
    if any(old.get(name) != new.get(name) for name in PLAIN):
        call("ssm", "put_parameter", name=physical_id, overwrite=True, **_said(new))
    tags.bring(
        call,
        "ssm",
        tags.changed(old, new, facts),
        "add_tags_to_resource",
        "remove_tags_from_resource",
        resource_type=KIND,
        resource_id=physical_id,
    )
    return _shown(physical_id, new, facts)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the parameter."""
    with unless(*GONE):
        call("ssm", "delete_parameter", name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The parameter as it is; description, pattern, tier and policies count as write-only."""
    with unless(*GONE):
        found = call("ssm", "get_parameter", name=physical_id)[KIND]
        tagged = call("ssm", "list_tags_for_resource", resource_type=KIND, resource_id=physical_id)[
            "TagList"
        ]
        shown = tags.shown(tagged, facts).get("Tags", [])
        return {
            "Name": physical_id,
            **{name: found[name] for name in ("Type", "Value", "DataType") if found.get(name)},
            **({"Tags": {one["Key"]: one["Value"] for one in shown}} if shown else {}),
        }
    return None


def _check(properties: Properties) -> None:
    """Refuse secrets, which a template would show.

    Raises:
        InvalidRequest: the type is `SecureString`.
    """
    if properties["Type"] == "SecureString":
        raise InvalidRequest("Unsupported Parameter Type: SecureString")  # assumed wording


def _said(properties: Properties) -> dict[str, Any]:
    return {snake: properties[name] for name, snake in PLAIN.items() if name in properties}


def _shown(name: str, properties: Properties, facts: Facts) -> Created:
    values = {"Type": properties["Type"], "Value": properties["Value"]}
    return Created(name, {"Arn": facts.arn("ssm", f"parameter/{name.lstrip('/')}"), **values})


TYPES = (
    ResourceType(
        "AWS::SSM::Parameter",
        structure({"Name": TEXT, "Tags": MAP, **dict.fromkeys(PLAIN, TEXT)}, "Type", "Value"),
        create,
        update,
        delete,
        read,
        ("Arn", "Type", "Value"),
    ),
)
