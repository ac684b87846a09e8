"""The roles that Organizations makes in accounts, without asking those.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html#orgs_integrate_services-using_slrs
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
"""

import json

from doorward.authz.access import Access
from doorward.base import arn
from doorward.services.context import Context
from doorward.services.organizations.errors import AccessDeniedForDependency
from doorward.store import attachments, roles
from doorward.store.tables.role import Role

SERVICE = "organizations.amazonaws.com"
LINKED = "AWSServiceRoleForOrganizations"
LINKED_PATH = f"/aws-service-role/{SERVICE}/"
LINKED_POLICY = "aws-service-role/AWSOrganizationsServiceTrustPolicy"
LINKED_DESCRIPTION = (
    "Service-linked role used by AWS Organizations to enable integration of other AWS services "
    "with Organizations."
)
ADMINISTRATOR = "AdministratorAccess"


def require_linked(ctx: Context) -> None:
    """Make the service-linked role in the caller's account, if the caller may have that done.

    Raises:
        AccessDeniedForDependency: the role is not there and the caller may not.
    """
    if roles.find(ctx.db, ctx.account, LINKED):
        return
    wanted = Access(
        "iam:CreateServiceLinkedRole",
        arn.entity(ctx.partition, ctx.account, "role", LINKED_PATH, LINKED),
        context={"iam:awsservicename": SERVICE},
    )
    if not ctx.authorize(wanted).allowed:
        raise AccessDeniedForDependency
    make_linked(ctx, ctx.account)


def make_linked(ctx: Context, account: str) -> None:
    """Make the service-linked role in *account*, unless it is there."""
    if roles.find(ctx.db, account, LINKED) is None:
        trust = _trust({"Service": SERVICE})
        _add(ctx, account, LINKED, LINKED_PATH, trust, LINKED_POLICY, LINKED_DESCRIPTION)


def make_access_role(ctx: Context, account: str, name: str) -> None:
    """Make the role of *name* in a new account, with which the management account has all of it."""
    trust = _trust({"AWS": arn.root(ctx.partition, ctx.account)})
    _add(ctx, account, name, "/", trust, ADMINISTRATOR, None)


def _add(
    ctx: Context,
    account: str,
    name: str,
    path: str,
    trust: str,
    policy: str,
    description: str | None,
) -> None:
    role = Role(
        id=ctx.ids.unique_id("AROA"),
        account=account,
        name=name,
        name_key=name.lower(),
        path=path,
        created_at=ctx.now,
        trust=trust,
        description=description,
    )
    roles.add(ctx.db, role)
    policy_arn = arn.iam(ctx.partition, "aws", f"policy/{policy}")
    attachments.attach(ctx.db, account, role.id, policy_arn, ctx.now)


def _trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps(document, separators=(",", ":"))
