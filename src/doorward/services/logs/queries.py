"""Queries of Logs Insights: begun here, run in the background.

What of the language is run stands in `analysis.insights`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AnalyzingLogData.html
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from doorward.analysis import insights
from doorward.services.context import Context
from doorward.services.logs import paging, query_resources, resources
from doorward.services.logs.errors import (
    InvalidParameter,
    LimitExceeded,
    MalformedQuery,
    ResourceNotFound,
)
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds, moment
from doorward.services.operation import Output
from doorward.store import log_queries
from doorward.store.tables.log_query import LogQuery

QUERY = "query"
CWLI = "CWLI"
CANCELLED = "Cancelled"
MOST_UNDER_WAY = 100
MOST_GROUPS = 50
MOST_ROWS = 10_000
PER_PAGE = 1_000
IN_MILLISECONDS = 100_000_000_000
"""From here on a time is taken to be milliseconds. assumed: AWS's console gives such."""


@logs.operation(on=query_resources.asked_groups, reads=False)
def start_query(
    ctx: Context,
    *,
    start_time: int,
    end_time: int,
    query_string: str,
    log_group_name: str | None = None,
    log_group_names: Sequence[str] | None = None,
    log_group_identifiers: Sequence[str] | None = None,
    query_language: str = CWLI,
    limit: int = MOST_ROWS,
) -> Output:
    """Begin a query over the events of groups from the start until the end, which is included.

    GAP: of the languages only Logs Insights' own is run.

    Raises:
        MalformedQuery: it cannot be read; the answer says where, and what was expected.
        InvalidParameter: no groups, or too many, or in more than one way; the times are no range.
        ResourceNotFound: there is no such group.
        LimitExceeded: a hundred queries are under way.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
    """
    given = {
        "logGroupName": log_group_name,
        "logGroupNames": log_group_names,
        "logGroupIdentifiers": log_group_identifiers,
    }
    names = [resources.group(ctx, one).name for one in query_resources.identifiers(given)]
    if not names or sum(one is not None for one in given.values()) > 1:
        raise InvalidParameter(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers is required."
        )
    if len(names) > MOST_GROUPS:
        raise InvalidParameter(f"A query can be over at most {MOST_GROUPS} log groups.")
    if query_language != CWLI:
        raise InvalidParameter(f"The query language {query_language} is not run by this server.")
    since, until = _moment(start_time), _moment(end_time)
    if since > until:
        raise InvalidParameter("The start time is behind the end time.")
    try:
        insights.read(query_string)
    except insights.Malformed as error:
        raise MalformedQuery(error.message, error.start, error.end) from error
    here = (ctx.db, ctx.account, ctx.facts.region)
    if log_queries.under_way(*here) >= MOST_UNDER_WAY:
        raise LimitExceeded
    made = LogQuery(
        ctx.account, ctx.facts.region, ctx.ids.request_id(), log_queries.SCHEDULED, query_string,
        list(dict.fromkeys(names)), since, until + timedelta(milliseconds=1),
        min(limit, MOST_ROWS), ctx.now, 0, {}, [],
    )  # fmt: skip
    log_queries.add(ctx.db, made)
    ctx.after_commit(ctx.wake)
    return {"queryId": made.id}


def _moment(given: int) -> datetime:
    return moment(given if given >= IN_MILLISECONDS else given * 1_000)


@logs.operation(on=query_resources.groups_of_query)
def get_query_results(
    ctx: Context, *, query_id: str, next_token: str | None = None, max_items: int = MOST_ROWS
) -> Output:
    """How far a query is, and its rows once it is complete.

    Raises:
        ResourceNotFound: there is none of that id.
        InvalidParameter: the token is of another query.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
    """
    found = _query(ctx, query_id)
    scope = f"query results {found.id}"
    first = int(paging.opened(ctx, scope, next_token) or 0)
    rows = found.results[first : first + (max_items or MOST_ROWS)]
    last = first + len(rows)
    return {
        "queryLanguage": CWLI,
        "status": found.status,
        "statistics": dict.fromkeys(STATISTICS, 0.0) | dict(found.statistics),
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
        **paging.following(ctx, scope, str(last) if last < len(found.results) else None),
    }


STATISTICS = (
    *("recordsMatched", "recordsScanned", "estimatedRecordsSkipped"),
    *("bytesScanned", "estimatedBytesSkipped", "logGroupsScanned"),
)


@logs.operation(on=resources.on_all, reads=False)
def stop_query(ctx: Context, *, query_id: str) -> Output:
    """Give a query up; one that has ended stays as it is.

    Raises:
        ResourceNotFound: there is none of that id.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StopQuery.html
    """
    found = _query(ctx, query_id)
    if found.status not in (log_queries.SCHEDULED, log_queries.RUNNING):
        return {"success": False}
    return {"success": log_queries.change(ctx.db, found, found.status, {"status": CANCELLED})}


@logs.operation(on=resources.on_all)
def describe_queries(
    ctx: Context,
    *,
    log_group_name: str | None = None,
    status: str | None = None,
    max_results: int = PER_PAGE,
    next_token: str | None = None,
    query_language: str | None = None,
) -> Output:
    """The queries of the last seven days, the newest first.

    Raises:
        InvalidParameter: the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueries.html
    """
    if query_language not in (None, CWLI):
        return {"queries": []}
    scope = f"queries {log_group_name} {status}"
    page = log_queries.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        wanted=status,
        after=paging.opened(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [_shape(one) for one in page.items if log_group_name in (None, *one.groups)]
    return {"queries": shown, **paging.following(ctx, scope, page.last)}


def _shape(found: LogQuery) -> dict[str, Any]:
    return {
        "queryLanguage": CWLI,
        "queryId": found.id,
        "queryString": found.text,
        "status": found.status,
        "createTime": milliseconds(found.created_at),
        "logGroupName": found.groups[0],
        "queryDuration": found.milliseconds,
        "bytesScanned": found.statistics.get("bytesScanned", 0.0),
    }


def _query(ctx: Context, query_id: str) -> LogQuery:
    found = log_queries.find(ctx.db, ctx.account, ctx.facts.region, query_id)
    if found is None:
        raise ResourceNotFound(QUERY)
    return found
