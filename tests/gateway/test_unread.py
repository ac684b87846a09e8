"""Tags and properties that are read in a service's own way, and those that nobody reads."""

import pytest
from botocore.exceptions import ClientError

from gateway.conftest import allow, deny
from gateway.test_resource_policies import DENIED
from gateway.things import THINGS, pairs

TAGS = {"team": "red"}


def denied(call, **parameters) -> bool:
    """Whether a policy refuses the call; what the service itself says of it does not matter."""
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"] in {*DENIED, "UnauthorizedOperation"}
    return False


def database(root, name):
    root("rds").create_db_instance(
        DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="mysql",
        MasterUsername="root", MasterUserPassword="long-enough", AllocatedStorage=20,
        Tags=pairs(TAGS),
    )  # fmt: skip
    return {"DBInstanceIdentifier": name}


def file_system(root, name):
    made = root("efs").create_file_system(CreationToken=name, Tags=pairs(TAGS))
    return {"FileSystemId": made["FileSystemId"]}


def warehouse(root, name):
    root("redshift").create_cluster(
        ClusterIdentifier=name, NodeType="dc2.large", MasterUsername="root",
        MasterUserPassword="Long-enough1", Tags=pairs(TAGS),
    )  # fmt: skip
    return {"ClusterIdentifier": name}


def balancer(root, name):
    subnets = [one["SubnetId"] for one in root("ec2").describe_subnets()["Subnets"][:2]]
    made = root("elbv2").create_load_balancer(Name=name, Subnets=subnets, Tags=pairs(TAGS))
    return {"LoadBalancerArn": made["LoadBalancers"][0]["LoadBalancerArn"]}


READ = [
    # service      operation              how it is made   key
    ("rds",        "stop_db_instance",     database,       "aws:ResourceTag/team"),
    ("rds",        "stop_db_instance",     database,       "rds:db-tag/team"),
    ("efs",        "delete_file_system",   file_system,    "aws:ResourceTag/team"),
    ("redshift",   "pause_cluster",        warehouse,      "aws:ResourceTag/team"),
    ("elbv2",      "delete_load_balancer", balancer,       "elasticloadbalancing:ResourceTag/team"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "made", "key"), READ)
def test_tags_are_read_in_the_way_of_each_service(root, user, name, service, operation, made, key):
    given = made(root, name)
    blue = user(allow("*", Condition={"StringEquals": {key: "blue"}}))
    not_red = user(allow("*"), deny("*", Condition={"StringEquals": {key: "red"}}))
    red = user(allow("*", Condition={"StringEquals": {key: "red"}}))

    assert denied(getattr(blue(service), operation), **given)
    assert denied(getattr(not_red(service), operation), **given)
    assert not denied(getattr(red(service), operation), **given)


DIRECTORY = {"DirectoryId": "d-1234567890"}
BY_TAG = [
    # condition on a tag that nobody reads
    {"StringEquals": {"aws:ResourceTag/team": "red"}},
    {"StringNotEquals": {"aws:ResourceTag/team": "red"}},
    {"Null": {"aws:ResourceTag/team": "true"}},
    {"Null": {"aws:ResourceTag/team": "false"}},
]


@pytest.mark.parametrize("condition", BY_TAG, ids=str)
def test_a_tag_that_nobody_reads_lets_nobody_in_and_keeps_out(user, condition):
    allowed, kept_out = (
        user(allow("ds:*", Condition=condition)),
        user(allow("ds:*"), deny("ds:*", Condition=condition)),
    )

    assert denied(allowed("ds").delete_directory, **DIRECTORY)
    assert denied(kept_out("ds").delete_directory, **DIRECTORY)
    assert not denied(user(allow("ds:*"))("ds").delete_directory, **DIRECTORY)


def test_a_property_that_nobody_reads_lets_nobody_in_and_keeps_out(root, user, name):
    made = THINGS["ec2"].make(root, name, {})
    small = {"StringEquals": {"ec2:VolumeType": "gp2"}}

    assert denied(user(allow("ec2:*", Condition=small))("ec2").delete_volume, **made.call)
    other = user(
        allow("ec2:*"), deny("ec2:*", Condition={"StringNotEquals": small["StringEquals"]})
    )
    assert denied(other("ec2").delete_volume, **made.call)
    assert not denied(user(allow("ec2:*"))("ec2").delete_volume, **made.call)


def test_what_is_made_has_no_tags_yet(user, name):
    production = {"StringEquals": {"aws:ResourceTag/env": "production"}}
    bob = user(allow("*"), deny("*", Condition=production))

    assert bob("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    assert bob("sqs").create_queue(QueueName=name)["QueueUrl"]
    assert bob("dynamodb").list_tables() is not None
