"""GetAccountAuthorizationDetails: all users, groups, roles and policies and how they hang together.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Callable
from functools import partial

from doorward.services.context import Context
from doorward.services.iam import authorization_shapes, chain, managed, paging, resources
from doorward.services.iam.authorization_shapes import Shape
from doorward.services.iam.policy_list import range_of_aws
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments, groups, policies, roles, users
from doorward.store.page import Page


@iam.operation(on=resources.anything)
def get_account_authorization_details(
    ctx: Context,
    *,
    filter: list[str] | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """Show everything that IAM knows of the account's permissions, a page at a time.

    One page may hold several kinds; what does not match the filter stays an empty list.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    asked = {
        kind: partial(read, ctx)
        for kind, (_, read) in READERS.items()
        if not filter or kind in filter
    }
    scope = f"GetAccountAuthorizationDetails {sorted(asked)}"
    page = chain.page(asked, paging.after(ctx, scope, marker), max_items)
    shown: dict[str, list[Shape]] = {member: [] for member, _ in READERS.values()}
    for kind, details in page.items:
        shown[READERS[kind][0]].append(details)
    return shown | paging.end(ctx, scope, page)


def _users(ctx: Context, after: str | None, limit: int) -> Page[Shape]:
    page = users.page(ctx.db, ctx.account, after=after, limit=limit)
    return Page([authorization_shapes.user(ctx, user) for user in page.items], page.last)


def _groups(ctx: Context, after: str | None, limit: int) -> Page[Shape]:
    page = groups.page(ctx.db, ctx.account, after=after, limit=limit)
    return Page([authorization_shapes.group(ctx, group) for group in page.items], page.last)


def _roles(ctx: Context, after: str | None, limit: int) -> Page[Shape]:
    page = roles.page(ctx.db, ctx.account, after=after, limit=limit)
    return Page([authorization_shapes.role(ctx, role) for role in page.items], page.last)


def _own_policies(ctx: Context, after: str | None, limit: int) -> Page[Shape]:
    page = policies.page(ctx.db, ctx.account, after=after, limit=limit)
    found = [managed.of_account(policy) for policy in page.items]
    return Page(authorization_shapes.policies(ctx, found), page.last)


def _policies_of_aws(ctx: Context, after: str | None, limit: int) -> Page[Shape]:
    """The policies of AWS that are attached or somebody's boundary (assumed: no others)."""
    low, high = range_of_aws(ctx)
    used = {
        *attachments.attached_between(ctx.db, ctx.account, low, high),
        *attachments.bounding_between(ctx.db, ctx.account, low, high),
    }
    page = paging.of_few(sorted(used), str, after, limit)
    found = [policy for arn in page.items if (policy := managed.find(ctx, arn))]
    return Page(authorization_shapes.policies(ctx, found), page.last)


READERS: dict[str, tuple[str, Callable[[Context, str | None, int], Page[Shape]]]] = {
    "User": ("UserDetailList", _users),
    "Group": ("GroupDetailList", _groups),
    "Role": ("RoleDetailList", _roles),
    "LocalManagedPolicy": ("Policies", _own_policies),
    "AWSManagedPolicy": ("Policies", _policies_of_aws),
}
"""The kinds in the order in which pages run through them (assumed), and where each is shown."""
