"""Reports on the services that an organization opens to its accounts, and their last use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from doorward.analysis.accessible import Access
from doorward.authz.access import Access as Authorized
from doorward.authz.explain import AccessDenied
from doorward.base import arn
from doorward.base.clock import iso8601
from doorward.catalog import actions, tracked_actions
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.iam import organization_places, paging, resources
from doorward.services.iam.last_access_report import TRACKING
from doorward.services.iam.organization_places import NoPlace, Place
from doorward.services.iam.service import iam
from doorward.services.iam.service_last_accessed import dated, found, keep, reader
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.store import access_reports, last_accessed, organizations
from doorward.store.organizations import SCP
from doorward.store.tables.access_report import ORGANIZATION
from doorward.store.tables.organization import Organization

SAME = timedelta(minutes=1)
"""Within it, the same request again gets the same report."""

BY_NAMESPACE = "SERVICE_NAMESPACE_ASCENDING"
FIRST = "0001-01-01T00:00:00Z"


class Gathered(str):
    """The path that a report is asked for on, and the report."""

    __slots__ = ("content",)

    content: dict[str, Any]


def gather(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with the report made, which takes long where there are many accounts."""
    gathered = Gathered(parameters["EntityPath"])
    gathered.content = content(ctx, gathered, parameters.get("OrganizationsPolicyId"))
    return {**parameters, "EntityPath": gathered}


def reported(ctx: Context, parameters: Parameters) -> Authorized:
    """The access report of the path, and the policy that it is about."""
    resource = arn.iam(ctx.partition, ctx.account, f"access-report/{parameters['EntityPath']}")
    context: dict[str, Value] = {}
    if policy := parameters.get("OrganizationsPolicyId"):
        context["iam:organizationspolicyid"] = policy
    return Authorized(OWN_ACTION, resource, context=context)


def managed(ctx: Context) -> Organization:
    """The organization that the caller's account manages.

    Raises:
        AccessDenied: it manages none (code and wording are assumed: the model has none).
    """
    member = organizations.find_account(ctx.db, ctx.account)
    organization = organizations.find(ctx.db, member.organization_id) if member else None
    if organization is None or organization.management_account != ctx.account:
        raise AccessDenied("Only the management account of an organization can do that.")
    return organization


def content(ctx: Context, path: str, policy_id: str | None) -> dict[str, Any]:
    """The report, as it is kept; or why there is none (code and wording are assumed).

    Raises:
        AccessDenied: the caller's account manages no organization.
    """
    organization = managed(ctx)
    if SCP not in organization.policy_types:
        return _failed("PolicyTypeNotEnabled", "Service control policies are not enabled.")
    try:
        place = organization_places.of(ctx, organization, path)
        opens = _opened(ctx, place, policy_id)
    except NoPlace:
        return _failed("NoSuchEntity", "The entity or the policy is not in the organization.")
    used = _uses(ctx, place)
    services = [
        {
            "namespace": service,
            "name": actions.service_name(service) or service,
            "uses": used.get(service, []),
        }
        for service in actions.services()
        if opens(service)
    ]
    return {"services": services}


def _failed(code: str, message: str) -> dict[str, Any]:
    return {"error": {"Code": code, "Message": message}}


def _opened(ctx: Context, place: Place, policy_id: str | None) -> Callable[[str], bool]:
    """Whether a service is open: by one policy, or by all levels down to the place.

    Raises:
        NoPlace: the policy is not attached there.
    """
    if policy_id is not None:
        return Access([organization_places.attached(ctx, place, policy_id)]).opens
    if place.is_management:
        return lambda _: True
    levels = [Access(policies) for policies in organization_places.levels(ctx, place)]
    return lambda service: all(level.opens(service) for level in levels)


def _uses(ctx: Context, place: Place) -> Mapping[str, list[list[str]]]:
    """By service, the last use in each account: when, in which Region, the account's path."""
    found: dict[str, list[list[str]]] = {}
    since = ctx.now - TRACKING
    for account, path in organization_places.accounts(ctx, place):
        last: dict[str, tuple[datetime, str]] = {}
        for principal in last_accessed.principals(ctx.db, account):
            for use in last_accessed.of(ctx.db, account, principal, since):
                service = tracked_actions.namespace(use.service)
                seen = (use.at, use.region)
                last[service] = max(seen, last.get(service, seen))
        for service, (at, region) in last.items():
            found.setdefault(service, []).append([iso8601(at), region, path])
    return found


@iam.operation(on=reported, prepare=gather)
def generate_organizations_access_report(
    ctx: Context, *, entity_path: str, organizations_policy_id: str | None = None
) -> Output:
    """Make a report on the services that a root, unit, account or policy opens.

    The same request within a minute gets the same report. A path that leads nowhere makes a
    report that says so.

    Raises:
        AccessDenied: the caller's account manages no organization.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
    """
    request = f"{entity_path} {organizations_policy_id or ''}"
    last = access_reports.recent(
        ctx.db, ctx.account, owner=reader(ctx), request=request, since=ctx.now - SAME
    )
    if last is not None:
        return {"JobId": last.id}
    if isinstance(entity_path, Gathered):
        report = entity_path.content
    else:
        report = content(ctx, entity_path, organizations_policy_id)
    return {"JobId": keep(ctx, ORGANIZATION, request, report)}


@iam.operation(on=resources.anything)
def get_organizations_access_report(
    ctx: Context,
    *,
    job_id: str,
    max_items: int = 100,
    marker: str | None = None,
    sort_key: str = BY_NAMESPACE,
) -> Output:
    """Show, by service, the last use in the accounts that the report is about.

    Raises:
        NoSuchEntity: the account has no such report, or it is long ago.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html
    """
    report = found(ctx, job_id, ORGANIZATION)
    if error := report.content.get("error"):
        return dated(report) | {"JobStatus": "FAILED", "ErrorDetails": error}
    services = _sorted(report.content["services"], sort_key)
    scope = f"GetOrganizationsAccessReport {report.id} {sort_key}"
    numbered = [f"{index:08d}" for index in range(len(services))]
    page = paging.of_few(numbered, str, paging.after(ctx, scope, marker), max_items)
    return {
        **dated(report),
        "NumberOfServicesAccessible": len(services),
        "NumberOfServicesNotAccessed": sum(not service["uses"] for service in services),
        "AccessDetails": [_shown(services[int(number)]) for number in page.items],
        **paging.end(ctx, scope, page),
    }


def _sorted(services: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The services in the order asked for; those of one time by their names."""
    descending = key.endswith("DESCENDING")
    by_name = sorted(services, key=lambda service: str(service["namespace"]))
    if key.startswith("SERVICE_NAMESPACE"):
        return by_name[::-1] if descending else by_name
    return sorted(by_name, key=_last_use, reverse=descending)


def _last_use(service: Mapping[str, Any]) -> str:
    return max((at for at, _, _ in service["uses"]), default=FIRST)


def _shown(service: Mapping[str, Any]) -> dict[str, Any]:
    uses = service["uses"]
    shown: dict[str, Any] = {
        "ServiceName": service["name"],
        "ServiceNamespace": service["namespace"],
        "TotalAuthenticatedEntities": len(uses),
    }
    if uses:
        at, region, path = max(uses)
        shown["LastAuthenticatedTime"] = datetime.fromisoformat(at)
        shown["Region"] = region
        shown["EntityPath"] = path
    return shown
