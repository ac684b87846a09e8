"""Simulations of callers whose account is in an organization."""

from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam.inline_policies import put_role_policy
from doorward.services.iam.simulator import simulate_principal_policy
from doorward.store import organizations
from doorward.store.tables.organization import MemberAccount, Organization, OrganizationPolicy
from services.iam.entities import EVERYTHING, add_role, document, statement
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT

GET = "s3:GetObject"


def organize(ctx: Context, *, management: str, types: tuple[str, ...] = ("scp",)) -> None:
    """Both accounts in one organization, under a policy that denies reading objects."""
    made = Organization("o-exampleorg", management, "r-exam", NOW, policy_types=list(types))
    organizations.add(ctx.db, made)
    for account in (ACCOUNT, OTHER_ACCOUNT):
        member = MemberAccount(account, made.id, made.root_id, NOW)
        organizations.add_account(ctx.db, made, member)
    text = document(statement("Deny", GET))
    policy = OrganizationPolicy("p-noreading", made.id, "scp", "NoReading", "", text, NOW)
    organizations.add_policy(ctx.db, policy)
    organizations.attach(ctx.db, made.id, made.root_id, policy.id)


def simulate(ctx: Context, name: str = "auditor", path: str = "/", **more: Any) -> dict[str, Any]:
    add_role(ctx, name, path=path)
    role = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
    output = simulate_principal_policy(
        ctx, policy_source_arn=role, action_names=[GET], policy_input_list=[EVERYTHING], **more
    )
    return dict(output["EvaluationResults"][0])


def test_the_policies_of_the_organization_limit_a_member(ctx: Context) -> None:
    organize(ctx, management=OTHER_ACCOUNT)

    result = simulate(ctx)

    assert result["EvalDecision"] == "explicitDeny"
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}


@pytest.mark.parametrize(
    "spared",
    [
        {"management": ACCOUNT},  # nothing limits the management account
        {"management": OTHER_ACCOUNT, "types": ()},  # the policy type is not enabled
    ],
)
def test_an_account_that_nothing_limits_is_allowed_by_its_organization(
    ctx: Context, spared: dict[str, Any]
) -> None:
    organize(ctx, **spared)

    result = simulate(ctx)

    assert result["EvalDecision"] == "allowed"
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}


def test_a_service_linked_role_is_not_limited(ctx: Context) -> None:
    organize(ctx, management=OTHER_ACCOUNT)

    result = simulate(ctx, "AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/")

    assert result["EvalDecision"] == "allowed"


def test_policies_of_the_organization_can_be_left_out(ctx: Context) -> None:
    organize(ctx, management=OTHER_ACCOUNT)

    result = simulate(ctx, policy_exclusion_list=[{"PolicyType": "scp"}])

    assert result["EvalDecision"] == "allowed"


def test_a_kept_inline_policy_decides_under_the_organization(ctx: Context) -> None:
    organize(ctx, management=ACCOUNT)
    add_role(ctx, "reader")
    put_role_policy(ctx, role_name="reader", policy_name="own", policy_document=EVERYTHING)

    output = simulate_principal_policy(
        ctx, policy_source_arn=f"arn:aws:iam::{ACCOUNT}:role/reader", action_names=[GET]
    )

    matched = output["EvaluationResults"][0]["MatchedStatements"]
    assert [found["SourcePolicyId"] for found in matched] == ["role_reader_own"]
