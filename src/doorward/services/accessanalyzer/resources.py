"""What operations are authorized on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
"""

from dataclasses import replace

from doorward.authz.access import Access
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import analyzers


def everything(ctx: Context, parameters: Parameters) -> Access:
    """No resource of its own: what a request brings is judged, or all there is listed."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def analyzer(ctx: Context, parameters: Parameters) -> Access:
    """The analyzer that is named, or whose ARN is given, with its tags."""
    name = parameters.get("analyzerName")
    arn = str(parameters.get("analyzerArn") or parameters.get("resourceArn") or "")
    if name is None:
        parsed = Arn.parse(arn)
        own = parsed is not None and parsed.account == ctx.account
        name = arn.rpartition("/")[2] if own else None
    found = analyzers.find(ctx.db, ctx.account, ctx.facts.region, name) if name else None
    return Access(
        OWN_ACTION,
        analyzer_arn(ctx, name) if name else arn,
        context=_asked_tags(parameters),
        tags=found.tags if found else {},
    )


def same_as(action: str) -> Finder:
    """The analyzer, for operations that have no action of their own."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        return replace(analyzer(ctx, parameters), action=f"access-analyzer:{action}")

    return find


def new_analyzer(ctx: Context, parameters: Parameters) -> Access:
    """The analyzer that would be made; one that a service makes has no name yet."""
    name = str(parameters.get("analyzerName") or "*")
    return Access(OWN_ACTION, analyzer_arn(ctx, name), context=_asked_tags(parameters))


def archive_rule(ctx: Context, parameters: Parameters) -> Access:
    """The archive rule of an analyzer."""
    name = f"{parameters['analyzerName']}/archive-rule/{parameters['ruleName']}"
    return Access(OWN_ACTION, analyzer_arn(ctx, name))


def analyzer_arn(ctx: Context, name: str) -> str:
    """The ARN of an analyzer of the caller's account."""
    start = f"arn:{ctx.partition}:access-analyzer:{ctx.facts.region}:{ctx.account}"
    return f"{start}:analyzer/{name}"


def _asked_tags(parameters: Parameters) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys`."""
    given = parameters.get("tags") or {}
    keys = tuple(parameters.get("tagKeys") or given)
    context: dict[str, Value] = {
        f"aws:requesttag/{key.lower()}": value for key, value in given.items()
    }
    return context | ({"aws:tagkeys": keys} if keys else {})
