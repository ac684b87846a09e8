"""The types whose services are behind the gateway, against moto in a child process."""

import io
import json
import zipfile
from typing import Any

import pytest

from services.cloudformation.types import lifecycle
from services.cloudformation.types.support import ACCOUNT, Calls, Sample

TAGS = [{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}]
NEW_TAGS = [{"Key": "team", "Value": "blue"}]
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"


def allows(action: str, resource: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": action,
                "Resource": resource,
            }
        ],
    }


def queues(call: Calls) -> dict[str, str]:
    names = ("dead", "other")
    urls = {one: call("sqs", "create_queue", queue_name=one)["QueueUrl"] for one in names}
    return {**urls, "topic": call("sns", "create_topic", name="news")["TopicArn"]}


def topics(call: Calls) -> dict[str, str]:
    return {
        one: call("sns", "create_topic", name=one)["TopicArn"] for one in ("news", "weather")
    } | queues(call)


def keys(call: Calls) -> dict[str, str]:
    return {one: call("kms", "create_key")["KeyMetadata"]["KeyId"] for one in ("one", "two")}


def archive(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as one:
        one.writestr("index.py", text)
    return made.getvalue()


def code(call: Calls) -> dict[str, str]:
    """A role, a bucket with code, a function of two versions."""
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    role = call("iam", "create_role", role_name="runs", assume_role_policy_document=trust)
    arn = role["Role"]["Arn"]
    call("s3", "create_bucket", bucket="code")
    call("s3", "put_object", bucket="code", key="one.zip", body=archive("def handler(): ..."))
    made = call(
        "lambda",
        "create_function",
        function_name="known",
        runtime="python3.12",
        role=arn,
        handler="index.handler",
        code={"ZipFile": archive("def handler(): ...")},
    )
    call("lambda", "publish_version", function_name="known")
    call(
        "lambda",
        "update_function_code",
        function_name="known",
        zip_file=archive("def handler(): return 2"),
    )
    call("lambda", "publish_version", function_name="known")
    return {"role": arn, "function": made["FunctionArn"]}


def changed(call: Calls) -> dict[str, str]:
    """The same, and the function changed since its last version."""
    names = code(call)
    source = archive("def handler(): return 3")
    call("lambda", "update_function_code", function_name="known", zip_file=source)
    return names


def function(**more: Any) -> dict[str, Any]:
    return {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": "<role>",
        "Code": {"ZipFile": "def handler(event, context): ..."},
        **more,
    }


def table(**more: Any) -> dict[str, Any]:
    return {
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [index("by-at")],
        "BillingMode": "PAY_PER_REQUEST",
        **more,
    }


def index(name: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


ALARM = {
    "AlarmName": "refusals",
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "door", "Value": "front"}],
    "EvaluationPeriods": 2,
    "MetricName": "refused",
    "Namespace": "doors",
    "Period": 60,
    "Statistic": "Sum",
    "Tags": [{"Key": "team", "Value": "red"}],
    "Threshold": 5,
    "TreatMissingData": "notBreaching",
}
TRAIL = {
    "TrailName": "everything",
    "S3BucketName": "<bucket>",
    "S3KeyPrefix": "trail",
    "IsLogging": True,
    "EnableLogFileValidation": True,
    "Tags": [{"Key": "team", "Value": "red"}],
}


def log_group(call: Calls) -> dict[str, str]:
    call("logs", "create_log_group", log_group_name="doors")
    return {"group": "doors"}


def trail_bucket(call: Calls) -> dict[str, str]:
    call("s3", "create_bucket", bucket="trails")
    return {"bucket": "trails"}


