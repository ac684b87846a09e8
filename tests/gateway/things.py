"""Twelve services: how each makes a resource with tags, and a call on it."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from clients.conftest import ACCOUNT

HERE = f"us-east-1:{ACCOUNT}"
ASSUME = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            }
        ],
    }
)


class Made(NamedTuple):
    arn: str
    call: dict[str, Any]


class Thing(NamedTuple):
    """A kind of resource: the call on it, the action that this needs, how it is made."""

    service: str
    operation: str
    action: str
    make: Callable[[Callable[[str], Any], str, dict[str, str]], Made]


def pairs(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: one, value: text} for one, text in tags.items()]


def role(root: Callable[[str], Any], name: str = "service") -> str:
    iam = root("iam")
    try:
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=ASSUME)["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_role(RoleName=name)["Role"]["Arn"]


def code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return event\n")
    return packed.getvalue()


def queue(root, name, tags):
    url = root("sqs").create_queue(QueueName=name, tags=tags)["QueueUrl"]
    return Made(f"arn:aws:sqs:{HERE}:{name}", {"QueueUrl": url, "MessageBody": "hello"})


def topic(root, name, tags):
    arn = root("sns").create_topic(Name=name, Tags=pairs(tags))["TopicArn"]
    return Made(arn, {"TopicArn": arn, "Message": "hello"})


def key(root, name, tags):
    made = root("kms").create_key(Description=name, Tags=pairs(tags, "TagKey", "TagValue"))
    arn = made["KeyMetadata"]["Arn"]
    return Made(arn, {"KeyId": arn, "Plaintext": b"hello"})


def function(root, name, tags):
    made = root("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role(root),
        Handler="index.handler",
        Code={"ZipFile": code()},
        Tags=tags,
    )
    return Made(made["FunctionArn"], {"FunctionName": name})


def table(root, name, tags):
    made = root("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=pairs(tags),
    )
    item = {"id": {"S": "1"}}
    return Made(made["TableDescription"]["TableArn"], {"TableName": name, "Item": item})


def secret(root, name, tags):
    made = root("secretsmanager").create_secret(Name=name, SecretString="x", Tags=pairs(tags))
    return Made(made["ARN"], {"SecretId": name})


def parameter(root, name, tags):
    root("ssm").put_parameter(Name=f"/app/{name}", Value="x", Type="String", Tags=pairs(tags))
    return Made(f"arn:aws:ssm:{HERE}:parameter/app/{name}", {"Name": f"/app/{name}"})


def repository(root, name, tags):
    made = root("ecr").create_repository(repositoryName=name, tags=pairs(tags))
    return Made(made["repository"]["repositoryArn"], {"repositoryName": name})


def volume(root, name, tags):
    made = root("ec2").create_volume(
        AvailabilityZone="us-east-1a",
        Size=1,
        TagSpecifications=[
            {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": name}, *pairs(tags)]}
        ],
    )
    arn = f"arn:aws:ec2:{HERE}:volume/{made['VolumeId']}"
    return Made(arn, {"VolumeId": made["VolumeId"]})


def rule(root, name, tags):
    made = root("events").put_rule(Name=name, ScheduleExpression="rate(1 day)", Tags=pairs(tags))
    return Made(made["RuleArn"], {"Name": name})


def machine(root, name, tags):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    made = root("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn=role(root),
        tags=pairs(tags, "key", "value"),
    )
    return Made(made["stateMachineArn"], {"stateMachineArn": made["stateMachineArn"]})


THINGS = {
    thing.service: thing
    for thing in (
        Thing("sqs", "send_message", "sqs:SendMessage", queue),
        Thing("sns", "publish", "sns:Publish", topic),
        Thing("kms", "encrypt", "kms:Encrypt", key),
        Thing("lambda", "invoke", "lambda:InvokeFunction", function),
        Thing("dynamodb", "put_item", "dynamodb:PutItem", table),
        Thing("secretsmanager", "get_secret_value", "secretsmanager:GetSecretValue", secret),
        Thing("ssm", "get_parameter", "ssm:GetParameter", parameter),
        Thing("ecr", "list_images", "ecr:ListImages", repository),
        Thing("ec2", "delete_volume", "ec2:DeleteVolume", volume),
        Thing("events", "describe_rule", "events:DescribeRule", rule),
        Thing("stepfunctions", "describe_state_machine", "states:DescribeStateMachine", machine),
    )
}
