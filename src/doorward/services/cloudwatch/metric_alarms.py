"""PutMetricAlarm: alarms on metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.cloudwatch import alarm_checks, dimensions, resources
from doorward.services.cloudwatch.errors import LimitExceeded, ValidationError
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.tags import checked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarm_history, alarms, metrics
from doorward.store.tables.alarm import Alarm

MOST_ALARMS = 5_000
UNCHECKED = "Unchecked: Initial alarm creation"


@cloudwatch.operation(on=resources.alarm)
def put_metric_alarm(
    ctx: Context,
    *,
    alarm_name: str,
    tags: Sequence[Mapping[str, str]] | None = None,
    **members: Any,
) -> Output:
    """Make an alarm on a metric or an expression, or replace the one of that name.

    A new one is INSUFFICIENT_DATA until it is evaluated, within seconds. One that is replaced
    keeps its state and its tags.

    Raises:
        ValidationError: the alarm cannot be, or cannot be evaluated here.
        MissingParameter: something is missing.
        LimitExceeded: there are 5,000 alarms in the Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    given = {WIRE[name]: value for name, value in members.items() if value is not None}
    alarm_checks.check(given)
    series = ""
    if "Metrics" not in given:
        asked = dimensions.read(given.get("Dimensions"))
        series = metrics.series(ctx.facts.region, given["Namespace"], given["MetricName"], asked)
    put(ctx, alarm_name, alarms.METRIC, given, tags or (), series)
    return {}


def put(
    ctx: Context,
    name: str,
    kind: str,
    given: Mapping[str, Any],
    tags: Sequence[Mapping[str, str]],
    series: str = "",
) -> None:
    """Keep an alarm, new or in place of the one of that name.

    Raises:
        ValidationError: the one of that name is of another kind.
        LimitExceeded: there are 5,000 alarms in the Region.
    """
    region = ctx.facts.region
    before = alarms.find(ctx.db, ctx.account, region, name)
    if before is None:
        if alarms.count(ctx.db, ctx.account, region) >= MOST_ALARMS:
            raise LimitExceeded("The maximum limit of alarms has been reached.")
        made = Alarm(
            ctx.account, region, name, kind, given, checked(ctx, tags), series, "INSUFFICIENT_DATA",
            UNCHECKED, "", ctx.now, ctx.now, ctx.now, ctx.now, pending=False, suppression=None,
        )  # fmt: skip
        alarms.add(ctx.db, made)
        _history(ctx, made, "Create", f'Alarm "{name}" created')
    else:
        if before.kind != kind:
            raise ValidationError(f"An alarm of another type has the name {name}.")
        values = {
            "configuration": given,
            "series": series,
            "configured_at": ctx.now,
            "due_at": ctx.now,
        }
        alarms.change(ctx.db, ctx.account, region, name, values)
        _history(ctx, before, "Update", f'Alarm "{name}" updated')


def _history(ctx: Context, alarm: Alarm, what: str, summary: str) -> None:
    data = {"version": "1.0", "type": what}
    alarm_history.add(ctx.db, alarm, ctx.now, "ConfigurationUpdate", summary, data)


WIRE = {
    "alarm_description": "AlarmDescription",
    "actions_enabled": "ActionsEnabled",
    "ok_actions": "OKActions",
    "alarm_actions": "AlarmActions",
    "insufficient_data_actions": "InsufficientDataActions",
    "metric_name": "MetricName",
    "namespace": "Namespace",
    "statistic": "Statistic",
    "extended_statistic": "ExtendedStatistic",
    "dimensions": "Dimensions",
    "period": "Period",
    "unit": "Unit",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "comparison_operator": "ComparisonOperator",
    "treat_missing_data": "TreatMissingData",
    "evaluate_low_sample_count_percentile": "EvaluateLowSampleCountPercentile",
    "metrics": "Metrics",
    "threshold_metric_id": "ThresholdMetricId",
    "evaluation_window": "EvaluationWindow",
    "warm_up_configuration": "WarmUpConfiguration",
    "evaluation_criteria": "EvaluationCriteria",
    "evaluation_interval": "EvaluationInterval",
    "action_configuration": "ActionConfiguration",
    "alarm_rule": "AlarmRule",
    "actions_suppressor": "ActionsSuppressor",
    "actions_suppressor_wait_period": "ActionsSuppressorWaitPeriod",
    "actions_suppressor_extension_period": "ActionsSuppressorExtensionPeriod",
}
"""Members of an alarm's configuration by the names of the parameters."""
