"""Every way of the catalogue is found where it is open, and not where any policy closes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

import pytest

from analysis.account import dumps
from analysis.account.dumps import allow, arn, deny, trusts
from doorward.analysis.account.escalation import Finding, escalations
from doorward.analysis.account.paths import Path, Step, paths

ALICE = {"user": arn("user/alice"), "role": arn("role/alice")}
BOB, TARGET = arn("user/bob"), arn("role/target")
ON = {"any": "*", "user": BOB, "role": TARGET, "trusted": TARGET, "group": arn("group/some")}
NOBODY = {"Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}}

every_path = pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)


def caller(path: Path) -> str:
    return path.caller or "user"


def place(path: Path, step: Step) -> str:
    if step.on == "self":
        return ALICE[caller(path)]
    if step.on == "policy":
        return arn("policy/shared")
    return ON[step.on]


def grants(path: Path, **more: Any) -> Iterator[Mapping[str, Any]]:
    """One statement a step; trust that names the caller needs none."""
    for step in path.steps:
        if step.on != "trusted":
            yield allow(step.action, place(path, step), **more)


def account(path: Path, *statements: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An account in which all that *path* needs is there, but for what *statements* allow."""
    admin = [allow("*")]
    made = path.gain == "admin"
    attached = ["shared"] if path.target == "own_policy" else []
    groups = ["some"] if path.target == "own_group" else []
    boundary = "bound" if "bound" in more else None
    if caller(path) == "user":
        who = {
            "users": [
                dumps.user(
                    "alice", *statements, attached=attached, groups=groups, boundary=boundary
                )
            ]
        }
    else:
        nobody = trusts({"Service": "some.amazonaws.com"})
        who = {
            "roles": [
                dumps.role("alice", nobody, *statements, attached=attached, boundary=boundary)
            ]
        }
    users, roles = who.get("users", []), who.get("roles", [])
    trust = more.get("trust") or _trust(path)
    rights = more.get("rights", [] if made else admin)
    if path.target == "user":
        users.append(dumps.user("bob", *rights))
    if path.target == "role":
        held = ["shared"] if any(step.on == "policy" for step in path.steps) else []
        roles.append(dumps.role("target", trust, *rights, attached=held))
    some = more.get("rights", admin) if path.target == "group" else []
    policies = [dumps.policy("shared", allow("s3:ListAllMyBuckets"))]
    if boundary:
        policies.append(dumps.policy("bound", *more["bound"]))
    found = dumps.details(users, roles, [dumps.group("some", *some)], policies)
    if "scp" in more:
        found["Organization"] = dumps.controls([allow("*")], more["scp"])
    return found


def _trust(path: Path) -> dict[str, Any]:
    if path.service is not None:
        return trusts({"Service": path.service})
    if any(step.on == "trusted" for step in path.steps):
        return trusts({"Service": "some.amazonaws.com"})
    return trusts({"AWS": arn("root")})


def found(folder: File, path: Path, *statements: Mapping[str, Any], **more: Any) -> Finding | None:
    """The way of alice's by *path*, if there is one."""
    result = escalations(dumps.held(folder, account(path, *statements, **more)))
    mine = [one for one in result.findings if one.path.id == path.id]
    assert all(one.principal == ALICE[caller(path)] for one in mine)
    return mine[0] if mine else None


@every_path
def test_a_way_is_found_where_each_request_of_it_is_allowed(tmp_path: File, path: Path) -> None:
    finding = found(tmp_path, path, *grants(path))

    assert finding is not None
    assert not finding.untold
    assert [one.action for one in finding.taken] == [step.action for step in path.steps]


@every_path
def test_a_way_is_not_found_when_any_request_of_it_is_not_allowed(
    tmp_path: File, path: Path
) -> None:
    statements = list(grants(path))

    for at in range(len(statements)):
        assert found(tmp_path, path, *statements[:at], *statements[at + 1 :]) is None


@every_path
def test_a_way_is_not_found_when_a_boundary_leaves_out_a_request(
    tmp_path: File, path: Path
) -> None:
    for step in path.steps:
        if step.on == "trusted":
            continue  # who is named directly is let in beside the boundary
        bound = [allow("*"), deny(step.action)]
        assert found(tmp_path, path, *grants(path), bound=bound) is None


