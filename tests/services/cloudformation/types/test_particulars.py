"""What is true of single types."""

import json
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.lambda_functions import code
from doorward.services.cloudformation.types.provider import Created
from doorward.services.cloudformation.types.refusals import LeftBehind
from doorward.services.cloudformation.types.resource_type import ResourceType
from services.cloudformation.types.support import Calls, Refused, Refusing, facts
from services.cloudformation.types.test_iam import allows, entities, inline, trusts
from services.cloudformation.types.test_organizations import organization


def kind(name: str) -> ResourceType:
    found = registry.find(f"AWS::{name}")
    assert found
    return found


def make(call: Any, name: str, **properties: Any) -> Created:
    return kind(name).create(call, properties, facts())


def refusal(call: Any, name: str, **properties: Any) -> AwsError:
    with pytest.raises(AwsError) as caught:
        make(call, name, **properties)
    return caught.value


class Forbidding:
    """A `Call` that some operations are denied to."""

    def __init__(self, call: Calls, *operations: str) -> None:
        self.call = call
        self.operations = operations

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        if operation in self.operations:
            raise Refused("AccessDenied", f"no {operation}")
        return self.call(service, operation, **parameters)


def test_a_name_that_nobody_gave_is_made_of_stack_resource_and_chance(call):
    assert make(call, "IAM::User").physical_id == "shop-Thing-ABCDEF123456"
    assert make(call, "S3::Bucket").physical_id == "shop-thing-abcdef123456"


def test_what_cannot_be_undone_is_told_with_its_id(call):
    denied = Forbidding(call, "put_role_policy", "delete_role")
    properties = {"AssumeRolePolicyDocument": trusts("ec2"), "Policies": [inline("one", "s3:*")]}

    error = refusal(denied, "IAM::Role", **properties)

    assert isinstance(error, LeftBehind)
    assert error.physical_id == "shop-Thing-ABCDEF123456"
    assert (error.code, error.message) == ("AccessDenied", "no put_role_policy")
    assert call("iam", "get_role", role_name=error.physical_id)


def test_properties_that_are_refused_make_nothing(call):
    error = refusal(call, "IAM::User", Nmae="alice")

    assert "unsupported properties" in error.message
    assert call("iam", "list_users")["Users"] == []


def test_a_managed_policy_drops_its_oldest_version_to_make_room(call):
    arn = make(call, "IAM::ManagedPolicy", PolicyDocument=allows("s3:*")).physical_id
    old: dict[str, Any] = {"PolicyDocument": allows("s3:*")}
    for number in range(6):
        new = {"PolicyDocument": allows(f"s3:Get{number}*")}
        kind("IAM::ManagedPolicy").update(call, arn, old, new, facts())
        old = new

    versions = call("iam", "list_policy_versions", policy_arn=arn)["Versions"]
    assert [one["VersionId"] for one in versions] == ["v7", "v6", "v5", "v4", "v3"]
    assert [one["VersionId"] for one in versions if one["IsDefaultVersion"]] == ["v7"]


def test_a_managed_policy_that_others_attached_stays(call):
    entities(call)
    arn = make(call, "IAM::ManagedPolicy", PolicyDocument=allows("s3:*")).physical_id
    call("iam", "attach_user_policy", user_name="alice", policy_arn=arn)

    with pytest.raises(AwsError) as caught:
        kind("IAM::ManagedPolicy").delete(call, arn, {"PolicyDocument": allows("s3:*")}, facts())

    assert caught.value.message == "Cannot delete a policy attached to entities."


def test_an_inline_policy_goes_where_it_is_sent(call):
    entities(call)
    old = {"PolicyName": "p", "PolicyDocument": allows("s3:*"), "Users": ["alice"]}
    new = {"PolicyName": "q", "PolicyDocument": allows("s3:*"), "Groups": ["readers"]}
    made = make(call, "IAM::Policy", **old)
    assert call("iam", "list_user_policies", user_name="alice")["PolicyNames"] == ["p"]

    kind("IAM::Policy").update(call, made.physical_id, old, new, facts())

    assert call("iam", "list_user_policies", user_name="alice")["PolicyNames"] == []
    assert call("iam", "list_group_policies", group_name="readers")["PolicyNames"] == ["q"]


