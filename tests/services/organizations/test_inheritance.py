"""How management policies merge on the way down to an account."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.base.errors import AwsError
from doorward.services.organizations import errors, policy_errors
from doorward.services.organizations.inheritance import CHILD_CONTROL, effective
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW, World, later

Policy = dict[str, Any]


def setting(**operators: Any) -> Policy:
    """A policy with one setting: `assign=…`, `append=…`, `remove=…`, `control=…`."""
    names = {"assign": "@@assign", "append": "@@append", "remove": "@@remove"}
    inner = {names.get(key, CHILD_CONTROL): value for key, value in operators.items()}
    return {"tags": {"team": {"tag_value": inner}}}


def value(*levels: list[Policy]) -> Any:
    """What the one setting comes to."""
    found = effective(levels)
    return found.get("tags", {}).get("team", {}).get("tag_value")


CASES: list[tuple[str, list[list[Policy]], Any]] = [
    ("assigned", [[setting(assign=["a"])]], ["a"]),
    ("a child overwrites", [[setting(assign=["a"])], [setting(assign=["b"])]], ["b"]),
    ("a child appends", [[setting(assign=["a"])], [setting(append=["b", "a"])]], ["a", "b"]),
    ("a child removes", [[setting(assign=["a", "b"])], [setting(remove=["a", "c"])]], ["b"]),
    ("appending to nothing assigns", [[setting(append=["a"])]], ["a"]),
    ("removing from nothing leaves nothing", [[setting(remove=["a"])]], []),
    ("one value is replaced", [[setting(assign="a")], [setting(assign="b")]], "b"),
    (
        "none forbids everything",
        [[setting(assign=["a"], control=["@@none"])], [setting(assign=["b"])], [setting(append=["c"])]],
        ["a"],
    ),
    (
        "what is not named is forbidden",
        [
            [setting(assign=["a"], control=["@@append"])],
            [setting(assign=["b"])],
            [setting(append=["c"])],
            [setting(remove=["a"])],
        ],
        ["a", "c"],
    ),
    (
        "a child cannot loosen what its parent forbids",
        [
            [setting(assign=["a"], control=["@@none"])],
            [setting(control=["@@all"])],
            [setting(assign=["b"])],
        ],
        ["a"],
    ),
    (
        "a control holds for all that is below it",
        [[{"tags": {CHILD_CONTROL: ["@@none"]}} | {}, setting(assign=["a"])], [setting(assign=["b"])]],
        ["a"],
    ),
    (
        "policies of one level do not forbid one another",
        [[setting(assign=["a"], control=["@@none"]), setting(append=["b"])]],
        ["a", "b"],
    ),
    (
        "the names of settings are compared without case",
        [[setting(assign=["a"])], [{"TAGS": {"Team": {"tag_value": {"@@assign": ["b"]}}}}]],
        ["b"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_levels_merge_as_the_operators_say(levels: list[list[Policy]], expected: Any) -> None:
    assert value(*levels) == expected


def test_a_forbidden_branch_gets_no_new_settings() -> None:
    root = {"tags": {CHILD_CONTROL: ["@@none"], "team": {"tag_key": {"@@assign": "Team"}}}}
    child = {"tags": {"cost": {"tag_key": {"@@assign": "Cost"}}}}

    assert effective([[root], [child]]) == {"tags": {"team": {"tag_key": "Team"}}}


def test_a_setting_without_operators_is_taken_as_it_is() -> None:
    assert effective([[{"plans": {"name": "daily"}}]]) == {"plans": {"name": "daily"}}


values = st.lists(st.sampled_from("abc"), max_size=3)
policies = st.builds(
    lambda given: setting(**given),
    st.dictionaries(st.sampled_from(["assign", "append", "remove"]), values, min_size=1),
)


@given(st.lists(policies, max_size=4))
@settings(max_examples=60, deadline=None)
def test_nothing_below_changes_what_forbids_everything(below: list[Policy]) -> None:
    fixed = setting(assign=["x"], control=["@@none"])

    assert value([fixed], *([one] for one in below)) == ["x"]


@given(st.lists(st.lists(policies, max_size=2), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_result_holds_no_operators_and_no_value_twice_once_appended(
    levels: list[list[Policy]],
) -> None:
    assert "@@" not in json.dumps(effective(levels))


def tag_policy(side: Side, name: str, content: Policy, target: str) -> str:
    policy = side.policy(name, json.dumps(content), "TAG_POLICY")
    side.attach(policy, target)
    return policy


def test_the_effective_policy_of_an_account_comes_from_all_levels(mine: Side) -> None:
    mine.enable("TAG_POLICY")
    unit, member = mine.unit("work"), mine.account()
    mine.call(
        "MoveAccount", AccountId=member, SourceParentId=mine.root_id, DestinationParentId=unit
    )
    tag_policy(mine, "root", setting(assign=["a"]), mine.root_id)
    tag_policy(mine, "unit", setting(append=["b"]), unit)
    own = tag_policy(mine, "own", setting(append=["c"]), member)
    Side(later(mine.ctx, hours=1)).call("UpdatePolicy", PolicyId=own, Description="later")

    found = mine.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY", TargetId=member)
    at_root = mine.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY")["EffectivePolicy"]

    shown = found["EffectivePolicy"]
    assert json.loads(shown["PolicyContent"]) == {"tags": {"team": {"tag_value": ["a", "b", "c"]}}}
    assert shown["LastUpdatedTimestamp"] == later(mine.ctx, hours=1).now
    assert at_root["TargetId"] == ACCOUNT
    assert json.loads(at_root["PolicyContent"]) == {"tags": {"team": {"tag_value": ["a"]}}}
    assert at_root["LastUpdatedTimestamp"] == NOW


def test_where_nothing_applies_there_is_no_effective_policy(mine: Side) -> None:
    member = mine.account()
    for prepare in (lambda: None, lambda: mine.enable("TAG_POLICY")):
        prepare()
        with pytest.raises(policy_errors.EffectivePolicyNotFound):
            mine.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY", TargetId=member)
    with pytest.raises(AwsError) as refused:
        mine.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY", TargetId=mine.root_id)
    assert refused.value.details == {"Reason": "TARGET_NOT_SUPPORTED"}


def test_a_member_reads_its_own_effective_policy_only(mine: Side, world: World) -> None:
    mine.enable("TAG_POLICY")
    tag_policy(mine, "root", setting(assign=["a"]), mine.root_id)
    first, second = mine.account(), mine.account("second@example.org")
    member = Side(world.root(first))

    assert member.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY")
    with pytest.raises(errors.AccessDenied):
        member.call("DescribeEffectivePolicy", PolicyType="TAG_POLICY", TargetId=second)


def test_what_is_kept_is_valid_so_no_account_has_an_invalid_effective_policy(mine: Side) -> None:
    mine.enable("TAG_POLICY")
    member = mine.account()
    tag_policy(mine, "root", setting(assign=["a"]), mine.root_id)

    found = mine.call(
        "ListEffectivePolicyValidationErrors", AccountId=member, PolicyType="TAG_POLICY"
    )

    assert found["EffectivePolicyValidationErrors"] == []
    assert found["Path"] == f"{mine.organization.id}/{mine.root_id}/{member}/"
    listed = mine.call("ListAccountsWithInvalidEffectivePolicy", PolicyType="TAG_POLICY")
    assert listed["Accounts"] == []
    with pytest.raises(policy_errors.EffectivePolicyNotFound):
        mine.call("ListAccountsWithInvalidEffectivePolicy", PolicyType="S3_POLICY")
