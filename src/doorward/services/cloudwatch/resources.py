"""What CloudWatch operations are authorized on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doorward.authz.access import Access
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.cloudwatch import insight_definition
from doorward.services.cloudwatch.insight_definition import WrongDefinition
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import alarm_mute_rules, alarms, dashboards
from doorward.store import insight_rules as rules

ANY = "*"
ALARM, DASHBOARD = "alarm:", "dashboard/"
MUTE_RULE, INSIGHT_RULE = "alarm-mute-rule:", "insight-rule/"


def alarm_arn(partition: str, account: str, region: str, name: str) -> str:
    """The ARN of an alarm."""
    return f"arn:{partition}:cloudwatch:{region}:{account}:{ALARM}{name}"


def mute_rule_arn(ctx: Context, name: str) -> str:
    """The ARN of a mute rule."""
    return f"arn:{ctx.partition}:cloudwatch:{ctx.facts.region}:{ctx.account}:{MUTE_RULE}{name}"


def insight_rule_arn(ctx: Context, name: str) -> str:
    """The ARN of a rule of Contributor Insights."""
    return f"arn:{ctx.partition}:cloudwatch:{ctx.facts.region}:{ctx.account}:{INSIGHT_RULE}{name}"


def dashboard_arn(partition: str, account: str, name: str) -> str:
    """The ARN of a dashboard, which is in no Region."""
    return f"arn:{partition}:cloudwatch::{account}:{DASHBOARD}{name}"


def anything(ctx: Context, parameters: Parameters) -> Access:
    """No resource: data and lists of metrics have none."""
    del ctx
    context: dict[str, Value] = {}
    if namespace := parameters.get("Namespace"):
        context["cloudwatch:namespace"] = namespace
    return Access(OWN_ACTION, ANY, context=context)


def unnamed(ctx: Context, parameters: Parameters) -> Access:
    """No resource and no key."""
    del ctx, parameters
    return Access(OWN_ACTION, ANY)


def tag_keys(tags: Sequence[Mapping[str, str]] | None) -> dict[str, Value]:
    """Keys of the tags that a request gives."""
    if not tags:
        return {}
    found: dict[str, Value] = {f"aws:requesttag/{one['Key'].lower()}": one["Value"] for one in tags}
    return found | {"aws:tagkeys": tuple(one["Key"] for one in tags)}


def _alarm(ctx: Context, name: str, context: Mapping[str, Value]) -> Access:
    region = ctx.facts.region
    found = alarms.find(ctx.db, ctx.account, region, name)
    return Access(
        OWN_ACTION,
        alarm_arn(ctx.partition, ctx.account, region, name),
        context=context,
        tags=found.tags if found else {},
    )


def alarm(ctx: Context, parameters: Parameters) -> Access:
    """The alarm that the request names, with the actions and tags that it shall have."""
    members = ("AlarmActions", "OKActions", "InsufficientDataActions")
    acted = tuple(one for member in members for one in parameters.get(member) or ())
    context: dict[str, Value] = {"cloudwatch:alarmactions": acted} if acted else {}
    return _alarm(ctx, parameters["AlarmName"], context | tag_keys(parameters.get("Tags")))


def named_alarms(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Each alarm that the request names; all of them where it names none."""
    names: list[Any] = parameters.get("AlarmNames") or [parameters.get("AlarmName") or ANY]
    for name in dict.fromkeys(names):
        yield _alarm(ctx, name, {})


def mute_rule(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The mute rule that the request names, and each alarm that it shall mute."""
    name = parameters.get("Name") or parameters["AlarmMuteRuleName"]
    found = alarm_mute_rules.find(ctx.db, ctx.account, ctx.facts.region, name)
    yield Access(
        OWN_ACTION,
        mute_rule_arn(ctx, name),
        context=tag_keys(parameters.get("Tags")),
        tags=found.tags if found else {},
    )
    targets = (parameters.get("MuteTargets") or {}).get("AlarmNames") or ()
    for one in dict.fromkeys(targets):
        yield _alarm(ctx, one, {})


def every_mute_rule(ctx: Context, parameters: Parameters) -> Access:
    """All mute rules."""
    del parameters
    return Access(OWN_ACTION, mute_rule_arn(ctx, ANY))


def insight_rule(ctx: Context, parameters: Parameters) -> Access:
    """The rule of Contributor Insights that the request names, with the groups it shall be about.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-contributor.html
    """
    context = tag_keys(parameters.get("Tags"))
    if groups := _groups(parameters.get("RuleDefinition")):
        context["cloudwatch:requestinsightruleloggroups"] = groups
    return _insight_rule(ctx, parameters["RuleName"], context)


def insight_rules(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Each rule of Contributor Insights that the request names."""
    for name in dict.fromkeys(parameters["RuleNames"]):
        yield _insight_rule(ctx, name, {})


def _insight_rule(ctx: Context, name: str, context: Mapping[str, Value]) -> Access:
    found = rules.find(ctx.db, ctx.account, ctx.facts.region, name)
    return Access(
        OWN_ACTION,
        insight_rule_arn(ctx, name),
        context=context,
        tags=found.tags if found else {},
    )


def _groups(definition: str | None) -> tuple[str, ...]:
    """The log groups in a definition; none in one that the operation refuses."""
    try:
        return tuple(insight_definition.read(definition or "").groups)
    except WrongDefinition:
        return ()


def dashboard(ctx: Context, parameters: Parameters) -> Access:
    """The dashboard that the request names."""
    return _dashboard(ctx, parameters["DashboardName"], tag_keys(parameters.get("Tags")))


def named_dashboards(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Each dashboard that the request names."""
    for name in dict.fromkeys(parameters["DashboardNames"]):
        yield _dashboard(ctx, name, {})


def _dashboard(ctx: Context, name: str, context: Mapping[str, Value]) -> Access:
    found = dashboards.find(ctx.db, ctx.account, name)
    return Access(
        OWN_ACTION,
        dashboard_arn(ctx.partition, ctx.account, name),
        context=context,
        tags=found.tags if found else {},
    )


def tagged(ctx: Context, parameters: Parameters) -> Access:
    """The alarm or dashboard of an ARN, with the tags that the request is about."""
    arn = parameters["ResourceARN"]
    context = tag_keys(parameters.get("Tags"))
    if keys := parameters.get("TagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    return Access(OWN_ACTION, arn, context=context, tags=tags_of(ctx, arn) or {})


def tags_of(ctx: Context, arn: str) -> Mapping[str, str] | None:
    """The tags of what has that ARN; None where the caller's account has nothing of it."""
    parsed = Arn.parse(arn)
    if parsed is None or parsed.service != "cloudwatch" or parsed.account != ctx.account:
        return None
    if parsed.resource.startswith(ALARM):
        name = parsed.resource.removeprefix(ALARM)
        found = alarms.find(ctx.db, ctx.account, parsed.region, name)
        return found.tags if found else None
    if parsed.resource.startswith(MUTE_RULE):
        name = parsed.resource.removeprefix(MUTE_RULE)
        rule = alarm_mute_rules.find(ctx.db, ctx.account, parsed.region, name)
        return rule.tags if rule else None
    if parsed.resource.startswith(INSIGHT_RULE):
        name = parsed.resource.removeprefix(INSIGHT_RULE)
        found_rule = rules.find(ctx.db, ctx.account, parsed.region, name)
        return found_rule.tags if found_rule else None
    board = dashboards.find(ctx.db, ctx.account, parsed.resource.removeprefix(DASHBOARD))
    return board.tags if board and parsed.resource.startswith(DASHBOARD) else None
