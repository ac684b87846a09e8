"""Instances, tasks and targets: many resources in one request, tags at creation, roles handed on."""

import json

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from gateway.conftest import allow, deny
from gateway.things import role

HERE = f"arn:aws:ec2:us-east-1:{ACCOUNT}"
LAUNCHED = [
    "arn:aws:ec2:*::image/*",
    *(
        f"{HERE}:{kind}/*"
        for kind in ("instance", "volume", "network-interface", "subnet", "security-group")
    ),
]


@pytest.fixture(scope="module")
def launch(root):
    """What an instance is started with."""
    ec2 = root("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.create_security_group(GroupName="compute", Description="x", VpcId=subnet["VpcId"])[
        "GroupId"
    ]
    return {
        "ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro",
        "SubnetId": subnet["SubnetId"], "SecurityGroupIds": [group],
    }  # fmt: skip


def refusal(call, **parameters):
    with pytest.raises(ClientError, match="not authorized to perform") as caught:
        call(**parameters)
    return caught.value.response["Error"]["Message"]


def tagged(kind, **tags):
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


@pytest.mark.parametrize("missing", LAUNCHED)
def test_an_instance_is_started_only_with_leave_for_each_resource(user, launch, missing):
    bob = user(allow("ec2:RunInstances", [one for one in LAUNCHED if one != missing]))("ec2")

    kind = missing.rpartition(":")[2].removesuffix("*")
    assert f":{kind}" in refusal(bob.run_instances, **launch)


RUNS = [
    # statements besides leave to launch                                         started
    ([deny("ec2:RunInstances", f"{HERE}:instance/*", Condition={
        "StringNotEquals": {"ec2:InstanceType": "t3.micro"}})],                   True),
    ([deny("ec2:RunInstances", f"{HERE}:instance/*", Condition={
        "StringEquals": {"ec2:InstanceType": "t3.micro"}})],                      False),
    ([deny("ec2:RunInstances", f"{HERE}:instance/*", Condition={
        "StringNotEquals": {"ec2:MetadataHttpTokens": "required"}})],             False),
    ([deny("ec2:RunInstances", f"{HERE}:subnet/*", Condition={
        "StringEquals": {"aws:ResourceTag/env": "production"}})],                 True),
    ([deny("ec2:RunInstances", "arn:aws:ec2:*::image/*", Condition={
        "StringNotEquals": {"ec2:Owner": "amazon"}})],                            False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "started"), RUNS)
def test_a_launch_is_limited_by_what_it_says(user, launch, statements, started):
    bob = user(allow("ec2:RunInstances", LAUNCHED), *statements)("ec2")

    if started:
        assert bob.run_instances(**launch)["Instances"]
    else:
        assert "explicit deny" in refusal(bob.run_instances, **launch)


def test_tags_at_creation_need_leave_to_tag_what_is_created(user, launch):
    made = {"StringEquals": {"ec2:CreateAction": "RunInstances", "aws:RequestTag/team": "red"}}
    bob = user(allow("ec2:RunInstances"))("ec2")
    carol = user(allow("ec2:RunInstances"), allow("ec2:CreateTags", Condition=made))("ec2")

    assert "ec2:CreateTags" in refusal(
        bob.run_instances, TagSpecifications=tagged("instance", team="red"), **launch
    )
    assert "ec2:CreateTags" in refusal(
        carol.run_instances, TagSpecifications=tagged("instance", team="blue"), **launch
    )
    instance = carol.run_instances(TagSpecifications=tagged("instance", team="red"), **launch)[
        "Instances"
    ][0]["InstanceId"]
    assert "ec2:CreateTags" in refusal(
        carol.create_tags, Resources=[instance], Tags=[{"Key": "team", "Value": "red"}]
    )


@pytest.mark.parametrize("operation", ["stop", "start", "terminate"])
def test_instances_are_handled_by_who_may_handle_all_of_them(root, user, launch, operation):
    made = [
        root("ec2").run_instances(TagSpecifications=tagged("instance", team=team), **launch)[
            "Instances"
        ][0]["InstanceId"]
        for team in ("red", "blue")
    ]
    action = f"ec2:{operation.capitalize()}Instances"
    red = {"StringEquals": {"ec2:ResourceTag/team": "red"}}
    call = getattr(user(allow(action, Condition=red))("ec2"), f"{operation}_instances")

    assert made[1] in refusal(call, InstanceIds=made)
    assert call(InstanceIds=made[:1])


def test_rules_of_a_security_group_are_opened_by_who_may_change_the_group(root, user, launch):
    (group,) = launch["SecurityGroupIds"]
    rule = {
        "GroupId": group,
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "CidrIp": "0.0.0.0/0",
    }
    opens = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    bob = user(allow(opens, f"{HERE}:security-group/{group}"))("ec2")
    carol = user(allow(opens, f"{HERE}:security-group/sg-other"))("ec2")

    assert bob.authorize_security_group_ingress(**rule)["Return"]
    assert group in refusal(carol.revoke_security_group_ingress, **rule)
    assert bob.revoke_security_group_ingress(**rule)["Return"]


