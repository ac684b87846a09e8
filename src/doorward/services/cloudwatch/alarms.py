"""Showing and deleting alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.cloudwatch import alarm_shapes, composite_evaluation, paging, resources
from doorward.services.cloudwatch import dimensions as dimension_lists
from doorward.services.cloudwatch.errors import (
    InvalidParameterCombination,
    ResourceNotFound,
    ValidationError,
)
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.transitions import ACTIONS
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarm_history, metrics
from doorward.store import alarms as store
from doorward.store.tables.alarm import Alarm

PER_PAGE = 50
MOST = 100


@cloudwatch.operation(on=resources.named_alarms)
def describe_alarms(
    ctx: Context,
    *,
    alarm_names: Sequence[str] | None = None,
    alarm_name_prefix: str | None = None,
    alarm_types: Sequence[str] | None = None,
    children_of_alarm_name: str | None = None,
    parents_of_alarm_name: str | None = None,
    state_value: str | None = None,
    action_prefix: str | None = None,
    max_records: int = PER_PAGE,
    next_token: str | None = None,
) -> Output:
    """Show alarms by name: those on metrics, unless others are asked for.

    Children and parents of a composite alarm are told by name and ARN, with the state of children.

    Raises:
        InvalidParameterCombination: both names and a prefix, or relatives with other filters.
        ResourceNotFound: relatives are asked for of an alarm that there is not.
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    """
    if alarm_names and alarm_name_prefix:
        raise InvalidParameterCombination("AlarmNames and AlarmNamePrefix are mutually exclusive.")
    if children_of_alarm_name or parents_of_alarm_name:
        return _relatives(ctx, children_of_alarm_name, parents_of_alarm_name)
    kinds = list(
        alarm_types or ([store.METRIC, store.COMPOSITE] if alarm_names else [store.METRIC])
    )
    if alarm_names:
        found = store.named(ctx.db, ctx.account, ctx.facts.region, set(alarm_names))
        chosen = [one for one in found if one.kind in kinds and state_value in (None, one.state)]
        return _shown(ctx, _acting(chosen, action_prefix))
    asked = [alarm_name_prefix, sorted(kinds), state_value, action_prefix]
    scope = f"DescribeAlarms {json.dumps(asked)}"
    page = store.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        kinds=kinds,
        prefix=alarm_name_prefix or "",
        state=state_value,
        after=paging.after(ctx, scope, next_token),
        limit=max_records,
    )
    chosen = _acting(page.items, action_prefix)
    return {**_shown(ctx, chosen), **paging.end(ctx, scope, page.last)}


def _acting(found: Sequence[Alarm], prefix: str | None) -> list[Alarm]:
    """Those of *found* that have an action whose ARN begins with *prefix*."""
    if prefix is None:
        return list(found)
    return [
        one
        for one in found
        if any(
            arn.startswith(prefix)
            for member in ACTIONS.values()
            for arn in one.configuration.get(member) or ()
        )
    ]


def _shown(ctx: Context, found: Sequence[Alarm]) -> Output:
    def of(kind: str) -> list[dict[str, Any]]:
        return [alarm_shapes.alarm(ctx, one) for one in found if one.kind == kind]

    return {"MetricAlarms": of(store.METRIC), "CompositeAlarms": of(store.COMPOSITE)}


def _relatives(ctx: Context, parent: str | None, child: str | None) -> Output:
    if parent and child:
        raise InvalidParameterCombination(
            "ChildrenOfAlarmName and ParentsOfAlarmName are mutually exclusive."
        )
    name = parent or child or ""
    found = store.find(ctx.db, ctx.account, ctx.facts.region, name)
    if found is None:
        raise ResourceNotFound(f"Alarm {name} does not exist")
    if parent:
        names = composite_evaluation.children(found)
        others = store.named(ctx.db, ctx.account, ctx.facts.region, names)
        members = ["AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"]
    else:
        others = parents(ctx, name)
        members = ["AlarmName", "AlarmArn"]
    whole = _shown(ctx, others)
    return {
        kind: [{member: one[member] for member in members} for one in listed]
        for kind, listed in whole.items()
    }


def parents(ctx: Context, name: str) -> list[Alarm]:
    """The composite alarms in whose rules the alarm *name* is."""
    composites = store.of_kind(ctx.db, ctx.account, ctx.facts.region, store.COMPOSITE)
    return [one for one in composites if name in composite_evaluation.children(one)]


@cloudwatch.operation(on=resources.unnamed)
def describe_alarms_for_metric(
    ctx: Context,
    *,
    metric_name: str,
    namespace: str,
    statistic: str | None = None,
    extended_statistic: str | None = None,
    dimensions: Sequence[Mapping[str, str]] | None = None,
    period: int | None = None,
    unit: str | None = None,
) -> Output:
    """Show the alarms on exactly that metric; expressions do not count.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html
    """
    region = ctx.facts.region
    key = metrics.series(region, namespace, metric_name, dimension_lists.read(dimensions))
    wanted = {
        "Statistic": statistic,
        "ExtendedStatistic": extended_statistic,
        "Period": period,
        "Unit": unit,
    }
    asked = {name: value for name, value in wanted.items() if value is not None}
    found = [
        one
        for one in store.of_series(ctx.db, ctx.account, region, key, limit=5_000)
        if all(one.configuration.get(name) == value for name, value in asked.items())
    ]
    return {"MetricAlarms": _shown(ctx, found)["MetricAlarms"]}


@cloudwatch.operation(on=resources.named_alarms)
def delete_alarms(ctx: Context, *, alarm_names: Sequence[str]) -> Output:
    """Delete alarms: all of them, or none where one cannot be.

    Names of no alarm are passed over, as long as one of the names is of one. Of composite alarms
    only one can be deleted at a time, and no alarm that is in a rule of another one.

    Raises:
        ResourceNotFound: none of them exists.
        ValidationError: a rule needs one, or several composite alarms are named.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
    """
    region = ctx.facts.region
    found = store.named(ctx.db, ctx.account, region, set(alarm_names))
    if not found:
        raise ResourceNotFound("Alarm names do not exist")
    if sum(one.kind == store.COMPOSITE for one in found) > 1:
        raise ValidationError("Only one composite alarm can be deleted in one operation.")
    going = {one.name for one in found}
    for one in found:
        if any(parent.name not in going for parent in parents(ctx, one.name)):
            raise ValidationError(
                f"Cannot delete {one.name} as there are composite alarm(s) depending on it."
            )
    for one in found:
        store.remove(ctx.db, ctx.account, region, one.name)
        data = {"version": "1.0", "type": "Delete"}
        summary = f'Alarm "{one.name}" deleted'
        alarm_history.add(ctx.db, one, ctx.now, "ConfigurationUpdate", summary, data)
    return {}
