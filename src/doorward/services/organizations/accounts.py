"""Member accounts: shown, listed, moved.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, paging, resources, shapes, standing
from doorward.services.organizations.errors import (
    AccountNotFound,
    DestinationParentNotFound,
    DuplicateAccount,
    ParentNotFound,
    SourceParentNotFound,
)
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations
from doorward.store.tables.organization import MemberAccount, Organization


def known(ctx: Context, found: Organization, account: str) -> MemberAccount:
    """The member account of that id.

    Raises:
        AccountNotFound: the organization has none.
    """
    member = entities.member(ctx.db, found, account)
    if member is None:
        raise AccountNotFound
    return member


@service.answer(to=Audience.READERS, on=resources.account)
def describe_account(ctx: Context, *, account_id: str) -> Output:
    """Show a member account.

    Raises:
        AccountNotFound: the organization has no such account.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
    """
    found = standing.organization(ctx)
    [shown] = shapes.members(ctx, found, [known(ctx, found, account_id)])
    return {"Account": shown}


@service.answer(to=Audience.READERS, on=resources.everything)
def list_accounts(
    ctx: Context, *, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List all member accounts by id, the management account among them.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    found = standing.organization(ctx)
    after = paging.after(ctx, "ListAccounts", next_token)
    page = organizations.members(ctx.db, found.id, after=after, limit=max_results)
    shown = shapes.members(ctx, found, page.items)
    return {"Accounts": shown} | paging.end(ctx, "ListAccounts", page)


@service.answer(to=Audience.READERS, on=resources.parent)
def list_accounts_for_parent(
    ctx: Context,
    *,
    parent_id: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the accounts directly under a root or unit, by id.

    Raises:
        ParentNotFound: the organization has no such root or unit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
    """
    found = standing.organization(ctx)
    if not entities.is_parent(ctx.db, found, parent_id):
        raise ParentNotFound
    scope = f"ListAccountsForParent {parent_id}"
    page = organizations.members(
        ctx.db,
        found.id,
        parent_id=parent_id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    return {"Accounts": shapes.members(ctx, found, page.items)} | paging.end(ctx, scope, page)


@service.answer(to=Audience.MANAGEMENT, on=resources.moved)
def move_account(
    ctx: Context, *, account_id: str, source_parent_id: str, destination_parent_id: str
) -> Output:
    """Put an account under another root or unit; what is attached to it goes along.

    Raises:
        AccountNotFound: the organization has no such account.
        SourceParentNotFound: the account is not directly under the source.
        DestinationParentNotFound: the organization has no such root or unit.
        DuplicateAccount: source and destination are one.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
    """
    found = standing.organization(ctx)
    member = known(ctx, found, account_id)
    if not entities.is_parent(ctx.db, found, destination_parent_id):
        raise DestinationParentNotFound
    if not entities.is_parent(ctx.db, found, source_parent_id):
        raise SourceParentNotFound
    if destination_parent_id == member.parent_id:
        raise DuplicateAccount
    if source_parent_id != member.parent_id:
        raise SourceParentNotFound
    organizations.change_account(ctx.db, account_id, {"parent_id": destination_parent_id})
    return {}
