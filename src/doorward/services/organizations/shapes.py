"""What the wire shows of organizations, accounts, units and policies.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from doorward.services.context import Context
from doorward.services.organizations import arns
from doorward.services.organizations.policy_types import wire_type
from doorward.store import accounts, organizations, organizations_accounts
from doorward.store.membership import AWS_POLICIES
from doorward.store.tables.account import Account
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationPolicy,
    Unit,
)

Shape = dict[str, Any]

ROOT_NAME = "Root"
KEPT_AFTER_CLOSING = timedelta(days=90)
DESCRIPTIONS = {
    organizations.FULL_AWS_ACCESS: "Allows access to every operation",
    organizations.RCP_FULL_AWS_ACCESS: "Allows access to every resource",
}


def organization(ctx: Context, found: Organization) -> Shape:
    """An organization; `AvailablePolicyTypes` is deprecated and knows SCPs only."""
    management = accounts.find(ctx.db, found.management_account)
    full = found.feature_set == "ALL"
    types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}] if full else []
    return {
        "Id": found.id,
        "Arn": arns.organization(ctx.partition, found),
        "FeatureSet": found.feature_set,
        "MasterAccountArn": arns.inside(ctx.partition, found, "account", found.management_account),
        "MasterAccountId": found.management_account,
        "MasterAccountEmail": organizations_accounts.email(management) if management else "",
        "AvailablePolicyTypes": types,
    }


def root(ctx: Context, found: Organization) -> Shape:
    """The root, with the types of policies that are enabled in it."""
    return {
        "Id": found.root_id,
        "Arn": arns.inside(ctx.partition, found, "root", found.root_id),
        "Name": ROOT_NAME,
        "PolicyTypes": [
            {"Type": wire_type(kind), "Status": "ENABLED"} for kind in found.policy_types
        ],
    }


def unit(ctx: Context, found: Organization, one: Unit) -> Shape:
    """A unit; its path ends with a slash."""
    line = organizations.above(ctx.db, found, one.id) or ()
    return {
        "Id": one.id,
        "Arn": arns.inside(ctx.partition, found, "ou", one.id),
        "Name": one.name,
        "Path": "/".join((found.id, *line, "")),
    }


def members(ctx: Context, found: Organization, several: Sequence[MemberAccount]) -> list[Shape]:
    """Member accounts as the lists and DescribeAccount show them."""
    known = organizations_accounts.every_one_of(ctx.db, [one.account for one in several])
    return [_member(ctx, found, one, known[one.account]) for one in several]


def administrator(ctx: Context, found: Organization, one: MemberAccount) -> Shape:
    """A member account as the list of delegated administrators shows it."""
    [shown] = members(ctx, found, [one])
    del shown["Paths"]
    return shown


def _member(ctx: Context, found: Organization, one: MemberAccount, account: Account) -> Shape:
    line = organizations.above(ctx.db, found, one.parent_id) or ()
    return {
        "Id": one.account,
        "Arn": arns.inside(ctx.partition, found, "account", one.account),
        "Email": organizations_accounts.email(account),
        "Name": organizations_accounts.name(account),
        "Status": "ACTIVE" if account.closed_at is None else "SUSPENDED",
        "State": _state(ctx, account),
        "Paths": ["/".join((found.id, *line, one.account, ""))],
        "JoinedMethod": one.joined_method,
        "JoinedTimestamp": one.joined_at,
    }


def _state(ctx: Context, account: Account) -> str:
    """The state of an account: closed ones are suspended for 90 days first.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
    """
    if account.closed_at is None:
        return "ACTIVE"
    return "SUSPENDED" if ctx.now - account.closed_at < KEPT_AFTER_CLOSING else "CLOSED"


def policy_summary(ctx: Context, found: Organization, one: OrganizationPolicy) -> Shape:
    """A customer's policy without its content."""
    return {
        "Id": one.id,
        "Arn": arns.policy(ctx.partition, found, one.kind, one.id),
        "Name": one.name,
        "Description": one.description,
        "Type": wire_type(one.kind),
        "AwsManaged": False,
    }


def aws_policy_summary(ctx: Context, id: str) -> Shape:
    """A policy of AWS without its content."""
    kind, text = AWS_POLICIES[id]
    return {
        "Id": id,
        "Arn": arns.aws_policy(ctx.partition, kind, id),
        "Name": text.name,
        "Description": DESCRIPTIONS[id],
        "Type": wire_type(kind),
        "AwsManaged": True,
    }
