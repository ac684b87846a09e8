"""Metric filters: what of a group's events is counted.

They are applied to events that come in once they are there, soon after.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doorward.analysis.filter_patterns import Message
from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.logs import paging, resources
from doorward.services.logs.errors import InvalidParameter, LimitExceeded, ResourceNotFound
from doorward.services.logs.reads import pattern_of
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import metric_filters
from doorward.store.tables.log_group import MetricFilter

MOST = 100
MOST_DIMENSIONS = 3
INVALID = "Invalid metric filter pattern"
VALUE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|\$[^\s]+")


@logs.operation(on=resources.on_group)
def put_metric_filter(
    ctx: Context,
    *,
    log_group_name: str,
    filter_name: str,
    filter_pattern: str,
    metric_transformations: Sequence[Mapping[str, Any]],
    apply_on_transformed_logs: bool = False,
    field_selection_criteria: str | None = None,
    emit_system_field_dimensions: Sequence[str] | None = None,
) -> Output:
    """Count what a pattern means from now on, in place of a filter of the same name.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: the pattern is none, or the transformation cannot be; transformed logs
            and system fields are not there.
        LimitExceeded: the group has as many filters as it may.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    """
    if apply_on_transformed_logs or field_selection_criteria or emit_system_field_dimensions:
        raise InvalidParameter(
            "This server has no transformed logs and no system fields to filter by."
        )
    group = resources.group(ctx, log_group_name)
    pattern_of(filter_pattern, INVALID)
    (transformation,) = metric_transformations
    _check(transformation)
    of = (ctx.db, ctx.account, ctx.facts.region)
    known = metric_filters.find(*of, group.name, filter_name)
    counts = metric_filters.counts(*of, [group.name])
    if known is None and counts.get(group.name, 0) >= MOST:
        raise LimitExceeded
    made = MetricFilter(
        account=ctx.account,
        region=ctx.facts.region,
        group_name=group.name,
        name=filter_name,
        pattern=filter_pattern,
        transformation=dict(transformation),
        created_at=ctx.now,
        metric_namespace=transformation["metricNamespace"],
        metric_name=transformation["metricName"],
    )
    metric_filters.put(ctx.db, made)
    return {}


def _check(transformation: Mapping[str, Any]) -> None:
    """Refuse a transformation that cannot be.

    Raises:
        InvalidParameter: its value is neither a number nor a field, or it has too many dimensions,
            or dimensions and a default value.
    """
    if not VALUE.fullmatch(transformation["metricValue"]):
        raise InvalidParameter("Invalid metric transformation: metricValue is invalid")
    dimensions = transformation.get("dimensions") or {}
    if len(dimensions) > MOST_DIMENSIONS:
        raise InvalidParameter("The number of dimensions exceeds the maximum of 3.")
    if dimensions and transformation.get("defaultValue") is not None:
        raise InvalidParameter("Default value is not supported with dimensions.")


@logs.operation(on=resources.on_group)
def delete_metric_filter(ctx: Context, *, log_group_name: str, filter_name: str) -> Output:
    """Delete a filter.

    Raises:
        ResourceNotFound: there is no such group or filter.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
    """
    group = resources.group(ctx, log_group_name)
    if not metric_filters.remove(ctx.db, ctx.account, ctx.facts.region, group.name, filter_name):
        raise ResourceNotFound("metric filter")
    return {}


def _of_group_or_all(ctx: Context, parameters: Mapping[str, Any]) -> Access:
    """The group, or all groups where none is named."""
    if parameters.get("logGroupName"):
        return resources.on_group(ctx, parameters)
    return resources.on_group(ctx, {"logGroupName": "*"})


@logs.operation(on=_of_group_or_all)
def describe_metric_filters(
    ctx: Context,
    *,
    log_group_name: str | None = None,
    filter_name_prefix: str | None = None,
    next_token: str | None = None,
    limit: int = paging.DEFAULT,
    metric_name: str | None = None,
    metric_namespace: str | None = None,
) -> Output:
    """The filters by group and name: of a group, of a metric, or all.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: of a metric only the name or the namespace is given, or a prefix without a
            group, or the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
    """
    if (metric_name is None) != (metric_namespace is None):
        raise InvalidParameter("Both metricName and metricNamespace must be given, or neither.")
    if filter_name_prefix and log_group_name is None:
        raise InvalidParameter("filterNamePrefix needs logGroupName.")
    if log_group_name is not None:
        resources.group(ctx, log_group_name)
    asked = [log_group_name, filter_name_prefix, metric_name, metric_namespace]
    scope = f"metric filters {asked}"
    page = metric_filters.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        group=log_group_name,
        prefix=filter_name_prefix or "",
        metric=None if metric_name is None else (metric_namespace or "", metric_name),
        after=paging.opened(ctx, scope, next_token),
        limit=limit,
    )
    shown = [_shape(one) for one in page.items]
    return {"metricFilters": shown, **paging.following(ctx, scope, page.last)}


def _shape(found: MetricFilter) -> dict[str, Any]:
    return {
        "filterName": found.name,
        "filterPattern": found.pattern,
        "metricTransformations": [dict(found.transformation)],
        "creationTime": milliseconds(found.created_at),
        "logGroupName": found.group_name,
        "applyOnTransformedLogs": False,
    }


@logs.operation(on=resources.on_all, reads=True)
def test_metric_filter(
    ctx: Context, *, filter_pattern: str, log_event_messages: Sequence[str]
) -> Output:
    """Which of some messages a pattern means, counted from one, and the fields that it names.

    Raises:
        InvalidParameter: the pattern is none.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
    """
    del ctx
    pattern = pattern_of(filter_pattern, INVALID)
    found = ((text, pattern.match(Message(text))) for text in log_event_messages)
    return {
        "matches": [
            {"eventNumber": number, "eventMessage": text, "extractedValues": dict(fields)}
            for number, (text, fields) in enumerate(found, 1)
            if fields is not None
        ]
    }
