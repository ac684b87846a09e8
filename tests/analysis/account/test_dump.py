import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from analysis.account.made import (
    ACCOUNT,
    ADMINISTRATOR,
    ALICE,
    ALLOW,
    HEADER,
    ROOT,
    role,
    user,
)
from doorward.analysis.account import dump
from doorward.base.errors import BadInput
from doorward.policy.document import Effect


@pytest.fixture
def read(tmp_path):
    def make(*texts: object):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}.json")
            paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
        return dump.read(paths)

    return make


def inline(document: object) -> dict[str, object]:
    return user(UserPolicyList=[{"PolicyName": "read", "PolicyDocument": document}])


@pytest.mark.parametrize(
    "document", [ALLOW, json.dumps(ALLOW), quote(json.dumps(ALLOW)), quote(json.dumps(ALLOW), "")]
)
def test_a_policy_is_read_as_json_as_text_and_url_encoded(read, document):
    account = read({"UserDetailList": [inline(document)]})

    (found,) = account.users[0].inline
    assert (found.name, found.arn) == ("read", None)
    assert found.policy.statements[0].effect is Effect.ALLOW


def test_an_encoded_policy_keeps_its_plus_signs(read):
    document = json.loads(json.dumps(ALLOW).replace('"*"', '"arn:aws:s3:::a+b/*"'))

    account = read({"UserDetailList": [inline(quote(json.dumps(document), "+"))]})

    resources = account.users[0].inline[0].policy.statements[0].resources
    assert resources.items[0].value == "arn:aws:s3:::a+b/*"


def test_managed_policies_come_from_the_dump_in_their_default_version_or_from_the_catalog(read):
    own = f"arn:aws:iam::{ACCOUNT}:policy/own"
    deny = {"Version": "2012-10-17", "Statement": [{**ALLOW["Statement"][0], "Effect": "Deny"}]}
    listed = {
        "PolicyName": "own",
        "Arn": own,
        "DefaultVersionId": "v2",
        "PolicyVersionList": [
            {"VersionId": "v1", "Document": ALLOW, "IsDefaultVersion": False},
            {"VersionId": "v2", "Document": deny, "IsDefaultVersion": True},
        ],
    }
    attached = [
        {"PolicyName": "own", "PolicyArn": own},
        {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR},
    ]

    account = read(
        {"UserDetailList": [user(AttachedManagedPolicies=attached)], "Policies": [listed]}
    )

    first, second = account.users[0].attached
    assert first.policy.statements[0].effect is Effect.DENY
    assert (second.arn, second.by_aws, first.by_aws) == (ADMINISTRATOR, True, False)


def test_a_managed_policy_that_nobody_knows_is_told_and_not_dropped(read):
    arn = f"arn:aws:iam::{ACCOUNT}:policy/gone"

    account = read(
        {
            "UserDetailList": [
                user(AttachedManagedPolicies=[{"PolicyName": "gone", "PolicyArn": arn}])
            ]
        }
    )

    assert account.users[0].unread == (arn,)
    assert any(arn in one for one in account.untold)


def test_a_user_has_the_policies_of_its_groups_too(read):
    group = {
        "GroupName": "readers",
        "GroupId": "AGPAREADERS",
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/readers",
        "GroupPolicyList": [{"PolicyName": "of-group", "PolicyDocument": ALLOW}],
    }

    account = read({"UserDetailList": [user(GroupList=["readers"])], "GroupDetailList": [group]})

    assert [one.name for one in account.identity_policies(account.users[0])] == ["of-group"]


def test_a_boundary_and_tags_are_read(read):
    boundary = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/AdministratorAccess",
    }

    account = read(
        {
            "UserDetailList": [
                user(PermissionsBoundary=boundary, Tags=[{"Key": "team", "Value": "a"}])
            ]
        }
    )

    assert account.users[0].boundary.arn == ADMINISTRATOR
    assert account.users[0].tags == {"team": "a"}


USES = [
    # RoleLastUsed                                told   last used
    (None,                                        False, None),
    ({},                                          True,  None),
    ({"LastUsedDate": "2026-02-01T00:00:00Z"},    True,  datetime(2026, 2, 1, tzinfo=UTC)),
    ({"LastUsedDate": 1769904000},                True,  datetime(2026, 2, 1, tzinfo=UTC)),
]  # fmt: skip


@pytest.mark.parametrize(("use", "told", "at"), USES)
def test_a_role_that_was_not_used_differs_from_one_of_which_nothing_is_told(read, use, told, at):
    found = read({"RoleDetailList": [role(**({} if use is None else {"RoleLastUsed": use}))]})

    assert (found.roles[0].use_told, found.roles[0].last_used_at) == (told, at)


def test_pages_are_joined_from_lines_from_a_list_and_from_several_files(read):
    first = {"UserDetailList": [user("alice")], "IsTruncated": True, "Marker": "more"}
    second = {"UserDetailList": [user("bob")], "IsTruncated": False}

    for texts in (
        [json.dumps(first) + "\n" + json.dumps(second) + "\n"],
        [[first, second]],
        [first, second],
    ):
        assert [one.name for one in read(*texts).users] == ["alice", "bob"]


