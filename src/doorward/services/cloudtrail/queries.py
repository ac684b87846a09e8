"""Queries over event data stores: begun here, run in the background.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-run-query.html
"""

from datetime import datetime
from types import ModuleType

from doorward.services.cloudtrail import (
    buckets,
    event_data_stores,
    finding,
    resources,
    templates,
    things,
)
from doorward.services.cloudtrail.errors import (
    InvalidMaxResults,
    InvalidNextToken,
    InvalidParameter,
    UnsupportedOperation,
)
from doorward.services.cloudtrail.lake_errors import (
    EventDataStoreNotFound,
    InactiveQuery,
    InvalidQueryStatement,
    MaxConcurrentQueries,
    QueryIdNotFound,
)
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.page import InvalidMarker
from doorward.store.tables.trail_thing import TrailThing

QUEUED, RUNNING, CANCELLED = "QUEUED", "RUNNING", "CANCELLED"
PENDING = "PENDING"
OPTIONAL = ("ErrorMessage", "DeliveryS3Uri", "DeliveryStatus", "Prompt")
"""Members that are shown where there is something to say."""
MOST_RUNNING = 10
MOST_ROWS = 1_000
"""On a page of results."""


def lake() -> ModuleType:
    """What reads and runs statements.

    Raises:
        UnsupportedOperation: the packages for it are not installed.
    """
    try:
        from doorward.analysis.trail import lake as found  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UnsupportedOperation("Queries need `pip install doorward[trail]`.") from error
    return found


@cloudtrail.operation(on=resources.queried, reads=False)
def start_query(
    ctx: Context,
    *,
    query_statement: str | None = None,
    delivery_s3_uri: str | None = None,
    query_alias: str | None = None,
    query_parameters: list[str] | None = None,
    event_data_store_owner_account_id: str | None = None,
) -> Output:
    """Begin a query: a statement, or one that is kept under an alias.

    Raises:
        InvalidParameter: there is no statement, or two, or values that do not fit.
        UnsupportedOperation: what runs queries is not installed.
        InvalidQueryStatement, EventDataStoreNotFound, InactiveEventDataStore: it cannot be run.
        MaxConcurrentQueries: ten are under way.
        S3BucketDoesNotExist, InsufficientS3BucketPolicy: the results cannot be delivered.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
    """
    if (query_statement is None) is (query_alias is None):
        raise InvalidParameter("Give either a query statement or an alias.")
    if query_parameters and query_alias is None:
        raise InvalidParameter("Query parameters go with an alias.")
    if event_data_store_owner_account_id not in {None, ctx.account}:
        raise InvalidParameter("The event data store is of another account.")
    if query_alias is None:
        made = begin(ctx, query_statement or "", delivery_s3_uri)
    else:
        template = templates.find(ctx, query_alias)
        statement = templates.filled(template.statement, query_parameters or [])
        made = begin(ctx, statement, delivery_s3_uri, template.prompt)
        note(ctx, query_alias, made)
    return {"QueryId": made.id}


def begin(
    ctx: Context, statement: str, delivery_s3_uri: str | None = None, prompt: str = ""
) -> TrailThing:
    """A query that waits to be run.

    Raises:
        AwsError: as StartQuery says.
    """
    where = (ctx.db, ctx.account, ctx.facts.region)
    known = trail_things.page(*where, finding.STORE, limit=finding.MOST).items
    tool = lake()
    query = tool.read(statement, [one.id for one in known])
    if isinstance(query, tool.Problem):
        if query.code == EventDataStoreNotFound.code:
            raise EventDataStoreNotFound(query.message)
        raise InvalidQueryStatement(query.message)
    store = next(iter(query.stores.values()))
    for one in set(query.stores.values()):
        event_data_stores.active(ctx, one)
    if trail_things.under_way(*where, (QUEUED, RUNNING)) >= MOST_RUNNING:
        raise MaxConcurrentQueries
    members = {"QueryString": statement}
    if prompt:
        members["Prompt"] = prompt
    if delivery_s3_uri is not None:
        buckets.check_results(ctx, delivery_s3_uri, finding.arn(ctx, finding.STORE, store))
        members |= {"DeliveryS3Uri": delivery_s3_uri, "DeliveryStatus": PENDING}
    made = things.make(ctx, finding.QUERY, QUEUED, members, parent=store)
    ctx.after_commit(ctx.wake)
    return made


def note(ctx: Context, name: str, query: TrailThing) -> None:
    """Have *query* found as the last one of *name*: of an alias, or of that in a refresh."""
    known = trail_things.find(ctx.db, ctx.account, ctx.facts.region, finding.LAST_QUERY, name)
    if known is None:
        things.make(ctx, finding.LAST_QUERY, "", {"Query": query.id}, id=name)
    else:
        things.change(ctx, known, {"Query": query.id})


