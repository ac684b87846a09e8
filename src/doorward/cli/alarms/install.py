"""One run of `doorward alarms install`: the log group, the trail, filters, alarms, the report."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from doorward.base.arn import Arn
from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.cli.alarms import cis, trail
from doorward.cli.alarms.cis import CONTROLS, Control
from doorward.cli.alarms.steps import CHANGED, CREATED, THERE, Run, Step
from doorward.cli.alarms.trail import Names
from doorward.cli.calls import Calls, Unanswered
from doorward.cli.credentials.source import keys
from doorward.wire.client import Refused

OK, FAILED = 0, 1
FORMS = ("text", "json")
BASELINES = ("cis",)


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of the command, as they were given."""

    baseline: str
    topic: str | None
    log_group: str | None
    trail: str
    bucket: str | None
    role: str
    without_trail: bool
    dry: bool
    listed: bool
    form: str
    profile: str | None
    region: str
    endpoint_url: str | None


def run(asked: Asked) -> int:
    """The exit status, once the report is printed.

    Raises:
        BadInput: a flag cannot be used.
    """
    _check(asked)
    if asked.listed:
        print("\n".join(_listed(asked.form)))
        return OK
    calls = Calls(asked.endpoint_url, asked.region, keys(asked.profile), SystemClock())
    running = Run(calls, asked.dry)
    try:
        install(running, asked)
    except (Refused, Unanswered) as error:
        reason = f"{error.code}: {error.message}" if isinstance(error, Refused) else str(error)
        print("\n".join(_shown(running.steps, asked, failed=reason)))
        print(f"doorward: {reason}", file=sys.stderr)
        return FAILED
    print("\n".join(_shown(running.steps, asked)))
    return OK


def _check(asked: Asked) -> None:
    if asked.baseline not in BASELINES:
        raise BadInput("BASELINE", f"`{asked.baseline}` is not known", "write `cis`")
    if asked.form not in FORMS:
        raise BadInput("--format", f"`{asked.form}` is neither `text` nor `json`")
    topic = Arn.parse(asked.topic) if asked.topic else None
    if asked.topic and (topic is None or topic.service != "sns"):
        raise BadInput("--topic", f"`{asked.topic}` is not the ARN of an SNS topic")


def install(running: Run, asked: Asked) -> None:
    """Make what is missing.

    Raises:
        Refused: the caller may not, or a service refuses.
        Unanswered: nobody answers.
    """
    group = _fed(running, asked)
    _filters(running, group)
    _alarms(running, asked.topic)


def _fed(running: Run, asked: Asked) -> str:
    """The log group, which a trail delivers to."""
    if asked.without_trail:
        group = asked.log_group or trail.DEFAULT_GROUP
        trail.group_kept(running, group)
        return group
    found = trail.delivering(running, asked.log_group)
    if found is not None:
        one, group = found
        running.told("trail", one["Name"], THERE)
        trail.group_kept(running, group)
        trail.logging(running, one["TrailARN"])
        return group
    group = asked.log_group or trail.DEFAULT_GROUP
    trail.group_kept(running, group)
    trail.made(running, _names(running, asked), group)
    return group


def _names(running: Run, asked: Asked) -> Names:
    who = running.call("sts", "GetCallerIdentity")
    arn = Arn.parse(who["Arn"])
    account = str(who["Account"])
    return Names(
        asked.trail,
        asked.bucket or f"cis-trail-{account}-{asked.region}",
        asked.role,
        arn.partition if arn else "aws",
        account,
        asked.region,
    )


def _filters(running: Run, group: str) -> None:
    """A metric filter for each control."""
    missing = "ResourceNotFoundException"
    known: dict[str, Mapping[str, Any]] = {}
    token: dict[str, str] = {}
    while True:
        page = running.asked(
            missing, service="logs", operation="DescribeMetricFilters", logGroupName=group, **token
        )
        known |= {one["filterName"]: one for one in (page or {}).get("metricFilters", ())}
        if not page or "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    for one in CONTROLS:
        wanted = {
            "metricName": one.metric,
            "metricNamespace": cis.NAMESPACE,
            "metricValue": "1",
        }
        there = known.get(one.alarm)
        if there and (there["filterPattern"], _values(there)) == (one.pattern, wanted):
            running.told("metric filter", one.alarm, THERE)
            continue
        running.do(
            "metric filter",
            one.alarm,
            CHANGED if there else CREATED,
            "logs",
            "PutMetricFilter",
            logGroupName=group,
            filterName=one.alarm,
            filterPattern=one.pattern,
            metricTransformations=[wanted],
        )


def _values(known: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(known["metricTransformations"][0])


def _alarms(running: Run, topic: str | None) -> None:
    """An alarm for each control; without a topic, those that are there keep their actions."""
    names = [one.alarm for one in CONTROLS]
    answer = running.call("cloudwatch", "DescribeAlarms", AlarmNames=names)
    known = {one["AlarmName"]: one for one in answer.get("MetricAlarms", ())}
    for one in CONTROLS:
        there = known.get(one.alarm)
        actions = [topic] if topic else list((there or {}).get("AlarmActions", ()))
        wanted = _alarm(one, actions)
        if there and all(there.get(name) == value for name, value in wanted.items()):
            running.told("alarm", one.alarm, THERE)
            continue
        outcome = CHANGED if there else CREATED
        running.do("alarm", one.alarm, outcome, "cloudwatch", "PutMetricAlarm", **wanted)


def _alarm(one: Control, actions: Sequence[str]) -> dict[str, Any]:
    return {
        "AlarmName": one.alarm,
        "AlarmDescription": f"CIS {one.cis}, CloudWatch.{one.number}: {one.title}",
        "ActionsEnabled": True,
        "AlarmActions": list(actions),
        "MetricName": one.metric,
        "Namespace": cis.NAMESPACE,
        "Statistic": "Sum",
        "Period": cis.PERIOD_SECONDS,
        "EvaluationPeriods": cis.PERIODS,
        "Threshold": cis.THRESHOLD,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }


def _listed(form: str) -> list[str]:
    if form == "json":
        return [json.dumps([one._asdict() for one in CONTROLS], indent=2)]
    return [f"CIS {one.cis:5} {one.alarm}: {one.title}\n  {one.pattern}" for one in CONTROLS]


def _shown(steps: Sequence[Step], asked: Asked, failed: str | None = None) -> list[str]:
    if asked.form == "json":
        told = {"dryRun": asked.dry, "steps": [asdict(one) for one in steps], "failed": failed}
        return [json.dumps(told, indent=2)]
    lines = [f"{one.outcome:8} {one.kind:14} {one.name}" for one in steps]
    if asked.dry:
        lines.append("nothing was done: this is what would be")
    elif failed is None and not asked.topic:
        lines.append("alarms without a topic tell nobody at AWS: name one with --topic")
    return lines
