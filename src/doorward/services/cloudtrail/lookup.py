"""LookupEvents: the last ninety days of an account in a Region, without any trail.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html
"""

from datetime import datetime, timedelta

from doorward.services.cloudtrail import insights, paging, resources
from doorward.services.cloudtrail.errors import InvalidMaxResults
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import (
    InvalidEventCategory,
    InvalidLookupAttributes,
    InvalidTimeRange,
)
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import audit_lookup
from doorward.store import insights as events
from doorward.store.page import Page
from doorward.store.tables.audit import AuditEvent

DAYS = timedelta(days=90)
MOST = 50
VALUE_CHARACTERS = 2_000
TWICE = "_ ,\n"
"""Characters of a value that count twice."""


@cloudtrail.operation(on=resources.everything)
def lookup_events(
    ctx: Context,
    *,
    lookup_attributes: list[dict[str, str]] | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    event_category: str | None = None,
    max_results: int = MOST,
    next_token: str | None = None,
) -> Output:
    """Look up events of management, newest first, by at most one attribute.

    Of the category `insight`, events on calls of management that were unusually frequent.

    Raises:
        InvalidLookupAttributes: there are two, or a value that cannot be.
        InvalidTimeRange: it ends before it begins, or begins in the future.
        InvalidMaxResults, InvalidNextToken, InvalidEventCategory: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """
    if not 1 <= max_results <= MOST:
        raise InvalidMaxResults
    if event_category not in {None, "insight"}:
        raise InvalidEventCategory
    by = _attribute(lookup_attributes or [])
    if (start_time and start_time > ctx.now) or (start_time and end_time and start_time > end_time):
        raise InvalidTimeRange("Invalid time range: the start must be before the end and now.")
    oldest = ctx.now - DAYS
    since = max(start_time, oldest) if start_time else oldest
    scope = f"LookupEvents {by} {start_time} {end_time} {event_category}"
    after = paging.after(ctx, scope, next_token)
    if event_category == "insight":
        return _insights(ctx, by, since, end_time or ctx.now + DAYS, after, max_results, scope)
    page = audit_lookup.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        by=by,
        since=since,
        until=end_time or ctx.now + DAYS,
        after=after,
        limit=max_results,
    )
    return {"Events": _shown(ctx, page)} | paging.end(ctx, scope, page)


def _insights(
    ctx: Context,
    by: tuple[str, str] | None,
    since: datetime,
    until: datetime,
    after: str | None,
    most: int,
    scope: str,
) -> Output:
    """Insight events, newest first.

    Raises:
        InvalidLookupAttributes: they cannot be looked for by that.
    """
    if by is not None and by[0] not in insights.COLUMNS:
        raise InvalidLookupAttributes(
            "Insights events can be looked up by event ID, name or source."
        )
    found = events.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        events.MANAGEMENT,
        by={insights.COLUMNS[by[0]]: by[1]} if by else {},
        since=since,
        until=until,
        after=after,
        limit=most,
    )
    return {"Events": [insights.shown(one) for one in found.items]} | paging.end(ctx, scope, found)


def _attribute(given: list[dict[str, str]]) -> tuple[str, str] | None:
    """The one attribute and its value.

    Raises:
        InvalidLookupAttributes: there are more, or the value cannot be.
    """
    if not given:
        return None
    if len(given) > 1:
        raise InvalidLookupAttributes("Only one lookup attribute can be specified.")
    name, value = given[0]["AttributeKey"], given[0]["AttributeValue"]
    if name == "ReadOnly" and value not in {"true", "false"}:
        raise InvalidLookupAttributes("ReadOnly must be true or false.")
    if len(value) + sum(value.count(one) for one in TWICE) > VALUE_CHARACTERS:
        raise InvalidLookupAttributes("The attribute value is too long.")
    return name, value


def _shown(ctx: Context, page: Page[AuditEvent]) -> list[Output]:
    about = audit_lookup.resources(ctx.db, [one.sequence for one in page.items])
    return [_event(one, about.get(one.sequence, [])) for one in page.items]


def _event(one: AuditEvent, about: list[tuple[str, str]]) -> Output:
    shown: Output = {
        "EventId": one.event_id,
        "EventName": one.operation,
        "ReadOnly": str(one.read_only).lower(),
        "EventTime": one.at,
        "EventSource": one.service,
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in about],
        "CloudTrailEvent": one.event,
    }
    if one.access_key_id:
        shown["AccessKeyId"] = one.access_key_id
    if one.username:
        shown["Username"] = one.username
    return shown
