"""AWS::SNS::TopicPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, shared_policies
from doorward.services.cloudformation.types.provider import Call, Facts
from doorward.services.cloudformation.types.sns.topics import GONE
from doorward.services.cloudformation.types.steps import unless

OF_OWNER = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def put(call: Call, topic: str, document: Any) -> None:
    """Give the topic the policy."""
    call(
        "sns",
        "set_topic_attributes",
        topic_arn=topic,
        attribute_name="Policy",
        attribute_value=documents.text(document),
    )


def drop(call: Call, topic: str, facts: Facts) -> None:
    """Give the topic the policy back that every new one has; it may be gone."""
    with unless(*GONE):
        put(call, topic, default(topic, facts))


def default(topic: str, facts: Facts) -> dict[str, Any]:
    """The policy of a new topic: its account may do everything.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    return {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"SNS:{name}" for name in OF_OWNER],
                "Resource": topic,
                "Condition": {"StringEquals": {"AWS:SourceOwner": facts.account}},
            }
        ],
    }


TYPES = (shared_policies.declared("AWS::SNS::TopicPolicy", "Topics", put, drop),)
