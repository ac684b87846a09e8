"""Keys that a service uses in the caller's name: the caller has to be allowed to use them."""

import json

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from gateway.conftest import allow, deny
from gateway.test_resource_policies import DENIED, grant, put_kms
from gateway.things import THINGS, code, role

REGION = "us-east-1"
OWNER = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def via(service):
    return {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}}


def queue(root, name, key):
    url = root("sqs").create_queue(QueueName=name, Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    return {"QueueUrl": url, "MessageBody": "x"}


def topic(root, name, key):
    made = root("sns").create_topic(Name=name, Attributes={"KmsMasterKeyId": key})
    return {"TopicArn": made["TopicArn"], "Message": "x"}


def secret(root, name, key):
    root("secretsmanager").create_secret(Name=name, SecretString="x", KmsKeyId=key)
    return {"SecretId": name}


def parameter(root, name, key):
    root("ssm").put_parameter(Name=name, Value="x", Type="SecureString", KeyId=key)
    return {"Name": name, "WithDecryption": True}


def new_parameter(root, name, key):
    return {"Name": name, "Value": "x", "Type": "SecureString", "KeyId": key}


def new_secret(root, name, key):
    return {"Name": name, "SecretString": "x", "KmsKeyId": key}


SCHEMA = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def new_table(root, name, key):
    sealed = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    return {"TableName": name, **SCHEMA, "SSESpecification": sealed}


def table(root, name, key):
    root("dynamodb").create_table(**new_table(root, name, key))
    return {"TableName": name, "Key": {"id": {"S": "1"}}}


def new_function(root, name, key):
    return {
        "FunctionName": name, "Runtime": "python3.12", "Role": role(root), "KMSKeyArn": key,
        "Handler": "index.handler", "Code": {"ZipFile": code()},
    }  # fmt: skip


def new_volume(root, name, key):
    return {"AvailabilityZone": "us-east-1a", "Size": 1, "Encrypted": True, "KmsKeyId": key}


def stream(root, name, key):
    kinesis = root("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)
    return {"StreamName": name, "Data": b"x", "PartitionKey": "1"}


def new_repository(root, name, key):
    return {
        "repositoryName": name,
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": key},
    }


USES = [
    # service          operation            what it is called with   on the key
    ("sqs",            "send_message",      queue,          ["GenerateDataKey", "Decrypt"]),
    ("sqs",            "receive_message",   queue,          ["Decrypt"]),
    ("sns",            "publish",           topic,          ["GenerateDataKey", "Decrypt"]),
    ("secretsmanager", "get_secret_value",  secret,         ["Decrypt"]),
    ("secretsmanager", "create_secret",     new_secret,     ["GenerateDataKey", "Decrypt"]),
    ("ssm",            "get_parameter",     parameter,      ["Decrypt"]),
    ("ssm",            "put_parameter",     new_parameter,  ["Encrypt"]),
    ("dynamodb",       "create_table",      new_table,      ["DescribeKey", "CreateGrant"]),
    ("dynamodb",       "get_item",          table,          ["Decrypt"]),
    ("lambda",         "create_function",   new_function,   ["Encrypt", "CreateGrant"]),
    ("ec2",            "create_volume",     new_volume,
     ["DescribeKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"]),
    ("kinesis",        "put_record",        stream,         ["GenerateDataKey"]),
    ("ecr",            "create_repository", new_repository, ["DescribeKey", "CreateGrant"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def key(root):
    """A key that leaves everything to the policies of its account."""
    return THINGS["kms"].make(root, "in-use", {}).arn


@pytest.mark.parametrize(("service", "operation", "made", "actions"), USES)
def test_who_has_a_service_use_a_key_needs_leave_for_it(
    root, user, name, key, service, operation, made, actions
):
    given = made(root, name, key)
    if operation == "receive_message":
        del given["MessageBody"]
    own = [allow([f"{service}:*", "iam:PassRole"])]
    names = [f"kms:{one}" for one in actions]

    for missing in names:
        rest = [one for one in names if one != missing] or ["kms:ListKeys"]
        without = user(*own, allow(rest, key))
        with pytest.raises(ClientError, match=f"not authorized to perform: {missing} on") as caught:
            getattr(without(service), operation)(**given)
        assert caught.value.response["Error"]["Code"] in {*DENIED, "UnauthorizedOperation"}
    elsewhere = user(*own, allow(names, key, Condition=via("s3")))
    with pytest.raises(ClientError, match=f"not authorized to perform: {names[0]} on"):
        getattr(elsewhere(service), operation)(**given)
    through = user(
        *own,
        allow(names, key, Condition=via(service)),
        deny("kms:*", Condition={"Bool": {"aws:ViaAWSService": "false"}}),
        deny("kms:*", Condition={
            "ForAllValues:StringNotEquals": {"aws:CalledVia": f"{service}.amazonaws.com"},
        }),
        deny("kms:*", Condition={"StringNotEquals": {"kms:CallerAccount": ACCOUNT}}),
        deny("kms:CreateGrant", Condition={"Bool": {"kms:GrantIsForAWSResource": "false"}}),
    )  # fmt: skip
    getattr(through(service), operation)(**given)


def test_the_policy_of_the_key_decides_on_its_use_by_a_service_too(root, user, name):
    made = THINGS["kms"].make(root, name, {})
    given = queue(root, name, made.arn)
    bob = user(allow(["sqs:*", "kms:*"]))
    bob("sqs").send_message(**given)
    closed = grant("Deny", "*", "kms:Decrypt", Condition=via("sqs"))
    closed["Statement"] += grant("Allow", OWNER, "kms:*")["Statement"]

    put_kms(root, made, closed)

    with pytest.raises(ClientError, match=r"kms:Decrypt .* explicit deny in a resource-based"):
        bob("sqs").send_message(**given)


def test_the_encryption_context_of_a_service_is_known(root, user, name, key):
    given = queue(root, name, key)
    ours = {"StringEquals": {"kms:EncryptionContext:aws:sqs:arn": f"arn:aws:sqs:*:{ACCOUNT}:other"}}
    mine = json.loads(json.dumps(ours).replace(":*:", f":{REGION}:").replace("other", name))
    both = ["kms:GenerateDataKey", "kms:Decrypt"]
    wrong = user(allow("sqs:*"), allow(both, key, Condition=ours))

    user(allow("sqs:*"), allow(both, key, Condition=mine))("sqs").send_message(**given)

    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        wrong("sqs").send_message(**given)


def test_a_key_behind_an_alias_is_the_one_that_counts(root, user, name, key):
    root("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    given = queue(root, name, f"alias/{name}")
    both = ["kms:GenerateDataKey", "kms:Decrypt"]
    other = key.replace(key[-4:], "0000")

    user(allow("sqs:*"), allow(both, key))("sqs").send_message(**given)

    with pytest.raises(ClientError, match=f"kms:GenerateDataKey on resource: {key}"):
        user(allow("sqs:*"), allow(both, other))("sqs").send_message(**given)


def test_a_key_that_aws_manages_needs_no_leave_and_heeds_a_deny(root, user, name):
    given = queue(root, name, "alias/aws/sqs")

    user(allow("sqs:*"))("sqs").send_message(**given)

    with pytest.raises(ClientError, match=r"kms:GenerateDataKey .* explicit deny"):
        user(allow("sqs:*"), deny("kms:*"))("sqs").send_message(**given)


def test_what_is_not_encrypted_needs_no_key(root, user, name):
    made = THINGS["sqs"].make(root, name, {})

    user(allow("sqs:*"), deny("kms:*"))("sqs").send_message(**made.call)


def test_from_the_next_request_on_the_key_that_a_queue_gets_counts(root, user, name, key):
    made = THINGS["sqs"].make(root, name, {})
    bob = user(allow("sqs:*"))
    bob("sqs").send_message(**made.call)

    root("sqs").set_queue_attributes(
        QueueUrl=made.call["QueueUrl"], Attributes={"KmsMasterKeyId": key}
    )

    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        bob("sqs").send_message(**made.call)


SEALED = {"ServerSideEncryption": "aws:kms"}


def test_the_policy_of_the_key_decides_on_objects_of_our_own(root, user, name):
    made = THINGS["kms"].make(root, name, {"team": "red"})
    root("s3").create_bucket(Bucket=name)
    red = {"StringEquals": {"aws:ResourceTag/team": "red", **via("s3")["StringEquals"]}}
    bob = user(
        allow("s3:*"),
        allow(["kms:GenerateDataKey", "kms:Decrypt"], made.arn, Condition=red),
        deny("kms:*", Condition={"Bool": {"aws:ViaAWSService": "false"}}),
    )("s3")
    bob.put_object(Bucket=name, Key="a", Body=b"x", SSEKMSKeyId=made.arn, **SEALED)
    bob.put_object(Bucket=name, Key="b", Body=b"x" * (2 << 20), SSEKMSKeyId=made.arn, **SEALED)
    closed = grant("Deny", "*", "kms:Decrypt")
    closed["Statement"] += grant("Allow", OWNER, "kms:*")["Statement"]

    put_kms(root, made, closed)

    with pytest.raises(ClientError, match=r"kms:Decrypt .* explicit deny in a resource-based"):
        bob.get_object(Bucket=name, Key="a")
    put_kms(root, made, grant("Allow", OWNER, "kms:*"))
    assert bob.get_object(Bucket=name, Key="b")["ContentLength"] == 2 << 20
    bob.copy_object(Bucket=name, Key="c", CopySource=f"{name}/b", SSEKMSKeyId=made.arn, **SEALED)
    put_kms(root, made, grant("Allow", {"AWS": user().arn}, "kms:*"))
    for call, more in ((bob.get_object, {}), (bob.put_object, {**SEALED, "SSEKMSKeyId": made.arn})):
        with pytest.raises(ClientError, match="no resource-based policy allows the kms:"):
            call(Bucket=name, Key="a", **more)


def test_objects_are_sealed_with_the_key_behind_an_alias_and_with_that_of_aws(
    root, user, name, key
):
    root("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    root("s3").create_bucket(Bucket=name)
    wanted = {"Bucket": name, "Key": "a", "Body": b"x", **SEALED}
    bob = user(allow("s3:*"))("s3")
    carol = user(allow("s3:*"), allow("kms:*", key))("s3")

    with pytest.raises(ClientError, match=f"kms:GenerateDataKey on resource: {key}"):
        bob.put_object(SSEKMSKeyId=f"alias/{name}", **wanted)
    carol.put_object(SSEKMSKeyId=f"alias/{name}", **wanted)
    bob.put_object(SSEKMSKeyId="alias/aws/s3", **wanted)
    bob.get_object(Bucket=name, Key="a")


def test_a_key_that_is_not_there_is_left_to_identity_policies(root, user, name, key):
    root("s3").create_bucket(Bucket=name)
    nowhere = key[:-4] + "0000"
    wanted = {"Bucket": name, "Key": "a", "Body": b"x", "SSEKMSKeyId": nowhere, **SEALED}

    user(allow(["s3:*", "kms:*"]))("s3").put_object(**wanted)

    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        user(allow("s3:*"))("s3").put_object(**wanted)
