"""What a service asks in a caller's name is decided like what the caller asks."""

import pytest
from tests.gateway.test_audit import about

from clients.conftest import ACCOUNT
from doorward.authn.caller import AuthType, Signature, prove
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.wire.refusals import NotImplementedOperation
from gateway.conftest import allow, deny
from gateway.things import THINGS

VIA = "cloudformation.amazonaws.com"
FACTS = RequestFacts("us-east-1", "aws", VIA, VIA, secure=True, called_via=(VIA,))


@pytest.fixture
def call(served):
    """Calls an operation for the user whose clients are given."""

    def make(who, service, operation, **parameters):
        key = who("sqs")._request_signer._credentials.access_key
        caller = prove(
            Signature(AuthType.HEADER, "us-east-1"), key=served.running.live.find_key(key)
        )
        return served.running.gateway.call(caller, FACTS, service, operation, parameters)

    return make


def test_a_call_puts_out_what_the_service_does(served, call, user, name):
    only = {"ForAnyValue:StringEquals": {"aws:CalledVia": VIA}}
    bob = user(
        allow("sqs:*", Condition=only),
        deny("sqs:*", Condition={"Bool": {"aws:ViaAWSService": "false"}}),
    )

    made = call(bob, "sqs", "CreateQueue", QueueName=name)

    assert made["QueueUrl"].endswith(f"/{ACCOUNT}/{name}")
    with pytest.raises(bob("sqs").exceptions.ClientError, match="explicit deny"):
        bob("sqs").list_queues()
    (event,) = about(served, "CreateQueue", name)
    assert event["userIdentity"]["invokedBy"] == VIA


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sns", "CreateTopic", {"Name": "made"}),
        ("kms", "CreateKey", {}),
        ("dynamodb", "ListTables", {}),
        ("ssm", "PutParameter", {"Name": "/made", "Value": "x", "Type": "String"}),
        ("ecr", "CreateRepository", {"repositoryName": "made"}),
        ("lambda", "ListFunctions", {}),
        ("ec2", "DescribeVpcs", {}),
    ],
)
def test_every_protocol_can_be_called_and_is_decided_on(call, user, service, operation, parameters):
    call(user(allow("*")), service, operation, **parameters)

    with pytest.raises(AwsError) as caught:
        call(user(), service, operation, **parameters)

    assert caught.value.code == "AccessDenied"


def test_what_the_service_refuses_is_raised_in_its_words(call, user, name):
    with pytest.raises(AwsError, match="Topic does not exist") as caught:
        call(
            user(allow("*")),
            "sns",
            "GetTopicAttributes",
            TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{name}",
        )

    assert caught.value.code == "NotFound"


def test_a_change_by_a_call_counts_at_once(call, root, user, name):
    made = THINGS["sqs"].make(root, name, {"team": "red"})
    red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    client = user(allow("sqs:SendMessage", Condition=red))("sqs")
    client.send_message(**made.call)

    call(user(allow("*")), "sqs", "UntagQueue", QueueUrl=made.call["QueueUrl"], TagKeys=["team"])

    with pytest.raises(client.exceptions.ClientError, match="not authorized"):
        client.send_message(**made.call)


def test_services_without_an_upstream_are_not_called(call, user):
    with pytest.raises(NotImplementedOperation):
        call(user(allow("*")), "iam", "ListUsers")
