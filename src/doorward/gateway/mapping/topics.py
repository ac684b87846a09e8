"""SNS: topics, the topic of a subscription, and messages to phones.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from collections.abc import Iterator

from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.requirement import Requirement

TOPIC_COLONS = 5


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The topic; that of a subscription is its ARN without the last field."""
    given = call.text("SubscriptionArn")
    if not given:
        return None
    topic = given.rpartition(":")[0]
    return [
        topic
        if topic.count(":") == TOPIC_COLONS and shape.fits(topic)
        else shape.arn(call.place, {})
    ]


def publish(call: Call) -> Iterator[Requirement]:
    """Publish: to a topic, to an endpoint of a phone's application, or to a phone number.

    A message to a phone is authorized on the number itself, which no ARN pattern covers.
    Observed, not documented.
    """
    if number := call.text("PhoneNumber"):
        yield exactly("sns:Publish", "", [number])
    given = [call.text(member) for member in ("TopicArn", "TargetArn") if call.text(member)]
    if given or not number:
        unknown = call.arn("sns", "topic")
        arns = [one if one.startswith("arn:") else unknown for one in given]
        yield exactly("sns:Publish", "topic", arns or [unknown])


OPERATIONS = {"Publish": publish}
