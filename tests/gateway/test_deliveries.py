"""What topics and rules deliver to queues: where the queue's policy lets the service in."""

import json

import pytest

from clients.conftest import ACCOUNT
from gateway.test_resource_policies import grant, put_kms, put_sqs
from gateway.things import THINGS

SNS, EVENTS = {"Service": "sns.amazonaws.com"}, {"Service": "events.amazonaws.com"}


def from_(arn, operator="ArnEquals", key="aws:SourceArn"):
    return {operator: {key: arn}}


def topic(root, name, queue):
    arn = root("sns").create_topic(Name=name)["TopicArn"]
    root("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return arn, lambda: root("sns").publish(TopicArn=arn, Message="hello")


def rule(root, name, queue):
    events = root("events")
    pattern = json.dumps({"source": [name]})
    arn = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue}])
    entry = {"Source": name, "DetailType": "x", "Detail": "{}"}
    return arn, lambda: events.put_events(Entries=[entry])


def arrived(root, made) -> bool:
    found = root("sqs").receive_message(QueueUrl=made.call["QueueUrl"], WaitTimeSeconds=0)
    return bool(found.get("Messages"))


CASES = [
    # source  policy of the queue, given the source's ARN                             delivered
    (topic,   lambda arn: None,                                                        False),
    (topic,   lambda arn: grant("Allow", SNS, "sqs:SendMessage"),                      True),
    (topic,   lambda arn: grant("Allow", SNS, "sqs:SendMessage",
                                Condition=from_(arn)),                                 True),
    (topic,   lambda arn: grant("Allow", SNS, "sqs:SendMessage",
                                Condition=from_(f"{arn}-other")),                      False),
    (topic,   lambda arn: grant("Allow", SNS, "sqs:SendMessage",
                                Condition=from_(ACCOUNT, "StringEquals", "aws:SourceAccount")), True),
    (topic,   lambda arn: grant("Allow", EVENTS, "sqs:SendMessage"),                   False),
    (topic,   lambda arn: grant("Allow", {"AWS": ACCOUNT}, "sqs:SendMessage"),         False),
    (topic,   lambda arn: grant("Allow", "*", "sqs:SendMessage",
                                Condition=from_(arn)),                                 True),
    (topic,   lambda arn: {"Version": "2012-10-17", "Statement": [
                  *grant("Allow", SNS, "sqs:SendMessage")["Statement"],
                  *grant("Deny", "*", "sqs:*", Condition=from_(arn))["Statement"]]},   False),
    (rule,    lambda arn: None,                                                        False),
    (rule,    lambda arn: grant("Allow", EVENTS, "sqs:SendMessage",
                                Condition=from_(arn)),                                 True),
    (rule,    lambda arn: grant("Allow", SNS, "sqs:SendMessage"),                      False),
]  # fmt: skip


@pytest.mark.parametrize(("source", "policy", "delivered"), CASES)
def test_a_queue_gets_what_its_policy_lets_in(root, name, source, policy, delivered):
    made = THINGS["sqs"].make(root, name, {})
    arn, happens = source(root, name, made.arn)
    if (written := policy(arn)) is not None:
        for one in written["Statement"]:
            one["Resource"] = made.arn
        put_sqs(root, made, written)

    happens()

    assert arrived(root, made) is delivered


def test_a_change_of_the_policy_counts_for_the_next_message(root, name):
    made = THINGS["sqs"].make(root, name, {})
    _, happens = topic(root, name, made.arn)
    put_sqs(root, made, grant("Allow", SNS, "sqs:SendMessage", made.arn))
    happens()
    first = arrived(root, made)

    put_sqs(root, made, grant("Allow", EVENTS, "sqs:SendMessage", made.arn))
    happens()

    assert first
    assert not arrived(root, made)


def test_the_key_of_an_encrypted_queue_has_to_let_the_service_in_too(root, name):
    made, key = THINGS["sqs"].make(root, name, {}), THINGS["kms"].make(root, name, {})
    _, happens = topic(root, name, made.arn)
    put_sqs(root, made, grant("Allow", SNS, "sqs:SendMessage", made.arn))
    attributes = {"KmsMasterKeyId": key.arn}
    root("sqs").set_queue_attributes(QueueUrl=made.call["QueueUrl"], Attributes=attributes)
    happens()
    before = arrived(root, made)
    opened = grant("Allow", SNS, ["kms:GenerateDataKey", "kms:Decrypt"])
    opened["Statement"] += grant("Allow", {"AWS": ACCOUNT}, "kms:*")["Statement"]

    put_kms(root, key, opened)
    happens()

    assert not before
    assert arrived(root, made)


def test_a_policy_outlives_a_change_of_another_attribute(root, name):
    made = THINGS["sqs"].make(root, name, {})
    put_sqs(root, made, grant("Allow", SNS, "sqs:SendMessage", made.arn))

    root("sqs").set_queue_attributes(
        QueueUrl=made.call["QueueUrl"], Attributes={"DelaySeconds": "0"}
    )

    kept = root("sqs").get_queue_attributes(
        QueueUrl=made.call["QueueUrl"], AttributeNames=["Policy"]
    )
    assert "sns.amazonaws.com" in kept["Attributes"]["Policy"]
