"""Each finding where it is, and not where it nearly is."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from analysis.account.made import ACCOUNT, ADMINISTRATOR, ALLOW, report_of, role, row, user
from doorward.analysis.account import dump, events
from doorward.analysis.account.finding import Thresholds
from doorward.analysis.account.report import report

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SUBJECT = "token.actions.githubusercontent.com:sub"
AUDIENCE = "token.actions.githubusercontent.com:aud"
BUCKET = "arn:aws:s3:::reports"


def ago(days: int) -> str:
    return f"{(NOW - timedelta(days=days)).isoformat()}"


def statement(action: object, resource: object = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture
def told(tmp_path):
    """The report on what the files say."""

    def make(*texts: object, limits: Thresholds | None = None):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}")
            paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
        return report(dump.read(paths), limits or Thresholds(), NOW)

    return make


def ids(made) -> set[str]:
    return {one.check.id for one in made.findings}


ROOT = "<root_account>"
ROWS = [
    # who, columns of the credential report                                   the finding
    ("bob", {"password_enabled": "true", "password_last_used": ago(1)},           "user-without-mfa"),
    ("bob", {"password_enabled": "true", "password_last_used": ago(1),
             "mfa_active": "true"},                                               None),
    ("bob", {"password_enabled": "true", "mfa_active": "true",
             "password_last_used": ago(46)},                                      "unused-password"),
    ("bob", {"password_enabled": "true", "mfa_active": "true",
             "password_last_used": ago(45)},                                      None),
    ("bob", {"password_enabled": "true", "mfa_active": "true",
             "password_last_used": "no_information",
             "password_last_changed": ago(46)},                                   "unused-password"),
    ("bob", {"password_enabled": "true", "mfa_active": "true",  # changed: so in use
             "password_last_used": ago(300), "password_last_changed": ago(3)},    None),
    ("bob", {"access_key_1_active": "true", "access_key_1_last_rotated": ago(91),
             "access_key_1_last_used_date": ago(1)},                              "old-access-key"),
    ("bob", {"access_key_1_active": "true", "access_key_1_last_rotated": ago(90),
             "access_key_1_last_used_date": ago(1)},                              None),
    ("bob", {"access_key_2_active": "false", "access_key_2_last_rotated": ago(900)}, None),
    ("bob", {"access_key_2_active": "true", "access_key_2_last_rotated": ago(46)}, "unused-access-key"),
    ("bob", {"access_key_2_active": "true", "access_key_2_last_rotated": ago(45)}, None),
    ("bob", {"access_key_1_active": "true", "access_key_1_last_rotated": ago(80),
             "access_key_1_last_used_date": ago(46)},                             "unused-access-key"),
    (ROOT, {"mfa_active": "true"},                                                None),
    (ROOT, {"password_enabled": "not_supported"},                                 "root-without-mfa"),
    (ROOT, {"password_enabled": "true"},                                          "root-without-mfa"),
    (ROOT, {"password_enabled": "false"},                                         None),
    (ROOT, {"mfa_active": "true", "access_key_1_active": "false",
            "access_key_1_last_rotated": ago(5)},                                 "root-access-key"),
    (ROOT, {"mfa_active": "true", "password_last_used": ago(1)},                  "root-used"),
    (ROOT, {"mfa_active": "true", "password_last_used": ago(2)},                  None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "columns", "finding"), ROWS)
def test_what_the_credential_report_tells(told, name, columns, finding):
    made = told(report_of(row(name, **columns)))

    assert ids(made) == ({finding} if finding else set())
    assert all(one.about.endswith(("user/bob", ":root")) for one in made.findings)


def test_a_threshold_can_be_another_one(told):
    key = row("bob", access_key_1_active="true", access_key_1_last_rotated=ago(30))

    assert ids(told(report_of(key))) == set()
    assert ids(told(report_of(key), limits=Thresholds(key_age=29, unused_credentials=29))) == {
        "old-access-key",
        "unused-access-key",
    }


ROLES = [
    # members of the role                                                the finding
    ({"RoleLastUsed": {}, "CreateDate": ago(91)},                        "unused-role"),
    ({"RoleLastUsed": {}, "CreateDate": ago(90)},                        None),
    ({"RoleLastUsed": {"LastUsedDate": ago(91)}},                        "unused-role"),
    ({"RoleLastUsed": {"LastUsedDate": ago(90)}},                        None),
    ({"CreateDate": ago(400)},                                           None),  # nothing is told
    ({"RoleLastUsed": {}, "CreateDate": ago(400),
      "Path": "/aws-service-role/support.amazonaws.com/"},               None),
]  # fmt: skip


@pytest.mark.parametrize(("members", "finding"), ROLES)
def test_a_role_that_nobody_uses(told, members, finding):
    assert ids(told({"RoleDetailList": [role(**members)]})) == ({finding} if finding else set())


def test_a_role_is_taken_apart_before_it_is_deleted(told):
    members = {
        "RoleLastUsed": {},
        "AttachedManagedPolicies": [
            {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
        ],
        "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": ALLOW}],
        "InstanceProfileList": [{"InstanceProfileName": "machine"}],
    }

    (found,) = [
        one
        for one in told({"RoleDetailList": [role(**members)]}).findings
        if one.check.id == "unused-role"
    ]

    assert [one.split()[2] for one in found.commands] == [
        "attach-role-policy",
        "detach-role-policy",
        "detach-role-policy",
        "remove-role-from-instance-profile",
        "delete-role-policy",
        "delete-role",
    ]


SERVICES = [
    # last use of s3                      made        the finding
    ({},                                  ago(200),   "unused-permissions"),
    ({"LastAuthenticated": ago(91)},      ago(200),   "unused-permissions"),
    ({"LastAuthenticated": ago(90)},      ago(200),   None),
    ({},                                  ago(90),    None),  # it had no time to use it
]  # fmt: skip


@pytest.mark.parametrize(("use", "made_at", "finding"), SERVICES)
def test_permissions_that_nobody_uses(told, use, made_at, finding):
    made = told(
        {"UserDetailList": [user(CreateDate=made_at)]},
        {
            "LastAccessed": [
                {
                    "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
                    "ServicesLastAccessed": [{"ServiceNamespace": "s3", **use}],
                }
            ]
        },
    )

    assert ids(made) == ({finding} if finding else set())


ONE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
DENY = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
POLICIES = [
    # the statements                                                        the findings
    ([statement("*")],                                                      {"allows-everything"}),
    ([statement("*:*")],                                                    set()),  # no such service
    ([statement(["s3:*", "*"])],                                            {"allows-everything"}),
    ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
      statement("s3:*")],                                                   {"allows-everything"}),
    ([statement("*"), DENY],                                                set()),
    ([statement("*", "arn:aws:s3:::reports/*")],                            set()),
    ([statement("s3:*")],                                                   {"allows-whole-service"}),
    ([statement("s3:*"), {**DENY, "Action": "s3:DeleteBucket"}],            set()),
    ([statement("s3:Get*")],                                                set()),
    ([statement("s3:*", f"{BUCKET}/*")],                                    set()),
    ([statement("iam:PassRole")],                                           {"passes-any-role"}),
    ([statement("iam:Pass*", "arn:aws:iam::*:role/*")],                {"passes-any-role"}),
    ([statement("iam:PassRole", ONE_ROLE)],                                 set()),
    ([statement("iam:PassRole",
                Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})], set()),
    ([statement("iam:PassRole"), DENY],                                     set()),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "findings"), POLICIES)
def test_a_policy_that_allows_too_much(told, statements, findings):
    written = {"PolicyName": "p", "PolicyDocument": policy(*statements)}

    found = ids(told({"UserDetailList": [user(UserPolicyList=[written])]}))

    assert found == findings


def test_a_managed_policy_is_told_once_with_all_who_have_it(told):
    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    users = [user(name, AttachedManagedPolicies=attached) for name in ("alice", "bob")]

    (found,) = told({"UserDetailList": users}).findings

    assert found.about == ADMINISTRATOR
    assert "user alice, user bob" in found.told
    assert [one.split()[2:5] for one in found.commands] == [
        ["detach-user-policy", "--user-name", "alice"],
        ["detach-user-policy", "--user-name", "bob"],
    ]


def test_a_policy_of_a_service_linked_role_is_its_service_s_business(told):
    members = {
        "Path": "/aws-service-role/support.amazonaws.com/",
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": policy(statement("*"))}],
    }

    assert ids(told({"RoleDetailList": [role(**members)]})) == set()


def trust(principal: object, **condition: object) -> dict[str, object]:
    written = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy({**written, "Condition": condition} if condition else written)


WEB = {"Federated": PROVIDER}
TRUSTS = [
    # trust policy                                                              the finding
    (trust("*"),                                                                "open-trust"),
    (trust({"AWS": "*"}),                                                       "open-trust"),
    (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),                            None),
    (trust({"AWS": "210987654321"}),                                            None),
    (trust({"Service": "ec2.amazonaws.com"}),                                   None),
    (trust("*", StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"}),           None),
    (trust("*", StringEquals={"aws:PrincipalAccount": "210987654321"}),         None),
    (trust("*", StringEquals={"sts:ExternalId": "known to many"}),              "open-trust"),
    (trust("*", StringLike={"aws:PrincipalArn": "*"}),                          "open-trust"),
    (policy(*trust("*")["Statement"], {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}), None),
    (trust(WEB),                                                                "open-federation"),
    (trust(WEB, StringEquals={AUDIENCE: "sts.amazonaws.com"}),                  "open-federation"),
    (trust(WEB, StringLike={SUBJECT: "*"}),                                     "open-federation"),
    (trust(WEB, StringNotEquals={SUBJECT: "repo:a/b"}),                         "open-federation"),
    (trust(WEB, StringLike={SUBJECT: "repo:a/b:*"}),                            None),
    (trust({"Federated": "cognito-identity.amazonaws.com"},
           StringEquals={"cognito-identity.amazonaws.com:aud": "us-east-1:1"}), None),
    (trust({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/work"}),        None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "finding"), TRUSTS)
def test_a_role_that_strangers_can_take_on(told, document, finding):
    made = told({"RoleDetailList": [role(AssumeRolePolicyDocument=document)]})

    assert ids(made) == ({finding} if finding else set())


def bucket(principal: object, **more: object) -> dict[str, object]:
    given = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject"}
    return {"Arn": BUCKET, "Policy": policy({**given, "Resource": f"{BUCKET}/*"}), **more}


EVERYBODY = [{"Group": "AllUsers", "Permission": "READ"}]
RESOURCES = [
    # the resource                                                        the finding
    (bucket("*"),                                                         "public-policy"),
    (bucket({"AWS": ACCOUNT}),                                            None),
    (bucket("*", PublicAccessBlock={"RestrictPublicBuckets": True}),      None),
    (bucket("*", PublicAccessBlock={"BlockPublicPolicy": True}),          "public-policy"),
    ({"Arn": BUCKET, "Grants": EVERYBODY},                                "public-acl"),
    ({"Arn": BUCKET, "Grants": EVERYBODY,
      "PublicAccessBlock": {"IgnorePublicAcls": True}},                   None),
    ({"Arn": BUCKET, "Grants": EVERYBODY,
      "PublicAccessBlock": {"BlockPublicAcls": True}},                    "public-acl"),
    ({"Arn": BUCKET, "Grants": [{"Group": "LogDelivery", "Permission": "WRITE"}]}, None),
    ({**bucket("*", PublicAccessBlock={"RestrictPublicBuckets": True}),
      "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"},                   "public-policy"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "finding"), RESOURCES)
def test_a_resource_that_is_public(told, resource, finding):
    made = told({"UserDetailList": [user()]}, {"Resources": [resource]})

    assert ids(made) == ({finding} if finding else set())


def test_the_account_s_block_holds_for_all_of_its_buckets(told):
    blocked = {"Resources": [bucket("*")], "PublicAccessBlock": {"RestrictPublicBuckets": True}}

    assert ids(told({"UserDetailList": [user()]}, blocked)) == set()


def record(message: str | None = None, **more: object) -> dict[str, object]:
    return {
        "eventTime": "2026-11-24T12:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "errorMessage": message,
        "sourceIPAddress": "203.0.113.9",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/alice"},
    } | more


def denied(end: str) -> str:
    who = f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: ec2:RunInstances"
    return f"{who} on resource: * {end}"


SCP_ARN = f"arn:aws:organizations::{ACCOUNT}:policy/o-abcdefghij/service_control_policy/p-12345678"
RECORDS = [
    # the record                                                                   guardrail, explicit, policy
    (record(denied("with an explicit deny in a service control policy")),
     ("service control policy", True, None)),
    (record(denied(f"with an explicit deny in a service control policy: {SCP_ARN}")),
     ("service control policy", True, SCP_ARN)),
    (record(denied("because no service control policy allows the ec2:RunInstances action")),
     ("service control policy", False, None)),
    (record(denied("with an explicit deny in a resource control policy")),
     ("resource control policy", True, None)),
    (record(denied("because no permissions boundary allows the ec2:RunInstances action")),
     ("permissions boundary", False, None)),
    (record(denied("with an explicit deny in an identity-based policy")), None),
    (record(denied("because no identity-based policy allows the ec2:RunInstances action")), None),
    (record(None), None),
    (record(denied("with an explicit deny in a service control policy"), eventTime="soon"), None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "denial"), RECORDS)
def test_a_denial_by_a_guardrail_is_told_by_its_message(given, denial):
    found = [(one.guardrail, one.explicit, one.policy) for one in events.collected([given]).denials]

    assert found == ([denial] if denial else [])


USES = [
    # the identity                                       eventType           used
    ({"type": "Root"},                                   "AwsApiCall",       True),
    ({"type": "Root", "invokedBy": "s3.amazonaws.com"},  "AwsApiCall",       False),
    ({"type": "Root"},                                   "AwsServiceEvent",  False),
    ({"type": "IAMUser", "userName": "root"},            "AwsApiCall",       False),
]  # fmt: skip


@pytest.mark.parametrize(("identity", "kind", "used"), USES)
def test_root_was_used_where_no_service_acted_for_it(identity, kind, used):
    found = events.collected([record(userIdentity=identity, eventType=kind)])

    assert bool(found.root_uses) is used


def test_what_nothing_can_be_said_of_is_told(told):
    made = told({"RoleDetailList": [role()]})

    assert [one.split(":")[0] for one in made.untold] == [
        "no credential report",
        "no resources",
        "no last use of roles",
        "no last-accessed data",
        "no events",
    ]


def test_the_gravest_comes_first(told):
    used = row("bob", access_key_1_active="true", access_key_1_last_rotated=ago(91))

    made = told(report_of(row(ROOT, password_enabled="true"), used))

    assert [one.gravity.value for one in made.findings] == ["critical", "medium", "medium"]
