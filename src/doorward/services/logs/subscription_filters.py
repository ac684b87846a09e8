"""Subscription filters: which events of a group are delivered elsewhere.

They are applied to events that come in once they are there, soon after. Destinations are functions
of Lambda and streams of Kinesis and Firehose, which an upstream has.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doorward.authz.access import Access
from doorward.base.arn import Arn, is_account
from doorward.base.errors import AwsError
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.logs import paging, resources, subscription_messages
from doorward.services.logs.errors import (
    CrossAccountRole,
    InvalidParameter,
    LimitExceeded,
    ResourceNotFound,
)
from doorward.services.logs.reads import pattern_of
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import log_events, roles, subscription_filters
from doorward.store.tables.log_subscription import SubscriptionFilter

MOST = 2
SERVICE = "logs.amazonaws.com"
BY_STREAM = "ByLogStream"
UNREACHED = {
    "lambda": "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
    "permission to execute your function.",
    "kinesis": "Could not deliver test message to specified Kinesis stream. Check if the given "
    "kinesis stream is in ACTIVE state.",
    "firehose": "Could not deliver test message to specified Firehose stream. Check if the given "
    "Firehose stream is in ACTIVE state.",
    "logs": "Could not deliver test message to specified destination. Check if the destination is "
    "valid.",
}
VENDORS = {"lambda": "Lambda", "kinesis": "Kinesis", "firehose": "Firehose"}


class Reached(str):
    """The ARN of a destination that has taken the test message."""

    __slots__ = ()


def _with_role(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """The group, and passing the role to CloudWatch Logs.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/permissions-reference-cwl.html
    """
    yield resources.on_group(ctx, parameters)
    role_arn = parameters.get("roleArn")
    if role_arn is None:
        return
    parsed = Arn.parse(role_arn)
    account = parsed.account if parsed and is_account(parsed.account) else ctx.account
    role = roles.find(ctx.db, account, role_arn.rpartition("/")[2])
    tags = role.tags if role and account == ctx.account else {}
    context: dict[str, Value] = {"iam:passedtoservice": SERVICE}
    context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
    yield Access("iam:PassRole", role_arn, account=account, tags=tags, context=context)


def _reached(ctx: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """*parameters*, the destination having taken a test message.

    Raises:
        InvalidParameter: it has not, or cannot be one.
    """
    group = resources.group(ctx, parameters["logGroupName"])
    arn, role = parameters["destinationArn"], parameters.get("roleArn")
    service = _checked(ctx, arn, role)
    if service not in VENDORS:
        raise InvalidParameter(UNREACHED[service])
    payload = subscription_messages.test(VENDORS[service], ctx.now)
    try:
        ctx.deliver(
            arn, role, source_arn=f"{resources.arn(ctx, group.name)}:*", stream="", payload=payload
        )
    except AwsError as error:
        raise InvalidParameter(UNREACHED[service]) from error
    return {**parameters, "destinationArn": Reached(arn)}


def _checked(ctx: Context, arn: str, role: str | None) -> str:
    """The service of a destination that can be one.

    Raises:
        InvalidParameter: it is of a service or an account that cannot be, or needs a role.
        CrossAccountRole: the role is another account's.
    """
    found = Arn.parse(arn)
    if found is None:
        raise InvalidParameter("The specified destinationArn is invalid.")
    service = found.service
    if service not in UNREACHED:
        raise InvalidParameter(
            f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {service}"
        )
    if service == "logs":
        return service
    if (found.account, found.region) != (ctx.account, ctx.facts.region):
        raise InvalidParameter(
            "The destination must be in the account and the Region of the log group."
        )
    if service == "lambda" and role is not None:
        raise InvalidParameter("destinationArn for vendor lambda cannot be used with roleArn")
    if service != "lambda" and role is None:
        raise InvalidParameter(
            f"destinationArn for vendor {service} cannot be used without roleArn"
        )
    passed = Arn.parse(role) if role else None
    if passed is not None and passed.account != ctx.account:
        raise CrossAccountRole
    return service


@logs.operation(on=_with_role, prepare=_reached)
def put_subscription_filter(
    ctx: Context,
    *,
    log_group_name: str,
    filter_name: str,
    filter_pattern: str,
    destination_arn: str,
    role_arn: str | None = None,
    distribution: str = BY_STREAM,
    apply_on_transformed_logs: bool = False,
    field_selection_criteria: str | None = None,
    emit_system_fields: Sequence[str] | None = None,
) -> Output:
    """Have events that a pattern means delivered from now on, in place of a filter of that name.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: the pattern is none, or the destination takes no test message; transformed
            logs and system fields are not there.
        CrossAccountRole: the role is another account's.
        LimitExceeded: the group has two filters.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
    """
    if apply_on_transformed_logs or field_selection_criteria or emit_system_fields:
        raise InvalidParameter(
            "This server has no transformed logs and no system fields to filter by."
        )
    group = resources.group(ctx, log_group_name)
    pattern_of(filter_pattern, "Invalid filter pattern")
    of = (ctx.db, ctx.account, ctx.facts.region, group.name)
    known = subscription_filters.find(*of, filter_name)
    if known is None and len(subscription_filters.of_group(*of)) >= MOST:
        raise LimitExceeded
    if not isinstance(destination_arn, Reached):
        given = {"logGroupName": group.name, "destinationArn": destination_arn}
        _reached(ctx, given | ({"roleArn": role_arn} if role_arn else {}))
    made = SubscriptionFilter(
        account=ctx.account,
        region=ctx.facts.region,
        group_name=group.name,
        name=filter_name,
        id=known.id if known else ctx.ids.token(16).hex(),
        pattern=filter_pattern,
        destination=str(destination_arn),
        role=role_arn,
        distribution=distribution,
        created_at=known.created_at if known else ctx.now,
        behind=log_events.end(ctx.db),
        open_at=ctx.now,
    )
    subscription_filters.put(ctx.db, made)
    return {}


@logs.operation(on=resources.on_group)
def delete_subscription_filter(ctx: Context, *, log_group_name: str, filter_name: str) -> Output:
    """Delete a filter; what was not delivered yet is not.

    Raises:
        ResourceNotFound: there is no such group or filter.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html
    """
    group = resources.group(ctx, log_group_name)
    region = ctx.facts.region
    if not subscription_filters.remove(ctx.db, ctx.account, region, group.name, filter_name):
        raise ResourceNotFound("subscription filter")
    return {}


@logs.operation(on=resources.on_group)
def describe_subscription_filters(
    ctx: Context,
    *,
    log_group_name: str,
    filter_name_prefix: str | None = None,
    next_token: str | None = None,
    limit: int = paging.DEFAULT,
) -> Output:
    """The filters of a group by name.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html
    """
    group = resources.group(ctx, log_group_name)
    scope = f"subscription filters {group.name} {filter_name_prefix}"
    page = subscription_filters.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        group.name,
        prefix=filter_name_prefix or "",
        after=paging.opened(ctx, scope, next_token),
        limit=limit,
    )
    shown = [_shape(one) for one in page.items]
    return {"subscriptionFilters": shown, **paging.following(ctx, scope, page.last)}


def _shape(found: SubscriptionFilter) -> dict[str, Any]:
    shown = {
        "filterName": found.name,
        "logGroupName": found.group_name,
        "filterPattern": found.pattern,
        "destinationArn": found.destination,
        "distribution": found.distribution,
        "applyOnTransformedLogs": False,
        "creationTime": milliseconds(found.created_at),
    }
    return shown | ({"roleArn": found.role} if found.role else {})
