"""Who the caller is to its organization, and whether that is enough for an operation.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.services.context import Context
from doorward.services.organizations.errors import AccessDenied, NotInUse
from doorward.store import organizations, organizations_delegation
from doorward.store.tables.organization import MemberAccount, Organization


class Audience(Enum):
    """To whom an operation answers.

    ANYBODY needs no organization. READERS are the management account and the delegated
    administrators of any service, POLICY_ADMINISTRATORS the management account; both also whom
    the organization's resource policy lets.
    """

    ANYBODY = "anybody"
    MEMBERS = "members"
    READERS = "readers"
    POLICY_ADMINISTRATORS = "policy administrators"
    MANAGEMENT = "management"


def member(ctx: Context) -> MemberAccount | None:
    """The membership of the caller's account, None where it is in no organization."""
    return organizations.find_account(ctx.db, ctx.account)


def organization(ctx: Context) -> Organization:
    """The organization of the caller's account.

    Raises:
        NotInUse: it is in none.
    """
    found = known(ctx)
    if found is None:
        raise NotInUse
    return found


def known(ctx: Context) -> Organization | None:
    """The organization of the caller's account, None where it is in none."""
    joined = member(ctx)
    return organizations.find(ctx.db, joined.organization_id) if joined else None


def manages(ctx: Context, found: Organization) -> bool:
    """Whether the caller's account is the management account."""
    return found.management_account == ctx.account


def check(ctx: Context, audience: Audience, accesses: Callable[[], Iterable[Access]]) -> None:
    """Refuse a caller to whom the operation does not answer.

    *accesses* finds what the call is authorized on, for the resource policy to be asked about.

    Raises:
        NotInUse: the caller's account is in no organization.
        AccessDenied: it has not the standing.
    """
    if audience is Audience.ANYBODY:
        return
    found = organization(ctx)
    if audience is Audience.MEMBERS or manages(ctx, found):
        return
    if audience is Audience.READERS and is_delegated(ctx, found):
        return
    if audience is Audience.MANAGEMENT or not permitted(ctx, found, accesses()):
        raise AccessDenied


def is_delegated(ctx: Context, found: Organization) -> bool:
    """Whether the caller's account is a delegated administrator of some service."""
    return bool(organizations_delegation.delegated(ctx.db, found.id, account=ctx.account))


def reads_all(ctx: Context, found: Organization) -> bool:
    """Whether the caller's account may read about other accounts."""
    return manages(ctx, found) or is_delegated(ctx, found)


def permitted(ctx: Context, found: Organization, accesses: Iterable[Access]) -> bool:
    """Whether the organization's resource policy lets the caller do it, as another account's."""
    policy = organizations_delegation.resource_policy(ctx.db, found.id)
    if policy is None:
        return False
    compiled = resource_policy(policy.document)
    owned = [replace(one, account=found.management_account, policy=compiled) for one in accesses]
    return bool(owned) and all(ctx.authorize(one).allowed for one in owned)
