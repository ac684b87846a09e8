"""Who gains and who loses what by a change, proved, each with a request that replays."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps
from doorward.analysis.account import changes, dump
from doorward.analysis.account.effective import Effective
from doorward.analysis.account.gains import Gain, gains
from doorward.analysis.account.held import hold
from doorward.base.errors import BadInput

READ = dumps.allow("s3:GetObject", "arn:aws:s3:::reports/*")
ALL = dumps.allow("*")
Change = Mapping[str, Any]
Found = Callable[..., list[Gain]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """What is gained and lost; each example is decided again under both."""

    def make(dumped: Mapping[str, Any], *wanted: Change) -> list[Gain]:
        accounts = dump.accounts([dumps.write(tmp_path, dumped)])
        old = hold(accounts)
        new = hold(changes.applied(accounts, changes.read(list(wanted), "a test")), beside=old)
        made = list(gains(old, new, lambda _: None))
        for one in made:
            if one.example is not None and one.principal in old.standings:
                sides = (new, old) if one.way == "gains" else (old, new)
                context = dict(one.example.context)
                verdicts = [
                    Effective(side).allows(
                        side.standings[one.principal],
                        one.example.action,
                        one.example.resource,
                        context,
                    )
                    for side in sides
                ]
                assert verdicts[0].allowed
        return made

    return make


def told(made: list[Gain]) -> set[tuple[str, str, str]]:
    return {
        (one.principal.rpartition("/")[2], one.way, one.example.action if one.example else "?")
        for one in made
    }


def document(*statements: Any) -> Any:
    return dumps.document(*statements)


PEOPLE = dumps.details(
    [
        dumps.user("alice", READ, attached=["sending"]),
        dumps.user("bob", groups=["staff"]),
        dumps.user("carol", ALL, boundary="bound"),
    ],
    [dumps.role("deploy", dumps.trusts({"AWS": dumps.arn("user/alice")}), READ)],
    [dumps.group("staff", READ), dumps.group("ops", dumps.allow("ec2:StopInstances"))],
    [
        dumps.policy("sending", dumps.allow("sqs:SendMessage")),
        dumps.policy("bound", dumps.allow("s3:*")),
    ],
    Resources=[
        {
            "Arn": "arn:aws:s3:::reports",
            "Policy": document({**READ, "Principal": {"AWS": "999988887777"}}),
        }
    ],
)
OPEN = document({**dumps.allow("s3:DeleteObject", "arn:aws:s3:::reports/*"), "Principal": "*"})
CHANGES = [
    # the change                                                              who gains or loses what
    ({"do": "attach-policy", "principal": "alice", "policy": "bound"},
     {("alice", "gains", "s3:abortmultipartupload"), ("alice", "gains", "s3:getobject")}),
    ({"do": "detach-policy", "principal": "alice", "policy": "sending"},
     {("alice", "loses", "sqs:sendmessage")}),
    ({"do": "put-inline-policy", "principal": "alice", "name": "own",
      "policy": document(dumps.allow("s3:GetObject", "arn:aws:s3:::reports/a*"))},
     {("alice", "loses", "s3:getobject")}),
    ({"do": "put-inline-policy", "principal": "alice", "name": "again", "policy": document(READ)},
     set()),
    ({"do": "delete-inline-policy", "principal": "alice", "name": "own"},
     {("alice", "loses", "s3:getobject")}),
    ({"do": "put-boundary", "principal": "alice", "policy": document(dumps.allow("sqs:*"))},
     {("alice", "loses", "s3:getobject")}),
    ({"do": "add-to-group", "user": "bob", "group": "ops"},
     {("bob", "gains", "ec2:stopinstances")}),
    ({"do": "remove-from-group", "user": "bob", "group": "staff"},
     {("bob", "loses", "s3:getobject")}),
    ({"do": "put-policy", "arn": dumps.arn("policy/sending"),
      "policy": document(dumps.allow("sqs:ReceiveMessage"))},
     {("alice", "loses", "sqs:sendmessage"), ("alice", "gains", "sqs:receivemessage")}),
    ({"do": "put-trust-policy", "role": "deploy",
      "policy": dumps.trusts({"AWS": dumps.arn("user/bob")})},
     {("alice", "loses", "sts:assumerole"), ("bob", "gains", "sts:assumerole")}),
    ({"do": "attach-scp", "target": dumps.ACCOUNT, "name": "x",
      "policy": document(dumps.deny("sqs:*"))},
     {("alice", "loses", "sqs:sendmessage")}),
    ({"do": "attach-rcp", "target": dumps.ACCOUNT, "name": "x",
      "policy": document({**dumps.deny("sqs:*"), "Principal": "*"})},
     {("alice", "loses", "sqs:sendmessage")}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change_is_told_with_who_gains_and_loses_what(
    found: Found, change: Change, expected: set[tuple[str, str, str]]
) -> None:
    assert told(found(PEOPLE, change)) == expected


def test_a_bucket_policy_lets_in_everybody_here_and_outside(found: Found) -> None:
    change = {"do": "put-resource-policy", "resource": "arn:aws:s3:::reports", "policy": OPEN}

    made = found(PEOPLE, change)

    everyone = {"alice", "bob", "deploy"}
    assert {(one, "gains", "s3:deleteobject") for one in everyone} <= told(made)
    outside = {
        (one.way, one.example.action) for one in made if "outside" in one.principal and one.example
    }
    assert outside == {("gains", "s3:deleteobject"), ("loses", "s3:getobject")}


def test_a_boundary_taken_away_gives_what_it_kept_back(found: Found) -> None:
    made = found(PEOPLE, {"do": "delete-boundary", "principal": "carol"})

    assert {(one.principal, one.way) for one in made} == {(dumps.arn("user/carol"), "gains")}
    assert all(one.example and not one.example.action.startswith("s3:") for one in made)


def test_changes_are_made_one_after_the_other(found: Found) -> None:
    join = {"do": "add-to-group", "user": "bob", "group": "ops"}

    assert not found(PEOPLE, join, {**join, "do": "remove-from-group"})


SCP = {"target": dumps.ACCOUNT, "name": "x", "policy": document(ALL)}
WRONG = [
    # the change                                                    what is said of it
    ({"do": "delete-user"},                                          "`delete-user` is no change"),
    ({"do": "attach-policy", "principal": "alice"},                  "`attach-policy` needs `policy`"),
    ({"do": "delete-boundary", "principal": "carol", "x": 1},        "takes no `x`"),
    ({"do": "attach-policy", "principal": "dave", "policy": "bound"}, "no user, group or role `dave`"),
    ({"do": "attach-policy", "principal": "alice", "policy": "nope"}, "no policy `nope` is known"),
    ({"do": "detach-policy", "principal": "alice", "policy": "bound"}, "there is no policy `bound`"),
    ({"do": "delete-boundary", "principal": "alice"},                "there is no permissions boundary"),
    ({"do": "put-boundary", "principal": "staff", "policy": "bound"}, "a group has no permissions"),
    ({"do": "put-trust-policy", "role": "alice", "policy": "bound"}, "only a role has a trust policy"),
    ({"do": "add-to-group", "user": "bob", "group": "none"},         "no group `none` in account"),
    ({"do": "put-resource-policy", "resource": "arn:aws:sqs:x:999988887777:q", "policy": "bound"},
     "no resource"),
    ({"do": "attach-scp", **SCP, "target": "ou-1"},                  "no account here stands under"),
    ({"do": "put-inline-policy", "principal": "alice", "name": "x", "policy": {"Statement": 7}},
     r"change 1\.policy: is no policy"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_change_that_cannot_be_made_is_told_with_why(
    found: Found, change: Change, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        found(PEOPLE, change)


def test_the_last_scp_of_an_account_stays(found: Found) -> None:
    world = {**PEOPLE, "Organization": dumps.controls([ALL])}
    change = {"do": "detach-scp", "target": "level-0", "name": "scp-0"}

    with pytest.raises(BadInput, match="without a service control policy"):
        found(world, change)