SAMPLES = [
    Sample("AWS::SQS::Queue", {}),
    Sample(
        "AWS::SQS::Queue",
        {
            "QueueName": "orders",
            "DelaySeconds": "5",
            "VisibilityTimeout": 60,
            "RedrivePolicy": {"deadLetterTargetArn": QUEUE, "maxReceiveCount": 3},
            "Tags": TAGS,
        },
        [
            {"QueueName": "orders", "MessageRetentionPeriod": 600, "Tags": NEW_TAGS},
            {"QueueName": "orders", "MaximumMessageSize": 1024},
        ],
        given=queues,
        label="-full",
    ),
    Sample(
        "AWS::SQS::Queue",
        {"FifoQueue": True, "ContentBasedDeduplication": True},
        [{"FifoQueue": True}],
        label="-fifo",
    ),
    Sample(
        "AWS::SQS::QueuePolicy",
        {"Queues": ["<dead>", "<other>"], "PolicyDocument": allows("sqs:SendMessage", "*")},
        [{"Queues": ["<dead>"], "PolicyDocument": allows("sqs:ReceiveMessage", "*")}],
        given=queues,
    ),
    Sample(
        "AWS::SNS::Topic",
        {
            "TopicName": "alarms",
            "DisplayName": "Alarms",
            "Subscription": [{"Protocol": "sqs", "Endpoint": QUEUE}],
            "Tags": TAGS,
        },
        [
            {
                "TopicName": "alarms",
                "DisplayName": "Other",
                "Subscription": [{"Protocol": "sqs", "Endpoint": QUEUE.replace("dead", "other")}],
                "Tags": NEW_TAGS,
            },
            {"TopicName": "alarms"},
        ],
        given=queues,
    ),
    Sample(
        "AWS::SNS::Subscription",
        {
            "TopicArn": "<topic>",
            "Protocol": "sqs",
            "Endpoint": QUEUE,
            "RawMessageDelivery": True,
            "FilterPolicy": {"store": ["one"]},
        },
        [
            {
                "TopicArn": "<topic>",
                "Protocol": "sqs",
                "Endpoint": QUEUE,
                "FilterPolicy": {"store": ["two"]},
            }
        ],
        given=queues,
    ),
    Sample(
        "AWS::SNS::TopicPolicy",
        {"Topics": ["<news>", "<weather>"], "PolicyDocument": allows("sns:Publish", "*")},
        [{"Topics": ["<news>"], "PolicyDocument": allows("sns:Subscribe", "*")}],
        given=topics,
    ),
    Sample(
        "AWS::KMS::Key",
        {
            "Description": "one",
            "EnableKeyRotation": True,
            "RotationPeriodInDays": 90,
            "Enabled": False,
            "KeyPolicy": allows("kms:*", "*"),
            "PendingWindowInDays": 7,
            "Tags": TAGS,
        },
        [
            {"Description": "two", "Tags": NEW_TAGS},
            {"EnableKeyRotation": True, "KeyPolicy": allows("kms:*", "*")},
        ],
        unread=("RotationPeriodInDays", "PendingWindowInDays"),
    ),
    Sample(
        "AWS::KMS::Alias",
        {"AliasName": "alias/shop", "TargetKeyId": "<one>"},
        [{"AliasName": "alias/shop", "TargetKeyId": "<two>"}],
        given=keys,
    ),
    Sample(
        "AWS::SSM::Parameter",
        {"Name": "/shop/color", "Type": "String", "Value": "red", "Tags": {"team": "red"}},
        [
            {"Name": "/shop/color", "Type": "String", "Value": "blue", "Tags": {"cost": "1"}},
            {"Name": "/shop/color", "Type": "StringList", "Value": "a,b"},
        ],
    ),
    Sample(
        "AWS::Logs::LogStream",
        {"LogGroupName": "<group>", "LogStreamName": "one"},
        given=log_group,
    ),
    Sample(
        "AWS::Logs::MetricFilter",
        {
            "LogGroupName": "<group>",
            "FilterName": "refusals",
            "FilterPattern": "AccessDenied",
            "MetricTransformations": [
                {"MetricName": "refused", "MetricNamespace": "doors", "MetricValue": "1"}
            ],
        },
        updates=[
            {
                "LogGroupName": "<group>",
                "FilterName": "refusals",
                "FilterPattern": "Denied",
                "MetricTransformations": [
                    {
                        "MetricName": "refused",
                        "MetricNamespace": "doors",
                        "MetricValue": "1",
                        "DefaultValue": 0,
                    }
                ],
            }
        ],
        given=log_group,
    ),
    Sample(
        "AWS::CloudWatch::Alarm",
        ALARM,
        updates=[
            {**ALARM, "Threshold": 7.5, "Tags": [{"Key": "team", "Value": "blue"}]},
            {**ALARM, "AlarmDescription": "too many"},
        ],
    ),
    Sample(
        "AWS::CloudTrail::Trail",
        TRAIL,
        updates=[
            {**TRAIL, "IsLogging": False, "IsMultiRegionTrail": True},
            {
                **TRAIL,
                "IncludeGlobalServiceEvents": False,
                "EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
            },
        ],
        given=trail_bucket,
    ),
    Sample(
        "AWS::Logs::LogGroup",
        {"LogGroupName": "/shop/web", "RetentionInDays": "7", "Tags": TAGS},
        [
            {"LogGroupName": "/shop/web", "RetentionInDays": 30, "Tags": NEW_TAGS},
            {"LogGroupName": "/shop/web"},
        ],
    ),
    Sample(
        "AWS::SecretsManager::Secret",
        {
            "Description": "one",
            "GenerateSecretString": {
                "PasswordLength": 24,
                "ExcludePunctuation": True,
                "SecretStringTemplate": '{"user": "alice"}',
                "GenerateStringKey": "password",
            },
            "Tags": TAGS,
        },
        [{"Description": "two", "SecretString": "known", "Tags": NEW_TAGS}],
        unread=("GenerateSecretString", "SecretString"),
    ),
    Sample(
        "AWS::ECR::Repository",
        {
            "RepositoryName": "shop/web",
            "ImageTagMutability": "IMMUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "LifecyclePolicy": {
                "LifecyclePolicyText": json.dumps(
                    {
                        "rules": [
                            {
                                "rulePriority": 1,
                                "selection": {
                                    "tagStatus": "untagged",
                                    "countType": "imageCountMoreThan",
                                    "countNumber": 1,
                                },
                                "action": {"type": "expire"},
                            }
                        ]
                    }
                )
            },
            "RepositoryPolicyText": allows("ecr:BatchGetImage", "*"),
            "Tags": TAGS,
        },
        [
            {"RepositoryName": "shop/web", "Tags": NEW_TAGS},
            {
                "RepositoryName": "shop/web",
                "RepositoryPolicyText": allows("ecr:PutImage", "*"),
                "EmptyOnDelete": True,
            },
        ],
        unread=("EmptyOnDelete",),
    ),
    Sample(
        "AWS::DynamoDB::Table",
        table(
            TableName="orders",
            TimeToLiveSpecification={"AttributeName": "gone", "Enabled": True},
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            Tags=TAGS,
        ),
        [
            table(
                TableName="orders",
                DeletionProtectionEnabled=True,
                TimeToLiveSpecification={"AttributeName": "late", "Enabled": True},
                GlobalSecondaryIndexes=[index("by-time")],
                Tags=[{"Key": "owner", "Value": "alice"}],  # moto keeps both values of a key
            ),
            table(
                TableName="orders",
                BillingMode="PROVISIONED",
                ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                GlobalSecondaryIndexes=[],
            ),
        ],
    ),
    Sample(
        "AWS::Lambda::Function",
        function(
            Description="one",
            Timeout="10",
            MemorySize=256,
            Environment={"Variables": {"COLOR": "red"}},
            ReservedConcurrentExecutions=2,
            Tags=TAGS,
        ),
        [
            function(Description="two", Runtime="python3.13", Tags=NEW_TAGS),
            function(Code={"S3Bucket": "code", "S3Key": "one.zip"}),
        ],
        given=code,
        unread=("Code",),
    ),
    Sample(
        "AWS::Lambda::Permission",
        {
            "FunctionName": "known",
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
            "SourceAccount": ACCOUNT,
        },
        given=code,
    ),
    Sample(
        "AWS::Lambda::Version",
        {"FunctionName": "known", "Description": "third"},
        given=changed,
    ),
    Sample(
        "AWS::Lambda::Alias",
        {
            "FunctionName": "known",
            "FunctionVersion": "2",
            "Name": "live",
            "Description": "one",
            "RoutingConfig": {
                "AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": 0.25}]
            },
        },
        [{"FunctionName": "known", "FunctionVersion": "1", "Name": "live"}],
        given=code,
    ),
    Sample(
        "AWS::Lambda::LayerVersion",
        {
            "LayerName": "shared",
            "Description": "one",
            "CompatibleRuntimes": ["python3.12"],
            "Content": {"S3Bucket": "code", "S3Key": "one.zip"},
        },
        given=code,
        unread=("Content",),
    ),
    Sample(
        "AWS::Lambda::Url",
        {"TargetFunctionArn": "<function>", "AuthType": "NONE", "Cors": {"AllowMethods": ["GET"]}},
        [{"TargetFunctionArn": "<function>", "AuthType": "AWS_IAM"}],
        given=code,
        unread=("Cors",),
    ),
]


