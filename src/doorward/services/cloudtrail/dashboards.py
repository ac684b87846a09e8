"""Dashboards of queries, refreshed when they are told to. GAP: their schedules are kept only.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-dashboard.html
"""

import re
from typing import Any

from doorward.services.cloudtrail import finding, resources, tags, things
from doorward.services.cloudtrail.errors import Conflict, InvalidTagParameter, ServiceQuotaExceeded
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST = 100
MOST_WIDGETS = 10
NAME = re.compile(r"[a-zA-Z0-9_\-]{3,128}")
CUSTOM = "CUSTOM"
SHOWN = ("Widgets", "RefreshSchedule", "TerminationProtectionEnabled")


def _shown(ctx: Context, one: TrailThing) -> Output:
    members = {name: one.members[name] for name in SHOWN if one.members.get(name) is not None}
    return {
        "DashboardArn": finding.arn(ctx, finding.DASHBOARD, one.id),
        "Type": CUSTOM,
        **members,
    }


def _widgets(ctx: Context, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The widgets, each with the alias of its query, which begins with a letter.

    Raises:
        ServiceQuotaExceeded: there are more than ten.
    """
    if len(given) > MOST_WIDGETS:
        raise ServiceQuotaExceeded(f"{MOST_WIDGETS} widgets")
    return [{**one, "QueryAlias": f"widget-{ctx.ids.request_id()}"} for one in given]


@cloudtrail.operation(on=resources.dashboard)
def create_dashboard(
    ctx: Context,
    *,
    name: str,
    refresh_schedule: dict[str, Any] | None = None,
    tags_list: list[dict[str, str]] | None = None,
    termination_protection_enabled: bool = False,
    widgets: list[dict[str, Any]] | None = None,
) -> Output:
    """Make a dashboard.

    Raises:
        Conflict, ServiceQuotaExceeded: of its name, or there are a hundred.
        InvalidTagParameter: a tag cannot be, or the name (assumed: no error is for that).

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateDashboard.html
    """
    where = (ctx.db, ctx.account, ctx.facts.region, finding.DASHBOARD)
    if not NAME.fullmatch(name):
        raise InvalidTagParameter(f"Dashboard name {name} is not valid.")
    if trail_things.named(*where, name, most=finding.MOST):
        raise Conflict(f"Dashboard {name}")
    if trail_things.count(*where) >= MOST:
        raise ServiceQuotaExceeded("100 dashboards")
    members = {
        "Widgets": _widgets(ctx, widgets or []),
        "RefreshSchedule": refresh_schedule,
        "TerminationProtectionEnabled": termination_protection_enabled,
    }
    given = tags.checked(ctx, tags_list or [])
    made = things.make(ctx, finding.DASHBOARD, name, members, id=name, tags=given)
    return _shown(ctx, made) | {"Name": name, "TagsList": tags.shown(given)}


@cloudtrail.operation(on=resources.dashboard)
def get_dashboard(ctx: Context, *, dashboard_id: str) -> Output:
    """Show one dashboard.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetDashboard.html
    """
    found = finding.dashboard(ctx, dashboard_id)
    times = {"CreatedTimestamp": found.created_at, "UpdatedTimestamp": found.updated_at}
    last = found.members.get("LastRefreshId")
    refreshed = {"LastRefreshId": last} if last else {}
    return _shown(ctx, found) | {"Status": "CREATED"} | times | refreshed


@cloudtrail.operation(on=resources.everything)
def list_dashboards(
    ctx: Context,
    *,
    name_prefix: str | None = None,
    type: str | None = None,
    next_token: str | None = None,
    max_results: int = things.MOST,
) -> Output:
    """List the dashboards of the Region; of those that CloudTrail manages there are none.

    Raises:
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListDashboards.html
    """
    found, end = things.listed(
        ctx, finding.DASHBOARD, next_token, max_results, lambda one: _brief(ctx, one)
    )
    start = finding.arn(ctx, finding.DASHBOARD, name_prefix or "")
    wanted = [
        one for one in found if one["DashboardArn"].startswith(start) and type in {None, CUSTOM}
    ]
    return {"Dashboards": wanted} | end


def _brief(ctx: Context, one: TrailThing) -> Output:
    return {"DashboardArn": finding.arn(ctx, finding.DASHBOARD, one.id), "Type": CUSTOM}


@cloudtrail.operation(on=resources.dashboard)
def update_dashboard(
    ctx: Context,
    *,
    dashboard_id: str,
    widgets: list[dict[str, Any]] | None = None,
    refresh_schedule: dict[str, Any] | None = None,
    termination_protection_enabled: bool | None = None,
) -> Output:
    """Change a dashboard; what is not given stays.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateDashboard.html
    """
    found = finding.dashboard(ctx, dashboard_id)
    given = {
        "Widgets": None if widgets is None else _widgets(ctx, widgets),
        "RefreshSchedule": refresh_schedule,
        "TerminationProtectionEnabled": termination_protection_enabled,
    }
    things.change(ctx, found, {name: one for name, one in given.items() if one is not None})
    after = finding.dashboard(ctx, dashboard_id)
    times = {"CreatedTimestamp": after.created_at, "UpdatedTimestamp": after.updated_at}
    return _shown(ctx, after) | {"Name": after.name} | times


@cloudtrail.operation(on=resources.dashboard)
def delete_dashboard(ctx: Context, *, dashboard_id: str) -> Output:
    """Delete a dashboard that is not protected.

    Raises:
        ResourceNotFound: there is none.
        Conflict: it is protected.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteDashboard.html
    """
    found = finding.dashboard(ctx, dashboard_id)
    if found.members["TerminationProtectionEnabled"]:
        raise Conflict(f"Termination protection of dashboard {dashboard_id}")
    trail_things.remove(ctx.db, found)
    return {}
