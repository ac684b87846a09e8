"""Operations behind the gateway that may be called without a signature."""

from collections.abc import Mapping

from doorward.gateway.upstream import OBJECTS
from doorward.wire import model

ANONYMOUS: Mapping[str, frozenset[str]] = {
    "sqs": frozenset(
        {
            "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage",
            "DeleteMessageBatch", "GetQueueAttributes", "GetQueueUrl",
            "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
            "SendMessageBatch",
        }
    ),
    "sns": frozenset(
        {
            "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish", "PublishBatch", "Subscribe"
        }
    ),
}  # fmt: skip
"""What a resource's policy may let anybody do, unsigned requests included.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""


def may_be(service: str, operation: str) -> bool:
    """Whether a request without a signature is decided on, and not refused at once."""
    return service == OBJECTS or operation in ANONYMOUS.get(service, ())


def modelled(service: str, operation: str) -> bool:
    """Whether botocore has the operation; it has no upload by a browser's form."""
    return model.service(service).operation(operation) is not None
