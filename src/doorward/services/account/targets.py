"""Whose account an operation is about: the caller's, or a member's of its organization.

https://docs.aws.amazon.com/accounts/latest/reference/using-orgs.html
"""

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.account.errors import AccessDenied
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import accounts, organizations, organizations_delegation
from doorward.store.tables.account import Account
from doorward.store.tables.organization import Organization

SERVICE = "account.amazonaws.com"


def named(ctx: Context, parameters: Parameters) -> Access:
    """The account, with the Region, contact or e-mail domain that the request is about.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
    """
    context: dict[str, Value] = {}
    if region := parameters.get("RegionName"):
        context["account:targetregion"] = region
    if kind := parameters.get("AlternateContactType"):
        context["account:alternatecontacttypes"] = (kind,)
    if address := parameters.get("PrimaryEmail"):
        context["account:emailtargetdomain"] = address.rpartition("@")[2]
    account_id = parameters.get("AccountId") or parameters.get("StandardAccountId")
    return Access(OWN_ACTION, _arn(ctx, account_id), context=context)


def _arn(ctx: Context, account_id: str | None) -> str:
    if account_id is None:
        return f"arn:{ctx.partition}:account::{ctx.account}:account"
    found = organization(ctx)
    if found is None:
        return f"arn:{ctx.partition}:account::{account_id}:account"
    start = f"arn:{ctx.partition}:account::{found.management_account}"
    return f"{start}:account/{found.id}/{account_id}"


def organization(ctx: Context) -> Organization | None:
    """The organization of the caller's account, None where it is in none."""
    member = organizations.find_account(ctx.db, ctx.account)
    return organizations.find(ctx.db, member.organization_id) if member else None


def target(ctx: Context, account_id: str | None) -> Account:
    """The account of that id, or the caller's where none is given.

    Raises:
        AccessDenied: the caller's account neither manages the organization of that account nor
            administers accounts for it; the organization does not trust Account Management; or
            the management account names itself.
    """
    found = accounts.find(ctx.db, account_id or ctx.account)
    if found is None or (account_id is not None and not _administers(ctx, account_id)):
        raise AccessDenied
    return found


def _administers(ctx: Context, account_id: str) -> bool:
    """Whether the caller's account may speak for the member *account_id*."""
    found = organization(ctx)
    other = organizations.find_account(ctx.db, account_id)
    if found is None or other is None or other.organization_id != found.id:
        return False
    if found.feature_set != "ALL" or found.management_account == account_id:
        return False
    trusted = organizations_delegation.trusted(ctx.db, found.id)
    if not any(one.service == SERVICE for one in trusted):
        return False
    if found.management_account == ctx.account:
        return True
    return bool(
        organizations_delegation.delegated(ctx.db, found.id, account=ctx.account, service=SERVICE)
    )
