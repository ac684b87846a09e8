"""The types of IAM, against a running server."""

import json
from typing import Any

import pytest

from authn import saml_idp
from services.cloudformation.types import lifecycle
from services.cloudformation.types.support import Calls, Sample
from services.iam import pem

READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"


def allows(action: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}],
    }


def trusts(service: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def inline(name: str, action: str) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": allows(action)}


def entities(call: Calls) -> dict[str, str]:
    """A user, two groups and two roles."""
    call("iam", "create_user", user_name="alice")
    call("iam", "create_user", user_name="bob")
    for name in ("readers", "writers"):
        call("iam", "create_group", group_name=name)
        call(
            "iam",
            "create_role",
            role_name=f"{name}-role",
            assume_role_policy_document=json.dumps(trusts("ec2")),
        )
    return {}


SECRET = pem.ec_key()
CERTIFICATE, KEY = pem.certificate("www", SECRET), pem.private(SECRET)
METADATA = saml_idp.metadata()
OTHER_METADATA = saml_idp.metadata(entity="https://other.example.com/saml")

TAGS = [{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}]
NEW_TAGS = [{"Key": "team", "Value": "blue"}]

SAMPLES = [
    Sample("AWS::IAM::Group", {}),
    Sample(
        "AWS::IAM::Group",
        {
            "GroupName": "staff",
            "Path": "/a/",
            "ManagedPolicyArns": [READ],
            "Policies": [inline("one", "s3:*"), inline("two", "sqs:*")],
        },
        [
            {"GroupName": "staff", "Path": "/b/", "ManagedPolicyArns": [AUDIT]},
            {"GroupName": "staff", "Path": "/b/", "Policies": [inline("one", "sns:*")]},
        ],
        label="-full",
    ),
    Sample(
        "AWS::IAM::User",
        {
            "UserName": "carol",
            "Path": "/a/",
            "Groups": ["readers"],
            "LoginProfile": {"Password": "A-long-Secret-1", "PasswordResetRequired": "true"},
            "ManagedPolicyArns": [READ],
            "PermissionsBoundary": AUDIT,
            "Policies": [inline("one", "s3:*")],
            "Tags": TAGS,
        },
        [
            {
                "UserName": "carol",
                "Groups": ["writers"],
                "LoginProfile": {"Password": "Another-Secret-2"},
                "PermissionsBoundary": READ,
                "Tags": NEW_TAGS,
            },
            {"UserName": "carol"},
        ],
        given=entities,
        unread=("Password", "PasswordResetRequired"),
    ),
    Sample(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": trusts("ec2"),
            "Description": "for machines",
            "MaxSessionDuration": "7200",
            "Path": "/a/",
            "PermissionsBoundary": AUDIT,
            "ManagedPolicyArns": [READ],
            "Policies": [inline("one", "s3:*")],
            "Tags": TAGS,
        },
        [
            {
                "AssumeRolePolicyDocument": trusts("lambda"),
                "Description": "for functions",
                "Path": "/a/",
                "ManagedPolicyArns": [AUDIT],
                "Policies": [inline("one", "sqs:*"), inline("two", "s3:*")],
                "Tags": NEW_TAGS,
            },
            {"AssumeRolePolicyDocument": trusts("lambda"), "Path": "/a/"},
        ],
    ),
    *(
        Sample(
            f"AWS::IAM::{kind}Policy",
            {"PolicyName": "p", f"{kind}Name": name, "PolicyDocument": allows("s3:*")},
            [{"PolicyName": "p", f"{kind}Name": name, "PolicyDocument": allows("sqs:*")}],
            given=entities,
        )
        for kind, name in (("Group", "readers"), ("User", "alice"), ("Role", "readers-role"))
    ),
    Sample(
        "AWS::IAM::Policy",
        {
            "PolicyName": "p",
            "PolicyDocument": allows("s3:*"),
            "Users": ["alice"],
            "Roles": ["readers-role"],
            "Groups": ["readers"],
        },
        [
            {"PolicyName": "p", "PolicyDocument": allows("s3:*"), "Users": ["alice", "bob"]},
            {"PolicyName": "q", "PolicyDocument": allows("sqs:*"), "Users": ["bob"]},
        ],
        given=entities,
    ),
    Sample(
        "AWS::IAM::ManagedPolicy",
        {
            "Description": "what it is for",
            "Path": "/a/",
            "PolicyDocument": allows("s3:*"),
            "Users": ["alice"],
            "Roles": ["readers-role"],
            "Groups": ["readers"],
        },
        [
            {
                "Description": "what it is for",
                "Path": "/a/",
                "PolicyDocument": allows("sqs:*"),
                "Users": ["bob"],
            },
            {"Description": "what it is for", "Path": "/a/", "PolicyDocument": allows("sqs:*")},
        ],
        given=entities,
    ),
    Sample(
        "AWS::IAM::InstanceProfile",
        {"Path": "/a/", "Roles": ["readers-role"]},
        [{"Path": "/a/", "Roles": ["writers-role"]}],
        given=entities,
    ),
    Sample(
        "AWS::IAM::AccessKey",
        {"UserName": "alice", "Status": "Inactive", "Serial": 1},
        [{"UserName": "alice", "Serial": 1}],
        given=entities,
    ),
    Sample(
        "AWS::IAM::UserToGroupAddition",
        {"GroupName": "readers", "Users": ["alice", "bob"]},
        [{"GroupName": "writers", "Users": ["bob"]}],
        given=entities,
    ),
    Sample(
        "AWS::IAM::OIDCProvider",
        {
            "Url": "https://id.example.com/pool",
            "ClientIdList": ["one", "two"],
            "ThumbprintList": ["a" * 40],
            "Tags": TAGS,
        },
        [
            {
                "Url": "https://id.example.com/pool",
                "ClientIdList": ["two", "three"],
                "ThumbprintList": ["b" * 40],
                "Tags": NEW_TAGS,
            }
        ],
    ),
    Sample(
        "AWS::IAM::SAMLProvider",
        {"Name": "idp", "SamlMetadataDocument": METADATA, "Tags": TAGS},
        [{"Name": "idp", "SamlMetadataDocument": OTHER_METADATA, "Tags": NEW_TAGS}],
    ),
    Sample(
        "AWS::IAM::ServerCertificate",
        {"CertificateBody": CERTIFICATE, "PrivateKey": KEY, "Path": "/a/", "Tags": TAGS},
        [{"CertificateBody": CERTIFICATE, "PrivateKey": KEY, "Path": "/b/", "Tags": NEW_TAGS}],
        unread=("CertificateBody", "PrivateKey"),
    ),
    Sample(
        "AWS::IAM::ServiceLinkedRole",
        {"AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": "x", "Description": "one"},
        [
            {
                "AWSServiceName": "autoscaling.amazonaws.com",
                "CustomSuffix": "x",
                "Description": "two",
            }
        ],
        unread=("AWSServiceName", "CustomSuffix"),
    ),
    Sample(
        "AWS::IAM::VirtualMFADevice",
        {"VirtualMfaDeviceName": "phone", "Path": "/a/", "Users": ["alice"], "Tags": TAGS},
        [{"VirtualMfaDeviceName": "phone", "Path": "/a/", "Users": ["alice"], "Tags": NEW_TAGS}],
        given=entities,
    ),
]


def snapshot(call: Calls) -> Any:
    """Everything that IAM keeps."""
    found = call("iam", "get_account_authorization_details")
    for users in found["UserDetailList"]:
        who = {"user_name": users["UserName"]}
        users["Keys"] = call("iam", "list_access_keys", **who)["AccessKeyMetadata"]
        users["Devices"] = call("iam", "list_mfa_devices", **who)["MFADevices"]
    others = [
        call("iam", f"list_{kind}")
        for kind in (
            "virtual_mfa_devices",
            "open_id_connect_providers",
            "saml_providers",
            "server_certificates",
            "instance_profiles",
        )
    ]
    return [{k: v for k, v in one.items() if isinstance(v, list)} for one in (found, *others)]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_resource_is_made_read_changed_and_removed(sample: Sample, call: Calls) -> None:
    lifecycle.lives(sample, call, lambda: snapshot(call))


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_creation_that_is_refused_midway_leaves_nothing(sample: Sample, call: Calls) -> None:
    assert lifecycle.leaves_nothing(sample, call, lambda: snapshot(call))
