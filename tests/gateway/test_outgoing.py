"""The head of what is sent on says what was decided, and nothing besides."""

from urllib.parse import parse_qsl

import pytest

from doorward.gateway.changes import concerns_access, is_data, reads
from doorward.gateway.memory import Known, Memory, Scope
from doorward.gateway.outgoing import outgoing
from doorward.gateway.refusals import AmbiguousPath
from doorward.wire.parse import parse
from doorward.wire.route import route
from wire.traffic import botocore_request, form, model, request

HOSTS = ("localhost",)


def sent(made):
    return outgoing(route(made, hosts=HOSTS), made)


def test_a_form_keeps_what_the_model_knows_and_loses_the_rest():
    made = form(
        {
            "Action": "Publish",
            "Version": "2010-03-31",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:a",
            "MessageAttributes.entry.1.Name": "a b",
            "AWSAccessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "Unknown.member.1": "x",
        },
        signed_for="sns",
    )

    found = sent(made)

    assert dict(parse_qsl(found.body.decode())) == {
        "Action": "Publish",
        "Version": "2010-03-31",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:a",
        "MessageAttributes.entry.1.Name": "a b",
    }
    assert (found.method, found.path, found.query) == ("POST", "/", "")


def test_a_rest_request_keeps_its_labels_and_known_parameters():
    made = request(
        "GET",
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/policy"
        "?Qualifier=1&Action=DeleteFunction&X-Amz-Signature=s",
        signed_for="lambda",
        headers={"x-moto-account-id": "1", "accept": "*/*"},
    )

    found = sent(made)

    assert found.path.endswith("%3Afunction%3Af/policy")
    assert found.query == "Qualifier=1"
    assert found.headers == (("accept", "*/*"),)


@pytest.mark.parametrize("label", ["..", ".", "a%2F..%2Fb"])
def test_a_label_that_means_another_path_is_refused(label):
    made = request("GET", f"/clusters/{label}/node-groups", signed_for="eks")

    with pytest.raises(AmbiguousPath):
        sent(made)


EC2 = [
    ("DescribeVolumes", {"VolumeIds": ["vol-1", "vol-2"], "DryRun": True}),
    ("DescribeTags", {"Filters": [{"Name": "resource-id", "Values": ["i-1", "i-2"]}]}),
    (
        "RunInstances",
        {
            "ImageId": "ami-1",
            "MinCount": 1,
            "MaxCount": 2,
            "SecurityGroupIds": ["sg-1"],
            "IamInstanceProfile": {"Name": "web"},
            "UserData": "eA==",
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]}
            ],
            "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}],
        },
    ),
    ("AuthorizeSecurityGroupIngress", {"GroupId": "sg-1", "IpPermissions": [{"FromPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters"), EC2)
def test_what_clients_of_ec2_write_is_read_and_passed_on_unchanged(operation, parameters):
    made = botocore_request(model("ec2").operation_model(operation), parameters)
    found = route(made, hosts=HOSTS)

    assert (found.service, found.operation, found.protocol) == ("ec2", operation, "ec2")
    assert parse(found, made) == parameters
    assert dict(parse_qsl(sent(made).body.decode())) == dict(parse_qsl(made.body.read().decode()))


KINDS = [
    # service,    operation,          reads, data,  may change access
    ("sqs",       "ListQueues",       True,  False, False),
    ("sqs",       "SendMessage",      False, True,  False),
    ("sqs",       "AddPermission",    False, False, True),
    ("kms",       "GenerateDataKey",  False, True,  False),
    ("kms",       "PutKeyPolicy",     False, False, True),
    ("dynamodb",  "Query",            True,  False, False),
    ("dynamodb",  "PutItem",          False, True,  False),
    ("gamelift",  "AcceptMatch",      False, False, True),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "read", "data", "access"), KINDS)
def test_an_operation_is_taken_for_a_change_unless_it_is_known_not_to_be(
    service, operation, read, data, access
):
    assert reads(operation) is read
    assert is_data(service, operation) is data
    assert concerns_access(service, operation) is access


HERE = Scope("sqs", "123456789012", "us-east-1")
KNOWN = Known("{}", {"team": "red"})


def test_what_was_read_before_a_change_is_not_kept_after_it():
    memory = Memory()
    mark = memory.mark(HERE)
    memory.changed(HERE)
    memory.keep(HERE, "a", KNOWN, mark=mark, until=10)

    assert memory.find(HERE, "a", now=0) is None


def test_a_change_concerns_its_service_account_and_region_alone():
    memory = Memory()
    memory.keep(HERE, "a", KNOWN, mark=memory.mark(HERE), until=10)
    memory.changed(HERE._replace(region="eu-west-1"))
    memory.changed(HERE._replace(account="210987654321"))

    assert memory.find(HERE, "a", now=0) == KNOWN
    assert memory.find(HERE, "a", now=10) is None
    memory.forget()
    assert memory.find(HERE, "a", now=0) is None


def test_what_is_not_there_is_asked_for_again():
    memory = Memory()
    memory.keep(HERE, "a", Known(there=False), mark=memory.mark(HERE), until=10)

    assert memory.find(HERE, "a", now=0) is None
