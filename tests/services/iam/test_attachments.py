"""Managed policies attached to users, groups and roles."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.iam import attachments
from doorward.services.iam.entities_for_policy import list_entities_for_policy
from doorward.services.iam.errors import (
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    UnmodifiableEntity,
    ValidationError,
)
from doorward.services.iam.policies import create_policy
from doorward.services.iam.policy_errors import (
    NothingToAttach,
    PolicyNotAttachable,
    PolicyNotFound,
)
from services.iam.entities import ADMINISTRATOR, READ, add_group, add_role, add_user
from services.support import ACCOUNT, every_page

KINDS = ["user", "group", "role"]
ADD: dict[str, Callable[..., Any]] = {"user": add_user, "group": add_group, "role": add_role}


def policy(ctx: Context, name: str, path: str = "/") -> str:
    made = create_policy(ctx, policy_name=name, policy_document=READ, path=path)
    return str(made["Policy"]["Arn"])


def attach(ctx: Context, kind: str, name: str, policy_arn: str) -> None:
    operation = getattr(attachments, f"attach_{kind}_policy")
    assert operation(ctx, policy_arn=policy_arn, **{f"{kind}_name": name}) == {}


def attached(ctx: Context, kind: str, name: str, **more: Any) -> list[str]:
    operation = getattr(attachments, f"list_attached_{kind}_policies")
    listed = operation(ctx, **{f"{kind}_name": name}, **more)["AttachedPolicies"]
    return [one["PolicyName"] for one in listed]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_attached_is_listed_by_name_until_it_is_detached(ctx: Context, kind: str) -> None:
    ADD[kind](ctx, "Holder")
    own = policy(ctx, "aardvark")
    attach(ctx, kind, "holder", ADMINISTRATOR)
    attach(ctx, kind, "HOLDER", own)

    assert attached(ctx, kind, "Holder") == ["aardvark", "AdministratorAccess"]
    detach = getattr(attachments, f"detach_{kind}_policy")
    detach(ctx, policy_arn=own, **{f"{kind}_name": "Holder"})
    assert attached(ctx, kind, "Holder") == ["AdministratorAccess"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_holder_that_is_not_there_is_named_by_its_kind(ctx: Context, kind: str) -> None:
    with pytest.raises(NoSuchEntity) as refusal:
        attach(ctx, kind, "nobody", ADMINISTRATOR)

    assert str(refusal.value) == f"The {kind} with name nobody cannot be found."


def test_attaching_twice_counts_once(ctx: Context) -> None:
    add_user(ctx, "alice")
    attach(ctx, "user", "alice", ADMINISTRATOR)
    attach(ctx, "user", "alice", ADMINISTRATOR)

    assert attached(ctx, "user", "alice") == ["AdministratorAccess"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_eleventh_policy_is_refused_and_one_of_the_ten_is_not(ctx: Context, kind: str) -> None:
    ADD[kind](ctx, "holder")
    arns = [policy(ctx, f"policy-{number}") for number in range(11)]
    for name in arns[:10]:
        attach(ctx, kind, "holder", name)

    attach(ctx, kind, "holder", arns[0])
    with pytest.raises(LimitExceeded) as refusal:
        attach(ctx, kind, "holder", arns[10])
    assert str(refusal.value) == f"Cannot exceed quota for PoliciesPer{kind.title()}: 10"


@pytest.mark.parametrize(
    ("policy_arn", "error", "message"),
    [
        # ARN                         error            sentence
        ("garbage, but long enough", ValidationError, "Invalid ARN:  Could not be parsed!"),
        ("arn:aws:s3:::bucket/policy", InvalidInput, "ARN arn:aws:s3:::bucket/policy is not valid."),
        ("arn:aws:iam::aws:policy/Nope", NothingToAttach, "Policy arn:aws:iam::aws:policy/Nope does not exist or is not attachable."),
        ("arn:aws:iam::210987654321:policy/Of", NothingToAttach, "Policy arn:aws:iam::210987654321:policy/Of does not exist or is not attachable."),
    ],
)  # fmt: skip
def test_what_cannot_be_attached_is_refused_with_the_sentence_of_aws(
    ctx: Context, policy_arn: str, error: type[AwsError], message: str
) -> None:
    add_user(ctx, "alice")

    with pytest.raises(error) as refusal:
        attach(ctx, "user", "alice", policy_arn)
    assert str(refusal.value) == message


def test_detaching_what_is_not_attached_is_refused(ctx: Context) -> None:
    add_user(ctx, "alice")

    with pytest.raises(PolicyNotFound):
        attachments.detach_user_policy(ctx, user_name="alice", policy_arn=ADMINISTRATOR)


def test_a_role_of_an_aws_service_keeps_its_policies(ctx: Context) -> None:
    add_role(ctx, "AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/")

    with pytest.raises(UnmodifiableEntity) as refusal:
        attach(ctx, "role", "AWSServiceRoleForX", ADMINISTRATOR)
    assert str(refusal.value) == (
        "Cannot perform the operation on the protected role 'AWSServiceRoleForX' - "
        "this role is only modifiable by AWS"
    )
    assert attached(ctx, "role", "AWSServiceRoleForX") == []


def test_a_policy_for_service_linked_roles_goes_to_nobody_else(ctx: Context) -> None:
    add_role(ctx, "auditor")
    service = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"
    pytest.importorskip("moto", reason="policies of AWS come from the emulate extra")

    with pytest.raises(PolicyNotAttachable):
        attach(ctx, "role", "auditor", service)


def test_pages_by_path_join_to_the_whole_list(ctx: Context) -> None:
    add_user(ctx, "alice")
    for number in range(5):
        attach(ctx, "user", "alice", policy(ctx, f"P{number}", "/team/red/"))
    attach(ctx, "user", "alice", policy(ctx, "other", "/team/blue/"))

    listed = every_page(
        attachments.list_attached_user_policies,
        ctx,
        "AttachedPolicies",
        max_items=2,
        user_name="alice",
        path_prefix="/team/red/",
    )

    assert [one["PolicyName"] for one in listed] == [f"P{number}" for number in range(5)]
    assert listed[0]["PolicyArn"] == f"arn:aws:iam::{ACCOUNT}:policy/team/red/P0"


def entities(ctx: Context, policy_arn: str, **more: Any) -> list[str]:
    """Names in the order of the pages."""
    names: list[str] = []
    marker = None
    while True:
        page = list_entities_for_policy(ctx, policy_arn=policy_arn, marker=marker, **more)
        for kind in ("Group", "User", "Role"):
            names += [one[f"{kind}Name"] for one in page[f"Policy{kind}s"]]
            assert all(one[f"{kind}Id"].startswith("A") for one in page[f"Policy{kind}s"])
        if not page["IsTruncated"]:
            return names
        marker = page["Marker"]


def spread(ctx: Context) -> str:
    """A policy that one of each kind has, a second user and, as a boundary, a third and a role."""
    shared = policy(ctx, "Shared")
    add_user(ctx, "bob", path="/staff/")
    add_user(ctx, "alice")
    add_user(ctx, "carol", boundary=shared)
    add_group(ctx, "readers")
    add_role(ctx, "auditor", boundary=shared)
    for kind, name in (
        ("user", "bob"),
        ("user", "alice"),
        ("group", "readers"),
        ("role", "auditor"),
    ):
        attach(ctx, kind, name, shared)
    add_user(ctx, "dave")
    return shared


@pytest.mark.parametrize("max_items", [1, 2, 3, 100])
def test_entities_of_a_policy_are_groups_users_roles_over_all_pages(
    ctx: Context, max_items: int
) -> None:
    shared = spread(ctx)

    listed = entities(ctx, shared, max_items=max_items)

    assert listed == ["readers", "alice", "bob", "carol", "auditor"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        # filters                                         names
        ({"entity_filter": "User"}, ["alice", "bob", "carol"]),
        ({"entity_filter": "LocalManagedPolicy"}, []),  # in the enum, but no holder
        ({"path_prefix": "/staff/"}, ["bob"]),
        ({"policy_usage_filter": "PermissionsPolicy"}, ["readers", "alice", "bob", "auditor"]),
        ({"policy_usage_filter": "PermissionsBoundary"}, ["carol", "auditor"]),
    ],
)  # fmt: skip
def test_entities_of_a_policy_are_filtered(
    ctx: Context, filters: dict[str, str], expected: list[str]
) -> None:
    assert entities(ctx, spread(ctx), **filters) == expected
