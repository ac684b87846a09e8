"""AWS::SQS::Queue.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
"""

from doorward.services.cloudformation.types import tags, texts
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import AlreadyExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    INTEGER,
    TAGS,
    TEXT,
    structure,
)
from doorward.services.cloudformation.types.steps import unless

TYPE = "AWS::SQS::Queue"
NAME_LIMIT = 80
FIFO = ".fifo"
GONE = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "com.amazonaws.sqs#QueueDoesNotExist",
)
DEFAULTS = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
"""What each attribute is without the property.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""
OBJECTS = ("RedrivePolicy", "RedriveAllowPolicy")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the queue, in one call.

    Raises:
        AlreadyExists: there is such a queue; CreateQueue would give it back as if new.
    """
    fifo = properties.get("FifoQueue", False)
    generated = facts.name(NAME_LIMIT - len(FIFO)) + FIFO if fifo else facts.name(NAME_LIMIT)
    name = properties.get("QueueName") or generated
    if "QueueName" in properties:
        with unless(*GONE):
            call("sqs", "get_queue_url", queue_name=name)
            raise AlreadyExists(TYPE, name)
    attributes = texts.attributes(properties, DEFAULTS) | ({"FifoQueue": "true"} if fifo else {})
    made = call(
        "sqs",
        "create_queue",
        queue_name=name,
        attributes=attributes,
        tags=tags.wanted(properties, facts),
    )
    return _shown(made["QueueUrl"], facts)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Set the attributes that changed, and bring tags up to date."""
    if attributes := texts.changes(old, new, DEFAULTS):
        call("sqs", "set_queue_attributes", queue_url=physical_id, attributes=attributes)
    change = tags.changed(old, new, facts)
    if change.put:
        call("sqs", "tag_queue", queue_url=physical_id, tags=change.put)
    if change.removed:
        call("sqs", "untag_queue", queue_url=physical_id, tag_keys=change.removed)
    return _shown(physical_id, facts)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the queue with its messages."""
    with unless(*GONE):
        call("sqs", "delete_queue", queue_url=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The queue as it is."""
    with unless(*GONE):
        found = call("sqs", "get_queue_attributes", queue_url=physical_id, attribute_names=["All"])[
            "Attributes"
        ]
        tagged = call("sqs", "list_queue_tags", queue_url=physical_id).get("Tags", {})
        fifo = {"FifoQueue": True} if found.get("FifoQueue") == "true" else {}
        return {
            "QueueName": _name(physical_id),
            **fifo,
            **texts.read(found, DEFAULTS, OBJECTS),
            **tags.shown(tags.listed(tagged), facts),
        }
    return None


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _shown(url: str, facts: Facts) -> Created:
    name = _name(url)
    return Created(url, {"Arn": facts.arn("sqs", name), "QueueName": name, "QueueUrl": url})


TYPES = (
    ResourceType(
        TYPE,
        structure(
            {
                "ContentBasedDeduplication": BOOLEAN,
                "DeduplicationScope": TEXT,
                "DelaySeconds": INTEGER,
                "FifoQueue": BOOLEAN,
                "FifoThroughputLimit": TEXT,
                "KmsDataKeyReusePeriodSeconds": INTEGER,
                "KmsMasterKeyId": TEXT,
                "MaximumMessageSize": INTEGER,
                "MessageRetentionPeriod": INTEGER,
                "QueueName": TEXT,
                "ReceiveMessageWaitTimeSeconds": INTEGER,
                "RedriveAllowPolicy": DOCUMENT,
                "RedrivePolicy": DOCUMENT,
                "SqsManagedSseEnabled": BOOLEAN,
                "Tags": TAGS,
                "VisibilityTimeout": INTEGER,
            }
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "QueueName", "QueueUrl"),
    ),
)
