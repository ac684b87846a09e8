"""AWS::CDK::Metadata and AWS::CloudFormation::WaitConditionHandle: accepted, nothing is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html
"""

from urllib.parse import quote

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure


def create(_call: Call, _properties: Properties, facts: Facts) -> Created:
    """Make an id."""
    return Created(facts.short_id())


def create_handle(_call: Call, _properties: Properties, facts: Facts) -> Created:
    """The address of a handle.

    Nothing waits for a signal there: stacks that hold more than the handle use a WaitCondition,
    which is refused as an unknown type.
    """
    host = f"cloudformation-waitcondition-{facts.region}.s3.amazonaws.com"
    key = quote(f"{facts.stack_id}/{facts.logical_id}/{facts.suffix}", safe="/")
    return Created(f"https://{host}/{key}")


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
    ResourceType(
        "AWS::CloudFormation::WaitConditionHandle",
        structure({}),
        create_handle,
        update,
        delete,
        None,
    ),
)
