"""Imports of delivered log files into event data stores: begun here, done in the background.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake.html
"""

import re
from datetime import datetime
from typing import Any

from doorward.base.arn import Arn
from doorward.base.clock import iso8601
from doorward.services.cloudtrail import event_data_stores, finding, paging, resources, things
from doorward.services.cloudtrail.errors import InvalidMaxResults, InvalidParameter
from doorward.services.cloudtrail.lake_errors import (
    AccountHasOngoingImport,
    ImportNotFound,
    InvalidEventDataStoreCategory,
    InvalidImportSource,
)
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_records, trail_things
from doorward.store.tables.trail_record import ImportFailure
from doorward.store.tables.trail_thing import TrailThing

BEGUN, WORKING, STOPPED = "INITIALIZING", "IN_PROGRESS", "STOPPED"
FAILED, COMPLETED = "FAILED", "COMPLETED"
UNDER_WAY = (BEGUN, WORKING)
PLACE = re.compile(r"s3://([a-z0-9][a-z0-9.\-]{1,61}[a-z0-9])(?:/(.*))?", re.DOTALL)
STATISTICS = (
    *("PrefixesFound", "PrefixesCompleted", "FilesCompleted", "EventsCompleted"),
    "FailedEntries",
)
TAKEN = frozenset({"Management", "Data"})
"""Categories of events of the stores that events can be imported into."""


@cloudtrail.operation(on=resources.importing)
def start_import(
    ctx: Context,
    *,
    destinations: list[str] | None = None,
    import_source: dict[str, Any] | None = None,
    start_event_time: datetime | None = None,
    end_event_time: datetime | None = None,
    import_id: str | None = None,
) -> Output:
    """Begin an import, or go on with one that was stopped or had failures.

    All events are taken in that happened in the store's retention period, whatever its selectors
    (assumed).

    Raises:
        InvalidParameter, InvalidImportSource: what is needed is missing, or cannot be.
        AccountHasOngoingImport: another one is under way.
        ImportNotFound: there is none of that id.
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore,
            InvalidEventDataStoreCategory: there is no such store, or none for this.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartImport.html
    """
    where = (ctx.db, ctx.account, ctx.facts.region)
    if trail_things.under_way(*where, UNDER_WAY, kind=finding.IMPORT):
        raise AccountHasOngoingImport
    if import_id is not None:
        if destinations or import_source or start_event_time or end_event_time:
            raise InvalidParameter("An import that is retried is named by its ID alone.")
        return _again(ctx, import_id)
    if not destinations or not import_source:
        raise InvalidParameter("Destinations and ImportSource are needed for a new import.")
    if start_event_time and end_event_time and start_event_time > end_event_time:
        raise InvalidParameter("StartEventTime must be before EndEventTime.")
    source = _checked(import_source)
    store = event_data_stores.active(ctx, destinations[0])
    if not event_data_stores.categories(store) & TAKEN:
        raise InvalidEventDataStoreCategory(destinations[0])
    members = {
        "Destinations": [finding.arn(ctx, finding.STORE, store.id)],
        "ImportSource": source,
        "StartEventTime": start_event_time and iso8601(start_event_time),
        "EndEventTime": end_event_time and iso8601(end_event_time),
        **dict.fromkeys(STATISTICS, 0),
    }
    made = things.make(ctx, finding.IMPORT, BEGUN, members, parent=store.id)
    ctx.after_commit(ctx.wake)
    return _shown(made)


def _checked(source: dict[str, Any]) -> dict[str, Any]:
    """*source*, if files can be there.

    Raises:
        InvalidImportSource: they cannot.
    """
    place = source["S3"]
    if not PLACE.fullmatch(place["S3LocationUri"]):
        raise InvalidImportSource("S3LocationUri must be s3://bucket/prefix/.")
    role = Arn.parse(place["S3BucketAccessRoleArn"])
    if role is None or role.service != "iam" or not role.resource.startswith("role/"):
        raise InvalidImportSource("S3BucketAccessRoleArn must be the ARN of a role.")
    return source


