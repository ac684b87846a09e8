"""Saved queries of Logs Insights, kept as they are given; they are read when they are run."""

from collections.abc import Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.logs import paging, resources
from doorward.services.logs.errors import LimitExceeded, ResourceNotFound
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import log_query_definitions as definitions
from doorward.store.tables.log_group import LogQueryDefinition

MOST = 1_000
DEFAULT = 1_000
CWLI = "CWLI"


@logs.operation(on=resources.on_all)
def put_query_definition(
    ctx: Context,
    *,
    name: str,
    query_string: str,
    query_language: str = CWLI,
    query_definition_id: str | None = None,
    log_group_names: Sequence[str] | None = None,
    client_token: str | None = None,
    parameters: Sequence[dict[str, Any]] | None = None,
) -> Output:
    """Save a query, or change the one of that id.

    Raises:
        ResourceNotFound: there is none of that id.
        LimitExceeded: the account has as many as it may.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
    """
    of = (ctx.db, ctx.account, ctx.facts.region)
    # A token makes the id, so that a request that is sent again changes what it made.
    new = f"{client_token}" if client_token else ctx.ids.request_id()
    found = query_definition_id or new[:64]
    known = definitions.find(*of, found)
    if query_definition_id and known is None:
        raise ResourceNotFound("query definition")
    if known is None and definitions.count(*of) >= MOST:
        raise LimitExceeded
    made = LogQueryDefinition(
        account=ctx.account,
        region=ctx.facts.region,
        id=found,
        name=name,
        query=query_string,
        language=query_language,
        groups=list(log_group_names or ()),
        parameters=list(parameters or ()),
        updated_at=ctx.now,
    )
    definitions.put(ctx.db, made)
    return {"queryDefinitionId": found}


@logs.operation(on=resources.on_all)
def delete_query_definition(ctx: Context, *, query_definition_id: str) -> Output:
    """Forget a saved query.

    Raises:
        ResourceNotFound: there is none of that id.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteQueryDefinition.html
    """
    if not definitions.remove(ctx.db, ctx.account, ctx.facts.region, query_definition_id):
        raise ResourceNotFound("query definition")
    return {"success": True}


@logs.operation(on=resources.on_all)
def describe_query_definitions(
    ctx: Context,
    *,
    query_language: str | None = None,
    query_definition_name_prefix: str | None = None,
    max_results: int = DEFAULT,
    next_token: str | None = None,
) -> Output:
    """The saved queries whose name begins like that.

    Raises:
        InvalidParameter: the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html
    """
    scope = f"query definitions {query_language} {query_definition_name_prefix}"
    page = definitions.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        prefix=query_definition_name_prefix or "",
        language=query_language,
        after=paging.opened(ctx, scope, next_token),
        limit=max_results,
    )
    shown = [_shape(one) for one in page.items]
    return {"queryDefinitions": shown, **paging.following(ctx, scope, page.last)}


def _shape(one: LogQueryDefinition) -> Output:
    return {
        "queryLanguage": one.language,
        "queryDefinitionId": one.id,
        "name": one.name,
        "queryString": one.query,
        "lastModified": milliseconds(one.updated_at),
        "logGroupNames": one.groups,
        "parameters": one.parameters,
    }
