"""AWS::CDK::Metadata: accepted, nothing is made.

https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html
"""

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure


def create(_call: Call, _properties: Properties, facts: Facts) -> Created:
    """Make an id."""
    return Created(facts.short_id())


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, _facts: Facts
) -> Created:
    """Change nothing."""
    return Created(physical_id)


def delete(_call: Call, _physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Remove nothing."""


TYPES = (
    ResourceType(
        "AWS::CDK::Metadata",
        structure({"Analytics": TEXT, "Modules": TEXT}),
        create,
        update,
        delete,
        None,
    ),
)
