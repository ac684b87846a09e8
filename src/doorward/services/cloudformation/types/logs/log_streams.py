"""AWS::Logs::LogStream.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html
"""

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import unless

NAME_LIMIT = 512
GONE = "ResourceNotFoundException"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the stream in its log group."""
    name = properties.get("LogStreamName") or facts.name(NAME_LIMIT)
    group = properties["LogGroupName"]
    call("logs", "create_log_stream", log_group_name=group, log_stream_name=name)
    return Created(name)


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, _facts: Facts
) -> Created:
    """Change nothing: another group or name is another stream."""
    return Created(physical_id)


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Delete the stream with its events; it goes with its log group, too."""
    group = properties["LogGroupName"]
    with unless(GONE):
        call("logs", "delete_log_stream", log_group_name=group, log_stream_name=physical_id)


TYPES = (
    ResourceType(
        "AWS::Logs::LogStream",
        structure({"LogGroupName": TEXT, "LogStreamName": TEXT}, "LogGroupName"),
        create,
        update,
        delete,
        None,
    ),
)
