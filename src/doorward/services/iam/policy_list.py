"""ListPolicies: the policies of AWS and of the account in one list.

The order is by name without regard to case (assumed: AWS documents none), the account's own policy
first where AWS has one of the same name.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from doorward.base import arn
from doorward.catalog import managed_policies
from doorward.catalog.managed_policies import ManagedPolicyRecord
from doorward.services.context import Context
from doorward.services.iam import managed, paging, policy_finders
from doorward.services.iam.managed import Managed
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments, policies
from doorward.store.page import Page

OWN_FIRST, AWS_SECOND = "1", "2"
"""What tells policies of one name apart in markers and order."""


class Filter(NamedTuple):
    """Which policies are asked for."""

    prefix: str
    attached: bool
    bounding: bool


@iam.operation(on=policy_finders.policy_list)
def list_policies(
    ctx: Context,
    *,
    scope: str = "All",
    only_attached: bool = False,
    path_prefix: str = "/",
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List managed policies, without description and tags.

    PolicyUsageFilter keeps the policies that are used that way, as a permissions policy or as a
    boundary. OnlyAttached keeps those used as permissions policies, with the usage filter
    PermissionsBoundary those used as boundaries (assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    bounding = policy_usage_filter == "PermissionsBoundary"
    attached = (only_attached and not bounding) or policy_usage_filter == "PermissionsPolicy"
    wanted = Filter(path_prefix, attached, bounding)
    name = f"ListPolicies {scope} {wanted}"
    page = _page(ctx, scope, wanted, paging.after(ctx, name, marker), max_items)
    uses = managed.Uses(ctx, page.items)
    shown = [uses.listed(policy) for policy in page.items]
    return {"Policies": shown} | paging.end(ctx, name, page)


def _page(ctx: Context, scope: str, wanted: Filter, after: str | None, limit: int) -> Page[Managed]:
    name = None if after is None else after[:-1]
    found: list[tuple[str, Managed]] = []
    if scope != "AWS":
        found += _own(ctx, wanted, name, limit + 1)
    if scope != "Local":
        passed = None if name is None or after is None else (name, after[-1] == AWS_SECOND)
        found += islice(_of_aws(ctx, wanted, passed), limit + 1)
    found.sort(key=lambda one: (one[1].name.lower(), one[0]))
    items = [policy for _, policy in found[:limit]]
    if len(found) <= limit:
        return Page(items)
    rank, last = found[limit - 1]
    return Page(items, last.name.lower() + rank)


def _own(ctx: Context, wanted: Filter, after: str | None, limit: int) -> list[tuple[str, Managed]]:
    page = policies.page(
        ctx.db,
        ctx.account,
        prefix=wanted.prefix,
        attached=wanted.attached,
        bounding=wanted.bounding,
        after=after,
        limit=limit,
    )
    return [(OWN_FIRST, managed.of_account(policy)) for policy in page.items]


def _of_aws(
    ctx: Context, wanted: Filter, passed: tuple[str, bool] | None
) -> Iterator[tuple[str, Managed]]:
    """The policies of AWS that are wanted, by name.

    *passed* is the name the last page ended with, and whether AWS's policy of it was shown.
    """
    is_used = used_of_aws(ctx, attached=wanted.attached, bounding=wanted.bounding)
    for record in _from(managed_policies.records(), passed):
        if record.path.startswith(wanted.prefix) and is_used(record.arn(ctx.partition)):
            yield AWS_SECOND, managed.of_aws(record, ctx.partition)


def _from(
    records: Sequence[ManagedPolicyRecord], passed: tuple[str, bool] | None
) -> Iterator[ManagedPolicyRecord]:
    if passed is None:
        return iter(records)
    name, shown = passed
    start = bisect_right(records, name, key=lambda record: record.name.lower())
    if not shown and start and records[start - 1].name.lower() == name:
        start -= 1
    return islice(records, start, None)


def used_of_aws(ctx: Context, *, attached: bool, bounding: bool) -> Callable[[str], bool]:
    """Tells by ARN which policies of AWS the account uses in each of the ways asked for."""
    kept: list[set[str]] = []
    low, high = range_of_aws(ctx)
    if attached:
        kept.append(set(attachments.attached_between(ctx.db, ctx.account, low, high)))
    if bounding:
        kept.append(set(attachments.bounding_between(ctx.db, ctx.account, low, high)))
    return lambda name: all(name in used for used in kept)


def range_of_aws(ctx: Context) -> tuple[str, str]:
    """The range in which the ARNs of AWS's policies lie, its end excluded."""
    low = arn.iam(ctx.partition, managed.AWS, "policy/")
    return low, low[:-1] + chr(ord("/") + 1)
