"""Whether a principal may do something, by all policies together: yes, no, or not to be told."""

from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps
from analysis.account.dumps import allow, arn, deny, trusts
from doorward.analysis.account.effective import Reach, Verdict

YES, NO, UNTOLD = Verdict.ALLOWED, Verdict.REFUSED, Verdict.UNKNOWN
REPORT = "arn:aws:s3:::reports/may"
HOME = "arn:aws:s3:::homes/${aws:username}/*"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


def when(**conditions: Any) -> dict[str, Any]:
    return {"Condition": conditions}


def asked(folder: Path, dumped: Any, action: str, resource: str, who: str = "user/alice") -> Reach:
    effective = dumps.effective(folder, dumped)
    return effective.allows(effective.held.standing(arn(who)), action, resource)


OWN = [
    # statements                                                   action          resource   answer
    ([allow("s3:GetObject", "arn:aws:s3:::reports/*")],            "s3:GetObject", REPORT,    YES),
    ([allow("s3:GetObject", "arn:aws:s3:::reports/*")],            "s3:GetObject", "*",       YES),
    ([allow("s3:GetObject", "arn:aws:s3:::reports/*")],            "s3:PutObject", REPORT,    NO),
    ([allow("s3:GetObject", "arn:aws:s3:::others/*")],             "s3:GetObject", REPORT,    NO),
    ([allow("s3:GetObject", HOME)],                                "s3:GetObject", "arn:aws:s3:::homes/alice/x", YES),
    ([allow("s3:GetObject", HOME)],                                "s3:GetObject", "arn:aws:s3:::homes/bob/x",   NO),
    ([allow("s3:GetObject", HOME)],                                "s3:GetObject", "arn:aws:s3:::homes/*",       YES),
    ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],  "s3:GetObject", REPORT,    NO),
    ([{"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}], "s3:GetObject", REPORT,    YES),
    ([allow("*"), deny("s3:GetObject", "arn:aws:s3:::reports/*")], "s3:GetObject", REPORT,    NO),
    ([allow("*"), deny("s3:GetObject", "arn:aws:s3:::reports/*")], "s3:GetObject", "*",       YES),
    ([allow("*"), deny("*", **when(**NO_MFA))],                    "s3:GetObject", REPORT,    YES),
    ([allow("s3:*", **when(**NO_MFA)), deny("s3:*", **when(**NO_MFA))], "s3:GetObject", REPORT, NO),
    ([allow("s3:*", **when(**MFA))],                               "s3:GetObject", REPORT,    YES),
    ([allow("s3:*", **when(StringEquals={"aws:username": "bob"}))], "s3:GetObject", REPORT,   NO),
    # an action without a resource is done on everything, not on a bucket
    ([allow("s3:*", "arn:aws:s3:::reports")],                      "s3:ListAllMyBuckets", "*", NO),
    ([allow("s3:*")],                                              "s3:ListAllMyBuckets", "*", YES),
    # tags of the user are known, and those it has not got too
    ([allow("s3:*", **when(StringEquals={"aws:PrincipalTag/team": "red"}))],  "s3:GetObject", REPORT, YES),
    ([allow("s3:*", **when(StringEquals={"aws:PrincipalTag/team": "blue"}))], "s3:GetObject", REPORT, NO),
    ([allow("s3:*", **when(StringEquals={"aws:PrincipalTag/site": "x"}))],    "s3:GetObject", REPORT, NO),
    # those of a bucket are not
    ([allow("s3:*", **when(StringEquals={"aws:ResourceTag/team": "blue"}))],  "s3:GetObject", REPORT, YES),
    ([allow("s3:*")],                                              "s3:NoSuchAction", REPORT, UNTOLD),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "action", "resource", "answer"), OWN)
def test_policies_of_a_user_are_read_together(
    tmp_path: Path, statements: Any, action: str, resource: str, answer: Verdict
) -> None:
    dumped = dumps.details([dumps.user("alice", *statements, tags={"team": "red"})])

    assert asked(tmp_path, dumped, action, resource).verdict is answer


def test_a_yes_comes_with_the_request_that_is_allowed(tmp_path: Path) -> None:
    dumped = dumps.details([dumps.user("alice", allow("s3:GetObject", HOME, **when(**MFA)))])

    example = asked(tmp_path, dumped, "s3:GetObject", "*").example

    assert example is not None
    assert example.resource.startswith("arn:aws:s3:::homes/alice/")
    assert example.context["aws:multifactorauthpresent"] == "true"


LIMITS = [
    # boundary                     SCP                               answer  reason
    (None,                         None,                             YES,    ""),
    ([allow("s3:*")],              [allow("*")],                     YES,    ""),
    ([allow("ec2:*")],             None,                             NO,     "the permissions boundary does not allow it"),
    ([allow("*"), deny("s3:*")],   None,                             NO,     "an explicit deny applies to every request"),
    (None,                         [allow("ec2:*")],                 NO,     "a service control policy does not allow it"),
    (None,                         [allow("*"), deny("s3:Get*")],    NO,     "an explicit deny applies to every request"),
    ([allow("s3:*", **when(**MFA))], [allow("*"), deny("*", **when(**MFA))], NO, "every request that is allowed meets an explicit deny"),
]  # fmt: skip


@pytest.mark.parametrize(("boundary", "scp", "answer", "reason"), LIMITS)
def test_boundaries_and_scps_limit(
    tmp_path: Path, boundary: Any, scp: Any, answer: Verdict, reason: str
) -> None:
    users = [dumps.user("alice", allow("s3:*"), boundary="bound" if boundary else None)]
    more = {"Organization": dumps.controls([allow("*")], scp)} if scp else {}
    policies = [dumps.policy("bound", *boundary)] if boundary else []

    found = asked(tmp_path, dumps.details(users, policies=policies, **more), "s3:GetObject", REPORT)

    assert (found.verdict, found.reason[: len(reason)]) == (answer, reason)


def test_policies_of_groups_count(tmp_path: Path) -> None:
    users = [dumps.user("alice", groups=["staff"]), dumps.user("bob")]
    dumped = dumps.details(users, groups=[dumps.group("staff", allow("s3:*"))])

    assert asked(tmp_path, dumped, "s3:GetObject", REPORT).allowed
    assert not asked(tmp_path, dumped, "s3:GetObject", REPORT, "user/bob").allowed


ROLE = arn("role/site")
ASSUME = [allow("sts:AssumeRole", ROLE)]
TRUST = [
    # trust                                             own policy  answer
    (trusts({"AWS": arn("root")}),                      ASSUME,     YES),
    (trusts({"AWS": arn("root")}),                      [],         NO),   # the account delegates
    (trusts({"AWS": arn("user/alice")}),                [],         YES),  # named itself
    (trusts({"AWS": arn("user/bob")}),                  ASSUME,     NO),
    (trusts({"Service": "ec2.amazonaws.com"}),          ASSUME,     NO),
    (trusts({"AWS": arn("root")}, **when(StringEquals={"aws:PrincipalTag/team": "blue"})), ASSUME, NO),
    (trusts({"AWS": arn("root")}, **when(StringEquals={"sts:ExternalId": "x"})), ASSUME, YES),
]  # fmt: skip


@pytest.mark.parametrize(("trust", "own", "answer"), TRUST)
def test_a_role_is_assumed_where_its_trust_policy_and_the_caller_s_allow(
    tmp_path: Path, trust: Any, own: Any, answer: Verdict
) -> None:
    dumped = dumps.details([dumps.user("alice", *own)], [dumps.role("site", trust)])

    assert asked(tmp_path, dumped, "sts:AssumeRole", ROLE).verdict is answer


def bucket(*statements: Any, owner: str = "arn:aws:s3:::reports", **more: Any) -> dict[str, Any]:
    return {"Arn": owner, "Policy": dumps.document(*statements), **more}


def test_a_resource_s_policy_lets_in_by_itself_within_the_account(tmp_path: Path) -> None:
    named = {"AWS": arn("user/alice")}
    held = bucket({**allow("s3:GetObject", "arn:aws:s3:::reports/*"), "Principal": named})
    dumped = dumps.details([dumps.user("alice"), dumps.user("bob")], Resources=[held])

    assert asked(tmp_path, dumped, "s3:GetObject", REPORT).allowed
    assert not asked(tmp_path, dumped, "s3:GetObject", REPORT, "user/bob").allowed


def test_a_deny_of_a_resource_s_policy_keeps_out(tmp_path: Path) -> None:
    others = {"NotPrincipal": {"AWS": arn("user/bob")}}
    held = bucket({**deny("s3:*", "arn:aws:s3:::reports/*"), **others})
    users = [dumps.user(name, allow("s3:*")) for name in ("alice", "bob")]
    dumped = dumps.details(users, Resources=[held])

    assert not asked(tmp_path, dumped, "s3:GetObject", REPORT).allowed
    assert asked(tmp_path, dumped, "s3:GetObject", REPORT, "user/bob").allowed


def test_a_key_s_policy_has_to_let_in_within_the_account_too(tmp_path: Path) -> None:
    key = f"arn:aws:kms:eu-west-1:{dumps.ACCOUNT}:key/1234"
    users = [dumps.user("alice", allow("kms:*"))]
    root = {"Principal": {"AWS": arn("root")}}
    for statement, answer in (
        ({**allow("kms:Decrypt"), **root}, YES),
        ({**allow("kms:Encrypt"), **root}, NO),
    ):
        dumped = dumps.details(users, Resources=[bucket(statement, owner=key)])
        assert asked(tmp_path, dumped, "kms:Decrypt", key).verdict is answer


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:queue"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/site"),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{dumps.ACCOUNT}:key/1234"),
    ],
)
def test_what_hangs_on_a_policy_that_is_not_in_the_dump_cannot_be_told(
    tmp_path: Path, action: str, resource: str
) -> None:
    allowed = dumps.details([dumps.user("alice", allow("*"))])
    refused = dumps.details([dumps.user("alice", allow("ec2:*"))])

    assert asked(tmp_path, allowed, action, resource).verdict is UNTOLD
    assert asked(tmp_path, refused, action, resource).verdict is NO


def test_a_principal_with_a_policy_that_is_not_in_the_dump_cannot_be_told(tmp_path: Path) -> None:
    found = asked(
        tmp_path, dumps.details([dumps.user("alice", attached=["lost"])]), "s3:GetObject", REPORT
    )

    assert found.verdict is UNTOLD
    assert "policy/lost" in found.reason


def test_what_aws_keeps_to_itself_is_refused(tmp_path: Path) -> None:
    theirs = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    dumped = dumps.details([dumps.user("alice", allow("*"))])

    assert asked(tmp_path, dumped, "iam:CreatePolicyVersion", theirs).verdict is NO
