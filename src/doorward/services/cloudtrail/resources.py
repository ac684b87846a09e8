"""What requests to CloudTrail are authorized on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from doorward.analysis.trail import statements
from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.base.arn import Arn
from doorward.services.cloudtrail import finding, templates
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import roles
from doorward.store.tables.trail import Trail

KINDS = {"eventdatastore": "EventDataStore", "channel": "Channel", "dashboard": "DashboardId"}


def everything(ctx: Context, parameters: Parameters) -> Access:
    """No resource in particular."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def tagging(ctx: Context, parameters: Parameters) -> Access:
    """No resource in particular, with the tags that are asked for."""
    del ctx
    return Access(OWN_ACTION, "*", context=_asked_tags(parameters))


def new_trail(ctx: Context, parameters: Parameters) -> Access:
    """The trail that would be made."""
    arn = finding.trail_arn(ctx, parameters["Name"])
    return Access(OWN_ACTION, arn, context=_asked_tags(parameters))


def trail(ctx: Context, parameters: Parameters) -> Access:
    """The trail that is named by `Name` or `TrailName`."""
    name = str(parameters.get("Name") or parameters.get("TrailName") or "")
    return of_trail(ctx, name)


def of_trail(ctx: Context, name: str) -> Access:
    """The trail of that name or ARN, as it is or would be."""
    arn = name if name.startswith("arn:") else finding.trail_arn(ctx, name)
    found = finding.shown(ctx, name)
    return Access(OWN_ACTION, found.arn if found else arn, tags=_tags(found))


def trail_or_store(ctx: Context, parameters: Parameters) -> Access:
    """The trail, or the event data store where one is named."""
    if parameters.get("EventDataStore"):
        return store(ctx, parameters)
    return trail(ctx, parameters)


def store(ctx: Context, parameters: Parameters) -> Access:
    """The event data store; any of the account where none is named."""
    return thing(ctx, finding.STORE, str(parameters.get("EventDataStore") or "*"))


def stores(ctx: Context, parameters: Parameters) -> Sequence[Access]:
    """The event data stores that are named."""
    return [thing(ctx, finding.STORE, one) for one in parameters["EventDataStores"]]


def queried(ctx: Context, parameters: Parameters) -> Sequence[Access]:
    """The event data stores that a statement names; any of the account where it names none."""
    if (alias := parameters.get("QueryAlias")) is not None:
        return of_statement(ctx, templates.find(ctx, alias).statement)
    return of_statement(ctx, parameters.get("QueryStatement") or "")


def of_statement(ctx: Context, statement: str) -> Sequence[Access]:
    """The event data stores that *statement* names."""
    named = statements.with_stores(statement)[1].values()
    return [thing(ctx, finding.STORE, one) for one in named or ("*",)]


def insight_source(ctx: Context, parameters: Parameters) -> Access:
    """The trail that was told of insight events."""
    return of_trail(ctx, parameters["InsightSource"])


def insight_metrics(ctx: Context, parameters: Parameters) -> Sequence[Access]:
    """Looking events up; with a trail, also listing what that trail was told of.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html
    """
    looked_up = Access("cloudtrail:LookupEvents", "*")
    if not parameters.get("TrailName"):
        return [looked_up]
    told = of_trail(ctx, parameters["TrailName"])
    return [looked_up, replace(told, action="cloudtrail:ListInsightsData")]


def importing(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The event data store that is imported into, and passing the role that reads the files.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake.html
    """
    found = finding.of_import(ctx, parameters.get("ImportId"))
    named = parameters.get("Destinations") or (found.members["Destinations"] if found else ["*"])
    yield from (thing(ctx, finding.STORE, one) for one in named)
    source = parameters.get("ImportSource") or (found.members["ImportSource"] if found else None)
    if source is not None:
        yield passed(ctx, source["S3"]["S3BucketAccessRoleArn"])


def federated(ctx: Context, parameters: Parameters) -> Sequence[Access]:
    """The event data store, and passing the role that it would be read in."""
    return [store(ctx, parameters), passed(ctx, parameters["FederationRoleArn"])]


def passed(ctx: Context, role_arn: str) -> Access:
    """Passing the role to CloudTrail.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    parsed = Arn.parse(role_arn)
    account = parsed.account if parsed else ctx.account
    role = roles.find(ctx.db, account, role_arn.rpartition("/")[2])
    tags = role.tags if role and account == ctx.account else {}
    context: dict[str, str | tuple[str, ...]] = {"iam:passedtoservice": PRINCIPAL}
    context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
    return Access("iam:PassRole", role_arn, account=account, tags=tags, context=context)


def new_store(ctx: Context, parameters: Parameters) -> Access:
    """An event data store that has no id yet."""
    arn = finding.arn(ctx, finding.STORE, "*")
    return Access(OWN_ACTION, arn, context=_asked_tags(parameters))


def channel(ctx: Context, parameters: Parameters) -> Access:
    """The channel; one that has no id yet where none is named."""
    name = str(parameters.get("Channel") or "*")
    return thing(ctx, finding.CHANNEL, name, _asked_tags(parameters))


def dashboard(ctx: Context, parameters: Parameters) -> Access:
    """The dashboard that is named, or would be made."""
    name = str(parameters.get("DashboardId") or parameters.get("Name") or "*")
    return thing(ctx, finding.DASHBOARD, name, _asked_tags(parameters))


def thing(
    ctx: Context, kind: str, name: str, context: Mapping[str, str | tuple[str, ...]] | None = None
) -> Access:
    """What CloudTrail Lake keeps under that id, name or ARN, with its own policy."""
    found = finding.thing(ctx, kind, name)
    arn = name if name.startswith("arn:") else finding.arn(ctx, kind, found.id if found else name)
    parsed = Arn.parse(arn)
    return Access(
        OWN_ACTION,
        arn,
        account=parsed.account if parsed else None,
        context=dict(context or {}),
        tags=found.tags if found else {},
        policy=resource_policy(found.policy) if found and found.policy else None,
    )


def of_arn(ctx: Context, parameters: Parameters) -> Access:
    """Whatever the ARN names, trail or thing."""
    name = str(parameters.get("ResourceId") or parameters.get("ResourceArn") or "")
    return _of_arn(ctx, name, _asked_tags(parameters))


def of_arns(ctx: Context, parameters: Parameters) -> Sequence[Access]:
    """Everything that the ARNs name."""
    return [_of_arn(ctx, one, {}) for one in parameters["ResourceIdList"]]


def _of_arn(ctx: Context, name: str, context: Mapping[str, str | tuple[str, ...]]) -> Access:
    parsed = Arn.parse(name)
    kind = parsed.resource.partition("/")[0] if parsed else ""
    if kind in KINDS:
        return thing(ctx, kind, name, context)
    found = finding.shown(ctx, name)
    return Access(OWN_ACTION, name or "*", tags=_tags(found), context=dict(context))


def _tags(found: Trail | None) -> Mapping[str, str]:
    return found.tags if found else {}


def _asked_tags(parameters: Parameters) -> dict[str, str | tuple[str, ...]]:
    """`aws:RequestTag/…` and `aws:TagKeys`."""
    given = parameters.get("TagsList") or parameters.get("Tags") or []
    context: dict[str, str | tuple[str, ...]] = {
        f"aws:requesttag/{one['Key'].lower()}": one.get("Value", "") for one in given
    }
    if given:
        context["aws:tagkeys"] = tuple(one["Key"] for one in given)
    return context
