"""What a stack makes carries its marks, which nobody else can set or take away."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import Served
from services.cloudformation.conftest import Stacks

MARKED = {
    "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "marked-files"}},
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "marked"}},
    "Setting": {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/marked", "Type": "String", "Value": "v", "Tags": {"own": "1"}},
    },
    "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "marked"}},
    "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "marked"}},
    "Images": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "marked"}},
    "Alarm": {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": "marked",
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "MetricName": {"Fn::Sub": "${Refusals}"},
            "Namespace": "doors",
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": 1,
        },
    },
    "Refusals": {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "FilterPattern": "AccessDenied",
            "LogGroupName": {"Ref": "Log"},
            "MetricTransformations": [
                {"MetricName": "refused", "MetricNamespace": "doors", "MetricValue": "1"}
            ],
        },
    },
    "Stream": {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": {"Ref": "Log"}}},
    "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "unmarked"}},
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "unmarked"}},
}
ACCOUNT = "arn:aws:{}:us-east-1:123456789012:{}"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served(upstreams=("*=moto",))
    yield server
    server.stop()


@pytest.fixture
def marked(stacks: Stacks) -> str:
    """The id of a stack of everything above."""
    made = stacks.create("shop", {"Resources": MARKED}, Tags=[{"Key": "team", "Value": "red"}])
    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events("shop")
    stack_id: str = made["StackId"]
    return stack_id


def pairs(tags: list[dict[str, str]]) -> dict[str, str]:
    return {one.get("Key", one.get("key", "")): one.get("Value", "") for one in tags}


def test_each_type_that_takes_marks_has_them_beside_the_tags_of_the_stack(
    marked: str, fresh: Served
) -> None:
    def of(service: str, operation: str, member: str, **given: Any) -> Any:
        return getattr(fresh.client(service), operation)(**given)[member]

    by_arn = ("list_tags_for_resource", "tags")
    found = {
        "Files": pairs(of("s3", "get_bucket_tagging", "TagSet", Bucket="marked-files")),
        "Topic": pairs(of("sns", "list_tags_for_resource", "Tags",
                          ResourceArn=ACCOUNT.format("sns", "marked"))),
        "Setting": pairs(of("ssm", "list_tags_for_resource", "TagList",
                            ResourceType="Parameter", ResourceId="/marked")),
        "Log": of("logs", *by_arn, resourceArn=ACCOUNT.format("logs", "log-group:marked")),
        "Secret": pairs(of("secretsmanager", "describe_secret", "Tags", SecretId="marked")),
        "Alarm": pairs(of("cloudwatch", "list_tags_for_resource", "Tags",
                          ResourceARN=ACCOUNT.format("cloudwatch", "alarm:marked"))),
        "Images": pairs(of("ecr", *by_arn, resourceArn=ACCOUNT.format("ecr", "repository/marked"))),
    }  # fmt: skip
    for logical_id, tags in found.items():
        assert tags.pop("aws:cloudformation:logical-id") == logical_id
        assert tags.pop("aws:cloudformation:stack-name") == "shop"
        assert tags.pop("aws:cloudformation:stack-id") == marked
        assert tags.pop("team") == "red"
    assert found["Setting"] == {"own": "1"}
    assert pairs(of("iam", "list_user_tags", "Tags", UserName="unmarked")) == {"team": "red"}


def test_a_deny_on_what_stacks_own_holds_against_everybody_and_not_for_the_rest(
    marked: str, fresh: Served, as_user: Any
) -> None:
    del marked
    fresh.client("ssm").put_parameter(Name="/free", Type="String", Value="v")
    alice = as_user("alice", "ssm:*")
    deny = {
        "Effect": "Deny",
        "Action": "ssm:DeleteParameter",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/aws:cloudformation:stack-name": "shop"}},
    }
    fresh.client("iam").put_user_policy(
        UserName="alice",
        PolicyName="hands-off",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": deny}),
    )

    with pytest.raises(ClientError, match="explicit deny"):
        alice("ssm").delete_parameter(Name="/marked")
    with pytest.raises(ClientError, match="reserved for AWS use"):
        alice("ssm").remove_tags_from_resource(
            ResourceType="Parameter",
            ResourceId="/marked",
            TagKeys=["aws:cloudformation:stack-name"],
        )
    alice("ssm").delete_parameter(Name="/free")


def test_nobody_but_cloudformation_changes_the_marks_of_a_bucket(
    marked: str, fresh: Served, stacks: Stacks
) -> None:
    s3 = fresh.client("s3")
    marks = s3.get_bucket_tagging(Bucket="marked-files")["TagSet"]
    own = [{"Key": "note", "Value": "mine"}]

    with pytest.raises(ClientError, match="System tags cannot be removed by requester"):
        s3.put_bucket_tagging(Bucket="marked-files", Tagging={"TagSet": own})
    with pytest.raises(ClientError, match="System tags cannot be removed by requester"):
        s3.delete_bucket_tagging(Bucket="marked-files")
    forged = [{**one, "Value": "other"} for one in marks]
    with pytest.raises(ClientError, match="System tags cannot be added/updated by requester"):
        s3.put_bucket_tagging(Bucket="marked-files", Tagging={"TagSet": forged})
    s3.put_bucket_tagging(Bucket="marked-files", Tagging={"TagSet": marks + own})

    resources = {**MARKED, "Files": {**MARKED["Files"], "Metadata": {"v": 2}}}
    updated = stacks.update("shop", {"Resources": resources}, Tags=[])
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    kept = pairs(s3.get_bucket_tagging(Bucket="marked-files")["TagSet"])
    assert kept["aws:cloudformation:stack-id"] == marked
    assert "team" not in kept


def test_a_template_cannot_set_marks_itself(stacks: Stacks, fresh: Served) -> None:
    forged = {"Key": "aws:cloudformation:stack-name", "Value": "other"}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "forged", "Tags": [forged]}}

    made = stacks.create("forger", {"Resources": {"Files": bucket}})

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = next(one[2] for one in stacks.events("forger") if one[1] == "CREATE_FAILED")
    assert "aws: prefixed tag key names are not allowed for external use." in (reason or "")
    assert fresh.client("s3").list_buckets()["Buckets"] == []


def test_a_unit_of_an_organization_is_marked_and_stays_so(stacks: Stacks, fresh: Served) -> None:
    organizations = fresh.client("organizations")
    organizations.create_organization()
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = {
        "Type": "AWS::Organizations::OrganizationalUnit",
        "Properties": {"Name": "prod", "ParentId": root},
    }

    made = stacks.create("units", {"Resources": {"Prod": unit}})

    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events("units")
    (found,) = organizations.list_organizational_units_for_parent(ParentId=root)[
        "OrganizationalUnits"
    ]
    tags = pairs(organizations.list_tags_for_resource(ResourceId=found["Id"])["Tags"])
    assert tags["aws:cloudformation:logical-id"] == "Prod"
    with pytest.raises(ClientError, match="a tag key that is a system tag"):
        organizations.untag_resource(ResourceId=found["Id"], TagKeys=list(tags))
