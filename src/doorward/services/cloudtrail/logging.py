"""Whether a trail logs, what it logs, and what came of it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

from datetime import datetime
from typing import Any

from doorward.base.clock import iso8601
from doorward.services.cloudtrail import finding, resources, selectors
from doorward.services.cloudtrail.errors import InvalidParameterCombination
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import InvalidEventSelectors
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things, trails

TIMES = (
    *("LatestDeliveryTime", "LatestNotificationTime", "StartLoggingTime", "StopLoggingTime"),
    *("LatestCloudWatchLogsDeliveryTime", "LatestDigestDeliveryTime"),
)
LEGACY = (
    "LatestDeliveryAttemptTime",
    "LatestNotificationAttemptTime",
    "LatestNotificationAttemptSucceeded",
    "LatestDeliveryAttemptSucceeded",
    "TimeLoggingStarted",
    "TimeLoggingStopped",
)
"""Members that are texts, and empty until there is something to say."""


@cloudtrail.operation(on=resources.trail)
def start_logging(ctx: Context, *, name: str) -> Output:
    """Have a trail take the events from now on; one that does so goes on.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid, InvalidHomeRegion: of its name.
        NotOrganizationMasterAccount: it is the organization's.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
    """
    found = finding.own_trail(ctx, name)
    if not found.logging:
        now = iso8601(ctx.now)
        said = {**found.status, "StartLoggingTime": now, "TimeLoggingStarted": now}
        trails.change(ctx.db, found.arn, {"logging": True, "status": said})
    return {}


@cloudtrail.operation(on=resources.trail)
def stop_logging(ctx: Context, *, name: str) -> Output:
    """Have a trail take no more events; what it has taken is still delivered.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid, InvalidHomeRegion: of its name.
        NotOrganizationMasterAccount: it is the organization's.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
    """
    found = finding.own_trail(ctx, name)
    if found.logging:
        now = iso8601(ctx.now)
        said = {**found.status, "StopLoggingTime": now, "TimeLoggingStopped": now}
        trails.change(ctx.db, found.arn, {"logging": False, "status": said})
    return {}


@cloudtrail.operation(on=resources.trail)
def get_trail_status(ctx: Context, *, name: str) -> Output:
    """Show whether a trail logs, and when it last delivered what.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid: of its name.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    found = finding.trail(ctx, name)
    shown: Output = {"IsLogging": found.logging} | dict.fromkeys(LEGACY, "")
    for member, value in found.status.items():
        shown[member] = datetime.fromisoformat(value) if member in TIMES else value
    return shown


@cloudtrail.operation(on=resources.trail)
def get_event_selectors(ctx: Context, *, trail_name: str) -> Output:
    """Show which events a trail takes.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid: of its name.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
    """
    found = finding.trail(ctx, trail_name)
    return {"TrailARN": found.arn} | (
        found.selectors or {"EventSelectors": list(selectors.DEFAULT)}
    )


@cloudtrail.operation(on=resources.trail)
def put_event_selectors(
    ctx: Context,
    *,
    trail_name: str,
    event_selectors: list[dict[str, Any]] | None = None,
    advanced_event_selectors: list[dict[str, Any]] | None = None,
) -> Output:
    """Set which events a trail takes from now on, in place of all that was set.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid, InvalidHomeRegion: of its name.
        InvalidEventSelectors: they break a rule, or are of both kinds or none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    """
    found = finding.own_trail(ctx, trail_name)
    if bool(event_selectors) is bool(advanced_event_selectors):
        raise InvalidEventSelectors("Give either event selectors or advanced event selectors.")
    put: dict[str, Any]
    if advanced_event_selectors:
        selectors.check_advanced(advanced_event_selectors)
        put = {"AdvancedEventSelectors": advanced_event_selectors}
    else:
        put = {"EventSelectors": selectors.check_basic(event_selectors or [])}
    trails.change(ctx.db, found.arn, {"selectors": put})
    return {"TrailARN": found.arn} | put


@cloudtrail.operation(on=resources.trail_or_store)
def get_event_configuration(
    ctx: Context, *, trail_name: str | None = None, event_data_store: str | None = None
) -> Output:
    """Show how large events may be and what context they carry.

    Raises:
        InvalidParameterCombination: not one of the two is named.
        TrailNotFound, EventDataStoreNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventConfiguration.html
    """
    one_of(trail_name, event_data_store)
    plain: Output = {"MaxEventSize": "Standard", "ContextKeySelectors": []}
    if trail_name is not None:
        found = finding.trail(ctx, trail_name)
        return {"TrailARN": found.arn} | plain | found.settings
    store = finding.store(ctx, event_data_store or "")
    arn = finding.arn(ctx, finding.STORE, store.id)
    return {"EventDataStoreArn": arn, **plain, **store.members.get("Configuration", {})}


@cloudtrail.operation(on=resources.trail_or_store)
def put_event_configuration(
    ctx: Context,
    *,
    trail_name: str | None = None,
    event_data_store: str | None = None,
    max_event_size: str | None = None,
    context_key_selectors: list[dict[str, Any]] | None = None,
    aggregation_configurations: list[dict[str, Any]] | None = None,
) -> Output:
    """Set how large events may be and what context they carry; it is kept.

    GAP: events carry no further context, and none are aggregated.

    Raises:
        InvalidParameterCombination: not one of the two is named.
        TrailNotFound, EventDataStoreNotFound, InvalidHomeRegion: there is none here.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventConfiguration.html
    """
    one_of(trail_name, event_data_store)
    given = {
        "MaxEventSize": max_event_size,
        "ContextKeySelectors": context_key_selectors,
        "AggregationConfigurations": aggregation_configurations,
    }
    put = {name: value for name, value in given.items() if value is not None}
    if trail_name is not None:
        found = finding.own_trail(ctx, trail_name)
        trails.change(ctx.db, found.arn, {"settings": {**found.settings, **put}})
        return {"TrailARN": found.arn} | found.settings | put
    store = finding.store(ctx, event_data_store or "")
    merged = {**store.members.get("Configuration", {}), **put}
    trail_things.change(ctx.db, store, {"members": {**store.members, "Configuration": merged}})
    return {"EventDataStoreArn": finding.arn(ctx, finding.STORE, store.id), **merged}


def one_of(trail_name: str | None, event_data_store: str | None) -> None:
    """Refuse a request that names not one of the two.

    Raises:
        InvalidParameterCombination: it names both or none.
    """
    if (trail_name is None) is (event_data_store is None):
        raise InvalidParameterCombination("Give either a trail or an event data store.")
