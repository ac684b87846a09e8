"""Reports on the services that users, groups, roles and policies open, and their last use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from doorward.authz.access import Access
from doorward.authz.subject import subject
from doorward.services.context import Context
from doorward.services.iam import last_access_report, paging, policy_finders, resources
from doorward.services.iam.errors import NoSuchEntity
from doorward.services.iam.last_access_report import read
from doorward.services.iam.service import iam
from doorward.services.operation import Output, Parameters
from doorward.store import access_reports
from doorward.store.tables.access_report import SERVICES, AccessReport

REMEMBERED = timedelta(days=7)
"""How long a report can be read (assumed)."""

PER_PAGE = 200
"""Observed, not documented: the model says 100."""

SERVICE_LEVEL = "SERVICE_LEVEL"


class Gathered(str):
    """The ARN that a report is asked for on, and the report."""

    __slots__ = ("content",)

    content: dict[str, Any]


def gather(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with the report made: it takes long where a policy has many users."""
    gathered = Gathered(parameters["Arn"])
    granularity = parameters.get("Granularity") or SERVICE_LEVEL
    gathered.content = last_access_report.content(ctx, gathered, granularity)
    return {**parameters, "Arn": gathered}


def reader(ctx: Context) -> str:
    """Who asks, as reports know their owners: of a role, one session only."""
    return subject(ctx.world, ctx.caller, ctx.partition).userid


def found(ctx: Context, report_id: str, kind: str) -> AccessReport:
    """The report of that id, if the caller asked for it.

    Raises:
        NoSuchEntity: there is none for the caller (the wording is assumed).
    """
    report = access_reports.find(ctx.db, ctx.account, report_id)
    if report is None or report.kind != kind or report.owner != reader(ctx):
        raise NoSuchEntity.saying(f"The job with id {report_id} cannot be found.")
    return report


def dated(report: AccessReport) -> dict[str, Any]:
    """The members that say when the report was made; it is made at once."""
    return {
        "JobStatus": "COMPLETED",
        "JobCreationDate": report.created_at,
        "JobCompletionDate": report.created_at,
    }


def keep(ctx: Context, kind: str, request: str, content: dict[str, Any]) -> str:
    """The id under which the caller can read the report."""
    access_reports.forget(ctx.db, ctx.account, ctx.now - REMEMBERED)
    report = AccessReport(
        id=ctx.ids.request_id(),
        account=ctx.account,
        kind=kind,
        owner=reader(ctx),
        request=request,
        created_at=ctx.now,
        content=content,
    )
    access_reports.add(ctx.db, report)
    return report.id


def named(ctx: Context, parameters: Parameters) -> Access:
    """The user, group, role or policy whose ARN is given."""
    if ":policy/" in parameters["Arn"]:
        return policy_finders.policy(ctx, {"PolicyArn": parameters["Arn"]})
    return resources.one(policy_finders.source("Arn"), ctx, parameters)


@iam.operation(on=named, prepare=gather)
def generate_service_last_accessed_details(
    ctx: Context, *, arn: str, granularity: str = SERVICE_LEVEL
) -> Output:
    """Make a report on what a user, group, role or policy opens and what of it was used.

    Raises:
        InvalidInput: it is the ARN of something else.
        NoSuchEntity: the account has none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
    """
    if isinstance(arn, Gathered):
        content = arn.content
    else:
        content = last_access_report.content(ctx, arn, granularity)
    return {"JobId": keep(ctx, SERVICES, f"{granularity} {arn}", content)}


@iam.operation(on=resources.anything)
def get_service_last_accessed_details(
    ctx: Context, *, job_id: str, marker: str | None = None, max_items: int = PER_PAGE
) -> Output:
    """Show, by service, the last use and by how many it was used.

    Raises:
        NoSuchEntity: the caller asked for no such report, or long ago.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
    """
    report = found(ctx, job_id, SERVICES)
    members = report.content["members"]
    scope = f"GetServiceLastAccessedDetails {report.id}"
    page = paging.of_few(
        report.content["services"],
        lambda service: str(service["namespace"]),
        paging.after(ctx, scope, marker),
        max_items,
    )
    shown = [_service(service, members) for service in page.items]
    kind = {"JobType": report.content["granularity"], "ServicesLastAccessed": shown}
    return dated(report) | kind | paging.end(ctx, scope, page)


def _service(service: Mapping[str, Any], members: list[Mapping[str, Any]]) -> dict[str, Any]:
    uses = [read(use) for use in service["seen"]]
    shown: dict[str, Any] = {
        "ServiceName": service["name"],
        "ServiceNamespace": service["namespace"],
        "TotalAuthenticatedEntities": len(uses),
    }
    if uses:
        last = max(uses)
        shown["LastAuthenticated"] = last.at
        shown["LastAuthenticatedEntity"] = members[last.member]["Arn"]
        shown["LastAuthenticatedRegion"] = last.region
    if service["actions"] is not None:
        shown["TrackedActionsLastAccessed"] = [_action(one, members) for one in service["actions"]]
    return shown


def _action(action: Mapping[str, Any], members: list[Mapping[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {"ActionName": action["name"]}
    if action["use"] is not None:
        use = read(action["use"])
        shown["LastAccessedEntity"] = members[use.member]["Arn"]
        shown["LastAccessedTime"] = use.at
        shown["LastAccessedRegion"] = use.region
    return shown


@iam.operation(on=resources.anything)
def get_service_last_accessed_details_with_entities(
    ctx: Context,
    *,
    job_id: str,
    service_namespace: str,
    marker: str | None = None,
    max_items: int = PER_PAGE,
) -> Output:
    """Show who could use one service, those who used it last first.

    Raises:
        NoSuchEntity: the caller asked for no such report, or it is not about the service.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
    """
    report = found(ctx, job_id, SERVICES)
    services = {one["namespace"]: one for one in report.content["services"]}
    service = services.get(service_namespace)
    if service is None:
        raise NoSuchEntity.saying(f"The service {service_namespace} is not in the report.")
    ordered = _by_use(service, report.content["members"])
    scope = f"GetServiceLastAccessedDetailsWithEntities {report.id} {service_namespace}"
    numbered = [f"{index:08d}" for index in range(len(ordered))]
    page = paging.of_few(numbered, str, paging.after(ctx, scope, marker), max_items)
    shown = [ordered[int(number)] for number in page.items]
    return dated(report) | {"EntityDetailsList": shown} | paging.end(ctx, scope, page)


def _by_use(service: Mapping[str, Any], members: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The members, who used the service last first, the others after them by ARN."""
    uses = {use.member: use.at for use in map(read, service["seen"])}
    used = sorted(uses, key=lambda member: (-uses[member].timestamp(), members[member]["Arn"]))
    others = [index for index in range(len(members)) if index not in uses]
    others.sort(key=lambda member: str(members[member]["Arn"]))
    return [
        {"EntityInfo": members[member], "LastAuthenticated": uses[member]} for member in used
    ] + [{"EntityInfo": members[member]} for member in others]
