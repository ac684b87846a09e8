"""Several accounts in one model: who reaches across, and what keeps them apart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.account import config_files as config
from analysis.account import dumps
from analysis.account.config_files import A, B
from doorward.analysis.account import dump, reach
from doorward.analysis.account.effective import Effective, Verdict
from doorward.analysis.account.escalation import escalations
from doorward.analysis.account.external import external
from doorward.analysis.account.graph import graph
from doorward.analysis.account.held import Held, hold
from doorward.base.errors import BadInput

ALL = dumps.document(dumps.allow("*"))
ASSUMES = dumps.document(dumps.allow("sts:AssumeRole"))
ADMIN = f"arn:aws:iam::{B}:role/admin"
ALICE, BOB = f"arn:aws:iam::{A}:user/alice", f"arn:aws:iam::{B}:user/bob"
Made = Callable[..., Held]


@pytest.fixture
def held(tmp_path: Path) -> Made:
    def make(*items: Any, organization: Any = None) -> Held:
        paths = [tmp_path / "items.json"]
        paths[0].write_text(config.snapshot(*items))
        if organization is not None:
            paths.append(dumps.write(tmp_path, {"Organization": organization}))
        return hold(dump.accounts(paths))

    return make


def tree(policies: Any, member: str = "ServiceControlPolicies") -> dict[str, Any]:
    """An organization of both accounts; the policies are those of account A."""
    own = [{"PolicyName": "own", "PolicyDocument": one} for one in policies]
    accounts = [{"Id": A, member: own}, {"Id": B}]
    return {"Id": "o-example", "Roots": [{"Id": "r-1", "Accounts": accounts}]}


def trusts(who: str, **more: Any) -> Any:
    return dumps.trusts({"AWS": who}, **more)


PAIR = (
    config.user(A, "alice", ASSUMES),
    config.role(B, "admin", trusts(f"arn:aws:iam::{A}:root"), ALL),
)
REACH = [
    # the trust policy of the role                                    who of A may assume it
    (trusts(f"arn:aws:iam::{A}:root"),                                  {ALICE}),
    (trusts(ALICE),                                                     {ALICE}),
    (trusts(f"arn:aws:iam::{B}:root"),                                  set()),
    (trusts("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-example"}}), {ALICE}),
    (trusts("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-other"}}),   set()),
    (trusts("*", Condition={"StringEquals": {"aws:PrincipalAccount": B}}),         set()),
]  # fmt: skip


@pytest.mark.parametrize(("trust", "who"), REACH)
def test_a_role_is_assumed_from_another_account_where_both_sides_allow(
    held: Made, trust: Any, who: set[str]
) -> None:
    made = held(
        PAIR[0],
        config.user(A, "carol"),
        config.role(B, "admin", trust, ALL),
        organization=tree([ALL]),
    )

    found = reach.who_can(Effective(made), ["sts:assumerole"], ADMIN)

    allowed = {one.standing.arn for one in found if one.reach.allowed}
    assert allowed - {ADMIN} == who


def test_an_escalation_crosses_accounts(held: Made) -> None:
    found = escalations(held(*PAIR))

    ((principal, path, target),) = {
        (one.principal, one.path.id, one.target) for one in found.findings
    }
    assert (principal, path, target) == (ALICE, "assume-role", ADMIN)


def test_an_administrator_of_one_account_may_become_one_of_another(held: Made) -> None:
    chief = config.user(A, "chief", ALL)

    found = escalations(held(chief, PAIR[1]))

    assert {(one.principal, one.target) for one in found.findings} == {
        (f"arn:aws:iam::{A}:user/chief", ADMIN)
    }


def test_an_scp_of_its_own_account_keeps_somebody_in_and_one_of_the_other_does_not(
    held: Made,
) -> None:
    keeps = dumps.document(dumps.allow("*"), dumps.deny("sts:AssumeRole"))
    inside = held(*PAIR, organization=tree([keeps]))
    assert not escalations(inside).findings

    elsewhere = tree([])
    elsewhere["Roots"][0]["Accounts"][1]["ServiceControlPolicies"] = [
        {"PolicyName": "own", "PolicyDocument": keeps}
    ]
    assert escalations(held(*PAIR, organization=elsewhere)).findings


def test_an_rcp_of_the_resources_account_keeps_others_out(held: Made) -> None:
    bucket = config.bucket(
        A,
        "reports",
        dumps.document({**dumps.allow("s3:*", "arn:aws:s3:::reports/*"), "Principal": {"AWS": B}}),
    )
    bob = config.user(B, "bob", dumps.document(dumps.allow("s3:*")))
    keeps = dumps.document({**dumps.deny("s3:*"), "Principal": "*"})

    for policies, verdict in (([], Verdict.ALLOWED), ([keeps], Verdict.REFUSED)):
        place = tree(policies, "ResourceControlPolicies")
        made = Effective(held(bucket, bob, organization=place))
        found = made.allows(made.held.standings[BOB], "s3:getobject", "arn:aws:s3:::reports/x")
        assert found.verdict is verdict


def test_what_is_known_to_have_no_policy_lets_nobody_in_from_another_account(held: Made) -> None:
    bob = config.user(B, "bob", dumps.document(dumps.allow("*")))
    made = Effective(held(config.bucket(A, "reports", None), bob, config.user(A, "alice")))
    who = made.held.standings[BOB]

    assert made.allows(who, "s3:getobject", "arn:aws:s3:::reports/x").verdict is Verdict.REFUSED
    assert made.allows(who, "iam:putuserpolicy", ALICE).verdict is Verdict.REFUSED


def test_each_account_is_outside_to_the_others_when_asked_between(held: Made) -> None:
    made = held(*PAIR)

    assert not list(external(made, lambda _: None))
    (one,) = external(made, lambda _: None, between=True)
    assert (one.resource, one.who, one.held) == (ADMIN, A, True)


def test_a_name_in_several_accounts_is_told_with_the_arns(held: Made) -> None:
    made = held(config.user(A, "alice"), config.user(B, "alice"))

    with pytest.raises(BadInput, match=rf"2 principals: {ALICE}, arn:aws:iam::{B}:user/alice"):
        made.standing("alice")


def test_a_graph_of_several_accounts_says_whose_each_is(held: Made) -> None:
    made = graph(held(*PAIR), lambda _: None)

    assert {one.label for one in made.nodes} >= {f"{A} alice", f"{B} admin"}
    assert (ALICE, ADMIN, "assumes") in {
        (one.source, one.target, one.relation) for one in made.edges
    }
