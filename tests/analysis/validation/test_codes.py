"""Each code of ValidatePolicy: a policy that earns it, and its neighbour that does not."""

import json

import pytest

from doorward.analysis.validation.check import validate
from doorward.analysis.validation.codes import ERRORS, SECURITY_WARNINGS, SUGGESTIONS, WARNINGS
from doorward.analysis.validation.draft import Kind

GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"
OTHER_PROVIDER = "arn:aws:iam::111122223333:oidc-provider/id.example.com"
BUCKET = "arn:aws:s3:::reports"


def one(effect="Allow", action="s3:GetObject", resource=f"{BUCKET}/*", **more):
    """A statement; what is None is left out."""
    found = {"Effect": effect, "Action": action, "Resource": resource} | more
    return {key: value for key, value in found.items() if value is not None}


def when(operator, key, value, **more):
    return one(Condition={operator: {key: value}}, **more)


def trust(principal, action="sts:AssumeRole", **more):
    return one(action=action, resource=None, Principal=principal, **more)


def bucket(principal, **more):
    return one(Principal=principal, **more)


def policy(*statements, **top):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | top)


def wide(action=None, resource=None, **more):
    return one(action=action, resource=resource, **more)


GITHUB_TOKEN = {"Federated": PROVIDER}
WEB = "sts:AssumeRoleWithWebIdentity"
IDENTITY, RESOURCE, TRUST, SCP, RCP = (
    Kind.IDENTITY,
    Kind.RESOURCE,
    Kind.TRUST,
    Kind.SCP,
    Kind.RCP,
)
PASS = "iam:PassRole"
SLR = "iam:CreateServiceLinkedRole"


def giving(action):
    name = "PASS_ROLE" if action == PASS else "CREATE_SLR"
    reach = "arn:aws:iam::*:role/team/*"
    return [
        (f"{name}_WITH_STAR_IN_RESOURCE", wide(action, "*"), wide(action, reach)),
        (f"{name}_WITH_STAR_IN_ACTION_AND_RESOURCE", wide("iam:*", "*"), wide("iam:Get*", "*")),
        (f"{name}_WITH_NOT_RESOURCE", wide(action, NotResource=reach), wide(action, reach)),
        (
            f"{name}_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
            wide("iam:*", NotResource=reach),
            wide("iam:Get*", NotResource=reach),
        ),
        (
            f"{name}_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
            wide(None, "*", NotAction="s3:*"),
            wide(None, "*", NotAction=["s3:*", "iam:*"]),
        ),
        (
            f"{name}_WITH_NOT_ACTION_AND_NOT_RESOURCE",
            wide(None, NotAction="s3:*", NotResource=reach),
            wide(None, NotAction="iam:*", NotResource=reach),
        ),
    ]


