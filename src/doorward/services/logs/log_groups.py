"""Log groups: made, listed, deleted.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.logs import paging, resources, tags
from doorward.services.logs.errors import (
    InvalidParameter,
    LimitExceeded,
    Protected,
    ResourceAlreadyExists,
)
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import log_groups, metric_filters
from doorward.store.tables.log_group import LogGroup

MOST = 1_000_000
"""Groups of an account in a Region.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

MOST_SEEN = 1_000
"""Groups that one request for those with a piece of text in their name looks at."""


@logs.operation(on=resources.new_group)
def create_log_group(
    ctx: Context,
    *,
    log_group_name: str,
    kms_key_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    log_group_class: str = log_groups.STANDARD,
    deletion_protection_enabled: bool = False,
) -> Output:
    """Create a group whose events never expire; the key is kept and encrypts nothing.

    Raises:
        ResourceAlreadyExists: there is one of that name.
        InvalidParameter: the name begins with `aws/`, or a tag cannot be.
        LimitExceeded: the account has as many as it may.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    account, region = ctx.account, ctx.facts.region
    if log_group_name.startswith("aws/"):
        raise InvalidParameter("Log groups starting with AWS/ are reserved for AWS.")
    if log_groups.find(ctx.db, account, region, log_group_name):
        raise ResourceAlreadyExists(resources.GROUP)
    if log_groups.count(ctx.db, account, region) >= MOST:
        raise LimitExceeded
    made = LogGroup(
        account=account,
        region=region,
        name=log_group_name,
        id=ctx.ids.token(16).hex(),
        created_at=ctx.now,
        retention_days=None,
        kms_key_id=kms_key_id,
        kind=log_group_class,
        deletion_protected=deletion_protection_enabled,
        tags=_checked(ctx, tags or {}),
    )
    log_groups.add(ctx.db, made)
    return {}


_checked = tags.checked


@logs.operation(on=resources.on_group)
def delete_log_group(ctx: Context, *, log_group_name: str) -> Output:
    """Delete a group with its streams, events and filters.

    Raises:
        ResourceNotFound: there is none of that name.
        Protected: it is protected against deletion.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
    """
    found = resources.group(ctx, log_group_name)
    if found.deletion_protected:
        raise Protected
    log_groups.remove(ctx.db, found.account, found.region, found.name)
    return {}


@logs.operation(on=resources.on_all)
def describe_log_groups(
    ctx: Context,
    *,
    account_identifiers: Sequence[str] | None = None,
    log_group_name_prefix: str | None = None,
    log_group_name_pattern: str | None = None,
    next_token: str | None = None,
    limit: int = paging.DEFAULT,
    include_linked_accounts: bool = False,
    log_group_class: str | None = None,
    log_group_identifiers: Sequence[str] | None = None,
) -> Output:
    """The groups by name; those of other accounts are never among them.

    Raises:
        InvalidParameter: prefix and pattern are both given, or the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
    """
    del account_identifiers, include_linked_accounts
    if log_group_name_prefix and log_group_name_pattern:
        raise InvalidParameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    if log_group_identifiers:
        found = [resources.find(ctx, one) for one in log_group_identifiers]
        return {"logGroups": _shown(ctx, [one for one in found if one is not None])}
    scope = f"groups {log_group_name_prefix} {log_group_name_pattern} {log_group_class}"
    page = log_groups.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        prefix=log_group_name_prefix or "",
        after=paging.opened(ctx, scope, next_token),
        limit=MOST_SEEN if log_group_name_pattern or log_group_class else limit,
    )
    pattern = (log_group_name_pattern or "").lower()
    chosen = [
        one
        for one in page.items
        if pattern in one.name.lower() and log_group_class in (None, one.kind)
    ]
    last = page.last if len(chosen) <= limit else chosen[limit - 1].name
    return {"logGroups": _shown(ctx, chosen[:limit]), **paging.following(ctx, scope, last)}


def _shown(ctx: Context, groups: Sequence[LogGroup]) -> list[dict[str, Any]]:
    sizes = log_groups.stored_bytes(ctx.db, ctx.account, [one.id for one in groups])
    names = [one.name for one in groups]
    filters = metric_filters.counts(ctx.db, ctx.account, ctx.facts.region, names)
    return [shape(ctx, one, sizes.get(one.id, 0), filters.get(one.name, 0)) for one in groups]


def shape(ctx: Context, group: LogGroup, size: int, filters: int) -> dict[str, Any]:
    """The group as its description shows it."""
    arn = resources.arn(ctx, group.name)
    shown = {
        "logGroupName": group.name,
        "creationTime": milliseconds(group.created_at),
        "metricFilterCount": filters,
        "arn": f"{arn}:*",
        "storedBytes": size,
        "logGroupClass": group.kind,
        "logGroupArn": arn,
        "deletionProtectionEnabled": group.deletion_protected,
    }
    if group.retention_days is not None:
        shown["retentionInDays"] = group.retention_days
    if group.kms_key_id is not None:
        shown["kmsKeyId"] = group.kms_key_id
    return shown