def test_the_credential_report_is_read_as_csv_and_as_the_answer_that_holds_it(read):
    text = f"{HEADER}\n{ROOT}\n{ALICE}"
    answer = {"Content": base64.b64encode(text.encode()).decode(), "ReportFormat": "text/csv"}

    for given in (text, answer):
        root, alice = read({"UserDetailList": [user()]}, given).credentials
        assert (root.is_root, root.has_password, root.password_used_at) == (True, None, None)
        assert (alice.has_password, alice.has_mfa) == (True, True)
        assert [(one.slot, one.active, one.used_at) for one in alice.keys] == [(1, True, None)]


def test_a_file_may_tell_of_resources_and_of_the_organization(read):
    public = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*",
    }
    extra = {
        "Resources": [
            {
                "Arn": "arn:aws:s3:::reports",
                "Policy": {"Version": "2012-10-17", "Statement": [public]},
                "PublicAccessBlock": {"RestrictPublicBuckets": True},
                "Grants": [{"Group": "AllUsers", "Permission": "READ"}],
            }
        ],
        "Organization": {
            "Levels": [
                {
                    "Id": "r-abcd",
                    "ServiceControlPolicies": [{"PolicyName": "all", "PolicyDocument": ALLOW}],
                }
            ]
        },
    }

    account = read({"UserDetailList": [user()]}, extra)

    (bucket,) = account.resources
    assert (bucket.block.restrict, bucket.block.block_acls) == (True, False)
    assert bucket.granted == (("AllUsers", "READ"),)
    assert [one.name for one in account.organization.levels[0].service_control] == ["all"]


def test_what_a_dump_does_not_tell_is_none_and_not_empty(read):
    account = read({"UserDetailList": [user()]})

    assert (account.resources, account.credentials, account.organization) == (None, None, None)


WHOLE = json.dumps({"UserDetailList": [user()]}, indent=1)
WRONG = [
    # the file                                         what is said of it
    ("",                                               "is empty"),
    (WHOLE[:-40],                                      r"0\.json:\d+:\d+: the JSON is cut short"),
    (WHOLE[:30],                                       r"0\.json:\d+:\d+: the JSON is cut short"),
    ("<xml/>",                                         r"0\.json:1:1: is no JSON"),
    ("[1]",                                            "expected an object"),
    ({"Users": []},                                    "is not what `aws iam get-account"),
    ({"UserDetailList": {}},                           r"UserDetailList: expected a list"),
    ({"UserDetailList": [1]},                          r"UserDetailList\[0\]: expected an object"),
    ({"UserDetailList": [{"UserName": "x"}]},          r"UserDetailList\[0\]: has no `Arn`"),
    ({"UserDetailList": [user(UserName=7)]},           r"\[0\]\.UserName: expected text"),
    ({"UserDetailList": [user(CreateDate="soon")]},    r"\[0\]\.CreateDate: `soon` is no date"),
    ({"UserDetailList": [user(Arn="alice")]},          "`alice` is no ARN"),
    ({"UserDetailList": [user(), user()]},             "appears twice"),
    ('{"UserDetailList": [], "UserDetailList": []}',   "the key `UserDetailList` appears twice"),
    ({"UserDetailList": [user()], "IsTruncated": True}, "goes on in a page that is not here"),
    ({"UserDetailList": [user()], "NextToken": "more"}, "goes on in a page that is not here"),
    ({"UserDetailList": [inline("nothing")]},
     r"UserPolicyList\[0\]\.PolicyDocument: is no policy: .*line 1, column 1"),
    ({"UserDetailList": [inline({"Statement": [{"Effect": "Maybe"}]})]},
     r"PolicyDocument: is no policy: Effect must be"),
    ({"RoleDetailList": [role(AssumeRolePolicyDocument=None)]},
     r"RoleDetailList\[0\]\.AssumeRolePolicyDocument: expected a policy"),
    ({"Policies": [{"PolicyName": "p", "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p"}]},
     "has no default version"),
    ({"Policies": []},                                 "the files name no account"),
    ("user,arn,mfa_active\n",                          "needs the column `password_enabled`"),
    (f"{HEADER}\n",                                    "has no rows"),
    (f"{HEADER}\n{ROOT[:-8]}",                         r"0\.json:2: the row does not have the 22"),
    (f"{HEADER}\n{ROOT},more",                         r"0\.json:2: the row does not have the 22"),
    (f"{HEADER}\n{ALICE.replace('TRUE', 'perhaps')}",  "mfa_active is `perhaps`"),
    ({"Content": "%%", "ReportFormat": "text/csv"},    "expected the credential report in base64"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_a_file_that_cannot_be_used_is_named_with_the_place_and_what_was_expected(
    read, given, told
):
    with pytest.raises(BadInput, match=told):
        read(given)


def test_files_of_two_accounts_are_refused(read):
    other = user(Arn="arn:aws:iam::210987654321:user/bob")

    with pytest.raises(BadInput, match="different accounts"):
        read({"UserDetailList": [user()]}, {"UserDetailList": [other]})
    with pytest.raises(BadInput, match="the credential report is of account 123456789012"):
        read({"UserDetailList": [other]}, f"{HEADER}\n{ROOT}")


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BadInput, match=r"nowhere\.json: cannot be read"):
        dump.read([Path("nowhere.json")])
