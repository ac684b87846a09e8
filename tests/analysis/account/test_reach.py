"""Who can, and what can: over all principals, by all policies."""

from pathlib import Path

from analysis.account import dumps
from analysis.account.dumps import allow, arn, deny, trusts
from doorward.analysis import universe
from doorward.analysis.account import reach
from doorward.analysis.account.effective import Verdict

ROLES = f"arn:aws:iam::{dumps.ACCOUNT}:role/*"


def test_who_can_names_each_principal_that_is_allowed(tmp_path: Path) -> None:
    users = [
        dumps.user("alice", allow("s3:Get*", "arn:aws:s3:::reports/*")),
        dumps.user("bob", allow("s3:Put*")),
        dumps.user("carol", allow("*"), deny("s3:*")),
        dumps.user("dave", attached=["lost"]),
    ]
    effective = dumps.effective(tmp_path, dumps.details(users))

    found = reach.who_can(effective, ["s3:GetObject"], "arn:aws:s3:::reports/may")

    assert [(one.standing.arn, one.reach.verdict) for one in found] == [
        (arn("user/alice"), Verdict.ALLOWED),
        (arn("user/dave"), Verdict.UNKNOWN),
    ]


def test_who_can_assume_any_of_some_roles_is_settled_by_their_trust(tmp_path: Path) -> None:
    users = [dumps.user(name, allow("sts:AssumeRole")) for name in ("alice", "bob")]
    roles = [dumps.role("site", trusts({"AWS": arn("user/bob")}))]
    effective = dumps.effective(tmp_path, dumps.details(users, roles))

    found = list(reach.who_can(effective, ["sts:AssumeRole"], ROLES))

    assert [one.standing.arn for one in found] == [arn("user/bob")]


def test_who_can_reach_some_object_counts_the_policies_of_buckets(tmp_path: Path) -> None:
    named = {
        **allow("s3:GetObject", "arn:aws:s3:::reports/*"),
        "Principal": {"AWS": arn("user/bob")},
    }
    held = {"Arn": "arn:aws:s3:::reports", "Policy": dumps.document(named)}
    effective = dumps.effective(tmp_path, dumps.details([dumps.user("bob")], Resources=[held]))

    assert [one.standing.arn for one in reach.who_can(effective, ["s3:GetObject"])] == [
        arn("user/bob")
    ]


def test_what_can_tells_what_holds_everywhere_from_the_rest(tmp_path: Path) -> None:
    statements = [
        allow("sqs:*"),
        allow("s3:GetObject", "arn:aws:s3:::reports/*"),
        deny("sqs:Purge*"),
    ]
    effective = dumps.effective(tmp_path, dumps.details([dumps.user("alice", *statements)]))

    found = reach.what_can(effective, effective.held.standing("alice"))

    assert "sqs:sendmessage" in set(universe.members(found.everywhere))
    assert "sqs:purgequeue" not in set(universe.members(found.everywhere))
    assert [action for action, _ in found.somewhere] == ["s3:getobject"]


def test_what_can_agrees_with_the_question_about_each_action(tmp_path: Path) -> None:
    statements = [
        allow("sns:*"),
        {"Effect": "Deny", "NotAction": ["sns:P*", "sns:L*"], "Resource": "*"},
    ]
    effective = dumps.effective(tmp_path, dumps.details([dumps.user("alice", *statements)]))
    alice = effective.held.standing("alice")

    found = reach.what_can(effective, alice)

    told = set(universe.members(found.everywhere)) | {action for action, _ in found.somewhere}
    for action in universe.members(universe.covered("sns:*", loose=False)):
        assert (action in told) is effective.allows(alice, action).allowed


def test_who_is_denied_an_action_of_iam_is_no_administrator(tmp_path: Path) -> None:
    users = [
        dumps.user("chief", allow("*")),
        dumps.user("kept", allow("*"), deny("iam:CreateUser")),
        dumps.user("bounded", allow("*"), deny("s3:*")),
    ]
    held = dumps.held(tmp_path, dumps.details(users))

    found = {one.arn.rpartition("/")[2] for one in held.standings.values() if one.administrator}
    assert found == {"chief", "bounded"}


def test_what_a_key_or_a_role_must_allow_too_is_never_allowed_everywhere(tmp_path: Path) -> None:
    effective = dumps.effective(tmp_path, dumps.details([dumps.user("alice", allow("*"))]))

    found = reach.what_can(effective, effective.held.standing("alice"))

    everywhere = set(universe.members(found.everywhere))
    assert "s3:getobject" in everywhere
    assert not {"kms:decrypt", "sts:assumerole"} & everywhere


def test_who_may_not_assume_by_itself_does_where_a_trust_policy_names_it(tmp_path: Path) -> None:
    users = [dumps.user("alice"), dumps.user("bob")]
    roles = [
        dumps.role("hers", trusts({"AWS": arn("user/alice")})),
        dumps.role("other", trusts({"Service": "ec2.amazonaws.com"})),
    ]
    effective = dumps.effective(tmp_path, dumps.details(users, roles))

    found = list(reach.who_can(effective, ["sts:AssumeRole"], "*"))

    told = {one.standing.arn: one.reach.example for one in found if one.reach.allowed}
    assert list(told) == [arn("user/alice")]
    assert told[arn("user/alice")].resource == arn("role/hers")