def _again(ctx: Context, import_id: str) -> Output:
    found = _found(ctx, import_id)
    if found.name not in {FAILED, STOPPED}:
        raise InvalidParameter(f"Import {import_id} is {found.name} and cannot be retried.")
    event_data_stores.active(ctx, found.parent)
    trail_records.retry(ctx.db, ctx.account, ctx.facts.region, import_id, ctx.now)
    things.change(ctx, found, {}, BEGUN)
    ctx.after_commit(ctx.wake)
    return _shown(_found(ctx, import_id))


@cloudtrail.operation(on=resources.everything)
def stop_import(ctx: Context, *, import_id: str) -> Output:
    """Have an import take in no more; what it took in stays.

    Raises:
        ImportNotFound: there is none of that id.
        InvalidParameter: it has ended.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopImport.html
    """
    found = _found(ctx, import_id)
    if found.name not in UNDER_WAY:
        raise InvalidParameter(f"Import {import_id} is {found.name} and cannot be stopped.")
    things.change(ctx, found, {}, STOPPED)
    return _detailed(_found(ctx, import_id))


@cloudtrail.operation(on=resources.everything)
def get_import(ctx: Context, *, import_id: str) -> Output:
    """Show one import and what it has done so far.

    Raises:
        ImportNotFound: there is none of that id.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetImport.html
    """
    return _detailed(_found(ctx, import_id))


@cloudtrail.operation(on=resources.everything)
def list_imports(
    ctx: Context,
    *,
    max_results: int = things.MOST,
    destination: str | None = None,
    import_status: str | None = None,
    next_token: str | None = None,
) -> Output:
    """List the imports of the Region, those into one store or of one status where that is given.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound: there is no such store.
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImports.html
    """
    parent = None if destination is None else finding.store(ctx, destination).id
    found, end = things.listed(ctx, finding.IMPORT, next_token, max_results, _brief, parent=parent)
    wanted = [one for one in found if import_status in {None, one["ImportStatus"]}]
    return {"Imports": wanted} | end


@cloudtrail.operation(on=resources.everything)
def list_import_failures(
    ctx: Context,
    *,
    import_id: str,
    max_results: int = things.MOST,
    next_token: str | None = None,
) -> Output:
    """List what an import did not take in, by its place in the bucket.

    Raises:
        ImportNotFound: there is none of that id (assumed: the model lists no error for it).
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImportFailures.html
    """
    where = (ctx.db, ctx.account, ctx.facts.region)
    _found(ctx, import_id)
    if not 1 <= max_results <= things.MOST:
        raise InvalidMaxResults
    scope = f"ListImportFailures {import_id}"
    after = paging.after(ctx, scope, next_token)
    page = trail_records.failures(*where, import_id, after=after, limit=max_results)
    return {"Failures": [_failure(one) for one in page.items]} | paging.end(ctx, scope, page)


def _failure(one: ImportFailure) -> Output:
    return {
        "Location": one.location,
        "Status": one.status,
        "ErrorType": one.error_type,
        "ErrorMessage": one.error_message,
        "LastUpdatedTime": one.updated_at,
    }


def _brief(one: TrailThing) -> Output:
    return {
        "ImportId": one.id,
        "ImportStatus": one.name,
        "Destinations": one.members["Destinations"],
        "CreatedTimestamp": one.created_at,
        "UpdatedTimestamp": one.updated_at,
    }


def _shown(one: TrailThing) -> Output:
    times = {
        name: datetime.fromisoformat(one.members[name])
        for name in ("StartEventTime", "EndEventTime")
        if one.members[name]
    }
    return _brief(one) | {"ImportSource": one.members["ImportSource"]} | times


def _detailed(one: TrailThing) -> Output:
    return _shown(one) | {"ImportStatistics": {name: one.members[name] for name in STATISTICS}}


def _found(ctx: Context, import_id: str) -> TrailThing:
    found = trail_things.find(ctx.db, ctx.account, ctx.facts.region, finding.IMPORT, import_id)
    if found is None:
        raise ImportNotFound(import_id)
    return found