def of_queues(call: Calls) -> Any:
    urls = call("sqs", "list_queues").get("QueueUrls", [])
    return [
        (one, call("sqs", "get_queue_attributes", queue_url=one, attribute_names=["Policy"]))
        for one in urls
    ]


def of_topics(call: Calls) -> Any:
    arns = [one["TopicArn"] for one in call("sns", "list_topics")["Topics"]]
    policies = [
        json.loads(call("sns", "get_topic_attributes", topic_arn=one)["Attributes"]["Policy"])
        for one in arns
    ]
    return arns, policies, call("sns", "list_subscriptions")["Subscriptions"]


def of_keys(call: Calls) -> Any:
    keys = [one["KeyId"] for one in call("kms", "list_keys")["Keys"]]
    found = [call("kms", "describe_key", key_id=one)["KeyMetadata"] for one in keys]
    aliases = call("kms", "list_aliases")["Aliases"]
    return (
        [one["KeyId"] for one in found if one["KeyState"] != "PendingDeletion"],
        [one for one in aliases if "TargetKeyId" in one],
    )


def of_functions(call: Calls) -> Any:
    functions = [one["FunctionName"] for one in call("lambda", "list_functions")["Functions"]]
    return call("lambda", "list_layers")["Layers"], [
        (
            one,
            len(call("lambda", "list_versions_by_function", function_name=one)["Versions"]),
            call("lambda", "list_aliases", function_name=one)["Aliases"],
        )
        for one in functions
    ]


