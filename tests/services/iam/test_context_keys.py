"""Which condition keys policies ask for."""

import pytest

from doorward.services.context import Context
from doorward.services.iam.context_keys import (
    get_context_keys_for_custom_policy,
    get_context_keys_for_principal_policy,
)
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.inline_policies import put_group_policy, put_user_policy
from services.iam.entities import READ, add_group, add_user, document, statement
from services.support import ACCOUNT

HOME = "arn:aws:s3:::home/${aws:username}/*"


def keys(ctx: Context, *policies: str) -> list[str]:
    output = get_context_keys_for_custom_policy(ctx, policy_input_list=list(policies))
    return output["ContextKeyNames"]


CASES = [
    # resource                                   condition                                            keys
    ("*",                                        None,                                                []),
    (HOME,                                       None,                                                ["aws:username"]),
    (HOME,                                       {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, ["aws:username", "aws:CurrentTime"]),
    ("*",                                        {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}, ["aws:ResourceTag/team", "aws:PrincipalTag/team"]),
    ("arn:aws:s3:::${aws:PrincipalTag/t, 'x'}/*", None,                                               ["aws:PrincipalTag/t"]),
    ("arn:aws:s3:::b/${*}${?}${$}",              None,                                                []),  # characters, not keys
    (HOME,                                       {"StringLike": {"AWS:UserName": "a*"}},              ["aws:username"]),  # one key, as first spelled
]  # fmt: skip


@pytest.mark.parametrize(("resource", "condition", "expected"), CASES)
def test_keys_stand_in_conditions_and_variables(
    ctx: Context, resource: str, condition: dict[str, dict[str, str]] | None, expected: list[str]
) -> None:
    more = {} if condition is None else {"Condition": condition}

    assert keys(ctx, document(statement("Allow", "s3:GetObject", resource, **more))) == expected


def test_the_old_language_has_no_variables(ctx: Context) -> None:
    policy = document(statement("Allow", "s3:GetObject", HOME)).replace("2012-10-17", "2008-10-17")

    assert keys(ctx, policy) == []


def test_a_document_that_is_no_policy_is_refused(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        keys(ctx, READ, "{}")


def test_the_keys_of_a_user_are_those_of_its_groups_too(ctx: Context) -> None:
    alice = add_user(ctx, "alice")
    add_group(ctx, "readers", alice)
    age = statement("Deny", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    home = document(statement("Allow", "s3:GetObject", HOME))
    address = statement("Deny", "*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    put_user_policy(ctx, user_name="alice", policy_name="own", policy_document=home)
    put_group_policy(ctx, group_name="readers", policy_name="own", policy_document=document(age))

    found = get_context_keys_for_principal_policy(
        ctx,
        policy_source_arn=f"arn:aws:iam::{ACCOUNT}:user/alice",
        policy_input_list=[document(address)],
    )

    assert found == {
        "ContextKeyNames": ["aws:username", "aws:MultiFactorAuthPresent", "aws:SourceIp"]
    }
