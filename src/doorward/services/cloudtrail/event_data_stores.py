"""Event data stores: which events queries may be asked over, and for how long.

A store copies nothing here: a query reads the trail of the time in which the store took events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html
"""

import re
from datetime import timedelta
from typing import Any

from doorward.base.clock import iso8601
from doorward.services.cloudtrail import finding, organization, resources, selectors, tags, things
from doorward.services.cloudtrail.errors import InvalidParameter
from doorward.services.cloudtrail.lake_errors import (
    ChannelExistsForEDS,
    EventDataStoreAlreadyExists,
    EventDataStoreMaxLimitExceeded,
    EventDataStoreTerminationProtected,
    InactiveEventDataStore,
    InvalidEventDataStoreStatus,
)
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST = 10
NAME = re.compile(r"[A-Za-z0-9._\-]{3,128}")
DAYS = {"EXTENDABLE_RETENTION_PRICING": (366, 3_653), "FIXED_RETENTION_PRICING": (2_557, 2_557)}
"""Days that events are kept, by default and at the most."""
FEWEST_DAYS = 7
WAITS = timedelta(days=7)
"""For so long a deleted store can be restored."""
DEFAULT = [
    {
        "Name": "Default management events",
        "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
    }
]
ENABLED, STOPPED, DELETED = "ENABLED", "STOPPED_INGESTION", "PENDING_DELETION"
SHOWN = (
    *("AdvancedEventSelectors", "MultiRegionEnabled", "OrganizationEnabled", "RetentionPeriod"),
    *("TerminationProtectionEnabled", "KmsKeyId", "BillingMode"),
)


def shown(ctx: Context, one: TrailThing) -> Output:
    """A store as GetEventDataStore shows it."""
    members = {name: one.members[name] for name in SHOWN if one.members.get(name) is not None}
    return {
        "EventDataStoreArn": finding.arn(ctx, finding.STORE, one.id),
        "Name": one.name,
        "Status": one.members["Status"],
        **members,
        "CreatedTimestamp": one.created_at,
        "UpdatedTimestamp": one.updated_at,
    }


def active(ctx: Context, name: str) -> TrailThing:
    """The store of that id or ARN, which does not wait for its deletion.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is none.
        InactiveEventDataStore: it was deleted.
    """
    found = finding.store(ctx, name)
    if found.members["Status"] == DELETED:
        raise InactiveEventDataStore(name)
    return found


def categories(one: TrailThing) -> frozenset[str]:
    """The categories of the events that a store takes."""
    return frozenset(
        category
        for selector in one.members["AdvancedEventSelectors"]
        for field in selector["FieldSelectors"]
        if field["Field"] == "eventCategory"
        for category in field.get("Equals") or ()
    )


@cloudtrail.operation(on=resources.new_store)
def create_event_data_store(
    ctx: Context,
    *,
    name: str,
    advanced_event_selectors: list[dict[str, Any]] | None = None,
    multi_region_enabled: bool = True,
    organization_enabled: bool = False,
    retention_period: int | None = None,
    termination_protection_enabled: bool = True,
    tags_list: list[dict[str, str]] | None = None,
    kms_key_id: str | None = None,
    start_ingestion: bool = True,
    billing_mode: str = "EXTENDABLE_RETENTION_PRICING",
) -> Output:
    """Make an event data store, which takes events from now on.

    Raises:
        EventDataStoreAlreadyExists, EventDataStoreMaxLimitExceeded: of its name, or there are ten.
        InvalidEventSelectors, InvalidParameter, InvalidTagParameter: something cannot be.
        OrganizationsNotInUse, NotOrganizationMasterAccount, CloudTrailAccessNotEnabled: it is for
            an organization that there is not, or for which the caller may not.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html
    """
    where = (ctx.db, ctx.account, ctx.facts.region, finding.STORE)
    if not NAME.fullmatch(name):
        raise InvalidParameter(f"Event data store name {name} is not valid.")
    if trail_things.named(*where, name, most=finding.MOST):
        raise EventDataStoreAlreadyExists(name)
    if trail_things.count(*where) >= MOST:
        raise EventDataStoreMaxLimitExceeded(str(MOST))
    if organization_enabled:
        organization.administered(ctx)
    chosen = advanced_event_selectors or DEFAULT
    selectors.check_advanced(chosen, lake=True)
    members = {
        "AdvancedEventSelectors": chosen,
        "MultiRegionEnabled": multi_region_enabled,
        "OrganizationEnabled": organization_enabled,
        "RetentionPeriod": _days(retention_period, billing_mode),
        "TerminationProtectionEnabled": termination_protection_enabled,
        "KmsKeyId": kms_key_id,
        "BillingMode": billing_mode,
        "Status": ENABLED if start_ingestion else STOPPED,
        "Taken": [[iso8601(ctx.now), None]] if start_ingestion else [],
    }
    given = tags.checked(ctx, tags_list or [])
    made = things.make(ctx, finding.STORE, name, members, tags=given)
    return shown(ctx, made) | {"TagsList": tags.shown(made.tags)}


def _days(given: int | None, billing_mode: str) -> int:
    usual, most = DAYS[billing_mode]
    if given is not None and not FEWEST_DAYS <= given <= most:
        raise InvalidParameter(f"The retention period must be between 7 and {most} days.")
    return usual if given is None else given


