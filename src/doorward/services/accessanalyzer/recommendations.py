"""What to do about findings of unused permissions: asked for here, worked out in the background.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-remediate.html
"""

from datetime import datetime
from typing import Any

from doorward.services.accessanalyzer import finding_lists, paging, resources
from doorward.services.accessanalyzer.errors import ResourceNotFound, ValidationException
from doorward.services.accessanalyzer.findings import RESOLVED
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import finding_recommendations, resource_scans
from doorward.store.page import Page
from doorward.store.tables.finding import Finding
from doorward.store.tables.finding_recommendation import (
    IN_PROGRESS,
    SUCCEEDED,
    FindingRecommendation,
)

UNUSED_PERMISSION = "UnusedPermission"
TYPE = "UnusedPermissionRecommendation"
MOST_STEPS = 1_000


@accessanalyzer.operation(on=resources.analyzer)
def generate_finding_recommendation(ctx: Context, *, analyzer_arn: str, id: str) -> Output:
    """Have it worked out what to do about a finding; what is being worked out already goes on.

    Raises:
        ValidationException: there is no such analyzer or finding, which AWS has no other error
            for here; or it is not of unused permissions, or resolved (assumed).

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GenerateFindingRecommendation.html
    """
    try:
        found = finding_lists.one(ctx, analyzer_arn, id)
    except ResourceNotFound as error:
        raise ValidationException(error.message, "other") from error
    _check(found)
    known = finding_recommendations.find(ctx.db, ctx.account, found.analyzer, found.id)
    if known is None or known.status != IN_PROGRESS:
        where = (ctx.account, found.analyzer, found.id, found.resource)
        made = FindingRecommendation(*where, status=IN_PROGRESS, started_at=ctx.now)
        finding_recommendations.put(ctx.db, made)
        name = f"{found.analyzer}/{found.id}"
        resource_scans.ask(ctx.db, ctx.account, resource_scans.RECOMMENDATION, name, "", ctx.now)
    ctx.after_commit(ctx.wake)
    return {}


def _check(found: Finding) -> None:
    """Refuse findings about which nothing is recommended. The wordings are assumed.

    Raises:
        ValidationException: it is one.
    """
    if found.kind != UNUSED_PERMISSION:
        raise ValidationException(
            f"Recommendations are for findings of type {UNUSED_PERMISSION}, not {found.kind}.",
            "notSupported",
        )
    if found.status == RESOLVED:
        raise ValidationException(f"Finding {found.id} is resolved.", "other")


@accessanalyzer.operation(on=resources.analyzer)
def get_finding_recommendation(
    ctx: Context,
    *,
    analyzer_arn: str,
    id: str,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Output:
    """Show what came of it: the steps, or why there are none.

    Raises:
        ResourceNotFound: there is no such analyzer or finding, or nothing was asked for about it.
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingRecommendation.html
    """
    analyzer = finding_lists.one(ctx, analyzer_arn, id).analyzer
    found = finding_recommendations.find(ctx.db, ctx.account, analyzer, id)
    if found is None:
        raise ResourceNotFound(
            f"No recommendation was generated for finding {id}.", id, "FINDING_RECOMMENDATION"
        )
    # A token is for the steps of one recommendation, not for those of the next one.
    scope = f"GetFindingRecommendation {analyzer} {id} {found.completed_at}"
    start = int(paging.after(ctx, scope, next_token) or 0)
    end = start + paging.limit(max_results, MOST_STEPS)
    page = Page(found.steps[start:end], str(end) if end < len(found.steps) else None)
    return _shown(found, page) | paging.end(ctx, scope, page)


def _shown(found: FindingRecommendation, page: Page[dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "resourceArn": found.resource,
        "recommendationType": TYPE,
        "status": found.status,
        "startedAt": found.started_at,
    }
    if found.completed_at is not None:
        shown["completedAt"] = found.completed_at
    if found.error:
        shown["error"] = found.error
    if found.status == SUCCEEDED:
        steps = [{"unusedPermissionsRecommendedStep": _dated(one)} for one in page.items]
        shown["recommendedSteps"] = steps
    return shown


def _dated(step: dict[str, Any]) -> dict[str, Any]:
    """*step* with its moment read."""
    at = step.get("policyUpdatedAt")
    return step | ({"policyUpdatedAt": datetime.fromisoformat(at)} if at else {})
