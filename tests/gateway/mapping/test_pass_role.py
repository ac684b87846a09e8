"""Which roles a request passes, with the list of AWS's own reference as the oracle."""

import pytest

from doorward.catalog import data
from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import Place, Wanted, coverage, generic, requirements
from doorward.wire import model
from gateway.mapping.values import ROLE, A, R, T

PLACE = Place(A, R)
PASS_ROLE = "iam:PassRole"
FOUND_AT_LEAST = 0.9

# Services of the gateway whose models are small enough to be read in a moment, and what they pass.
SERVICES = (
    "batch", "backup", "budgets", "cloudwatch", "codepipeline", "dms", "ecs", "events", "firehose",
    "gamelift", "imagebuilder", "iot", "kafkaconnect", "lambda", "logs", "mediaconnect", "omics",
    "osis", "pipes", "proton", "rds", "s3", "s3control", "scheduler", "ssm-incidents",
    "stepfunctions", "timestream-query", "transfer",
)  # fmt: skip

BY_OTHER_MEANS = {
    # what passes a role that no member of the request holds: a default, or one told before
    "dms:CreateInstanceProfile", "dms:CreateReplicationInstance", "mediaconnect:CreateRouterOutput",
    "mediaconnect:UpdateRouterOutput", "transfer:UpdateWebAppCustomization",
    # what holds it in a setting, whose name the sample does not make up
    "rds:ModifyOptionGroup",
}  # fmt: skip


def passed(service, operation, parameters, lookup=None):
    """The roles that the request passes, each with the service that gets it."""
    more = {"lookup": lookup} if lookup else {}
    return [
        (one.resources[0], one.context["iam:passedtoservice"])
        for one in requirements(service, operation, parameters, PLACE, **more)
        if one.action == PASS_ROLE
    ]


def test_operations_that_need_pass_role_are_found_to_need_it():
    needing = {action for action, needed in data.dependent_actions().items() if PASS_ROLE in needed}
    asked, missed = 0, []
    for service in SERVICES:
        for operation in model.service(service).operation_names:
            action, _ = generic.action_of(service, operation)
            if action.lower() in needing:
                asked += 1
                if not passed(service, operation, coverage.sample(service, operation)):
                    missed.append(action)

    assert asked > 80
    assert len(missed) <= asked * (1 - FOUND_AT_LEAST), missed
    assert set(missed) <= BY_OTHER_MEANS


PRINCIPALS = [
    # service, operation, parameters                                        who gets it
    ("lambda", "CreateFunction", {"FunctionName": "f", "Role": ROLE},       "lambda.amazonaws.com"),
    ("ecs", "RegisterTaskDefinition", {"taskRoleArn": ROLE},                "ecs-tasks.amazonaws.com"),
    ("ecs", "RegisterTaskDefinition", {"taskRoleArn": "app"},               "ecs-tasks.amazonaws.com"),
    ("ecs", "CreateService", {"serviceName": "s", "role": ROLE},            "ecs.amazonaws.com"),
    ("stepfunctions", "CreateStateMachine", {"name": "m", "roleArn": ROLE}, "states.amazonaws.com"),
    ("events", "PutTargets", {"Rule": "r", "Targets": [{"RoleArn": ROLE}]}, "events.amazonaws.com"),
    ("scheduler", "CreateSchedule", {"Name": "s", "Target": {"RoleArn": ROLE}}, "scheduler.amazonaws.com"),
    ("rds", "CreateDBInstance", {"MonitoringRoleArn": ROLE},                "monitoring.rds.amazonaws.com"),
    ("firehose", "CreateDeliveryStream", {"S3DestinationConfiguration": {"RoleARN": ROLE}}, "firehose.amazonaws.com"),
    ("s3control", "CreateJob", {"AccountId": A, "RoleArn": ROLE},           "batchoperations.s3.amazonaws.com"),
    ("ec2", "CreateFlowLogs", {"DeliverLogsPermissionArn": ROLE},           "vpc-flow-logs.amazonaws.com"),
    ("rds", "ModifyOptionGroup", {"OptionGroupName": "o", "OptionsToInclude": [{"OptionSettings": [{"Name": "IAM_ROLE_ARN", "Value": ROLE}]}]}, "rds.amazonaws.com"),
    ("sns", "SetTopicAttributes", {"TopicArn": T, "AttributeName": "SQSSuccessFeedbackRoleArn", "AttributeValue": ROLE}, "sns.amazonaws.com"),
    ("sns", "CreateTopic", {"Name": "n", "Attributes": {"SQSSuccessFeedbackRoleArn": ROLE}}, "sns.amazonaws.com"),
    ("cognito-identity", "SetIdentityPoolRoles", {"Roles": {"authenticated": ROLE}}, "cognito-identity.amazonaws.com"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "parameters", "principal"), PRINCIPALS)
def test_the_role_is_passed_to_the_service_that_will_take_it(
    service, operation, parameters, principal
):
    assert passed(service, operation, parameters) == [(ROLE, principal)]


def test_roles_that_are_asked_about_are_not_passed():
    assert passed("stepfunctions", "DescribeStateMachine", {"roleArn": ROLE}) == []
    assert passed("kms", "CreateGrant", {"KeyId": "k", "GranteePrincipal": ROLE}) == []
    assert passed("lambda", "UpdateFunctionConfiguration", {"Description": ROLE}) == []


def test_a_role_passed_twice_is_asked_about_once():
    targets = [{"Id": "1", "RoleArn": ROLE}, {"Id": "2", "RoleArn": ROLE}]

    assert len(passed("events", "PutTargets", {"Rule": "r", "Targets": targets})) == 1


def test_the_role_of_an_instance_profile_is_looked_up_and_else_unknown():
    profile = f"arn:aws:iam::{A}:instance-profile/app"
    launch = {"IamInstanceProfile": {"Name": "app"}}

    def lookup(wanted, arn):
        return ROLE if (wanted, arn) == (Wanted.ROLE, profile) else None

    assert passed("ec2", "RunInstances", launch, lookup) == [(ROLE, "ec2.amazonaws.com")]
    assert passed("ec2", "RunInstances", launch) == [
        (f"arn:aws:iam::{A}:role/{UNKNOWN}", "ec2.amazonaws.com")
    ]


def test_a_launch_template_passes_the_role_that_it_names():
    template = {"LaunchTemplateData": {"IamInstanceProfile": {"Arn": "x"}}}

    assert len(passed("ec2", "CreateLaunchTemplate", template)) == 1


def test_the_resource_that_the_role_will_belong_to_is_told():
    created = requirements("lambda", "CreateFunction", {"FunctionName": "f", "Role": ROLE}, PLACE)

    assert created[-1].context["iam:associatedresourcearn"] == (
        f"arn:aws:lambda:{R}:{A}:function:f"
    )
