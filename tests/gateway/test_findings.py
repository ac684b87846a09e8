"""Findings about resources behind the gateway: queues, keys, topics, secrets, functions."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from clients.conftest import ACCOUNT, OTHER_ACCOUNT
from doorward.store import resource_scans
from gateway.things import THINGS
from services.accessanalyzer.watching import Watching, eventually

OWNER = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def policy(action: str, principal: Any, resource: str, *more: dict[str, Any]) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement, *more]})


@pytest.fixture(scope="module")
def watching(served: Any) -> Iterator[Watching]:
    made = Watching(served.client("accessanalyzer"))
    settled(served)
    yield made
    made.client.delete_analyzer(analyzerName=made.name)


def settled(served: Any) -> None:
    """Wait until everything there is was looked at; moto loads each service with its first call."""

    def waiting() -> int:
        with served.running.database.read() as db:
            return len(resource_scans.waiting(db, limit=10))

    eventually(waiting, lambda number: number == 0, seconds=60)


def queue(root: Any, name: str, **attributes: str) -> tuple[Any, str, str]:
    sqs = root("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs, url, f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


def test_a_queue_that_another_account_may_send_to_is_found_within_a_second(
    root: Any, name: str, watching: Watching
) -> None:
    sqs, url, arn = queue(root, name)
    given = policy("sqs:SendMessage", {"AWS": OTHER_ACCOUNT}, arn)
    begun = time.monotonic()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": given})

    (found,) = watching.status(arn, "ACTIVE")
    took = time.monotonic() - begun
    watching.client.update_findings(analyzerArn=watching.arn, ids=[found["id"]], status="ARCHIVED")
    watching.status(arn, "ARCHIVED")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    watching.status(arn, "RESOLVED")

    assert took < 1
    assert found["resourceType"] == "AWS::SQS::Queue"
    assert found["principal"] == {"AWS": OTHER_ACCOUNT}
    assert found["action"] == ["sqs:SendMessage"]


def test_a_queue_that_is_deleted_has_its_findings_resolved(
    root: Any, name: str, watching: Watching
) -> None:
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    sqs, url, _ = queue(root, name, Policy=policy("sqs:*", "*", arn))
    (found,) = watching.status(arn, "ACTIVE")

    sqs.delete_queue(QueueUrl=url)

    watching.status(arn, "RESOLVED")
    assert found["isPublic"] is True


def test_a_key_that_another_account_may_use_is_found(root: Any, watching: Watching) -> None:
    kms = root("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    watching.status(arn)

    def put(*statements: dict[str, Any]) -> None:
        text = json.dumps({"Version": "2012-10-17", "Statement": [OWNER, *statements]})
        kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=text)

    put(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"},
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Resource": "*",
        }
    )
    (found,) = watching.status(arn, "ACTIVE")
    put()
    watching.status(arn, "RESOLVED")

    assert found["resourceType"] == "AWS::KMS::Key"
    assert found["principal"] == {"AWS": OTHER_ACCOUNT}
    assert found["action"] == ["kms:Decrypt", "kms:DescribeKey"]


def test_a_topic_is_its_owners_until_its_policy_says_otherwise(
    root: Any, name: str, watching: Watching
) -> None:
    sns = root("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    watching.status(arn)

    sns.set_topic_attributes(
        TopicArn=arn,
        AttributeName="Policy",
        AttributeValue=policy("sns:Publish", {"AWS": OTHER_ACCOUNT}, arn),
    )

    (found,) = watching.status(arn, "ACTIVE")
    assert found["resourceType"] == "AWS::SNS::Topic"


@pytest.mark.parametrize("service", ["secretsmanager", "ecr", "dynamodb"])
def test_other_kinds_of_resources_are_looked_at_too(
    service: str, root: Any, name: str, watching: Watching
) -> None:
    made = THINGS[service].make(root, name, {})
    putting = {
        "secretsmanager": ("put_resource_policy", "SecretId", "ResourcePolicy"),
        "dynamodb": ("put_resource_policy", "ResourceArn", "Policy"),
        "ecr": ("set_repository_policy", "repositoryName", "policyText"),
    }
    operation, by, member = putting[service]
    actions = {
        "secretsmanager": "secretsmanager:GetSecretValue",
        "dynamodb": "dynamodb:GetItem",
        "ecr": "ecr:BatchGetImage",
    }
    named = made.arn.rpartition("/")[2] if service == "ecr" else made.arn
    given = policy(actions[service], {"AWS": OTHER_ACCOUNT}, "*")
    if service == "ecr":
        statement = json.loads(given)
        del statement["Statement"][0]["Resource"]
        given = json.dumps(statement)
    getattr(root(service), operation)(**{by: named, member: given})

    (found,) = watching.status(made.arn, "ACTIVE")

    assert found["action"] == [actions[service]]


def test_a_function_that_another_account_may_invoke_is_found(
    root: Any, name: str, watching: Watching
) -> None:
    made = THINGS["lambda"].make(root, name, {})
    root("lambda").add_permission(
        FunctionName=name,
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal=OTHER_ACCOUNT,
    )

    (found,) = watching.status(made.arn, "ACTIVE")

    assert found["resourceType"] == "AWS::Lambda::Function"
    assert found["action"] == ["lambda:InvokeFunction"]


def test_a_new_analyzer_finds_what_is_behind_the_gateway(
    root: Any, name: str, watching: Watching
) -> None:
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    queue(root, name, Policy=policy("sqs:SendMessage", {"AWS": OTHER_ACCOUNT}, arn))
    watching.status(arn, "ACTIVE")
    watching.client.delete_analyzer(analyzerName=watching.name)

    again = Watching(watching.client)

    again.status(arn, "ACTIVE")
