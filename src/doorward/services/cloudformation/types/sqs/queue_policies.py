"""AWS::SQS::QueuePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, shared_policies
from doorward.services.cloudformation.types.provider import Call, Facts
from doorward.services.cloudformation.types.sqs.queues import GONE
from doorward.services.cloudformation.types.steps import unless


def put(call: Call, queue: str, document: Any) -> None:
    """Give the queue the policy."""
    policy = {"Policy": documents.text(document)}
    call("sqs", "set_queue_attributes", queue_url=queue, attributes=policy)


def drop(call: Call, queue: str, _facts: Facts) -> None:
    """Leave the queue without a policy; it may be gone."""
    with unless(*GONE):
        call("sqs", "set_queue_attributes", queue_url=queue, attributes={"Policy": ""})


TYPES = (shared_policies.declared("AWS::SQS::QueuePolicy", "Queues", put, drop),)
