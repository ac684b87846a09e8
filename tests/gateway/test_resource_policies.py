"""Policies of resources, kept by the service behind the gateway, count as bucket policies do."""

import json

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, OTHER_ACCOUNT
from gateway.conftest import allow, document
from gateway.things import THINGS, code, role

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


def grant(effect, principal, action, resource="*", **more):
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [{**statement, **more}]}


def put_sqs(root, made, policy):
    root("sqs").set_queue_attributes(
        QueueUrl=made.call["QueueUrl"], Attributes={"Policy": json.dumps(policy)}
    )


def put_sns(root, made, policy):
    root("sns").set_topic_attributes(
        TopicArn=made.arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def put_kms(root, made, policy):
    root("kms").put_key_policy(KeyId=made.arn, PolicyName="default", Policy=json.dumps(policy))


def put_secret(root, made, policy):
    root("secretsmanager").put_resource_policy(SecretId=made.arn, ResourcePolicy=json.dumps(policy))


def put_ecr(root, made, policy):
    root("ecr").set_repository_policy(policyText=json.dumps(policy), **made.call)


def put_table(root, made, policy):
    root("dynamodb").put_resource_policy(ResourceArn=made.arn, Policy=json.dumps(policy))


PUT = {
    "sqs": put_sqs,
    "sns": put_sns,
    "kms": put_kms,
    "secretsmanager": put_secret,
    "ecr": put_ecr,
    "dynamodb": put_table,
}


def refused(call, **parameters) -> bool:
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED
    return False


def without_kms(policy, service):
    """*policy*; of a key, with the statement that keeps its account in charge."""
    if service == "kms":
        owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        policy["Statement"] += grant("Allow", owner, "kms:*")["Statement"]
    return policy


@pytest.mark.parametrize("service", PUT)
def test_a_resources_policy_lets_in_a_user_who_has_no_policy(root, user, name, service):
    thing, bob = THINGS[service], user()
    made = thing.make(root, name, {})
    client = bob(service)
    before = refused(getattr(client, thing.operation), **made.call)

    policy = without_kms(grant("Allow", {"AWS": bob.arn}, thing.action, made.arn), service)
    if service in {"kms", "ecr", "secretsmanager"}:
        policy["Statement"][0]["Resource"] = "*"
    PUT[service](root, made, policy)

    assert before
    getattr(client, thing.operation)(**made.call)


@pytest.mark.parametrize("service", PUT)
def test_a_deny_in_a_resources_policy_holds_from_the_next_request_on(root, user, name, service):
    thing, bob = THINGS[service], user(allow("*"))
    made = thing.make(root, name, {})
    call = getattr(bob(service), thing.operation)
    call(**made.call)

    policy = grant("Deny", {"AWS": bob.arn}, thing.action)
    PUT[service](root, made, without_kms(policy, service))

    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        call(**made.call)


def test_lambda_lets_in_by_the_permissions_of_the_function(root, user, name):
    made = THINGS["lambda"].make(root, name, {})
    bob = user()
    before = refused(bob("lambda").invoke, FunctionName=name)

    root("lambda").add_permission(
        FunctionName=name, StatementId="bob", Action="lambda:InvokeFunction", Principal=bob.arn
    )

    assert before
    assert bob("lambda").invoke(FunctionName=made.arn)["StatusCode"] == 200


def test_a_key_whose_policy_does_not_delegate_is_closed_to_identity_policies(root, user, name):
    made = THINGS["kms"].make(root, name, {})
    bob = user(allow("kms:*"))
    bob("kms").encrypt(**made.call)

    put_kms(root, made, grant("Allow", {"AWS": user().arn}, "kms:*"))

    with pytest.raises(ClientError, match="no resource-based policy allows the kms:Encrypt action"):
        bob("kms").encrypt(**made.call)
    with pytest.raises(ClientError, match="no resource-based policy allows the kms:Encrypt action"):
        root("kms").encrypt(**made.call)


def test_a_key_is_known_by_its_alias_and_by_what_it_encrypted(root, user, name):
    made = THINGS["kms"].make(root, name, {})
    root("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=made.arn)
    bob = user(allow(["kms:Encrypt", "kms:Decrypt"], made.arn))
    carol = user(allow(["kms:Encrypt", "kms:Decrypt"], made.arn.rpartition("/")[0] + "/other"))

    sealed = bob("kms").encrypt(KeyId=f"alias/{name}", Plaintext=b"x")["CiphertextBlob"]

    assert bob("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert refused(carol("kms").encrypt, KeyId=f"alias/{name}", Plaintext=b"x")
    assert refused(carol("kms").decrypt, CiphertextBlob=sealed)


def test_another_account_needs_its_own_leave_and_that_of_the_resource(served, root, name, stranger):
    made = THINGS["sqs"].make(root, name, {})
    iam = stranger("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    client = served.client("sqs", key["AccessKeyId"], key["SecretAccessKey"])
    arn = f"arn:aws:iam::{OTHER_ACCOUNT}:user/{name}"
    nothing = refused(client.send_message, **made.call)

    put_sqs(root, made, grant("Allow", {"AWS": arn}, "sqs:SendMessage", made.arn))
    resource_alone = refused(client.send_message, **made.call)
    iam.put_user_policy(
        UserName=name, PolicyName="own", PolicyDocument=document(allow("sqs:SendMessage"))
    )

    assert nothing
    assert resource_alone
    client.send_message(**made.call)
    received = root("sqs").receive_message(QueueUrl=made.call["QueueUrl"])["Messages"]
    assert [one["Body"] for one in received] == ["hello"]


def test_a_tag_that_is_taken_away_no_longer_lets_in(root, user, name):
    made = THINGS["sqs"].make(root, name, {"team": "red"})
    red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    client = user(allow("sqs:SendMessage", Condition=red))("sqs")
    client.send_message(**made.call)

    root("sqs").untag_queue(QueueUrl=made.call["QueueUrl"], TagKeys=["team"])

    assert refused(client.send_message, **made.call)


def test_tags_that_the_tagging_service_changes_are_known_at_once(root, user, name):
    made = THINGS["sns"].make(root, name, {"team": "red"})
    blue = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    client = user(allow("sns:Publish", Condition=blue))("sns")
    before = refused(client.publish, **made.call)

    done = root("resourcegroupstaggingapi").tag_resources(
        ResourceARNList=[made.arn], Tags={"team": "blue"}
    )

    assert before
    assert not done["FailedResourcesMap"]
    client.publish(**made.call)


def test_tags_in_the_request_decide_what_may_be_made(user, name):
    red = {"StringEquals": {"aws:RequestTag/team": "red"}}
    client = user(allow(["sqs:CreateQueue", "sqs:TagQueue"], Condition=red))("sqs")

    client.create_queue(QueueName=name, tags={"team": "red"})

    assert refused(client.create_queue, QueueName=f"{name}-b", tags={"team": "blue"})
    assert refused(client.create_queue, QueueName=f"{name}-c")


def test_who_may_hears_that_a_resource_is_missing_and_who_may_not_does_not(root, user, name):
    queue = {"QueueUrl": f"http://localhost/{ACCOUNT}/{name}", "MessageBody": "x"}

    with pytest.raises(ClientError) as missing:
        user(allow("sqs:*"))("sqs").send_message(**queue)

    assert missing.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert refused(user()("sqs").send_message, **queue)


def test_a_role_is_handed_on_only_by_who_may_pass_it(root, user, name):
    function = {
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": role(root),
        "Handler": "index.handler",
        "Code": {"ZipFile": code()},
    }
    passes = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    bob = user(allow("lambda:CreateFunction"))
    carol = user(allow("lambda:CreateFunction"), allow("iam:PassRole", Condition=passes))

    with pytest.raises(ClientError, match="is not authorized to perform: iam:PassRole"):
        bob("lambda").create_function(**function)
    assert carol("lambda").create_function(**function)["Role"] == function["Role"]


def test_a_function_is_not_made_with_a_role_that_lambda_cannot_assume(root, name):
    trust = document(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"},
        }
    )
    arn = root("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    with pytest.raises(ClientError) as caught:
        root("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=arn,
            Handler="i.h",
            Code={"ZipFile": code()},
        )

    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


def test_instances_are_started_in_a_profile_whose_role_may_be_passed(root, user, name):
    iam = root("iam")
    role(root, name)
    iam.create_instance_profile(InstanceProfileName=name, Path="/web/")
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    image = root("ec2").describe_images()["Images"][0]["ImageId"]
    wanted = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    profile = {"Name": name}
    bob = user(allow("ec2:*"))
    carol = user(allow("ec2:*"), allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{name}"))

    with pytest.raises(ClientError, match="is not authorized to perform: iam:PassRole"):
        bob("ec2").run_instances(IamInstanceProfile=profile, **wanted)
    made = carol("ec2").run_instances(IamInstanceProfile=profile, **wanted)["Instances"][0]

    assert made["IamInstanceProfile"]["Arn"].endswith(f"instance-profile/web/{name}")
    with pytest.raises(ClientError, match="Invalid IAM Instance Profile name"):
        root("ec2").run_instances(IamInstanceProfile={"Name": "none"}, **wanted)


def test_a_policy_that_cannot_be_read_closes_the_resource_to_all_but_its_root(root, user, name):
    made = THINGS["sqs"].make(root, name, {})
    bob = user(allow("sqs:*"))

    root("sqs").set_queue_attributes(
        QueueUrl=made.call["QueueUrl"],
        Attributes={"Policy": '{"Statement": [{"Effect": "Maybe"}]}'},
    )

    assert refused(bob("sqs").send_message, **made.call)
    root("sqs").send_message(**made.call)