@every_path
def test_a_way_is_not_found_when_an_scp_denies_a_request(tmp_path: File, path: Path) -> None:
    for step in path.steps:
        assert found(tmp_path, path, *grants(path), scp=[allow("*"), deny(step.action)]) is None


@every_path
def test_a_way_is_not_found_when_a_condition_is_never_met(tmp_path: File, path: Path) -> None:
    assert found(tmp_path, path, *grants(path, **NOBODY)) is None


@every_path
def test_a_way_is_found_when_a_condition_can_be_met(tmp_path: File, path: Path) -> None:
    can = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}

    assert found(tmp_path, path, *grants(path, **can)) is not None


@pytest.mark.parametrize("path", [one for one in paths() if one.service], ids=lambda path: path.id)
def test_a_role_is_not_passed_to_a_service_that_it_does_not_trust(
    tmp_path: File, path: Path
) -> None:
    trust = trusts({"Service": "other.amazonaws.com"})

    assert found(tmp_path, path, *grants(path), trust=trust) is None


@pytest.mark.parametrize(
    "path", [one for one in paths() if one.kind == "new-passrole"], ids=lambda path: path.id
)
def test_a_role_is_not_passed_when_passing_is_held_to_another_service(
    tmp_path: File, path: Path
) -> None:
    other = {"StringEquals": {"iam:PassedToService": "other.amazonaws.com"}}
    _, *rest = grants(path)

    assert found(tmp_path, path, allow("iam:PassRole", TARGET, Condition=other), *rest) is None


@pytest.mark.parametrize(
    "path",
    [one for one in paths() if one.gain == "target" or one.target == "group"],
    ids=lambda path: path.id,
)
def test_a_way_is_not_found_when_its_target_has_no_more_rights(tmp_path: File, path: Path) -> None:
    assert found(tmp_path, path, *grants(path), rights=[allow("s3:*")]) is None


@pytest.mark.parametrize(
    "path",
    [one for one in paths() if one.kind == "self" and one.target != "group"],
    ids=lambda path: path.id,
)
def test_rights_of_its_own_are_worth_nothing_beyond_the_boundary(
    tmp_path: File, path: Path
) -> None:
    bound = [allow(["iam:*", "s3:*"])]

    assert found(tmp_path, path, *grants(path), bound=bound) is None


ATTACHING = [one for one in paths() if "iam:Attach" in one.steps[0].action]


@pytest.mark.parametrize("path", ATTACHING, ids=lambda path: path.id)
def test_attaching_is_no_way_where_it_is_held_to_policies_that_allow_little(
    tmp_path: File, path: Path
) -> None:
    little = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    first, *rest = grants(path)

    assert found(tmp_path, path, {**first, "Condition": little}, *rest) is None


@pytest.mark.parametrize("path", ATTACHING, ids=lambda path: path.id)
def test_attaching_is_no_way_where_its_target_must_have_a_boundary(
    tmp_path: File, path: Path
) -> None:
    if path.target == "own_group":
        return  # groups have no boundary
    bounded = {"StringEquals": {"iam:PermissionsBoundary": arn("policy/bound")}}
    first, *rest = grants(path)

    assert found(tmp_path, path, {**first, "Condition": bounded}, *rest) is None


def test_ways_are_joined_to_a_chain(tmp_path: File) -> None:
    first, second = arn("role/first"), arn("role/second")
    dumped = dumps.details(
        [dumps.user("alice", allow("sts:AssumeRole", first)), dumps.user("bob")],
        [
            dumps.role(
                "first",
                trusts({"AWS": ALICE["user"]}),
                allow("iam:PutRolePolicy", second),
                allow("sts:AssumeRole"),
            ),
            dumps.role("second", trusts({"AWS": first}), allow("s3:*")),
        ],
    )

    result = escalations(dumps.held(tmp_path, dumped))

    (mine,) = (one for one in result.findings if one.principal == ALICE["user"])
    assert mine.distance == 2
    assert [one.path.id for one in result.chain(mine)] == [
        "assume-role",
        "put-role-policy-and-assume-role",
    ]
    assert {one.principal for one in result.findings} == {ALICE["user"], first}