TABLE = [
    # code, kind, what earns it, what does not
    ("JSON_SYNTAX_ERROR", IDENTITY, "{", policy(one())),
    ("DATA_TYPE_MISMATCH", IDENTITY, policy(one(action=[1])), policy(one())),
    ("INVALID_POLICY_ELEMENT", IDENTITY, policy(one(), Oops=1), policy(one(), Id="x")),
    ("MISSING_STATEMENT", IDENTITY, '{"Version": "2012-10-17"}', policy()),
    ("INVALID_VERSION", IDENTITY, policy(one(), Version="2020-01-01"), policy(one())),
    ("MISSING_VERSION", IDENTITY, json.dumps({"Statement": [one()]}), policy(one())),
    ("MISSING_EFFECT", IDENTITY, policy(one(effect=None)), policy(one())),
    ("INVALID_EFFECT", IDENTITY, policy(one("allow")), policy(one("Deny"))),
    (
        "MISSING_ACTION",
        IDENTITY,
        policy(one(action=None)),
        policy(wide(None, "*", NotAction="s3:*")),
    ),
    ("MISSING_RESOURCE", IDENTITY, policy(one(resource=None)), policy(one())),
    ("MISSING_PRINCIPAL", RESOURCE, policy(one()), policy(bucket("*"))),
    ("UNSUPPORTED_PRINCIPAL", IDENTITY, policy(bucket("*")), policy(one())),
    ("SCP_SYNTAX_ERROR_PRINCIPAL", SCP, policy(bucket("*")), policy(one())),
    ("UNSUPPORTED_ELEMENT_COMBINATION", IDENTITY, policy(one(NotAction="s3:*")), policy(one())),
    (
        "UNIQUE_SIDS_REQUIRED",
        IDENTITY,
        policy(one(Sid="a"), one(Sid="a")),
        policy(one(Sid="a"), one(Sid="b")),
    ),
    (
        "UNIQUE_SIDS_RECOMMENDED",
        RESOURCE,
        policy(bucket("*", Sid="a"), bucket("*", Sid="a")),
        policy(bucket("*", Sid="a")),
    ),
    ("UNSUPPORTED_SID", IDENTITY, policy(one(Sid="a b")), policy(one(Sid="a1"))),
    ("EMPTY_SID_VALUE", IDENTITY, policy(one(Sid="")), policy(one(Sid="a"))),
    (
        "INVALID_ACTION",
        IDENTITY,
        policy(one(action="s3:GetObjet")),
        policy(one(action="s3:getobject")),
    ),
    ("INVALID_SERVICE_IN_ACTION", IDENTITY, policy(one(action="s4:GetObject")), policy(one())),
    (
        "WILDCARD_IN_SERVICE_NAME",
        IDENTITY,
        policy(one(action="s*:GetObject")),
        policy(one(action="s3:*")),
    ),
    (
        "REDUNDANT_ACTION",
        IDENTITY,
        policy(one(action=["s3:*", "s3:GetObject"])),
        policy(one(action=["s3:Get*", "s3:PutObject"])),
    ),
    ("EMPTY_ARRAY_ACTION", IDENTITY, policy(one(action=[])), policy(one())),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        TRUST,
        policy(trust({"AWS": "111122223333"}, "s3:GetObject")),
        policy(trust({"AWS": "111122223333"})),
    ),
    ("INVALID_ARN_PREFIX", IDENTITY, policy(one(resource="reports/*")), policy(one(resource="*"))),
    ("MISSING_ARN_FIELD", IDENTITY, policy(one(resource="arn:aws:s3::reports")), policy(one())),
    (
        "INVALID_PARTITION",
        IDENTITY,
        policy(one(resource="arn:aws-x:s3:::b/*")),
        policy(one(resource="arn:*:s3:::b/*")),
    ),
    ("INVALID_SERVICE", IDENTITY, policy(one(resource="arn:aws:s4:::b/*")), policy(one())),
    ("INVALID_ARN_SERVICE_CASE", IDENTITY, policy(one(resource="arn:aws:S3:::b/*")), policy(one())),
    (
        "ARN_REGION_NOT_ALLOWED",
        IDENTITY,
        policy(one(resource="arn:aws:iam:us-east-1:111122223333:user/a")),
        policy(one(resource="arn:aws:iam::111122223333:user/a")),
    ),
    (
        "ARN_ACCOUNT_NOT_ALLOWED",
        IDENTITY,
        policy(one(resource="arn:aws:route53::111122223333:change/a")),
        policy(one(resource="arn:aws:route53:::change/a")),
    ),
    (
        "MISSING_ARN_REGION",
        IDENTITY,
        policy(one(resource="arn:aws:sqs::111122223333:q")),
        policy(one(resource="arn:aws:sqs:*:111122223333:q")),
    ),
    (
        "INVALID_ARN_REGION",
        IDENTITY,
        policy(one(resource="arn:aws:sqs:useast1:111122223333:q")),
        policy(one(resource="arn:aws:sqs:us-east-1:111122223333:q")),
    ),
    (
        "INVALID_ARN_ACCOUNT",
        IDENTITY,
        policy(one(resource="arn:aws:sqs:us-east-1:1234:q")),
        policy(one(resource="arn:aws:sqs:us-east-1:*:q")),
    ),
    (
        "INVALID_ARN_RESOURCE",
        IDENTITY,
        policy(one(resource="arn:aws:iam::111122223333:usr/a")),
        policy(one(resource="arn:aws:iam::111122223333:user/a")),
    ),
    (
        "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        RESOURCE,
        policy(bucket("*", Resource="arn:aws:sqs:us-east-1:111122223333:q")),
        policy(bucket("*")),
    ),
    (
        "REDUNDANT_RESOURCE",
        IDENTITY,
        policy(one(resource=[f"{BUCKET}/*", f"{BUCKET}/a"])),
        policy(one(resource=[f"{BUCKET}/a*", f"{BUCKET}/b"])),
    ),
    ("EMPTY_ARRAY_RESOURCE", IDENTITY, policy(one(resource=[])), policy(one())),
    (
        "REDUNDANT_STATEMENT",
        IDENTITY,
        policy(one(action="s3:*"), one()),
        policy(one(), one(action="s3:PutObject")),
    ),
    (
        "INVALID_CONDITION_OPERATOR",
        IDENTITY,
        policy(when("StringLyke", "aws:username", "a")),
        policy(when("StringLike", "aws:username", "a")),
    ),
    (
        "NULL_WITH_IF_EXISTS",
        IDENTITY,
        policy(when("NullIfExists", "aws:username", "true")),
        policy(when("Null", "aws:username", "true")),
    ),
    (
        "NULL_WITH_QUALIFIER",
        IDENTITY,
        policy(when("ForAllValues:Null", "aws:TagKeys", "true")),
        policy(when("Null", "aws:TagKeys", "true")),
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        IDENTITY,
        policy(when("StringEquals", "username", "a")),
        policy(when("StringEquals", "aws:username", "a")),
    ),
    (
        "INVALID_GLOBAL_CONDITION_KEY",
        IDENTITY,
        policy(when("StringEquals", "aws:Usernam", "a")),
        policy(when("StringEquals", "aws:username", "a")),
    ),
    (
        "INVALID_SERVICE_CONDITION_KEY",
        IDENTITY,
        policy(when("StringEquals", "s3:prefics", "a")),
        policy(when("StringEquals", "s3:prefix", "a")),
    ),
    (
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        RESOURCE,
        policy(when("ArnLike", "aws:ARN", "arn:aws:iam::*:role/a", Principal="*")),
        policy(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a", Principal="*")),
    ),
    (
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        IDENTITY,
        policy(when("ArnLike", "aws:ARN", "arn:aws:iam::*:role/a")),
        policy(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a")),
    ),
    (
        "MISSING_TAG_KEY_IN_CONDITION",
        IDENTITY,
        policy(when("StringEquals", "aws:ResourceTag/", "a")),
        policy(when("StringEquals", "aws:ResourceTag/team", "a")),
    ),
    (
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        IDENTITY,
        policy(one(Condition={"StringEquals": {"aws:username": "a", "aws:UserName": "b"}})),
        policy(when("StringEquals", "aws:username", "a")),
    ),
    (
        "TYPE_MISMATCH",
        IDENTITY,
        policy(when("NumericEquals", "aws:username", "1")),
        policy(when("StringEquals", "aws:username", "1")),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        IDENTITY,
        policy(when("Bool", "aws:SecureTransport", "yes")),
        policy(when("Bool", "aws:SecureTransport", "true")),
    ),
    (
        "TYPE_MISMATCH_NUMBER",
        IDENTITY,
        policy(when("NumericLessThan", "aws:MultiFactorAuthAge", "soon")),
        policy(when("NumericLessThan", "aws:MultiFactorAuthAge", "30")),
    ),
    (
        "TYPE_MISMATCH_IP_RANGE",
        IDENTITY,
        policy(when("IpAddress", "aws:SourceIp", "home")),
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ),
    (
        "TYPE_MISMATCH_DATE",
        IDENTITY,
        policy(when("DateLessThan", "aws:CurrentTime", "soon")),
        policy(when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")),
    ),
    (
        "INVALID_DATE_VALUE",
        IDENTITY,
        policy(when("DateLessThan", "aws:CurrentTime", "1790000000")),
        policy(when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")),
    ),
    (
        "MISSING_QUALIFIER",
        IDENTITY,
        policy(when("StringEquals", "aws:TagKeys", "a")),
        policy(when("ForAnyValue:StringEquals", "aws:TagKeys", "a")),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        IDENTITY,
        policy(when("ForAllValues:StringEquals", "aws:username", "a")),
        policy(when("ForAllValues:StringEquals", "aws:TagKeys", "a")),
    ),
    ("EMPTY_OBJECT_CONDITION", IDENTITY, policy(one(Condition={})), policy(one())),
    (
        "EMPTY_ARRAY_CONDITION",
        IDENTITY,
        policy(when("StringEquals", "aws:username", [])),
        policy(one()),
    ),
    (
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        IDENTITY,
        policy(when("StringEqualsIfExists", "aws:username", [])),
        policy(one()),
    ),
    (
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        IDENTITY,
        policy(when("ForAllValues:StringEquals", "aws:TagKeys", [])),
        policy(one()),
    ),
    (
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        IDENTITY,
        policy(when("ForAnyValue:StringEquals", "aws:TagKeys", [])),
        policy(one()),
    ),
    (
        "INVALID_CONDITION_DATA_TYPE",
        IDENTITY,
        policy(when("StringEquals", "aws:username", ["a", 1])),
        policy(when("StringEquals", "aws:username", ["a", "1"])),
    ),
    (
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        IDENTITY,
        policy(when("Bool", "aws:SecureTransport", [True, False])),
        policy(when("Bool", "aws:SecureTransport", True)),
    ),
    (
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        IDENTITY,
        policy(when("StringEquals", "aws:username", "a*")),
        policy(when("StringLike", "aws:username", "a*")),
    ),
    (
        "REDUNDANT_CONDITION_VALUE_NUM",
        IDENTITY,
        policy(when("NumericLessThan", "aws:MultiFactorAuthAge", ["1", "2"])),
        policy(when("NumericEquals", "aws:MultiFactorAuthAge", ["1", "2"])),
    ),
    (
        "IMPROVE_IP_RANGE",
        IDENTITY,
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.9/24")),
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.9/32")),
    ),
    (
        "PRIVATE_IP_ADDRESS",
        IDENTITY,
        policy(when("IpAddress", "aws:SourceIp", "10.0.0.0/8")),
        policy(when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")),
    ),
    (
        "PRIVATE_IP_ADDRESS_SUBSET",
        IDENTITY,
        policy(when("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"])),
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS",
        IDENTITY,
        policy(when("NotIpAddress", "aws:SourceIp", "192.168.1.0/24")),
        policy(when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        IDENTITY,
        policy(when("NotIpAddress", "aws:SourceIp", ["192.168.1.0/24", "203.0.113.0/24"])),
        policy(when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ),
    (
        "INVALID_VPC_FORMAT",
        IDENTITY,
        policy(when("StringEquals", "aws:SourceVpc", "vpc-x")),
        policy(when("StringEquals", "aws:SourceVpc", "vpc-0123abcd")),
    ),
    (
        "INVALID_VPCE_FORMAT",
        IDENTITY,
        policy(when("StringEquals", "aws:SourceVpce", "vpc-0123abcd")),
        policy(when("StringEquals", "aws:SourceVpce", "vpce-0123abcd")),
    ),
    (
        "INVALID_REGION",
        IDENTITY,
        policy(when("StringEquals", "aws:RequestedRegion", "useast1")),
        policy(when("StringEquals", "aws:RequestedRegion", "us-east-1")),
    ),
    (
        "MISSING_BRACE_IN_VARIABLE",
        IDENTITY,
        policy(one(resource=f"{BUCKET}/${{aws:username")),
        policy(one(resource=f"{BUCKET}/${{aws:username}}")),
    ),
    (
        "EMPTY_VARIABLE",
        IDENTITY,
        policy(one(resource=f"{BUCKET}/${{}}")),
        policy(one(resource=f"{BUCKET}/${{*}}")),
    ),
    (
        "MISSING_QUOTE_IN_VARIABLE",
        IDENTITY,
        policy(one(resource=f"{BUCKET}/${{aws:username, a}}")),
        policy(one(resource=f"{BUCKET}/${{aws:username, 'a'}}")),
    ),
    (
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        IDENTITY,
        policy(one(resource=f"{BUCKET}/${{aws: username}}")),
        policy(one(resource=f"{BUCKET}/${{aws:username}}")),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        IDENTITY,
        policy(one(action="s3:${aws:username}")),
        policy(one()),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        IDENTITY,
        policy(one(resource=f"{BUCKET}/${{aws:username}}"), Version="2008-10-17"),
        policy(one(), Version="2008-10-17"),
    ),
    (
        "INVALID_VARIABLE_FOR_OPERATOR",
        IDENTITY,
        policy(when("NumericEquals", "aws:MultiFactorAuthAge", "${aws:username}")),
        policy(when("StringEquals", "aws:PrincipalTag/a", "${aws:username}")),
    ),
    (
        "INVALID_PRINCIPAL_FORMAT",
        RESOURCE,
        policy(bucket("111122223333")),
        policy(bucket({"AWS": "111122223333"})),
    ),
    ("INVALID_PRINCIPAL_KEY", RESOURCE, policy(bucket({"Aws": "*"})), policy(bucket({"AWS": "*"}))),
    ("EMPTY_OBJECT_PRINCIPAL", RESOURCE, policy(bucket({})), policy(bucket("*"))),
    ("EMPTY_ARRAY_PRINCIPAL", RESOURCE, policy(bucket({"AWS": []})), policy(bucket("*"))),
    (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        RESOURCE,
        policy(bucket({"Service": "ec2"})),
        policy(bucket({"Service": "ec2.amazonaws.com"})),
    ),
    (
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        RESOURCE,
        policy(bucket({"AWS": "arn:aws:iam::111122223333:role/*"})),
        policy(bucket({"AWS": "*"})),
    ),
    (
        "INVALID_ROLE_REFERENCE",
        RESOURCE,
        policy(bucket({"AWS": "AROAEXAMPLEEXAMPLE123"})),
        policy(bucket({"AWS": "111122223333"})),
    ),
    (
        "INVALID_USER_REFERENCE",
        RESOURCE,
        policy(bucket({"AWS": "AIDAEXAMPLEEXAMPLE123"})),
        policy(bucket({"AWS": "111122223333"})),
    ),
    (
        "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        RESOURCE,
        policy(bucket({"Federated": "id.example.com"})),
        policy(bucket("*")),
    ),
    (
        "ALLOW_WITH_NOT_PRINCIPAL",
        RESOURCE,
        policy(one(NotPrincipal={"AWS": "111122223333"})),
        policy(one("Deny", NotPrincipal={"AWS": "111122223333"})),
    ),
    (
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        RESOURCE,
        policy(bucket({"Service": "cloudtrail.amazonaws.com"})),
        policy(
            bucket(
                {"Service": "cloudtrail.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
            )
        ),
    ),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        TRUST,
        policy(trust({"AWS": "111122223333"}, Resource="*")),
        policy(trust({"AWS": "111122223333"})),
    ),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        TRUST,
        policy(one(action="sts:AssumeRole", resource=None, NotPrincipal={"AWS": "111122223333"})),
        policy(trust({"AWS": "111122223333"})),
    ),
    (
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        TRUST,
        policy(trust("*")),
        policy(trust({"AWS": "*"})),
    ),
    (
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        TRUST,
        policy(trust({"Federated": "provider"}, WEB)),
        policy(trust({"Federated": "accounts.google.com"}, WEB)),
    ),
    (
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        TRUST,
        policy(trust({"Federated": PROVIDER}, "sts:AssumeRoleWithSAML")),
        policy(trust({"Federated": PROVIDER}, WEB)),
    ),
    (
        "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        TRUST,
        policy(trust({"Service": "rolesanywhere.amazonaws.com"})),
        policy(
            trust(
                {"Service": "rolesanywhere.amazonaws.com"},
                ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
            )
        ),
    ),
    (
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        TRUST,
        policy(trust({"Federated": OTHER_PROVIDER}, WEB)),
        policy(
            trust(
                {"Federated": OTHER_PROVIDER},
                WEB,
                Condition={"StringEquals": {"id.example.com:aud": "x"}},
            )
        ),
    ),
    (
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        TRUST,
        policy(trust(GITHUB_TOKEN, WEB)),
        policy(
            trust(
                GITHUB_TOKEN,
                WEB,
                Condition={"StringEquals": {f"{GITHUB}:sub": "repo:org/app:ref:refs/heads/main"}},
            )
        ),
    ),
    (
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        TRUST,
        policy(trust(GITHUB_TOKEN, WEB, Condition={"StringLike": {f"{GITHUB}:sub": "repo:org/*"}})),
        policy(
            trust(
                GITHUB_TOKEN,
                WEB,
                Condition={"StringEquals": {f"{GITHUB}:sub": "repo:org/app:ref:refs/heads/main"}},
            )
        ),
    ),
    *(
        (code, IDENTITY, policy(wrong), policy(right))
        for code, wrong, right in (*giving(PASS), *giving(SLR))
    ),
    *(
        (code, kind, policy(make(BUCKET + "/" + "k" * most)), policy(make(BUCKET + "/k")))
        for code, kind, most, make in (
            (
                "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
                IDENTITY,
                6_144,
                lambda name: one(resource=name),
            ),
            (
                "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
                RESOURCE,
                20_480,
                lambda name: bucket("*", Resource=name),
            ),
            (
                "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
                TRUST,
                2_048,
                lambda name: trust({"AWS": "111122223333"}, Sid=name[20:]),
            ),
            ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", SCP, 5_120, lambda name: one(resource=name)),
            (
                "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
                RCP,
                5_120,
                lambda name: one("Deny", resource=name, Principal="*"),
            ),
        )
    ),
]

NULL = {"Null": {"aws:SourceAccount": "false"}}
SERVICE = {"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}
OWNER = {"StringEquals": {"aws:ResourceTag/team": "a"}}
TABLE_ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/t"
AUD = f"{GITHUB}:aud"
OTHER_AUD = "id.example.com:aud"
KMS_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id"
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
ROLE = "arn:aws:iam::111122223333:role/team/app"
ANOTHER_ROLE = "arn:aws:iam::111122223333:role/web"
APP_SESSION = "arn:aws:sts::111122223333:assumed-role/app/s"


def deny(**more):
    return one("Deny", Principal="*", **more)


def on(action, key, value, operator="StringEquals", effect="Allow"):
    return one(effect, action=action, resource="*", Condition={operator: {key: value}})


def from_services(key, value, operator="StringEquals"):
    return bucket({"Service": "sns.amazonaws.com"}, Condition={operator: {key: value}})


TABLE += [
    (
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        SCP,
        policy(wide("s3:*Object", "*")),
        policy(wide("s3:Get*", "*")),
    ),
    (
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        RCP,
        policy(one("Deny", Principal={"AWS": "111122223333"})),
        policy(deny()),
    ),
    (
        "RCP_SYNTAX_ERROR_ALLOW",
        RCP,
        policy(one(Principal="*")),
        policy(one(action="*", resource="*", Principal="*")),
    ),
    (
        "RCP_SYNTAX_ERROR_NOTACTION",
        RCP,
        policy(one("Deny", action=None, NotAction="s3:*", Principal="*")),
        policy(deny()),
    ),
    ("RCP_SYNTAX_ERROR_ACTION", RCP, policy(deny(action="ec2:RunInstances")), policy(deny())),
    (
        "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
        RCP,
        policy(deny(Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}})),
        policy(
            deny(
                Condition={
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            )
        ),
    ),
    (
        "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        RCP,
        policy(deny(Condition={"StringNotEquals": {"aws:SourceOrgID": "o-1"}} | NULL)),
        policy(deny(Condition={"StringNotEquals": {"aws:SourceOrgID": "o-1"}} | NULL | SERVICE)),
    ),
    (
        "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        RCP,
        policy(deny(Condition={"StringNotEquals": {"aws:SourceOrgID": "o-1"}} | SERVICE)),
        policy(deny(Condition={"StringNotEquals": {"aws:SourceOrgID": "o-1"}} | NULL | SERVICE)),
    ),
    (
        "MISSING_ARN_ACCOUNT",
        IDENTITY,
        policy(one(action="sqs:SendMessage", resource="arn:aws:sqs:us-east-1::q")),
        policy(one(action="sqs:SendMessage", resource="arn:aws:sqs:us-east-1:*:q")),
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        IDENTITY,
        policy(on("s3:GetObject", "s3:prefix", "a")),
        policy(on("s3:ListBucket", "s3:prefix", "a")),
    ),
    (
        "MISSING_ACTION_FOR_CONDITION_KEY",
        IDENTITY,
        policy(on("sts:AssumeRole", "sts:SourceIdentity", "a")),
        policy(on(["sts:AssumeRole", "sts:SetSourceIdentity"], "sts:SourceIdentity", "a")),
    ),
    *(
        (
            f"{effect.upper()}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            IDENTITY,
            policy(
                one(
                    effect,
                    action=["ec2:StopInstances", "sts:DecodeAuthorizationMessage"],
                    resource="*",
                    Condition=OWNER,
                )
            ),
            policy(one(effect, action="ec2:StopInstances", resource="*", Condition=OWNER)),
        )
        for effect in ("Allow", "Deny")
    ),
    *(
        (
            f"{effect.upper()}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            IDENTITY,
            policy(one(effect, action=None, NotAction="iam:*", resource="*", Condition=OWNER)),
            policy(one(effect, action=None, NotAction="iam:*", resource="*")),
        )
        for effect in ("Allow", "Deny")
    ),
    (
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        RESOURCE,
        policy(from_services("aws:PrincipalOrgID", "o-1")),
        policy(from_services("aws:SourceOrgID", "o-1")),
    ),
    (
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        RESOURCE,
        policy(from_services("aws:Referer", "111122223333")),
        policy(from_services("aws:SourceAccount", "111122223333")),
    ),
    (
        "UNTRUSTWORTHY_CONDITION_KEY",
        IDENTITY,
        policy(when("StringLike", "aws:UserAgent", "console*")),
        policy(when("StringLike", "aws:username", "console*")),
    ),
    (
        "MISSING_PAIRED_CONDITION_KEYS",
        IDENTITY,
        policy(when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")),
        policy(
            one(
                Condition={
                    "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                    "StringEquals": {"aws:SourceVpc": "vpc-0123abcd"},
                }
            )
        ),
    ),
    (
        "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        IDENTITY,
        policy(when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a")),
        policy(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a")),
    ),
    (
        "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
        IDENTITY,
        policy(on("dynamodb:Query", "dynamodb:Attributes", ["a"], "ForAllValues:StringEquals")),
        policy(
            one(
                action="dynamodb:Query",
                resource=TABLE_ARN,
                Condition={
                    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]},
                    "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
                },
            )
        ),
    ),
    (
        "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        IDENTITY,
        policy(on("s3:ListBucket", "s3:prefix", "private/*", "StringLike", "Deny")),
        policy(on("s3:ListBucket", "s3:prefix", "public/*", "StringNotLike", "Deny")),
    ),
    (
        "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
        IDENTITY,
        policy(on("*", "aws:VpceAccount", "111122223333")),
        policy(on("s3:GetObject", "aws:VpceAccount", "111122223333")),
    ),
    (
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        RESOURCE,
        policy(bucket("*", Condition={"StringEquals": {"s3:ResourceAccount": "111122223333"}})),
        policy(bucket("*", Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}})),
    ),
    (
        "INVALID_KMS_KEY_VALUE",
        IDENTITY,
        policy(on("s3:PutObject", KMS_ID, "alias/mine")),
        policy(on("s3:PutObject", KMS_ID, KMS_KEY)),
    ),
    (
        "WILDCARD_USAGE_TOO_PERMISSIVE",
        IDENTITY,
        policy(when("StringLike", "aws:PrincipalOrgID", "o-*")),
        policy(when("StringLike", "aws:PrincipalTag/org", "o-*")),
    ),
    (
        "VARIABLE_USAGE_TOO_PERMISSIVE",
        IDENTITY,
        policy(when("StringEquals", "aws:ResourceAccount", "${aws:PrincipalTag/owner}")),
        policy(when("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")),
    ),
    (
        "EQUIVALENT_TO_NULL_FALSE",
        IDENTITY,
        policy(when("StringLike", "aws:PrincipalTag/team", "*")),
        policy(when("StringLike", "aws:PrincipalTag/team", "a*")),
    ),
    (
        "EQUIVALENT_TO_NULL_TRUE",
        IDENTITY,
        policy(when("StringNotLike", "aws:PrincipalTag/team", "*")),
        policy(when("StringNotLike", "aws:PrincipalTag/team", "a*")),
    ),
    (
        "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        IDENTITY,
        policy(when("StringLikeIfExists", "aws:PrincipalTag/team", "*")),
        policy(when("StringLikeIfExists", "aws:PrincipalTag/team", "a*")),
    ),
    (
        "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        IDENTITY,
        policy(when("ForAnyValue:StringNotLike", "aws:TagKeys", "*")),
        policy(when("ForAnyValue:StringNotLike", "aws:TagKeys", "a*")),
    ),
    (
        "TYPE_MISMATCH_STRING",
        IDENTITY,
        policy(when("BinaryEquals", "aws:username", "not base64")),
        policy(when("BinaryEquals", "aws:username", "QmluYXJ5")),
    ),
    (
        "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        TRUST,
        policy(trust(GITHUB_TOKEN, WEB, Condition={"ForAnyValue:StringEquals": {AUD: "x"}})),
        policy(trust(GITHUB_TOKEN, WEB, Condition={"StringEquals": {AUD: "x"}})),
    ),
    (
        "CONFIRM_AUDIENCE_CLAIM_TYPE",
        TRUST,
        policy(
            trust(
                {"Federated": OTHER_PROVIDER},
                WEB,
                Condition={"ForAllValues:StringEquals": {OTHER_AUD: "x"}},
            )
        ),
        policy(
            trust({"Federated": OTHER_PROVIDER}, WEB, Condition={"StringEquals": {OTHER_AUD: "x"}})
        ),
    ),
    (
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        TRUST,
        policy(trust({"AWS": [ROLE, APP_SESSION]})),
        policy(trust({"AWS": [ANOTHER_ROLE, APP_SESSION]})),
    ),
]


def codes(text, kind):
    resource_type = "AWS::S3::Bucket" if kind is RESOURCE else ""
    return {found.code for found in validate(text, kind, resource_type=resource_type)}


@pytest.mark.parametrize(("code", "kind", "wrong", "right"), TABLE, ids=[row[0] for row in TABLE])
def test_a_policy_earns_its_code_and_its_neighbour_does_not(code, kind, wrong, right):
    assert code in codes(wrong, kind)
    assert code not in codes(right, kind)


def test_every_code_has_a_row():
    assert {row[0] for row in TABLE} == {*ERRORS, *SECURITY_WARNINGS, *WARNINGS, *SUGGESTIONS}


def test_a_finding_stands_where_it_is_and_links_to_its_check():
    text = policy(one(), one(action=["s3:PutObject", "s3:GetObjet"]))
    found = next(one for one in validate(text, IDENTITY) if one.code == "INVALID_ACTION")

    assert text[found.place.start : found.place.end] == '"s3:GetObjet"'
    assert found.path == ("Statement", 1, "Action", 1)
    assert "GetObject" in found.details
    assert found.learn_more.endswith("policy-checks-error-invalid-action")


def test_a_sound_policy_has_no_findings():
    sound = when("StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}")

    assert validate(policy(sound), IDENTITY) == []
