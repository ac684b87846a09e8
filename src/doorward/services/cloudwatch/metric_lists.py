"""ListMetrics: which metrics had data in the last two weeks.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from doorward.services.cloudwatch import dimensions as dimension_lists
from doorward.services.cloudwatch import paging, resources
from doorward.services.cloudwatch.errors import InvalidNextToken, InvalidParameterValue
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import metrics
from doorward.store.tables.metric import Metric

PER_PAGE = 500
MOST_READ = 5_000
"""Metrics that one request looks through; a page may end before it is full."""
LISTED, ACTIVE = timedelta(days=14), timedelta(hours=3)


@cloudwatch.operation(on=resources.unnamed)
def list_metrics(
    ctx: Context,
    *,
    namespace: str | None = None,
    metric_name: str | None = None,
    dimensions: Sequence[Mapping[str, str]] | None = None,
    next_token: str | None = None,
    recently_active: str | None = None,
    include_linked_accounts: bool = False,
    owning_account: str | None = None,
) -> Output:
    """List metrics by namespace and name, in pages of 500.

    Every dimension that is named must be there, with that value where one is given. No account is
    linked to another one here.

    Raises:
        InvalidParameterValue: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
    """
    wanted = [(one["Name"], one.get("Value")) for one in dimensions or ()]
    scope = f"ListMetrics {json.dumps([namespace, metric_name, wanted, recently_active])}"
    try:
        marker = paging.after(ctx, scope, next_token)
    except InvalidNextToken as error:
        raise InvalidParameterValue(error.message) from error
    if owning_account not in (None, ctx.account):
        return {"Metrics": []}
    page = metrics.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        namespace=namespace,
        name=metric_name,
        newer_than=ctx.now - (ACTIVE if recently_active else LISTED),
        after=json.loads(marker) if marker else None,
        limit=MOST_READ if wanted else PER_PAGE,
    )
    found, last = [], page.last
    for one in page.items:
        if _has(one, wanted):
            found.append(one)
            if len(found) == PER_PAGE and wanted:
                last = json.dumps(metrics.place(one))
                break
    output: Output = {"Metrics": [shown(one) for one in found]}
    if include_linked_accounts:
        output["OwningAccounts"] = [ctx.account] * len(found)
    return {**output, **paging.end(ctx, scope, last)}


def _has(metric: Metric, wanted: Sequence[tuple[str, str | None]]) -> bool:
    return all(
        name in metric.dimensions and value in (None, metric.dimensions[name])
        for name, value in wanted
    )


def shown(metric: Metric) -> Output:
    """A metric as answers have it."""
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": dimension_lists.shown(metric.dimensions),
    }