@cloudtrail.operation(on=resources.store)
def describe_query(
    ctx: Context,
    *,
    event_data_store: str | None = None,
    query_id: str | None = None,
    query_alias: str | None = None,
    refresh_id: str | None = None,
    event_data_store_owner_account_id: str | None = None,
) -> Output:
    """Show how far a query is: that of the id, or the last one of the alias.

    Raises:
        InvalidParameter: it is named by neither, or by both.
        QueryIdNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeQuery.html
    """
    del event_data_store, event_data_store_owner_account_id
    if (query_id is None) is (query_alias is None):
        raise InvalidParameter("Give either the ID of a query or an alias.")
    if refresh_id is not None and query_alias is None:
        raise InvalidParameter("A refresh ID goes with an alias.")
    if query_alias is not None:
        query_id = _last(ctx, f"{query_alias}@{refresh_id}" if refresh_id else query_alias)
    found = _query(ctx, query_id or "")
    shown: Output = {
        "QueryId": found.id,
        "QueryString": found.members["QueryString"],
        "QueryStatus": found.name,
        "QueryStatistics": {
            "EventsMatched": found.members.get("Matched", 0),
            "EventsScanned": found.members.get("Scanned", 0),
            "BytesScanned": found.members.get("Bytes", 0),
            "ExecutionTimeInMillis": found.members.get("Milliseconds", 0),
            "CreationTime": found.created_at,
        },
    }
    return shown | {name: found.members[name] for name in OPTIONAL if found.members.get(name)}


def _last(ctx: Context, name: str) -> str:
    """The id of the last query of that name."""
    found = trail_things.find(ctx.db, ctx.account, ctx.facts.region, finding.LAST_QUERY, name)
    if found is None:
        raise QueryIdNotFound(name)
    return str(found.members["Query"])


@cloudtrail.operation(on=resources.store)
def get_query_results(
    ctx: Context,
    *,
    query_id: str,
    event_data_store: str | None = None,
    next_token: str | None = None,
    max_query_results: int = MOST_ROWS,
    event_data_store_owner_account_id: str | None = None,
) -> Output:
    """Show what came of a query, a page at a time.

    Raises:
        QueryIdNotFound: there is none of that id.
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
    """
    del event_data_store, event_data_store_owner_account_id
    if not 1 <= max_query_results <= MOST_ROWS:
        raise InvalidMaxResults
    found = _query(ctx, query_id)
    rows = found.members.get("Rows", [])
    scope = f"{ctx.account} cloudtrail results {query_id}"
    try:
        start = int(ctx.markers.open(scope, next_token)) if next_token else 0
    except InvalidMarker as error:
        raise InvalidNextToken from error
    page = rows[start : start + max_query_results]
    shown: Output = {
        "QueryStatus": found.name,
        "QueryStatistics": {
            "ResultsCount": len(page),
            "TotalResultsCount": len(rows),
            "BytesScanned": found.members.get("Bytes", 0),
        },
        "QueryResultRows": page,
    }
    if start + len(page) < len(rows):
        shown["NextToken"] = ctx.markers.seal(scope, str(start + len(page)))
    if message := found.members.get("ErrorMessage"):
        shown["ErrorMessage"] = message
    return shown


@cloudtrail.operation(on=resources.store, reads=False)
def cancel_query(
    ctx: Context,
    *,
    query_id: str,
    event_data_store: str | None = None,
    event_data_store_owner_account_id: str | None = None,
) -> Output:
    """Give a query up that has not ended.

    Raises:
        QueryIdNotFound: there is none of that id.
        InactiveQuery: it has ended.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CancelQuery.html
    """
    del event_data_store, event_data_store_owner_account_id
    found = _query(ctx, query_id)
    if found.name not in {QUEUED, RUNNING}:
        raise InactiveQuery(query_id)
    things.change(ctx, found, {}, CANCELLED)
    return {"QueryId": query_id, "QueryStatus": CANCELLED}


@cloudtrail.operation(on=resources.store)
def list_queries(
    ctx: Context,
    *,
    event_data_store: str,
    next_token: str | None = None,
    max_results: int = things.MOST,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    query_status: str | None = None,
) -> Output:
    """List the queries of an event data store, those of a time or status alone where one is given.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListQueries.html
    """
    store = event_data_stores.active(ctx, event_data_store)
    found, end = things.listed(ctx, finding.QUERY, next_token, max_results, _brief, parent=store.id)
    wanted = [
        one
        for one in found
        if query_status in {None, one["QueryStatus"]}
        and (start_time is None or one["CreationTime"] >= start_time)
        and (end_time is None or one["CreationTime"] <= end_time)
    ]
    return {"Queries": wanted} | end


def _brief(one: TrailThing) -> Output:
    return {"QueryId": one.id, "QueryStatus": one.name, "CreationTime": one.created_at}


def _query(ctx: Context, query_id: str) -> TrailThing:
    found = trail_things.find(ctx.db, ctx.account, ctx.facts.region, finding.QUERY, query_id)
    if found is None:
        raise QueryIdNotFound(query_id)
    return found
