"""GetMetricData: many metrics at once, and metric math over them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from doorward.services.cloudwatch import paging, queries, resources
from doorward.services.cloudwatch.errors import ValidationError
from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Series
from doorward.services.cloudwatch.queries import Query
from doorward.services.cloudwatch.reading import Place, Reading
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store.tables.columns import EPOCH

MOST_POINTS = 100_800
LONGEST = timedelta(days=455)


class Result(NamedTuple):
    """A series of the answer, its points in the order that is asked for."""

    id: str
    label: str
    points: Sequence[tuple[int, float]]


@cloudwatch.operation(on=resources.unnamed)
def get_metric_data(
    ctx: Context,
    *,
    metric_data_queries: Sequence[Mapping[str, Any]],
    start_time: datetime,
    end_time: datetime,
    next_token: str | None = None,
    scan_by: str = "TimestampDescending",
    max_datapoints: int | None = None,
    label_options: Mapping[str, str] | None = None,
) -> Output:
    """Read metrics period by period and work out expressions over them.

    Periods begin at multiples of their length. Data comes newest first unless asked for otherwise,
    at most 100,800 points at a time; a series that goes on in the next answer is `PartialData`.

    Raises:
        ValidationError: a query, a range of times or an expression that cannot be.
        InvalidNextToken: the token was not made for these queries.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    del label_options
    if start_time >= end_time:
        raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
    most = MOST_POINTS if max_datapoints is None else max_datapoints
    if not 1 <= most <= MOST_POINTS:
        raise ValidationError(f"MaxDatapoints must be between 1 and {MOST_POINTS}.")
    asked = queries.read(metric_data_queries)
    _own_only(ctx, asked)
    since = max(start_time, ctx.now - LONGEST)
    place = Place(ctx.db, ctx.account, ctx.facts.region, since, end_time, ctx.now)
    reading = Reading(place, asked)
    results = [one for query in asked if query.shown for one in _results(reading, query, scan_by)]
    scope = _scope(metric_data_queries, start_time, end_time, scan_by)
    done = int(paging.after(ctx, scope, next_token) or 0)
    return _page(ctx, results, scope, done, most)


def _own_only(ctx: Context, asked: Sequence[Query]) -> None:
    """No account is linked to another one here, so only one's own metrics can be read."""
    for one in asked:
        if one.account not in (None, ctx.account):
            raise ValidationError(f"The account {one.account} is not linked to this account.")


def _results(reading: Reading, query: Query, scan_by: str) -> Iterator[Result]:
    try:
        value = reading.value(query)
    except MathError as error:
        raise ValidationError(f"Error in expression '{query.id}': {error}") from error
    if isinstance(value, float | str):
        raise ValidationError(
            f"Error in expression '{query.id}': The expression must return a time series."
        )
    for one in [value] if isinstance(value, Series) else value:
        single = isinstance(value, Series)
        label = query.label or (one.label if query.metric or not single else query.id)
        ordered = one.in_order
        yield Result(query.id, label, ordered if scan_by == "TimestampAscending" else ordered[::-1])


def _scope(asked: Sequence[Mapping[str, Any]], start: datetime, end: datetime, by: str) -> str:
    text = json.dumps([list(asked), start.isoformat(), end.isoformat(), by], sort_keys=True)
    return f"GetMetricData {hashlib.sha256(text.encode()).hexdigest()}"


def _page(ctx: Context, results: Sequence[Result], scope: str, done: int, most: int) -> Output:
    """*results* without the first *done* points, and no more than *most* of the others."""
    shown, left, seen = [], most, 0
    for one in results:
        first = max(done - seen, 0)
        seen += len(one.points)
        if first and first >= len(one.points):
            continue
        part = one.points[first : first + left]
        left -= len(part)
        whole = first + len(part) == len(one.points)
        shown.append(
            {
                "Id": one.id,
                "Label": one.label,
                "Timestamps": [EPOCH + timedelta(seconds=at) for at, _ in part],
                "Values": [value for _, value in part],
                "StatusCode": "Complete" if whole else "PartialData",
            }
        )
        if not left and not whole:
            break
    total = sum(len(one.points) for one in results)
    told = done + most - left
    more = str(told) if told < total else None
    return {"MetricDataResults": shown, "Messages": [], **paging.end(ctx, scope, more)}
