"""Rules of Contributor Insights: kept, enabled and disabled.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContributorInsights.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.cloudwatch import insight_definition, paging, resources
from doorward.services.cloudwatch.errors import InvalidParameterValue, TooMany
from doorward.services.cloudwatch.insight_definition import WrongDefinition
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.tags import checked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import insight_rules as store
from doorward.store.tables.insight_rule import InsightRule

MOST = 100
PER_PAGE = 500
ENABLED, DISABLED = "ENABLED", "DISABLED"
MOST_SPANS = 1_000
Spans = list[list[str | None]]


@cloudwatch.operation(on=resources.insight_rule)
def put_insight_rule(
    ctx: Context,
    *,
    rule_name: str,
    rule_definition: str,
    rule_state: str = ENABLED,
    tags: Sequence[Mapping[str, str]] | None = None,
    apply_on_transformed_logs: bool = False,
) -> Output:
    """Make a rule, or replace the one of that name, which keeps its tags and looks anew from now.

    Raises:
        InvalidParameterValue: the definition or the state cannot be, or a tag.
        TooMany: there are a hundred rules in the Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutInsightRule.html
    """
    if apply_on_transformed_logs:
        raise InvalidParameterValue("This server has no transformed logs.")
    if rule_state not in (ENABLED, DISABLED):
        raise InvalidParameterValue(f"The rule state must be {ENABLED} or {DISABLED}.")
    try:
        insight_definition.read(rule_definition)
    except WrongDefinition as error:
        raise InvalidParameterValue(f"The rule definition is invalid: {error}.") from error
    here = (ctx.db, ctx.account, ctx.facts.region)
    known = store.find(*here, rule_name)
    if known is None and store.count(*here) >= MOST:
        raise TooMany(f"An account can have at most {MOST} rules in a Region.")
    kept = known.spans if known and known.definition == rule_definition else []
    enabled = rule_state == ENABLED
    made = InsightRule(
        ctx.account,
        ctx.facts.region,
        rule_name,
        rule_definition,
        enabled,
        _switched(ctx, kept, enabled=enabled),
        known.tags if known else checked(ctx, tags or ()),
    )
    store.put(ctx.db, made)
    return {}


def _switched(ctx: Context, spans: Sequence[Sequence[str | None]], *, enabled: bool) -> Spans:
    """*spans*, the rule being enabled or not from now on."""
    found = [list(one) for one in spans]
    now, open_ = ctx.now.isoformat(), bool(found) and found[-1][1] is None
    if enabled and not open_:
        found.append([now, None])
    elif open_ and not enabled:
        found[-1][1] = now
    return found[-MOST_SPANS:]


@cloudwatch.operation(on=resources.unnamed)
def describe_insight_rules(
    ctx: Context, *, next_token: str | None = None, max_results: int = PER_PAGE
) -> Output:
    """The rules by name.

    Raises:
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeInsightRules.html
    """
    scope = "DescribeInsightRules"
    page = store.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [_shape(one) for one in page.items]
    return {"InsightRules": shown, **paging.end(ctx, scope, page.last)}


def _shape(found: InsightRule) -> dict[str, Any]:
    schema = insight_definition.SCHEMA
    return {
        "Name": found.name,
        "State": ENABLED if found.enabled else DISABLED,
        "Schema": f'{{"Name":"{schema["Name"]}","Version":{schema["Version"]}}}',
        "Definition": found.definition,
        "ManagedRule": False,
        "ApplyOnTransformedLogs": False,
    }


@cloudwatch.operation(on=resources.insight_rules)
def enable_insight_rules(ctx: Context, *, rule_names: Sequence[str]) -> Output:
    """Have rules look from now on; names of none are told.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableInsightRules.html
    """
    return _switch(ctx, rule_names, enabled=True)


@cloudwatch.operation(on=resources.insight_rules)
def disable_insight_rules(ctx: Context, *, rule_names: Sequence[str]) -> Output:
    """Have rules look no more; names of none are told.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableInsightRules.html
    """
    return _switch(ctx, rule_names, enabled=False)


def _switch(ctx: Context, names: Sequence[str], *, enabled: bool) -> Output:
    failures = []
    here = (ctx.db, ctx.account, ctx.facts.region)
    for name in dict.fromkeys(names):
        found = store.find(*here, name)
        if found is None:
            failures.append(_failure(name))
        else:
            spans = _switched(ctx, found.spans, enabled=enabled)
            store.change(*here, name, {"enabled": enabled, "spans": spans})
    return {"Failures": failures}


@cloudwatch.operation(on=resources.insight_rules)
def delete_insight_rules(ctx: Context, *, rule_names: Sequence[str]) -> Output:
    """Forget rules; names of none are told.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteInsightRules.html
    """
    here = (ctx.db, ctx.account, ctx.facts.region)
    names = dict.fromkeys(rule_names)
    return {"Failures": [_failure(name) for name in names if not store.remove(*here, name)]}


def _failure(name: str) -> dict[str, str]:
    """assumed: the words; the page only names the members."""
    return {
        "FailureResource": name,
        "ExceptionType": "ResourceNotFoundException",
        "FailureCode": "ResourceNotFound",
        "FailureDescription": f"The rule {name} does not exist.",
    }
