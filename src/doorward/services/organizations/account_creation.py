"""New member accounts: asked for, made, and the request looked up again.

Made at once; what answers the request says `IN_PROGRESS` all the same, as AWS does.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_create.html
"""

import re
from typing import Any

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    ids,
    paging,
    resources,
    service_roles,
    standing,
)
from doorward.services.organizations import (
    tags as tag_lists,
)
from doorward.services.organizations.errors import CreateAccountStatusNotFound
from doorward.services.organizations.reasons import InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import accounts, organizations, organizations_accounts
from doorward.store.tables.organization import MemberAccount, Organization
from doorward.store.tables.organization_handshake import AccountCreation

ACCOUNTS = 10_000
"""Accounts an organization, closed ones among them.

AWS begins with 10 and raises that on request, to this at the most; here nobody could be asked.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

DEFAULT_ROLE = "OrganizationAccountAccessRole"
RESERVED = "AWSServiceRoleFor"
LOCAL = re.compile(r"""[^\s"'()<>\[\]:;,\\|%&@]+""", re.ASCII)
DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
IN_PROGRESS, SUCCEEDED, FAILED = "IN_PROGRESS", "SUCCEEDED", "FAILED"


@service.answer(to=Audience.MANAGEMENT, on=resources.new_account)
def create_account(
    ctx: Context,
    *,
    email: str,
    account_name: str,
    role_name: str = DEFAULT_ROLE,
    iam_user_access_to_billing: str = "ALLOW",
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make an account under the root, with a role that gives the management account all of it.

    What is wrong with the e-mail address, and that there is no room, the status tells later.

    Raises:
        InvalidInput: the role's name is reserved, or a tag is not right.
        ConstraintViolation: there are too many tags.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
    """
    del iam_user_access_to_billing
    return _create(ctx, email, account_name, role_name, tags, govcloud=False)


@service.answer(to=Audience.MANAGEMENT, on=resources.new_account)
def create_gov_cloud_account(
    ctx: Context,
    *,
    email: str,
    account_name: str,
    role_name: str = DEFAULT_ROLE,
    iam_user_access_to_billing: str = "ALLOW",
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a member account, and one that stands for its pair in the GovCloud partition.

    The pair is in no organization, as on AWS; here it is an account like any other, of the same
    server. Every management account may ask for it (assumed: on AWS it needs a pair itself).

    Raises:
        InvalidInput: the role's name is reserved, or a tag is not right.
        ConstraintViolation: there are too many tags.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateGovCloudAccount.html
    """
    del iam_user_access_to_billing
    return _create(ctx, email, account_name, role_name, tags, govcloud=True)


def _create(
    ctx: Context,
    email: str,
    name: str,
    role_name: str,
    tags: list[dict[str, str]] | None,
    *,
    govcloud: bool,
) -> Output:
    if role_name.lower().startswith(RESERVED.lower()):
        raise InvalidInput("INVALID_ROLE_NAME")
    checked = tag_lists.checked(tags, system_tags.settable(ctx))
    found = standing.organization(ctx)
    failure = _failure(ctx, found, email)
    account = pair = None
    if failure is None:
        account = _make(ctx, found, email, name, role_name, checked)
        pair = _make_alone(ctx, role_name) if govcloud else None
    made = AccountCreation(
        id=f"car-{ids.token(ctx.ids, ids.LONG)}",
        organization_id=found.id,
        name=name,
        state=SUCCEEDED if failure is None else FAILED,
        requested_at=ctx.now,
        completed_at=ctx.now,
        account=account,
        govcloud_account=pair,
        failure=failure,
    )
    organizations_accounts.add_creation(ctx.db, made)
    shown = status(made)
    begun = {key: shown[key] for key in ("Id", "AccountName", "RequestedTimestamp")}
    return {"CreateAccountStatus": begun | {"State": IN_PROGRESS}}


def _failure(ctx: Context, found: Organization, email: str) -> str | None:
    """Why no account can be made, None where one can."""
    local, _, domain = email.rpartition("@")
    if not (LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain) and email.isascii()):
        return "INVALID_EMAIL"
    if organizations_accounts.by_email(ctx.db, email):
        return "EMAIL_ALREADY_EXISTS"
    if organizations.count_members(ctx.db, found.id) >= ACCOUNTS:
        return "ACCOUNT_LIMIT_EXCEEDED"
    return None


def _make(
    ctx: Context, found: Organization, email: str, name: str, role_name: str, tags: dict[str, str]
) -> str:
    account = _make_alone(ctx, role_name)
    organizations_accounts.describe(ctx.db, account, named=name, address=email)
    member = MemberAccount(account, found.id, found.root_id, ctx.now, "CREATED", tags)
    organizations.add_account(ctx.db, found, member)
    if found.feature_set == "ALL":
        service_roles.make_linked(ctx, account)
    return account


def _make_alone(ctx: Context, role_name: str) -> str:
    account = ids.account(ctx.db, ctx.ids)
    accounts.create(ctx.db, account, ctx.now)
    service_roles.make_access_role(ctx, account, role_name)
    return account


def status(made: AccountCreation) -> dict[str, Any]:
    """A request as it stands."""
    return {
        "Id": made.id,
        "AccountName": made.name,
        "State": made.state,
        "RequestedTimestamp": made.requested_at,
        "CompletedTimestamp": made.completed_at,
        "AccountId": made.account,
        "GovCloudAccountId": made.govcloud_account,
        "FailureReason": made.failure,
    }


@service.answer(to=Audience.READERS, on=resources.everything)
def describe_create_account_status(ctx: Context, *, create_account_request_id: str) -> Output:
    """Show what became of a request for an account.

    Raises:
        CreateAccountStatusNotFound: the organization made no such request.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
    """
    found = standing.organization(ctx)
    made = organizations_accounts.find_creation(ctx.db, create_account_request_id)
    if made is None or made.organization_id != found.id:
        raise CreateAccountStatusNotFound
    return {"CreateAccountStatus": status(made)}


@service.answer(to=Audience.READERS, on=resources.everything)
def list_create_account_status(
    ctx: Context,
    *,
    states: list[str] | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the requests for accounts by id, of all states or of some.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html
    """
    found = standing.organization(ctx)
    scope = f"ListCreateAccountStatus {' '.join(sorted(states or ()))}"
    page = organizations_accounts.creations(
        ctx.db,
        found.id,
        states=states or (),
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [status(made) for made in page.items]
    return {"CreateAccountStatuses": shown} | paging.end(ctx, scope, page)