def test_an_inline_policy_of_nobody_is_refused(call):
    error = refusal(call, "IAM::Policy", PolicyName="p", PolicyDocument=allows("s3:*"))

    assert error.message == "At least one of [Groups,Roles,Users] must be non-empty."


def test_users_move_from_group_to_group(call):
    entities(call)
    old = {"GroupName": "readers", "Users": ["alice", "bob"]}
    made = make(call, "IAM::UserToGroupAddition", **old)

    kind("IAM::UserToGroupAddition").update(
        call, made.physical_id, old, {"GroupName": "writers", "Users": ["bob"]}, facts()
    )

    members = {
        group: [one["UserName"] for one in call("iam", "get_group", group_name=group)["Users"]]
        for group in ("readers", "writers")
    }
    assert members == {"readers": [], "writers": ["bob"]}


def test_the_secret_of_an_access_key_is_told_once(call):
    entities(call)
    made = make(call, "IAM::AccessKey", UserName="alice", Status="Inactive")
    [key] = call("iam", "list_access_keys", user_name="alice")["AccessKeyMetadata"]
    assert (key["AccessKeyId"], key["Status"]) == (made.physical_id, "Inactive")
    assert len(str(made.attributes["SecretAccessKey"])) == 40

    changed = kind("IAM::AccessKey").update(
        call,
        made.physical_id,
        {"UserName": "alice", "Status": "Inactive"},
        {"UserName": "alice"},
        facts(),
    )

    assert dict(changed.attributes) == {"Id": made.physical_id}
    [key] = call("iam", "list_access_keys", user_name="alice")["AccessKeyMetadata"]
    assert key["Status"] == "Active"


def test_a_user_goes_with_keys_and_memberships_that_others_gave(call):
    entities(call)
    made = make(call, "IAM::User", UserName="carol", Groups=["readers"])
    call("iam", "create_access_key", user_name="carol")
    call("iam", "add_user_to_group", user_name="carol", group_name="writers")

    kind("IAM::User").delete(
        call, made.physical_id, {"UserName": "carol", "Groups": ["readers"]}, facts()
    )

    assert kind("IAM::User").read(call, "carol", facts()) is None


def test_a_password_is_never_read_back(call):
    make(call, "IAM::User", UserName="carol", LoginProfile={"Password": "A-long-Secret-1"})

    found = kind("IAM::User").read(call, "carol", facts())

    assert found is not None
    assert "Secret" not in json.dumps(found)


def test_a_role_that_others_attached_policies_to_stays(call):
    made = make(call, "IAM::Role", AssumeRolePolicyDocument=trusts("ec2"))
    call(
        "iam",
        "attach_role_policy",
        role_name=made.physical_id,
        policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess",
    )

    with pytest.raises(AwsError, match="must detach all policies first"):
        kind("IAM::Role").delete(
            call, made.physical_id, {"AssumeRolePolicyDocument": trusts("ec2")}, facts()
        )


def test_a_stack_brought_back_from_wrong_properties_leaves_the_resource_alone(call):
    good = {"AssumeRolePolicyDocument": trusts("ec2"), "Description": "one"}
    made = make(call, "IAM::Role", **good)
    before = len(call.made)

    same = facts(previous_tags=facts().tags)
    kind("IAM::Role").update(call, made.physical_id, {"Nonsense": 1}, good, same)

    assert call.made[before:] == ["get_role"]


def test_an_update_that_stopped_halfway_is_brought_back(call):
    old = {"AssumeRolePolicyDocument": trusts("ec2"), "Policies": [inline("one", "s3:*")]}
    new = {
        "AssumeRolePolicyDocument": trusts("lambda"),
        "Policies": [inline("two", "s3:*")],
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "Tags": [{"Key": "team", "Value": "red"}],
    }
    role = kind("IAM::Role")
    made = make(call, "IAM::Role", **old)
    before = role.read(call, made.physical_id, facts())
    for at in range(1, 6):
        with pytest.raises(AwsError, match="for this test"):
            role.update(Refusing(call, at), made.physical_id, old, new, facts())

        role.update(call, made.physical_id, new, old, facts(previous_tags=facts().tags))

        assert role.read(call, made.physical_id, facts()) == before


def test_a_bucket_that_is_there_is_not_taken_over(call):
    call("s3", "create_bucket", bucket="reports")

    error = refusal(call, "S3::Bucket", BucketName="reports")

    assert error.message == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'reports' already exists."
    )
    assert call("s3", "head_bucket", bucket="reports")


