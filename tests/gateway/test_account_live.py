"""`doorward account` of a live account whose other services are behind the gateway."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.cli.main import run
from gateway.conftest import allow, document
from gateway.things import ASSUME, code

Root = Callable[[str], Any]
Ask = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def ask(served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def asked(*arguments: str) -> tuple[int, Any, str]:
        status = run(["account", *arguments, "--live", "--format", "json"])
        told = capsys.readouterr()
        return status, json.loads(told.out), told.err

    return asked


def test_the_policies_of_queues_topics_and_keys_are_read(ask: Ask, root: Root, name: str) -> None:
    everybody = {"Principal": "*"}
    queue = root("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    policy = document({**allow("sqs:SendMessage", arn), **everybody})
    root("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    opened = document(
        {**allow("kms:Decrypt"), **everybody}, {**allow("kms:*"), "Principal": {"AWS": ACCOUNT}}
    )
    key = root("kms").create_key(Policy=opened)["KeyMetadata"]["Arn"]

    status, told, errors = ask("public")

    assert status == 3
    assert {arn, key} <= {one["resource"] for one in told["access"]}
    assert "in us-east-1 were read" in errors


def test_what_runs_as_a_role_is_a_way_to_it(
    ask: Ask, root: Root, name: str, user: Callable[..., Any]
) -> None:
    root("iam").create_role(RoleName=name, AssumeRolePolicyDocument=ASSUME)
    given = document(allow("*"))
    root("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=given)
    made = root("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        Code={"ZipFile": code()},
    )
    who = user(allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]))

    status, told, _ = ask("escalation", "--principal", who.arn)

    ways = {
        (one["path"], one["through"], one["target"].rpartition("/")[2])
        for one in told["escalations"]
    }
    assert status == 3
    assert ("lambda-update-code-invoke", made["FunctionArn"], name) in ways


def test_a_service_that_refuses_is_told_and_the_rest_is_answered(
    ask: Ask, user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, root: Root
) -> None:
    reader = user(allow("iam:GetAccountAuthorizationDetails"))
    key = root("iam").create_access_key(UserName=reader.name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    status, told, errors = ask("can", reader.arn, "iam:GetAccountAuthorizationDetails")

    assert (status, told["verdict"]) == (0, "allowed")
    for what in ("queues", "keys", "functions", "organization's policies"):
        assert f"the {what}" in errors
