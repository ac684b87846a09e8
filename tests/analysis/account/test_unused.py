"""What is unused, by the age that is asked about, and what is not told."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from analysis.account.made import ACCOUNT, report_of, role, row, user
from doorward.analysis.account import dump, usage
from doorward.analysis.account.unused import Exclusion, UnusedPermissions, unused

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/deploy"


def ago(days: int) -> str:
    return f"{(NOW - timedelta(days=days)).isoformat()}"


def written(*actions: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"PolicyName": "p", "PolicyDocument": document}


@pytest.fixture
def account(tmp_path):
    """The account that files say."""

    def make(*texts: object):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}")
            paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
        return dump.read(paths)

    return make


def types(account, days: int = 90, *exclusions: Exclusion) -> list[str]:
    return [one.type for one in unused(account, days, NOW, exclusions)]


WHAT = [
    # what there is                                                      what is unused at 90 days
    ({"RoleDetailList": [role(RoleLastUsed={}, CreateDate=ago(90))]},    ["UnusedIAMRole"]),
    ({"RoleDetailList": [role(RoleLastUsed={}, CreateDate=ago(89))]},    []),
    ({"RoleDetailList": [role(RoleLastUsed={"LastUsedDate": ago(90)})]}, ["UnusedIAMRole"]),
    ({"RoleDetailList": [role(RoleLastUsed={"LastUsedDate": ago(89)})]}, []),
    ({"RoleDetailList": [role()]},                                       []),  # nothing is told
    ({"RoleDetailList": [role(RoleLastUsed={}, Path="/aws-service-role/x/")]}, []),
    (report_of(row(password_enabled="true", password_last_used=ago(90))), ["UnusedIAMUserPassword"]),
    (report_of(row(password_enabled="false", password_last_used=ago(90))), []),
    (report_of(row(access_key_1_active="true", access_key_1_last_rotated=ago(90))),
     ["UnusedIAMUserAccessKey"]),
    (report_of(row(access_key_1_active="false", access_key_1_last_rotated=ago(90))), []),
    (report_of(row("<root_account>", access_key_1_active="true",
                   access_key_1_last_rotated=ago(90))),                  []),  # no user
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), WHAT)
def test_what_is_unused_from_the_age_on(account, text, found):
    assert types(account(text)) == found


EXCLUSIONS = [
    # the rule                                                         covers a role tagged team=core
    (Exclusion(),                                                      False),
    (Exclusion(accounts=frozenset({ACCOUNT})),                         True),
    (Exclusion(accounts=frozenset({"210987654321"})),                  False),
    (Exclusion(tags=[{"team": "core"}]),                               True),
    (Exclusion(tags=[{"team": "web"}]),                                False),
    (Exclusion(tags=[{"team": ""}]),                                   True),  # any value
    (Exclusion(tags=[{"owner": ""}]),                                  False),
    (Exclusion(tags=[{"team": "web"}, {"team": "core"}]),              True),
    (Exclusion(tags=[{"team": "core", "owner": "alice"}]),             False),
    (Exclusion(frozenset({"210987654321"}), [{"team": "core"}]),       False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "covers"), EXCLUSIONS)
def test_an_analysis_rule_leaves_out_whom_it_names(account, rule, covers):
    tags = [{"Key": "team", "Value": "core"}]
    made = account({"RoleDetailList": [role(RoleLastUsed={}, Tags=tags)]})

    assert types(made, 90, rule) == ([] if covers else ["UnusedIAMRole"])


def test_what_is_used_is_told_apart_by_action_where_actions_are_followed(account):
    made = account({"UserDetailList": [user(UserPolicyList=[
        written("iam:GetUser", "iam:ListUsers", "sqs:*", "ec2:*", "iam:PassRole", "s3:GetObject")
    ])]})  # fmt: skip
    uses = [
        usage.use(ALICE, "iam.amazonaws.com", "GetUser", NOW),
        usage.use(ALICE, "iam.amazonaws.com", "ListUsers", NOW - timedelta(days=100)),
        usage.use(ALICE, "s3.amazonaws.com", "GetObject", NOW),
        usage.use(ALICE, "ec2.amazonaws.com", "RunInstances", NOW),
        usage.use(DEPLOY, "sqs.amazonaws.com", "SendMessage", NOW),  # somebody else
    ]

    (found,) = unused(usage.told(made, uses), 90, NOW)

    assert isinstance(found, UnusedPermissions)
    assert [(one.namespace, one.patterns) for one in found.services] == [
        ("iam", ("iam:ListUsers",)),
        ("sqs", ("sqs:*",)),
    ]
    assert found.services[0].actions[0].last_at == NOW - timedelta(days=100)


def test_an_unused_role_s_permissions_are_no_finding_of_their_own(account):
    made = account({"RoleDetailList": [role(RolePolicyList=[written("s3:*")])]})

    assert types(usage.told(made, [])) == ["UnusedIAMRole"]


def test_uses_and_what_the_dump_tells_count_whichever_is_later(account):
    key = row(access_key_1_active="true", access_key_1_last_rotated=ago(300))
    made = account(
        {"RoleDetailList": [role(RoleLastUsed={"LastUsedDate": ago(2)})]}, report_of(key)
    )

    told = usage.told(
        made, [usage.use(DEPLOY, "s3.amazonaws.com", "ListBuckets", NOW - timedelta(9))]
    )

    assert told.roles[0].last_used_at == NOW - timedelta(days=2)
    assert types(told) == ["UnusedIAMUserAccessKey"]  # its id is not known
