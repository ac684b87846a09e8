"""What a client sends besides its request changes neither what is decided nor what is done."""

import json
from urllib.parse import quote

import pytest

from clients.conftest import ACCOUNT, OTHER_ACCOUNT
from gateway.raw import send
from gateway.things import THINGS, queue

JSON = {"content-type": "application/x-amz-json-1.0"}
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def test_two_accounts_see_nothing_of_each_other(root, stranger, name):
    root("sqs").create_queue(QueueName=name)
    theirs = stranger("sqs").create_queue(QueueName=f"{name}-theirs")["QueueUrl"]

    mine = root("sqs").list_queues(QueueNamePrefix=name)["QueueUrls"]
    other = stranger("sqs").list_queues(QueueNamePrefix=name)["QueueUrls"]

    assert [one.rpartition("/")[2] for one in mine] == [name]
    assert other == [theirs]
    assert f"/{OTHER_ACCOUNT}/" in theirs


@pytest.mark.parametrize("service", THINGS)
def test_nobody_of_another_account_reaches_a_resource_by_its_name(root, stranger, name, service):
    thing = THINGS[service]
    made = thing.make(root, name, {})
    keys = {"Name", "FunctionName", "SecretId", "TableName", "KeyId"}
    by_arn = {
        key: made.arn if key in keys and value == name else value
        for key, value in made.call.items()
    }
    client = stranger(service)

    # moto invokes functions that do not exist.
    for parameters in (by_arn,) if service == "lambda" else (made.call, by_arn):
        with pytest.raises(client.exceptions.ClientError):
            getattr(client, thing.operation)(**parameters)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-moto-account-id", OTHER_ACCOUNT),
        ("x_moto_account_id", OTHER_ACCOUNT),
        ("x-doorward-region", "eu-west-1"),
        ("x-doorward-operation", "DeleteQueue"),
        ("user-agent", "client region/eu-west-1"),
        ("x-doorward-token", "guessed"),
    ],
)
def test_no_header_of_a_client_says_whose_or_where_a_request_is(
    served, root, stranger, name, header, value
):
    root("sqs").create_queue(QueueName=name)
    stranger("sqs").create_queue(QueueName=f"{name}-theirs")
    body = json.dumps({"QueueNamePrefix": name}).encode()

    status, _, answer = send(
        served.endpoint,
        "sqs",
        headers={**JSON, "x-amz-target": "AmazonSQS.ListQueues", header: value},
        body=body,
    )

    assert status == 200
    (url,) = json.loads(answer)["QueueUrls"]
    assert url.endswith(f"/{ACCOUNT}/{name}")


def test_an_action_in_the_query_of_a_json_request_is_not_done(served, root, name):
    made = queue(root, name, {})

    status, _, _ = send(
        served.endpoint,
        "sqs",
        path=f"/?Action=DeleteQueue&QueueUrl={quote(made.call['QueueUrl'], safe='')}",
        headers={**JSON, "x-amz-target": "AmazonSQS.ListQueues"},
        body=b"{}",
    )

    assert status == 200
    assert root("sqs").list_queues(QueueNamePrefix=name)["QueueUrls"]


def test_a_target_does_not_turn_a_form_into_another_operation(served, root, name):
    arn = root("sns").create_topic(Name=name)["TopicArn"]

    status, _, _ = send(
        served.endpoint,
        "sns",
        headers={**FORM, "x-amz-target": "AmazonSNS.DeleteTopic"},
        body=f"Action=GetTopicAttributes&Version=2010-03-31&TopicArn={arn}".encode(),
    )

    assert status == 200
    assert root("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["TopicArn"] == arn


def test_a_resource_of_another_region_is_refused_and_not_looked_for_in_this_one(root, name):
    made = THINGS["sns"].make(root, name, {})
    client = root("sns")

    with pytest.raises(client.exceptions.ClientError, match="is not in the Region us-east-1"):
        client.delete_topic(TopicArn=made.arn.replace("us-east-1", "eu-west-1"))


def test_the_region_of_the_signature_is_where_a_request_is_done(served, root, name):
    body = json.dumps({"QueueName": name}).encode()
    headers = {**JSON, "x-amz-target": "AmazonSQS.CreateQueue"}

    status, _, _ = send(served.endpoint, "sqs", headers=headers, body=body, region="eu-west-1")

    assert status == 200
    assert "QueueUrls" not in root("sqs").list_queues(QueueNamePrefix=name)


@pytest.mark.parametrize(
    "path", ["/moto-api/reset", "/moto-api/", "/latest/meta-data/", "//moto-api/reset"]
)
@pytest.mark.parametrize("service", ["sqs", "lambda"])
def test_motos_own_pages_are_closed(served, root, name, path, service):
    root("sqs").create_queue(QueueName=name)

    status, _, _ = send(served.endpoint, service, path=path, headers=FORM)

    assert status >= 400
    assert root("sqs").list_queues(QueueNamePrefix=name)["QueueUrls"]


def test_a_path_that_leads_elsewhere_when_it_is_resolved_is_refused(served):
    status, _, answer = send(
        served.endpoint, "eks", method="GET", path="/clusters/%2e%2e/node-groups"
    )

    assert status == 400
    assert b"cannot stand in a path" in answer


def test_iam_and_its_like_are_never_answered_by_moto(served, root):
    never = ("iam", "sts", "organizations", "account", "cloudformation", "s3", "s3control")
    gateway = served.running.gateway

    assert not any(gateway.upstreams.answers(service) for service in never)
    assert gateway.upstreams.answers("sqs")
