"""What CloudTrail finds unusual, and the counts in which it does.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
"""

from datetime import datetime, timedelta
from typing import Any

from doorward.services.cloudtrail import finding, paging, resources
from doorward.services.cloudtrail.errors import InvalidMaxResults, InvalidParameter
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import insights
from doorward.store.tables.trail_insight import Counted, Insight

DAYS = timedelta(days=90)
MOST, MOST_POINTS = 50, 21_600
COLUMNS = {"EventId": "event_id", "EventName": "name", "EventSource": "source"}
"""What insight events are looked for by."""
ERRORS = "ApiErrorRateInsight"
ZEROS = "FillWithZeros"


@cloudtrail.operation(on=resources.insight_source)
def list_insights_data(
    ctx: Context,
    *,
    insight_source: str,
    data_type: str,
    dimensions: dict[str, str] | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    max_results: int = MOST,
    next_token: str | None = None,
) -> Output:
    """List insight events on events of data that a trail was told of, newest first.

    Raises:
        TrailNotFound, CloudTrailARNInvalid, InvalidTrailName: there is no such trail.
        InvalidParameter: the time ends before it begins.
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsData.html
    """
    found = finding.trail(ctx, insight_source)
    if start_time and end_time and start_time > end_time:
        raise InvalidParameter("The start time must be before the end time.")
    if not 1 <= max_results <= MOST:
        raise InvalidMaxResults
    scope = f"ListInsightsData {found.arn} {data_type} {dimensions} {start_time} {end_time}"
    page = insights.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        insights.DATA,
        by={COLUMNS[name]: value for name, value in (dimensions or {}).items()},
        since=max(start_time or ctx.now - DAYS, ctx.now - DAYS),
        until=end_time or ctx.now + DAYS,
        trail=found.arn,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    return {"Events": [shown(one) for one in page.items]} | paging.end(ctx, scope, page)


def shown(one: Insight) -> Output:
    """An insight event as look-ups show it."""
    return {
        "EventId": one.event_id,
        "EventName": one.name,
        "EventTime": one.at,
        "EventSource": one.source,
        "Resources": [],
        "CloudTrailEvent": one.event,
    }


@cloudtrail.operation(on=resources.insight_metrics)
def list_insights_metric_data(
    ctx: Context,
    *,
    event_source: str,
    event_name: str,
    insight_type: str,
    trail_name: str | None = None,
    error_code: str | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    period: int = 3_600,
    data_type: str = "NonZeroData",
    max_results: int = MOST_POINTS,
    next_token: str | None = None,
) -> Output:
    """Show how often an operation was called, or failed with an error, in each period.

    A value is the number of calls in its period (assumed). Nothing was counted before the account
    had insight selectors.

    Raises:
        InvalidParameter: the period is none of 60, 300 and 3600, an error code is missing, or the
            time ends before it begins.
        TrailNotFound, CloudTrailARNInvalid, InvalidTrailName: there is no such trail.
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html
    """
    if period not in insights.KEPT:
        raise InvalidParameter("Period must be 60, 300 or 3600.")
    if (insight_type == ERRORS) is (error_code is None):
        raise InvalidParameter("ErrorCode goes with ApiErrorRateInsight, and is needed for it.")
    members: dict[str, Any] = {
        "EventSource": event_source,
        "EventName": event_name,
        "InsightType": insight_type,
    }
    if error_code:
        members["ErrorCode"] = error_code
    category = insights.MANAGEMENT
    if trail_name is not None:
        members["TrailARN"] = finding.trail(ctx, trail_name).arn
        category = insights.DATA
    what = Counted(ctx.facts.region, category, event_source, event_name, error_code or "")
    until = min(end_time or ctx.now, ctx.now)
    begun = max(start_time or ctx.now - DAYS, ctx.now - insights.KEPT[period])
    if start_time and end_time and start_time > end_time:
        raise InvalidParameter("The start time must be before the end time.")
    scope = f"ListInsightsMetricData {what} {insight_type} {start_time} {end_time} {period}"
    if after := paging.after(ctx, scope, next_token):
        begun = datetime.fromisoformat(after)
    limit = min(max_results, MOST_POINTS)
    span = timedelta(seconds=period)
    counted = insights.points(ctx.db, ctx.account, what, period, begun, until, limit=limit + 1)
    if data_type == ZEROS:
        counted = _with_zeros(dict(counted), _first(begun, span), until, span, limit + 1)
    members["Timestamps"] = [at for at, _ in counted[:limit]]
    members["Values"] = [float(number) for _, number in counted[:limit]]
    if len(counted) > limit:
        members["NextToken"] = paging.seal(ctx, scope, counted[limit][0].isoformat())
    return members


def _first(begun: datetime, span: timedelta) -> datetime:
    """The first beginning of a period that is not before *begun*."""
    late = timedelta(seconds=begun.timestamp() % span.total_seconds())
    return begun if not late else begun - late + span


def _with_zeros(
    known: dict[datetime, int], begun: datetime, until: datetime, span: timedelta, limit: int
) -> list[tuple[datetime, int]]:
    """At most *limit* periods from *begun* on, those in which nothing was counted too."""
    count = min(limit, max(0, -((begun - until) // span)))
    every = (begun + place * span for place in range(count))
    return [(at, known.get(at, 0)) for at in every]
