"""What unusual activity CloudTrail looks for, for a trail or an event data store.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-enable.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.cloudtrail import event_data_stores, finding, resources, selectors
from doorward.services.cloudtrail.errors import InvalidParameterCombination
from doorward.services.cloudtrail.logging import one_of
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import InsightNotEnabled, InvalidInsightSelectors
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import insights, trail_things, trails

CALLS = "ApiCallRateInsight"
USUAL = ["Management"]


@cloudtrail.operation(on=resources.trail_or_store)
def get_insight_selectors(
    ctx: Context, *, trail_name: str | None = None, event_data_store: str | None = None
) -> Output:
    """Show what unusual activity is looked for.

    Raises:
        InvalidParameterCombination: not one of the two is named.
        TrailNotFound, EventDataStoreNotFound: there is none.
        InsightNotEnabled: nothing is.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
    """
    one_of(trail_name, event_data_store)
    if trail_name is not None:
        found = finding.trail(ctx, trail_name)
        if not found.insights:
            raise InsightNotEnabled
        return {"TrailARN": found.arn, "InsightSelectors": found.insights}
    store = finding.store(ctx, event_data_store or "")
    if not store.members.get("InsightSelectors"):
        raise InsightNotEnabled
    return {
        "EventDataStoreArn": finding.arn(ctx, finding.STORE, store.id),
        "InsightSelectors": store.members["InsightSelectors"],
        "InsightsDestination": store.members["InsightsDestination"],
    }


@cloudtrail.operation(on=resources.trail_or_store)
def put_insight_selectors(
    ctx: Context,
    *,
    insight_selectors: list[dict[str, Any]],
    trail_name: str | None = None,
    event_data_store: str | None = None,
    insights_destination: str | None = None,
) -> Output:
    """Set what unusual activity is looked for from now on; an empty list turns that off.

    Calls of the account are counted from now on, and compared once a day's worth is known.

    Raises:
        InvalidParameterCombination: not one of the two is named, or a trail with a destination.
        TrailNotFound, EventDataStoreNotFound, InactiveEventDataStore, InvalidHomeRegion: there is
            none here.
        InvalidInsightSelectors: one type stands twice, or the events that it needs are not taken.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html
    """
    one_of(trail_name, event_data_store)
    kinds = [one.get("InsightType") for one in insight_selectors]
    if None in kinds or len(set(kinds)) != len(kinds):
        raise InvalidInsightSelectors("Each insight type can be given once.")
    if insight_selectors:
        insights.watch(ctx.db, ctx.account, ctx.now)
    if trail_name is None:
        return _of_store(ctx, event_data_store or "", insight_selectors, insights_destination)
    if insights_destination is not None:
        raise InvalidParameterCombination("InsightsDestination goes with an event data store.")
    found = finding.own_trail(ctx, trail_name)
    _check(insight_selectors, found.selectors)
    trails.change(ctx.db, found.arn, {"insights": insight_selectors})
    return {"TrailARN": found.arn, "InsightSelectors": insight_selectors}


def _of_store(
    ctx: Context, name: str, chosen: list[dict[str, Any]], destination: str | None
) -> Output:
    store = event_data_stores.active(ctx, name)
    put: dict[str, Any] = {"InsightSelectors": chosen}
    if chosen:
        if destination is None:
            raise InvalidParameterCombination("InsightsDestination is needed.")
        if any("Data" in (one.get("EventCategories") or USUAL) for one in chosen):
            raise InvalidInsightSelectors("Insights on data events are supported for trails only.")
        _check(chosen, store.members)
        taker = event_data_stores.active(ctx, destination)
        if "Insight" not in event_data_stores.categories(taker):
            raise InvalidInsightSelectors("The destination does not log Insights events.")
        put["InsightsDestination"] = finding.arn(ctx, finding.STORE, taker.id)
    trail_things.change(ctx.db, store, {"members": {**store.members, **put}})
    return {"EventDataStoreArn": finding.arn(ctx, finding.STORE, store.id)} | put


def _check(chosen: list[dict[str, Any]], taking: Mapping[str, Any]) -> None:
    """Refuse insights on events that are not taken.

    Raises:
        InvalidInsightSelectors: they are not.
    """
    for one in chosen:
        for category in one.get("EventCategories") or USUAL:
            writes = one["InsightType"] == CALLS and category == "Management"
            if not selectors.logs(taking, category, writes=writes):
                kind = "write management" if writes else category.lower()
                raise InvalidInsightSelectors(
                    f"{one['InsightType']} needs {kind} events to be logged."
                )
