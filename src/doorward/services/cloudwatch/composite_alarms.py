"""PutCompositeAlarm: alarms on other alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.cloudwatch import alarm_rule as rules
from doorward.services.cloudwatch import metric_alarms, resources
from doorward.services.cloudwatch.alarm_rule import RuleError
from doorward.services.cloudwatch.errors import InvalidParameterCombination, ValidationError
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarms


@cloudwatch.operation(on=resources.alarm)
def put_composite_alarm(
    ctx: Context,
    *,
    alarm_name: str,
    alarm_rule: str,
    tags: Sequence[Mapping[str, str]] | None = None,
    **members: Any,
) -> Output:
    """Make an alarm on other alarms, or replace the one of that name, which keeps its state.

    Raises:
        ValidationError: the rule is none, or names alarms that do not exist.
        InvalidParameterCombination: a suppressor without both of its periods, or the other way.
        LimitExceeded: there are 5,000 alarms in the Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    """
    wire = metric_alarms.WIRE
    given = {wire[name]: value for name, value in members.items() if value is not None}
    given["AlarmRule"] = alarm_rule
    if "ActionConfiguration" in given:
        raise ValidationError("ActionConfiguration is not supported by this server.")
    _check(ctx, alarm_name, given)
    metric_alarms.put(ctx, alarm_name, alarms.COMPOSITE, given, tags or ())
    return {}


def _check(ctx: Context, name: str, given: Mapping[str, Any]) -> None:
    try:
        wanted = set(rules.children(rules.read(given["AlarmRule"])))
        if "ActionsSuppressor" in given:
            wanted.add(rules.alarm_name(given["ActionsSuppressor"]))
    except RuleError as error:
        raise ValidationError(f"Could not save the composite alarm: {error}.") from error
    periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    if len({member in given for member in ("ActionsSuppressor", *periods)}) > 1:
        raise InvalidParameterCombination(
            "ActionsSuppressor, ActionsSuppressorWaitPeriod and "
            "ActionsSuppressorExtensionPeriod must be specified together."
        )
    if any(given.get(member, 0) < 0 for member in periods):
        raise ValidationError("The periods of a suppressor must not be negative.")
    found = {one.name for one in alarms.named(ctx.db, ctx.account, ctx.facts.region, wanted)}
    if missing := sorted(wanted - found - {name}):
        raise ValidationError(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] in "
            "the alarm rule do not exist"
        )
