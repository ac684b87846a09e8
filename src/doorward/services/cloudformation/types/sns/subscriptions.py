"""AWS::SNS::Subscription.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
"""

from doorward.services.cloudformation.types import texts
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import BOOLEAN, DOCUMENT, TEXT, structure
from doorward.services.cloudformation.types.sns.topics import GONE
from doorward.services.cloudformation.types.steps import unless

DEFAULTS = {
    "DeliveryPolicy": "{}",
    "FilterPolicy": "{}",
    "FilterPolicyScope": "MessageAttributes",
    "RawMessageDelivery": "false",
    "RedrivePolicy": "",
    "ReplayPolicy": "",
    "SubscriptionRoleArn": "",
}
"""What each attribute is without the property.

https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
"""
OBJECTS = ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy", "ReplayPolicy")
KEY = ("TopicArn", "Protocol", "Endpoint")


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Subscribe, in one call; the ARN is there before the endpoint confirms."""
    endpoint = {"endpoint": properties["Endpoint"]} if "Endpoint" in properties else {}
    arn = call(
        "sns",
        "subscribe",
        topic_arn=properties["TopicArn"],
        protocol=properties["Protocol"],
        attributes=texts.attributes(properties, DEFAULTS),
        return_subscription_arn=True,
        **endpoint,
    )["SubscriptionArn"]
    return Created(arn, {"Arn": arn})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Set the attributes that changed."""
    for name, value in texts.changes(old, new, DEFAULTS).items():
        call(
            "sns",
            "set_subscription_attributes",
            subscription_arn=physical_id,
            attribute_name=name,
            attribute_value=value,
        )
    return Created(physical_id, {"Arn": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Unsubscribe."""
    with unless(*GONE):
        call("sns", "unsubscribe", subscription_arn=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The subscription as it is."""
    with unless(*GONE):
        found = call("sns", "get_subscription_attributes", subscription_arn=physical_id)
        attributes = found["Attributes"]
        return {
            **{name: attributes[name] for name in KEY if name in attributes},
            **texts.read(attributes, DEFAULTS, OBJECTS),
        }
    return None


TYPES = (
    ResourceType(
        "AWS::SNS::Subscription",
        structure(
            {
                **dict.fromkeys(KEY, TEXT),
                **dict.fromkeys(OBJECTS, DOCUMENT),
                "FilterPolicyScope": TEXT,
                "RawMessageDelivery": BOOLEAN,
                "SubscriptionRoleArn": TEXT,
            },
            "TopicArn",
            "Protocol",
            refused={"Region": "topics of other Regions are out of reach"},
        ),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
