"""Callers without a signature: let in by a resource's policy that lets in everybody, or not at all."""

import json

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from gateway.conftest import SESSION
from gateway.test_audit import about
from gateway.test_resource_policies import PUT, grant
from gateway.things import THINGS

EVERYBODY = {
    # service   what is granted to everybody
    "sqs": ["sqs:SendMessage", "sqs:ReceiveMessage"],
    "sns": ["sns:Publish"],
}


@pytest.fixture
def anybody(served):
    """Clients that do not sign."""
    from botocore.config import Config

    def make(service, region="us-east-1"):
        return SESSION.create_client(
            service,
            region_name=region,
            endpoint_url=served.endpoint,
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
        )

    return make


def code(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


CASES = [
    # policy of the resource                                        what becomes of the call
    (None,                                                           False),
    (lambda action, _: grant("Allow", "*", action),                  True),
    (lambda action, _: grant("Allow", {"AWS": "*"}, action),         True),
    (lambda action, _: grant("Allow", {"AWS": ACCOUNT}, action),     False),
    (lambda action, _: grant("Allow", "*", f"{action}Not"),          False),
    (lambda action, _: grant("Allow", "*", action, Condition={
        "IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}),              True),
    (lambda action, _: grant("Allow", "*", action, Condition={
        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),               False),
    (lambda action, _: grant("Allow", "*", action, Condition={
        "StringEquals": {"aws:PrincipalType": "Anonymous"}}),        True),
    (lambda action, _: {"Version": "2012-10-17", "Statement": [
        *grant("Allow", "*", action)["Statement"],
        *grant("Deny", "*", "*")["Statement"]]},                     False),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "allowed"), CASES)
@pytest.mark.parametrize("service", EVERYBODY)
def test_a_policy_that_names_everybody_lets_in_who_does_not_sign(
    root, anybody, name, service, policy, allowed
):
    thing = THINGS[service]
    made = thing.make(root, name, {})
    if policy is not None:
        made_policy = policy(thing.action, made.arn)
        for one in made_policy["Statement"]:
            one["Resource"] = made.arn
        PUT[service](root, made, made_policy)
    call = getattr(anybody(service), thing.operation)

    if allowed:
        assert call(**made.call)["MessageId"]
    else:
        assert code(call, **made.call) in {"AccessDenied", "AuthorizationError"}


def test_what_nobody_may_grant_to_everybody_needs_a_signature(root, anybody, name):
    made = THINGS["sqs"].make(root, name, {})
    PUT["sqs"](root, made, grant("Allow", "*", "sqs:*", made.arn))
    client, url = anybody("sqs"), made.call["QueueUrl"]

    assert "MissingAuthenticationToken" in code(
        client.set_queue_attributes, QueueUrl=url, Attributes={"DelaySeconds": "1"}
    )
    assert "MissingAuthenticationToken" in code(client.create_queue, QueueName=name)
    assert "MissingAuthenticationToken" in code(anybody("kms").list_keys)
    assert "MissingAuthenticationToken" in code(anybody("dynamodb").list_tables)


def test_a_resource_that_is_not_there_looks_like_one_that_is_closed(anybody, name):
    url = f"http://localhost/{ACCOUNT}/{name}"

    assert code(anybody("sqs").receive_message, QueueUrl=url) == "AccessDenied"
    assert code(anybody("sqs").get_queue_url, QueueName=name) == "AccessDenied"


def test_what_somebody_unknown_did_is_on_record(served, root, anybody, name):
    made = THINGS["sqs"].make(root, name, {})
    PUT["sqs"](root, made, grant("Allow", "*", "sqs:PurgeQueue", made.arn))

    anybody("sqs").purge_queue(QueueUrl=made.call["QueueUrl"])

    (event,) = about(served, "PurgeQueue", name)
    assert event["userIdentity"]["accountId"] == "ANONYMOUS_PRINCIPAL"
    assert json.dumps(event).count("errorCode") == 0