def test_a_network_is_built_by_who_may_build_each_part(root, user, name):
    vpc = root("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    mine = {"StringEquals": {"ec2:VpcID": vpc}}
    bob = user(allow("ec2:*", Condition=mine), allow("ec2:*", f"{HERE}:subnet/*"))("ec2")
    other = user(allow("ec2:*", f"{HERE}:subnet/*"), allow("ec2:*", f"{HERE}:vpc/vpc-other"))("ec2")

    assert bob.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["VpcId"] == vpc
    assert f"vpc/{vpc}" in refusal(other.create_subnet, VpcId=vpc, CidrBlock="10.9.2.0/24")


def test_an_image_or_snapshot_is_shared_by_who_may_share_it_with_that_account(root, user):
    volume = root("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = root("ec2").create_snapshot(VolumeId=volume)["SnapshotId"]
    partner = {"StringEquals": {"ec2:Add/userId": "210987654321"}}
    bob = user(allow("ec2:ModifySnapshotAttribute", Condition=partner))("ec2")
    share = {
        "SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add",
    }  # fmt: skip

    bob.modify_snapshot_attribute(UserIds=["210987654321"], **share)

    refusal(bob.modify_snapshot_attribute, UserIds=["333333333333"], **share)
    refusal(bob.modify_snapshot_attribute, GroupNames=["all"], **share)


def trusted(root, name, service):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": service},
            }
        ],
    }
    made = root("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return made["Role"]["Arn"]


def test_a_profile_is_put_on_an_instance_by_who_may_pass_its_role(root, user, name, launch):
    iam = root("iam")
    arn = trusted(root, name, "ec2.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    instance = root("ec2").run_instances(**launch)["Instances"][0]["InstanceId"]
    put = {"InstanceId": instance, "IamInstanceProfile": {"Name": name}}
    bob = user(allow("ec2:*"))("ec2")
    carol = user(allow("ec2:*"), allow("iam:PassRole", arn))("ec2")

    assert f"iam:PassRole on resource: {arn}" in refusal(bob.associate_iam_instance_profile, **put)
    assert carol.associate_iam_instance_profile(**put)["IamInstanceProfileAssociation"]


ECS = "ecs-tasks.amazonaws.com"


def passing(service, *roles):
    held = {"StringEquals": {"iam:PassedToService": service}}
    return allow("iam:PassRole", list(roles), Condition=held)


def test_a_task_is_defined_and_run_by_who_may_pass_both_its_roles(root, user, name):
    task, execution = trusted(root, name, ECS), trusted(root, f"{name}-x", ECS)
    family = {
        "family": name,
        "containerDefinitions": [{"name": "web", "image": "web", "memory": 64}],
        "taskRoleArn": task,
        "executionRoleArn": execution,
    }
    bob = user(allow("ecs:*"), passing(ECS, task))("ecs")
    carol = user(allow("ecs:*"), passing("ec2.amazonaws.com", task, execution))("ecs")
    dora = user(allow("ecs:*"), passing(ECS, task, execution))("ecs")

    assert f"iam:PassRole on resource: {execution}" in refusal(
        bob.register_task_definition, **family
    )
    assert "iam:PassRole" in refusal(carol.register_task_definition, **family)
    assert dora.register_task_definition(**family)["taskDefinition"]
    roles = {"taskRoleArn": task, "executionRoleArn": execution}
    refused = refusal(bob.run_task, taskDefinition=name, overrides=roles)
    assert f"iam:PassRole on resource: {execution}" in refused


def test_a_role_is_given_to_a_target_by_who_may_pass_it_to_events(root, user, name):
    arn = trusted(root, name, "events.amazonaws.com")
    root("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}", "RoleArn": arn}
    bob = user(allow("events:*"), passing("lambda.amazonaws.com", arn))("events")
    carol = user(allow("events:*"), passing("events.amazonaws.com", arn))("events")

    assert "iam:PassRole" in refusal(bob.put_targets, Rule=name, Targets=[target])
    assert carol.put_targets(Rule=name, Targets=[target])["FailedEntryCount"] == 0


def test_a_state_machine_is_given_a_role_that_trusts_states(root, user, name):
    made = {
        "name": name,
        "definition": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        "roleArn": role(root),
    }
    bob = user(allow("states:*"))("stepfunctions")

    assert "iam:PassRole" in refusal(bob.create_state_machine, **made)
    carol = user(allow("states:*"), passing("states.amazonaws.com", made["roleArn"]))
    assert carol("stepfunctions").create_state_machine(**made)["stateMachineArn"]
