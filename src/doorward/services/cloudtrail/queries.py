"""Queries over event data stores: begun here, run in the background.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-run-query.html
"""

from datetime import datetime
from types import ModuleType

from doorward.services.cloudtrail import event_data_stores, finding, resources, things
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


@cloudtrail.operation(on=resources.store, reads=False)
def start_query(
    ctx: Context,
    *,
    query_statement: str | None = None,
    delivery_s3_uri: str | None = None,
    query_alias: str | None = None,
    query_parameters: list[str] | None = None,
    event_data_store_owner_account_id: str | None = None,
) -> Output:
    """Begin a query. GAP: results are not delivered to S3, and dashboards have none.

    Raises:
        InvalidParameter, UnsupportedOperation: there is no statement, or what is not done here.
        InvalidQueryStatement, EventDataStoreNotFound, InactiveEventDataStore: it cannot be run.
        MaxConcurrentQueries: ten are under way.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
    """
    if query_statement is None or query_alias is not None or query_parameters:
        raise InvalidParameter("A query statement is needed, without alias and parameters.")
    if delivery_s3_uri is not None:
        raise UnsupportedOperation("Results are not delivered to S3 here.")
    if event_data_store_owner_account_id not in {None, ctx.account}:
        raise InvalidParameter("The event data store is of another account.")
    where = (ctx.db, ctx.account, ctx.facts.region)
    known = trail_things.page(*where, finding.STORE, limit=finding.MOST).items
    tool = lake()
    query = tool.read(query_statement, [one.id for one in known])
    if isinstance(query, tool.Problem):
        if query.code == EventDataStoreNotFound.code:
            raise EventDataStoreNotFound(query.message)
        raise InvalidQueryStatement(query.message)
    store = next(iter(query.stores.values()))
    for one in set(query.stores.values()):
        event_data_stores.active(ctx, one)
    if trail_things.under_way(*where, (QUEUED, RUNNING)) >= MOST_RUNNING:
        raise MaxConcurrentQueries
    made = things.make(ctx, finding.QUERY, QUEUED, {"QueryString": query_statement}, parent=store)
    ctx.after_commit(ctx.wake)
    return {"QueryId": made.id}


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
    """Show how far a query is.

    Raises:
        InvalidParameter: it is not named by its id.
        QueryIdNotFound: there is none of that id.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeQuery.html
    """
    del event_data_store, event_data_store_owner_account_id
    if query_id is None or query_alias is not None or refresh_id is not None:
        raise InvalidParameter("Queries are named by their id.")
    found = _query(ctx, query_id)
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
    if message := found.members.get("ErrorMessage"):
        shown["ErrorMessage"] = message
    return shown


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
