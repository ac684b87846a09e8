"""The fourteen alarms of the CIS AWS Foundations Benchmark, as Security Hub looks for them.

Security Hub compares the text of a pattern, so they are spelled as it does. Some are wider than
their name: one on policies counts Organizations' CreatePolicy too, which has the same name.

https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

from collections.abc import Sequence
from typing import NamedTuple

NAMESPACE = "LogMetrics"
THRESHOLD, PERIOD_SECONDS, PERIODS = 1.0, 300, 1
RETENTION_DAYS = 365


class Control(NamedTuple):
    """A control: its number at Security Hub and in CIS 3.0, what it watches for, its pattern."""

    number: int
    cis: str
    name: str
    title: str
    pattern: str

    @property
    def metric(self) -> str:
        """The name of its metric."""
        return "CIS" + "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def alarm(self) -> str:
        """The name of its metric filter and of its alarm."""
        return f"cis-{self.name}"


def named(*names: str) -> str:
    """The pattern of calls by name."""
    return "{" + " || ".join(f"($.eventName={name})" for name in names) + "}"


def of(source: str, *names: str) -> str:
    """The pattern of calls by name to one service."""
    calls = " || ".join(f"($.eventName={name})" for name in names)
    return f"{{($.eventSource={source}) && ({calls})}}"


ROOT = (
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && '
    '$.eventType !="AwsServiceEvent"}'
)
UNAUTHORIZED = '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}'
WITHOUT_MFA = (
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
    '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
)
FAILED_LOGIN = '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}'
POLICIES = named(
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
)
TRAILS = named("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
KEYS = of("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion")
BUCKETS = of(
    "s3.amazonaws.com",
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
)
RECORDERS = of(
    "config.amazonaws.com",
    "StopConfigurationRecorder",
    "DeleteDeliveryChannel",
    "PutDeliveryChannel",
    "PutConfigurationRecorder",
)
SECURITY_GROUPS = named(
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
NETWORK_ACLS = named(
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)
GATEWAYS = named(
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)
ROUTES = named(
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)
NETWORKS = named(
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
    "AttachClassicLinkVpc",
    "DetachClassicLinkVpc",
    "DisableVpcClassicLink",
    "EnableVpcClassicLink",
)

CONTROLS: Sequence[Control] = (
    Control(1, "4.3", "root-use", "the root user was used", ROOT),
    Control(2, "4.1", "unauthorized-calls", "a call was not allowed", UNAUTHORIZED),
    Control(3, "4.2", "sign-in-without-mfa", "somebody signed in without MFA", WITHOUT_MFA),
    Control(4, "4.4", "policy-changes", "an IAM policy changed", POLICIES),
    Control(5, "4.5", "trail-changes", "a trail changed", TRAILS),
    Control(6, "4.6", "sign-in-failures", "a sign-in failed", FAILED_LOGIN),
    Control(7, "4.7", "key-deletions", "a KMS key was disabled or is to be deleted", KEYS),
    Control(8, "4.8", "bucket-policy-changes", "who may reach a bucket changed", BUCKETS),
    Control(9, "4.9", "config-changes", "AWS Config changed", RECORDERS),
    Control(10, "4.10", "security-group-changes", "a security group changed", SECURITY_GROUPS),
    Control(11, "4.11", "network-acl-changes", "a network ACL changed", NETWORK_ACLS),
    Control(12, "4.12", "gateway-changes", "a network gateway changed", GATEWAYS),
    Control(13, "4.13", "route-changes", "a route table changed", ROUTES),
    Control(14, "4.14", "network-changes", "a VPC changed", NETWORKS),
)
