"""Requests that are passed on are on record like all others, and without secrets."""

import json

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from doorward.server.settings import Mode
from doorward.store import audit
from gateway.conftest import Gateway
from gateway.things import THINGS


def events(server, operation, account=ACCOUNT):
    if waiting := server.running.recorder.flush():
        waiting.result()
    with server.running.database.read() as db:
        found = audit.page(db, account, limit=1000).items
    read = [json.loads(one.event) if isinstance(one.event, str) else one.event for one in found]
    return [one for one in read if one["eventName"] == operation]


def about(server, operation, name):
    return [one for one in events(server, operation) if name in json.dumps(one)]


def test_a_change_is_recorded_with_the_id_that_the_client_got(served, root, name):
    answer = root("sqs").create_queue(QueueName=name)

    (event,) = about(served, "CreateQueue", name)

    assert event["eventSource"] == "sqs.amazonaws.com"
    assert event["requestID"] == answer["ResponseMetadata"]["RequestId"]
    assert event["requestParameters"]["queueName"] == name
    assert event["responseElements"]["queueUrl"] == answer["QueueUrl"]
    assert event["managementEvent"] is True
    assert event["userIdentity"]["type"] == "Root"


def test_a_denial_is_recorded_with_its_reason(served, user, name):
    with pytest.raises(ClientError):
        user()("sqs").create_queue(QueueName=name)

    (event,) = about(served, "CreateQueue", name)

    assert event["errorCode"] == "AccessDenied"
    assert "no identity-based policy allows" in event["errorMessage"]


def test_what_the_service_refuses_is_recorded_in_its_words(served, root, name):
    with pytest.raises(ClientError):
        root("sns").get_topic_attributes(TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{name}")

    (event,) = about(served, "GetTopicAttributes", name)

    assert event["errorCode"] == "NotFound"


def test_data_is_recorded_by_its_names_alone(served, root, name):
    made = THINGS["sqs"].make(root, name, {})
    root("sqs").send_message(QueueUrl=made.call["QueueUrl"], MessageBody="a private message")

    (event,) = about(served, "SendMessage", name)

    assert event["requestParameters"] == {"queueUrl": made.call["QueueUrl"]}
    assert (event["managementEvent"], event["eventCategory"]) == (False, "Data")


def test_no_secret_is_recorded(served, root, name):
    canary = f"canary-{name}"
    root("secretsmanager").create_secret(Name=name, SecretString=canary)
    root("secretsmanager").get_secret_value(SecretId=name)
    root("ssm").put_parameter(Name=f"/{name}", Value=canary, Type="SecureString")
    root("ssm").get_parameter(Name=f"/{name}", WithDecryption=True)
    root("kms").encrypt(KeyId=THINGS["kms"].make(root, name, {}).arn, Plaintext=canary.encode())

    recorded = [
        json.dumps(events(served, operation))
        for operation in (
            "CreateSecret",
            "GetSecretValue",
            "PutParameter",
            "GetParameter",
            "Encrypt",
        )
    ]

    assert all(name in one for one in recorded[:4])
    assert canary not in "".join(recorded)


def test_an_action_that_the_catalogue_does_not_have_is_marked(served, root):
    root("sqs").list_queues()

    assert all("additionalEventData" not in one for one in events(served, "ListQueues"))


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.OFF])
def test_what_policies_forbid_is_done_where_they_are_not_enforced(mode):
    server = Gateway(upstreams=("*=moto",), mode=mode)
    try:
        iam = server.client("iam")
        iam.create_user(UserName="alice")
        key = iam.create_access_key(UserName="alice")["AccessKey"]
        client = server.client("sqs", key["AccessKeyId"], key["SecretAccessKey"])
        client.create_queue(QueueName="made")
        with pytest.raises(ClientError, match="InvalidSignatureException"):
            server.client("sqs", key["AccessKeyId"], "not-the-secret").list_queues()
        (event,) = about(server, "CreateQueue", "made")
    finally:
        server.stop()

    noted = (event.get("additionalEventData") or {}).get(audit.OBSERVED)
    assert bool(noted) is (mode is Mode.OBSERVE)


def test_reset_empties_what_is_behind_the_gateway():
    server = Gateway(upstreams=("*=moto",))
    try:
        server.client("sqs").create_queue(QueueName="gone")
        server.running.reset()
        left = server.client("sqs").list_queues()
    finally:
        server.stop()

    assert "QueueUrls" not in left
