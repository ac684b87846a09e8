"""AWS::SNS::Topic.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags, texts
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import AlreadyExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    TAGS,
    TEXT,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import undone_by, unless

TYPE = "AWS::SNS::Topic"
NAME_LIMIT = 256
FIFO = ".fifo"
GONE = ("NotFound", "NotFoundException")
DEFAULTS = {
    "ArchivePolicy": "{}",
    "ContentBasedDeduplication": "false",
    "DisplayName": "",
    "FifoThroughputScope": "Topic",
    "KmsMasterKeyId": "",
    "SignatureVersion": "1",
    "TracingConfig": "PassThrough",
}
"""What each attribute is without the property.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""
SUBSCRIPTION = structure({"Endpoint": TEXT, "Protocol": TEXT}, "Endpoint", "Protocol")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the topic, then its subscriptions.

    Raises:
        AlreadyExists: there is such a topic; CreateTopic would give it back as if new.
    """
    fifo = properties.get("FifoTopic", False)
    generated = facts.name(NAME_LIMIT - len(FIFO)) + FIFO if fifo else facts.name(NAME_LIMIT)
    name = properties.get("TopicName") or generated
    if "TopicName" in properties:
        with unless(*GONE):
            call("sns", "get_topic_attributes", topic_arn=facts.arn("sns", name))
            raise AlreadyExists(TYPE, name)
    attributes = texts.attributes(properties, DEFAULTS) | ({"FifoTopic": "true"} if fifo else {})
    arn = call(
        "sns",
        "create_topic",
        name=name,
        attributes=attributes,
        tags=tags.listed(tags.wanted(properties, facts)),
    )["TopicArn"]
    with undone_by(lambda: delete(call, arn, properties, facts), arn):
        _subscribe(call, arn, [], properties.get("Subscription", []))
    return _shown(arn)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Set the attributes that changed, exchange subscriptions, and bring tags up to date."""
    for name, value in texts.changes(old, new, DEFAULTS).items():
        call(
            "sns",
            "set_topic_attributes",
            topic_arn=physical_id,
            attribute_name=name,
            attribute_value=value,
        )
    _subscribe(call, physical_id, old.get("Subscription", []), new.get("Subscription", []))
    tags.bring(call, "sns", tags.changed(old, new, facts), resource_arn=physical_id)
    return _shown(physical_id)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the topic with its subscriptions."""
    with unless(*GONE):
        for one in subscriptions(call, physical_id):
            if one["SubscriptionArn"].startswith("arn:"):  # else it waits for its confirmation
                call("sns", "unsubscribe", subscription_arn=one["SubscriptionArn"])
        call("sns", "delete_topic", topic_arn=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The topic as it is."""
    with unless(*GONE):
        found = call("sns", "get_topic_attributes", topic_arn=physical_id)["Attributes"]
        tagged = call("sns", "list_tags_for_resource", resource_arn=physical_id)["Tags"]
        of_topic = [
            {"Endpoint": one["Endpoint"], "Protocol": one["Protocol"]}
            for one in subscriptions(call, physical_id)
        ]
        return {
            "TopicName": physical_id.rpartition(":")[2],
            **({"FifoTopic": True} if found.get("FifoTopic") == "true" else {}),
            **texts.read(found, DEFAULTS, ("ArchivePolicy",)),
            **({"Subscription": of_topic} if of_topic else {}),
            **tags.shown(tagged, facts),
        }
    return None


def subscriptions(call: Call, topic_arn: str) -> list[Any]:
    """Every subscription of the topic."""
    output = call("sns", "list_subscriptions_by_topic", topic_arn=topic_arn)
    found = list(output["Subscriptions"])
    while token := output.get("NextToken"):
        output = call("sns", "list_subscriptions_by_topic", topic_arn=topic_arn, next_token=token)
        found += output["Subscriptions"]
    return found


def _subscribe(call: Call, arn: str, old: list[Any], new: list[Any]) -> None:
    for one in new:
        if one not in old:
            call(
                "sns",
                "subscribe",
                topic_arn=arn,
                protocol=one["Protocol"],
                endpoint=one["Endpoint"],
            )
    gone = [one for one in old if one not in new]
    for found in subscriptions(call, arn) if gone else ():
        if {"Endpoint": found["Endpoint"], "Protocol": found["Protocol"]} in gone:
            call("sns", "unsubscribe", subscription_arn=found["SubscriptionArn"])


def _shown(arn: str) -> Created:
    return Created(arn, {"TopicArn": arn, "TopicName": arn.rpartition(":")[2]})


TYPES = (
    ResourceType(
        TYPE,
        structure(
            {
                "ArchivePolicy": DOCUMENT,
                "ContentBasedDeduplication": BOOLEAN,
                "DisplayName": TEXT,
                "FifoThroughputScope": TEXT,
                "FifoTopic": BOOLEAN,
                "KmsMasterKeyId": TEXT,
                "SignatureVersion": TEXT,
                "Subscription": ListOf(SUBSCRIPTION),
                "Tags": TAGS,
                "TopicName": TEXT,
                "TracingConfig": TEXT,
            },
            refused={
                "DataProtectionPolicy": "no message is inspected",
                "DeliveryStatusLogging": "no delivery is logged",
                "MaximumMessageSize": "SNS has its own limit only",
            },
        ),
        create,
        update,
        delete,
        read,
        ("TopicArn", "TopicName"),
    ),
)
