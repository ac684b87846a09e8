"""Searching the sample queries, and making queries of prompts.

There is no language model here. A prompt is understood where it asks for a sample query in words
that are written down, with a span of time behind them if one is wanted; all others are refused.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-query-generator.html
"""

import hashlib
import re
from datetime import timedelta

from doorward.services.cloudtrail import (
    finding,
    paging,
    resources,
    samples,
    things,
)
from doorward.services.cloudtrail.errors import InvalidMaxResults, InvalidParameter
from doorward.services.cloudtrail.event_data_stores import active
from doorward.services.cloudtrail.lake_errors import GenerateResponse
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.page import Page

MOST, USUAL = 50, 10
SPAN = re.compile(
    r"\s+(?:in|during|over|within|for)\s+the\s+(?:past|last)\s+(?:(\d{1,4})\s+)?"
    r"(hour|day|week|month|year)s?\W*$"
)
HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720, "year": 8_760}


@cloudtrail.operation(on=resources.everything)
def search_sample_queries(
    ctx: Context, *, search_phrase: str, max_results: int = USUAL, next_token: str | None = None
) -> Output:
    """List the sample queries that share words with a phrase, the most relevant first.

    Raises:
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_SearchSampleQueries.html
    """
    if not 1 <= max_results <= MOST:
        raise InvalidMaxResults
    scope = f"SearchSampleQueries {search_phrase}"
    start = int(paging.after(ctx, scope, next_token) or 0)
    found = samples.search(search_phrase)
    end = start + max_results
    part = [
        {
            "Name": one.name,
            "Description": one.description,
            "SQL": one.sql,
            "Relevance": round(relevance, 4),
        }
        for one, relevance in found[start:end]
    ]
    more = str(end) if end < len(found) else None
    return {"SearchResults": part} | paging.end(ctx, scope, Page(part, more))


@cloudtrail.operation(on=resources.stores, reads=False)
def generate_query(ctx: Context, *, event_data_stores: list[str], prompt: str) -> Output:
    """Make a query of a prompt that asks for a sample query; StartQuery takes its alias.

    Raises:
        InvalidParameter: not one event data store is named.
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
        GenerateResponse: the prompt is not understood.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GenerateQuery.html
    """
    if len(event_data_stores) != 1:
        raise InvalidParameter("One event data store must be specified.")
    store = active(ctx, event_data_stores[0])
    span = SPAN.search(f" {prompt.lower().strip()}")
    plain = prompt.lower().strip()[: span.start() - 1] if span else prompt
    sample = samples.asked(samples.words(plain))
    if sample is None:
        raise GenerateResponse(
            "A query could not be generated for this prompt: no language model is here. Prompts "
            "that ask for a sample query by its name are understood; SearchSampleQueries finds "
            "those."
        )
    when, hours = "", 0
    if span:
        hours = HOURS[span[2]] * int(span[1] or 1)
        since = ctx.now - timedelta(hours=hours)
        when = f"AND eventTime >= '{since:%Y-%m-%d %H:%M:%S}'"
    statement = " ".join(sample.template.replace(samples.WHEN, when).split())
    statement = statement.replace(samples.STORE, store.id)
    alias = (
        f"prompt-{hashlib.sha256(f'{store.id} {sample.name} {hours}'.encode()).hexdigest()[:32]}"
    )
    _keep(ctx, alias, {"QueryStatement": statement, "Prompt": prompt}, store.id)
    return {
        "QueryStatement": statement,
        "QueryAlias": alias,
        "EventDataStoreOwnerAccountId": ctx.account,
    }


def _keep(ctx: Context, alias: str, members: dict[str, str], store: str) -> None:
    """Have *alias* found, in place of what was made of the same prompt before."""
    known = trail_things.find(ctx.db, ctx.account, ctx.facts.region, finding.PROMPT, alias)
    if known is None:
        things.make(ctx, finding.PROMPT, "", members, id=alias, parent=store)
    else:
        things.change(ctx, known, members)