SNAPSHOTS = {
    "SQS": of_queues,
    "SNS": of_topics,
    "KMS": of_keys,
    "Lambda": of_functions,
    "SSM": lambda call: call("ssm", "describe_parameters")["Parameters"],
    "Logs": lambda call: [
        call("logs", "describe_log_groups")["logGroups"],
        call("logs", "describe_metric_filters")["metricFilters"],
    ],
    "CloudWatch": lambda call: [
        call("cloudwatch", "describe_alarms")["MetricAlarms"],
        call("cloudwatch", "describe_alarms")["CompositeAlarms"],
    ],
    "CloudTrail": lambda call: call("cloudtrail", "list_trails")["Trails"],
    "SecretsManager": lambda call: call("secretsmanager", "list_secrets")["SecretList"],
    "ECR": lambda call: call("ecr", "describe_repositories")["repositories"],
    "DynamoDB": lambda call: call("dynamodb", "list_tables")["TableNames"],
}
"""What each service lists."""


def snapshot(sample: Sample, call: Calls) -> Any:
    return SNAPSHOTS[sample.type_name.split("::")[1]](call)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_resource_is_made_read_changed_and_removed(sample: Sample, behind: Calls) -> None:
    lifecycle.lives(sample, behind, lambda: snapshot(sample, behind))


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_creation_that_is_refused_midway_leaves_nothing(sample: Sample, behind: Calls) -> None:
    assert lifecycle.leaves_nothing(sample, behind, lambda: snapshot(sample, behind))
