"""Dashboards, which are kept and not drawn.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
import re

from doorward.services.cloudwatch import paging, resources
from doorward.services.cloudwatch.errors import (
    InvalidNextToken,
    InvalidParameterInput,
    InvalidParameterValue,
    ResourceNotFound,
)
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.tags import checked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import dashboards
from doorward.store.tables.dashboard import Dashboard

PER_PAGE = 1_000
NAME = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
MOST_BYTES = 1_048_576


@cloudwatch.operation(on=resources.dashboard)
def put_dashboard(
    ctx: Context,
    *,
    dashboard_name: str,
    dashboard_body: str,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a dashboard, or replace the body of the one of that name.

    Raises:
        InvalidParameterInput: the name or the body cannot be; bodies are JSON with `widgets`.
        InvalidParameterValue: a tag cannot be.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    """
    _check(dashboard_name, dashboard_body)
    values = {"body": dashboard_body, "modified_at": ctx.now}
    if dashboards.find(ctx.db, ctx.account, dashboard_name) is not None:
        dashboards.change(ctx.db, ctx.account, dashboard_name, values)
    else:
        kept = checked(ctx, tags or [])
        made = Dashboard(ctx.account, dashboard_name, dashboard_body, kept, ctx.now)
        dashboards.add(ctx.db, made)
    return {"DashboardValidationMessages": []}


def _check(name: str, body: str) -> None:
    if not NAME.fullmatch(name):
        raise InvalidParameterInput(
            "The value for field DashboardName contains invalid characters. "
            "It can only contain alphanumerics, dash (-) and underscore (_)."
        )
    if len(body.encode()) > MOST_BYTES:
        raise InvalidParameterInput("The field DashboardBody is too long.")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidParameterInput(
            "The field DashboardBody must be a valid JSON object"
        ) from error
    if not isinstance(document, dict):
        raise InvalidParameterInput("The field DashboardBody must be a valid JSON object")
    if not isinstance(document.get("widgets"), list):
        raise InvalidParameterInput(
            "The dashboard body is invalid, there are 1 validation errors: "
            '[ { "message": "Should have required property \'widgets\'" } ]'
        )


@cloudwatch.operation(on=resources.dashboard)
def get_dashboard(ctx: Context, *, dashboard_name: str) -> Output:
    """Show a dashboard.

    Raises:
        ResourceNotFound: there is none of that name.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
    """
    found = dashboards.find(ctx.db, ctx.account, dashboard_name)
    if found is None:
        raise ResourceNotFound(f"Dashboard {dashboard_name} does not exist")
    return {
        "DashboardArn": resources.dashboard_arn(ctx.partition, ctx.account, found.name),
        "DashboardBody": found.body,
        "DashboardName": found.name,
    }


@cloudwatch.operation(on=resources.unnamed)
def list_dashboards(
    ctx: Context, *, dashboard_name_prefix: str = "", next_token: str | None = None
) -> Output:
    """List the dashboards by name, in pages of 1,000.

    Raises:
        InvalidParameterValue: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
    """
    scope = f"ListDashboards {dashboard_name_prefix}"
    try:
        after = paging.after(ctx, scope, next_token)
    except InvalidNextToken as error:
        raise InvalidParameterValue(error.message) from error
    page = dashboards.page(
        ctx.db, ctx.account, prefix=dashboard_name_prefix, after=after, limit=PER_PAGE
    )
    entries = [
        {
            "DashboardName": one.name,
            "DashboardArn": resources.dashboard_arn(ctx.partition, ctx.account, one.name),
            "LastModified": one.modified_at,
            "Size": len(one.body.encode()),
        }
        for one in page.items
    ]
    return {"DashboardEntries": entries, **paging.end(ctx, scope, page.last)}


@cloudwatch.operation(on=resources.named_dashboards)
def delete_dashboards(ctx: Context, *, dashboard_names: list[str]) -> Output:
    """Delete dashboards: all of them, or none where one does not exist.

    Raises:
        ResourceNotFound: one does not exist.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
    """
    for name in dashboard_names:
        if dashboards.find(ctx.db, ctx.account, name) is None:
            raise ResourceNotFound(f"Dashboard {name} does not exist")
        dashboards.remove(ctx.db, ctx.account, name)
    return {}
