"""Policies embedded in users, groups and roles."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.iam import inline_policies as operations
from doorward.services.iam.errors import UnmodifiableEntity
from doorward.services.iam.policy_errors import InlinePoliciesTooLong, InlinePolicyNotFound
from services.iam.entities import READ, WRITE, add_group, add_role, add_user, document, statement
from services.support import every_page

ADD: dict[str, Callable[..., Any]] = {"user": add_user, "group": add_group, "role": add_role}
QUOTA = {"user": 2_048, "group": 5_120, "role": 10_240}


def call(verb: str, ctx: Context, kind: str, holder: str, name: str, **more: str) -> Any:
    operation = getattr(operations, f"{verb}_{kind}_policy")
    return operation(ctx, policy_name=name, **{f"{kind}_name": holder}, **more)


def names(ctx: Context, kind: str, holder: str) -> list[str]:
    operation = getattr(operations, f"list_{kind}_policies")
    return every_page(operation, ctx, "PolicyNames", max_items=1, **{f"{kind}_name": holder})


def of_size(size: int) -> str:
    """A document of *size* characters that are no white space."""
    bare = document(statement("Allow", "s3:GetObject", "")).replace(" ", "")
    resource = "arn:aws:s3:::".ljust(size - len(bare), "b")
    return document(statement("Allow", "s3:GetObject", resource))


@pytest.mark.parametrize("kind", ADD)
def test_a_policy_put_is_the_policy_got_until_it_is_deleted(ctx: Context, kind: str) -> None:
    ADD[kind](ctx, "Holder")
    call("put", ctx, kind, "holder", "Zeta", policy_document=WRITE)
    call("put", ctx, kind, "holder", "alpha", policy_document=READ)

    got = call("get", ctx, kind, "holder", "alpha")

    assert got[f"{kind.title()}Name"] == "Holder"
    assert (got["PolicyName"], unquote(got["PolicyDocument"])) == ("alpha", READ)
    assert names(ctx, kind, "holder") == ["alpha", "Zeta"]
    call("delete", ctx, kind, "holder", "alpha")
    assert names(ctx, kind, "holder") == ["Zeta"]


@pytest.mark.parametrize("kind", ADD)
def test_putting_a_name_again_replaces_the_whole_document(ctx: Context, kind: str) -> None:
    ADD[kind](ctx, "holder")
    call("put", ctx, kind, "holder", "Read", policy_document=READ)
    call("put", ctx, kind, "holder", "read", policy_document=WRITE)

    assert names(ctx, kind, "holder") == ["Read"]
    assert unquote(call("get", ctx, kind, "holder", "READ")["PolicyDocument"]) == WRITE


@pytest.mark.parametrize("kind", ADD)
@pytest.mark.parametrize("verb", ["get", "delete"])
def test_a_policy_that_is_not_there_is_refused(ctx: Context, kind: str, verb: str) -> None:
    ADD[kind](ctx, "holder")

    with pytest.raises(InlinePolicyNotFound) as refusal:
        call(verb, ctx, kind, "holder", "nope")
    assert str(refusal.value) == f"The {kind} policy with name nope cannot be found."


@pytest.mark.parametrize("kind", ADD)
def test_the_documents_of_one_holder_share_its_quota(ctx: Context, kind: str) -> None:
    ADD[kind](ctx, "holder")
    half = QUOTA[kind] // 2
    for name in ("one", "two"):
        call("put", ctx, kind, "holder", name, policy_document=of_size(half))

    call("put", ctx, kind, "holder", "two", policy_document=of_size(half) + " " * 100)
    with pytest.raises(InlinePoliciesTooLong) as refusal:
        call("put", ctx, kind, "holder", "two", policy_document=of_size(half + 1))
    assert str(refusal.value) == (
        f"Maximum policy size of {QUOTA[kind]} bytes exceeded for {kind} holder"
    )
    assert unquote(call("get", ctx, kind, "holder", "two")["PolicyDocument"]).endswith(" " * 100)


def test_a_malformed_document_leaves_the_old_one(ctx: Context) -> None:
    add_user(ctx, "alice")
    call("put", ctx, "user", "alice", "Read", policy_document=READ)

    with pytest.raises(AwsError) as refusal:
        call("put", ctx, "user", "alice", "Read", policy_document="[]")
    assert refusal.value.code == "MalformedPolicyDocument"
    assert unquote(call("get", ctx, "user", "alice", "Read")["PolicyDocument"]) == READ


def test_a_role_of_an_aws_service_takes_no_policy(ctx: Context) -> None:
    add_role(ctx, "reserved", path="/aws-reserved/sso.amazonaws.com/")

    with pytest.raises(UnmodifiableEntity):
        call("put", ctx, "role", "reserved", "Read", policy_document=READ)


def test_a_user_and_a_group_of_one_name_have_policies_of_their_own(ctx: Context) -> None:
    add_user(ctx, "ops")
    add_group(ctx, "ops")
    call("put", ctx, "user", "ops", "Read", policy_document=READ)

    assert names(ctx, "group", "ops") == []