def test_a_bucket_with_objects_is_not_deleted(call):
    call("s3", "create_bucket", bucket="reports")
    call("s3", "put_object", bucket="reports", key="a", body=b"text")

    with pytest.raises(AwsError) as caught:
        kind("S3::Bucket").delete(call, "reports", {}, facts())

    assert caught.value.code == "BucketNotEmpty"


def test_a_bucket_policy_that_is_there_is_not_overwritten(call):
    call("s3", "create_bucket", bucket="reports")
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::reports/*",
            }
        ],
    }
    properties = {"Bucket": "reports", "PolicyDocument": document}
    make(call, "S3::BucketPolicy", **properties)

    error = refusal(call, "S3::BucketPolicy", **properties)

    assert error.message == "The bucket policy already exists on bucket reports."


WEBSITES = [
    ("us-east-1", "http://b.s3-website-us-east-1.amazonaws.com"),
    ("eu-central-1", "http://b.s3-website.eu-central-1.amazonaws.com"),
]


@pytest.mark.parametrize(("region", "url"), WEBSITES)
def test_a_website_has_the_address_of_its_region(region, url):
    made = kind("S3::Bucket").update(
        lambda *_, **__: {}, "b", {}, {}, facts(region=region, tags={})
    )

    assert made.attributes["WebsiteURL"] == url


def test_an_account_that_cannot_be_moved_is_closed(call):
    names = organization(call)
    before = call("organizations", "list_accounts")["Accounts"]

    error = refusal(
        Forbidding(call, "move_account"),
        "Organizations::Account",
        AccountName="alice",
        Email="alice@example.com",
        ParentIds=[names["unit"]],
    )

    assert error.message == "no move_account"
    accounts = call("organizations", "list_accounts")["Accounts"]
    [made] = [one for one in accounts if one["Id"] not in {one["Id"] for one in before}]
    assert made["Status"] == "SUSPENDED"


def test_the_name_of_an_account_cannot_be_changed(call):
    properties = {"AccountName": "alice", "Email": "alice@example.com"}

    with pytest.raises(AwsError) as caught:
        kind("Organizations::Account").update(
            call, "210987654321", properties, {**properties, "AccountName": "bob"}, facts()
        )

    assert caught.value.code == "NotUpdatable"


def test_a_generated_secret_is_in_its_template(behind):
    made = make(
        behind,
        "SecretsManager::Secret",
        GenerateSecretString={
            "PasswordLength": "20",
            "SecretStringTemplate": '{"user": "alice"}',
            "GenerateStringKey": "password",
        },
    )

    text = behind("secretsmanager", "get_secret_value", secret_id=made.physical_id)["SecretString"]
    value = json.loads(text)
    assert value["user"] == "alice"
    assert len(value["password"]) == 20


def test_a_parameter_in_a_template_is_no_secret(behind):
    error = refusal(behind, "SSM::Parameter", Type="SecureString", Value="x")

    assert "SecureString" in error.message
    assert behind("ssm", "describe_parameters")["Parameters"] == []


def test_a_table_that_is_protected_is_undone_too(behind):
    error = refusal(
        Forbidding(behind, "update_time_to_live"),
        "DynamoDB::Table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        TimeToLiveSpecification={"AttributeName": "gone", "Enabled": True},
    )

    assert error.message == "no update_time_to_live"
    assert behind("dynamodb", "list_tables")["TableNames"] == []


def test_the_kind_of_a_key_cannot_be_changed(behind):
    with pytest.raises(AwsError) as caught:
        kind("KMS::Key").update(behind, "id", {}, {"KeySpec": "RSA_2048"}, facts())

    assert caught.value.code == "NotUpdatable"


def test_a_queue_that_is_there_is_not_taken_over(behind):
    behind("sqs", "create_queue", queue_name="orders")

    error = refusal(behind, "SQS::Queue", QueueName="orders")

    assert error.code == "AlreadyExists"


def test_inline_code_is_the_same_archive_each_time():
    assert code.zipped("print()", "python3.12") == code.zipped("print()", "python3.12")
    with pytest.raises(AwsError):
        code.zipped("print()", "java21")


def test_metadata_of_the_cdk_make_nothing(call):
    before = len(call.made)

    made = make(call, "CDK::Metadata", Analytics="v2:deflate64:x")

    assert made.physical_id
    assert len(call.made) == before
