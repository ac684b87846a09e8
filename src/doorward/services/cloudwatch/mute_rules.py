"""Alarm mute rules: while one is active, alarms change their state and their actions wait.

assumed: when the window ends, the actions of alarms that are still in the state that they changed
to are run.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from doorward.services.cloudwatch import muting, paging, resources, schedule
from doorward.services.cloudwatch.errors import (
    InvalidNextToken,
    LimitExceeded,
    ResourceNotFoundException,
    ValidationError,
)
from doorward.services.cloudwatch.schedule import WrongSchedule
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.tags import checked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarm_mute_rules as store
from doorward.store.tables.alarm_mute_rule import AlarmMuteRule

MOST = 200
"""Rules of an account in a Region. assumed."""

PER_PAGE = 50


@cloudwatch.operation(on=resources.mute_rule)
def put_alarm_mute_rule(
    ctx: Context,
    *,
    name: str,
    rule: Mapping[str, Any],
    description: str = "",
    mute_targets: Mapping[str, Sequence[str]] | None = None,
    tags: Sequence[Mapping[str, str]] | None = None,
    start_date: datetime | None = None,
    expire_date: datetime | None = None,
) -> Output:
    """Make a mute rule, or replace the one of that name, which keeps its tags.

    Raises:
        ValidationError: the schedule cannot be, or it expires before it starts.
        LimitExceeded: there are as many rules as there may be.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
    """
    try:
        schedule.read(rule["Schedule"])
    except WrongSchedule as error:
        raise ValidationError(f"The schedule of the mute rule is invalid: {error}.") from error
    if start_date and expire_date and start_date >= expire_date:
        raise ValidationError("StartDate must be before ExpireDate.")
    here = (ctx.db, ctx.account, ctx.facts.region)
    known = store.find(*here, name)
    if known is None and len(store.every(*here)) >= MOST:
        raise LimitExceeded("The maximum limit of alarm mute rules has been reached.")
    made = AlarmMuteRule(
        account=ctx.account,
        region=ctx.facts.region,
        name=name,
        description=description,
        schedule=dict(rule["Schedule"]),
        targets=list(dict.fromkeys((mute_targets or {}).get("AlarmNames") or ())),
        starts_at=start_date,
        expires_at=expire_date,
        tags=known.tags if known else checked(ctx, tags or ()),
        updated_at=ctx.now,
    )
    store.put(ctx.db, made)
    return {}


@cloudwatch.operation(on=resources.mute_rule)
def get_alarm_mute_rule(ctx: Context, *, alarm_mute_rule_name: str) -> Output:
    """Show a mute rule.

    Raises:
        ResourceNotFoundException: there is none of that name.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetAlarmMuteRule.html
    """
    found = store.find(ctx.db, ctx.account, ctx.facts.region, alarm_mute_rule_name)
    if found is None:
        raise ResourceNotFoundException(resources.mute_rule_arn(ctx, alarm_mute_rule_name))
    shown: Output = {
        "Name": found.name,
        **_summary(ctx, found),
        "Description": found.description,
        "Rule": {"Schedule": dict(found.schedule)},
        "MuteTargets": {"AlarmNames": list(found.targets)},
    }
    return shown | ({"StartDate": found.starts_at} if found.starts_at else {})


@cloudwatch.operation(on=resources.mute_rule)
def delete_alarm_mute_rule(ctx: Context, *, alarm_mute_rule_name: str) -> Output:
    """Delete a mute rule; a name of none is passed over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarmMuteRule.html
    """
    store.remove(ctx.db, ctx.account, ctx.facts.region, alarm_mute_rule_name)
    return {}


@cloudwatch.operation(on=resources.every_mute_rule)
def list_alarm_mute_rules(
    ctx: Context,
    *,
    alarm_name: str | None = None,
    statuses: Sequence[str] | None = None,
    max_records: int = PER_PAGE,
    next_token: str | None = None,
) -> Output:
    """The mute rules by name: all, those of an alarm, or those of some statuses.

    Raises:
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListAlarmMuteRules.html
    """
    scope = f"ListAlarmMuteRules {alarm_name} {sorted(statuses or ())}"
    after = paging.after(ctx, scope, next_token)
    if next_token and after is None:
        raise InvalidNextToken
    found = [
        one
        for one in store.every(ctx.db, ctx.account, ctx.facts.region)
        if (after is None or one.name > after)
        and (alarm_name is None or alarm_name in one.targets)
        and (not statuses or muting.status(one, ctx.now) in statuses)
    ]
    last = found[max_records - 1].name if len(found) > max_records else None
    shown = [_summary(ctx, one) for one in found[:max_records]]
    return {"AlarmMuteRuleSummaries": shown, **paging.end(ctx, scope, last)}


def _summary(ctx: Context, found: AlarmMuteRule) -> dict[str, Any]:
    once = schedule.read(found.schedule).once
    shown: dict[str, Any] = {
        "AlarmMuteRuleArn": resources.mute_rule_arn(ctx, found.name),
        "Status": muting.status(found, ctx.now),
        # assumed: the words; the model has none.
        "MuteType": "ONE_TIME" if once else "RECURRING",
        "LastUpdatedTimestamp": found.updated_at,
    }
    return shown | ({"ExpireDate": found.expires_at} if found.expires_at else {})
