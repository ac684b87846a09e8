"""The state of alarms: setting it, what it was, and whether actions follow from it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
"""

import json
from collections.abc import Sequence
from datetime import datetime

from doorward.services.cloudwatch import alarm_shapes, paging, resources, transitions
from doorward.services.cloudwatch.errors import InvalidFormat, InvalidNextToken, ResourceNotFound
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarm_history, alarms

PER_PAGE = 100


@cloudwatch.operation(on=resources.alarm)
def set_alarm_state(
    ctx: Context,
    *,
    alarm_name: str,
    state_value: str,
    state_reason: str,
    state_reason_data: str | None = None,
) -> Output:
    """Give an alarm a state until it is evaluated again; its actions follow if that is another.

    Raises:
        ResourceNotFound: there is no such alarm.
        InvalidFormat: the data of the reason is no JSON.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
    """
    if state_reason_data is not None:
        try:
            json.loads(state_reason_data)
        except (ValueError, RecursionError) as error:
            raise InvalidFormat("The StateReasonData is not valid JSON.") from error
    found = alarms.find(ctx.db, ctx.account, ctx.facts.region, alarm_name)
    if found is None:
        raise ResourceNotFound(f"Alarm {alarm_name} does not exist")
    transitions.change(
        ctx.db,
        found,
        ctx.now,
        state=state_value,
        reason=state_reason,
        data=state_reason_data or "",
    )
    return {}


@cloudwatch.operation(on=resources.named_alarms)
def enable_alarm_actions(ctx: Context, *, alarm_names: Sequence[str]) -> Output:
    """Have the actions of alarms run from now on; names of no alarm are passed over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html
    """
    _switch(ctx, alarm_names, enabled=True)
    return {}


@cloudwatch.operation(on=resources.named_alarms)
def disable_alarm_actions(ctx: Context, *, alarm_names: Sequence[str]) -> Output:
    """Have the actions of alarms run no more; names of no alarm are passed over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
    """
    _switch(ctx, alarm_names, enabled=False)
    return {}


def _switch(ctx: Context, names: Sequence[str], *, enabled: bool) -> None:
    region = ctx.facts.region
    for one in alarms.named(ctx.db, ctx.account, region, set(names)):
        if one.configuration.get("ActionsEnabled", True) == enabled:
            continue
        given = {**one.configuration, "ActionsEnabled": enabled}
        values = {"configuration": given, "configured_at": ctx.now}
        alarms.change(ctx.db, ctx.account, region, one.name, values)
        summary = f'Alarm "{one.name}" updated'
        data = {"version": "1.0", "type": "Update"}
        alarm_history.add(ctx.db, one, ctx.now, "ConfigurationUpdate", summary, data)


@cloudwatch.operation(on=resources.named_alarms)
def describe_alarm_history(
    ctx: Context,
    *,
    alarm_name: str | None = None,
    alarm_contributor_id: str | None = None,
    alarm_types: Sequence[str] | None = None,
    history_item_type: str | None = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    max_records: int = PER_PAGE,
    next_token: str | None = None,
    scan_by: str = "TimestampDescending",
) -> Output:
    """What happened to alarms in the last 30 days, deleted ones too; the newest first.

    Raises:
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
    """
    if alarm_contributor_id is not None:
        return {"AlarmHistoryItems": []}
    kinds = list(alarm_types or (alarms.METRIC, alarms.COMPOSITE))
    asked = [alarm_name, sorted(kinds), history_item_type, str(start_date), str(end_date), scan_by]
    scope = f"DescribeAlarmHistory {json.dumps(asked)}"
    marker = paging.after(ctx, scope, next_token)
    if marker is not None and not marker.isdigit():
        raise InvalidNextToken
    page = alarm_history.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        name=alarm_name,
        kinds=kinds,
        item_type=history_item_type,
        since=start_date,
        until=end_date,
        oldest_first=scan_by == "TimestampAscending",
        after=int(marker) if marker else None,
        limit=max_records,
    )
    items = [alarm_shapes.history_item(one) for one in page.items]
    return {"AlarmHistoryItems": items, **paging.end(ctx, scope, page.last)}