@cloudtrail.operation(on=resources.store)
def get_event_data_store(ctx: Context, *, event_data_store: str) -> Output:
    """Show one event data store.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
    """
    return shown(ctx, finding.store(ctx, event_data_store))


@cloudtrail.operation(on=resources.everything)
def list_event_data_stores(
    ctx: Context, *, next_token: str | None = None, max_results: int = things.MOST
) -> Output:
    """List the event data stores of the Region.

    Raises:
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html
    """
    found, end = things.listed(
        ctx, finding.STORE, next_token, max_results, lambda one: _brief(ctx, one)
    )
    return {"EventDataStores": found} | end


def _brief(ctx: Context, one: TrailThing) -> Output:
    return {"EventDataStoreArn": finding.arn(ctx, finding.STORE, one.id), "Name": one.name}


@cloudtrail.operation(on=resources.store)
def update_event_data_store(
    ctx: Context,
    *,
    event_data_store: str,
    name: str | None = None,
    advanced_event_selectors: list[dict[str, Any]] | None = None,
    multi_region_enabled: bool | None = None,
    organization_enabled: bool | None = None,
    retention_period: int | None = None,
    termination_protection_enabled: bool | None = None,
    kms_key_id: str | None = None,
    billing_mode: str | None = None,
) -> Output:
    """Change an event data store; what is not given stays.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
        EventDataStoreAlreadyExists, InvalidEventSelectors, InvalidParameter: something cannot be.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html
    """
    found = active(ctx, event_data_store)
    if name is not None and name != found.name:
        if not NAME.fullmatch(name):
            raise InvalidParameter(f"Event data store name {name} is not valid.")
        where = (ctx.db, ctx.account, ctx.facts.region, finding.STORE)
        if trail_things.named(*where, name, most=finding.MOST):
            raise EventDataStoreAlreadyExists(name)
    if advanced_event_selectors is not None:
        selectors.check_advanced(advanced_event_selectors, lake=True)
    if organization_enabled:
        organization.administered(ctx)
    mode = billing_mode or found.members["BillingMode"]
    given = {
        "AdvancedEventSelectors": advanced_event_selectors,
        "MultiRegionEnabled": multi_region_enabled,
        "OrganizationEnabled": organization_enabled,
        "RetentionPeriod": None if retention_period is None else _days(retention_period, mode),
        "TerminationProtectionEnabled": termination_protection_enabled,
        "KmsKeyId": kms_key_id,
        "BillingMode": billing_mode,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    things.change(ctx, found, changes, name or "")
    return shown(ctx, finding.store(ctx, event_data_store))


@cloudtrail.operation(on=resources.store)
def delete_event_data_store(ctx: Context, *, event_data_store: str) -> Output:
    """Have an event data store wait for its deletion; for seven days it can be restored.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
        EventDataStoreTerminationProtected, ChannelExistsForEDS: it is protected, or a channel
            leads to it.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html
    """
    found = active(ctx, event_data_store)
    if found.members["TerminationProtectionEnabled"]:
        raise EventDataStoreTerminationProtected(event_data_store)
    arn = finding.arn(ctx, finding.STORE, found.id)
    channels = trail_things.page(
        ctx.db, ctx.account, ctx.facts.region, finding.CHANNEL, limit=finding.MOST
    )
    if any(end["Location"] == arn for one in channels.items for end in one.members["Destinations"]):
        raise ChannelExistsForEDS(event_data_store)
    ends = {"DeletedAt": iso8601(ctx.now)}
    things.change(ctx, found, {"Status": DELETED, "Taken": _stopped(ctx, found), **ends})
    return {}


@cloudtrail.operation(on=resources.store)
def restore_event_data_store(ctx: Context, *, event_data_store: str) -> Output:
    """Take back the deletion of an event data store; it takes no events until told to.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is none.
        InvalidEventDataStoreStatus: it was not deleted.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html
    """
    found = finding.store(ctx, event_data_store)
    if found.members["Status"] != DELETED:
        raise InvalidEventDataStoreStatus(event_data_store)
    things.change(ctx, found, {"Status": STOPPED})
    return shown(ctx, finding.store(ctx, event_data_store))


@cloudtrail.operation(on=resources.store)
def start_event_data_store_ingestion(ctx: Context, *, event_data_store: str) -> Output:
    """Have an event data store take events from now on.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is none.
        InvalidEventDataStoreStatus: it takes them, or was deleted.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartEventDataStoreIngestion.html
    """
    found = finding.store(ctx, event_data_store)
    if found.members["Status"] != STOPPED:
        raise InvalidEventDataStoreStatus(event_data_store)
    taken = [*found.members["Taken"], [iso8601(ctx.now), None]]
    things.change(ctx, found, {"Status": ENABLED, "Taken": taken})
    return {}


@cloudtrail.operation(on=resources.store)
def stop_event_data_store_ingestion(ctx: Context, *, event_data_store: str) -> Output:
    """Have an event data store take no more events.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is none.
        InvalidEventDataStoreStatus: it takes none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html
    """
    found = finding.store(ctx, event_data_store)
    if found.members["Status"] != ENABLED:
        raise InvalidEventDataStoreStatus(event_data_store)
    things.change(ctx, found, {"Status": STOPPED, "Taken": _stopped(ctx, found)})
    return {}


def _stopped(ctx: Context, found: TrailThing) -> list[list[str | None]]:
    """The times in which it took events, the last one ended now."""
    return [[start, end or iso8601(ctx.now)] for start, end in found.members["Taken"]]
