"""Findings as the first version of the API shows them: those about external access.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from collections.abc import Sequence
from typing import Any

from doorward.services.accessanalyzer import finding_analyzers, finding_lists, resources
from doorward.services.accessanalyzer.errors import ResourceNotFound, ValidationException
from doorward.services.accessanalyzer.finding_analyzers import EXTERNAL
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import findings
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.finding import Finding

EXTERNAL_ACCESS = "ExternalAccess"
RESOLVED = "RESOLVED"
MOST_OF_RESOURCE = 2_000


@accessanalyzer.operation(on=resources.analyzer)
def list_findings(
    ctx: Context,
    *,
    analyzer_arn: str,
    filter: dict[str, Any] | None = None,
    sort: dict[str, str] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Output:
    """List the findings of an analyzer for external access.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: it is for something else, or filter, order or page are asked for
            wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindings.html
    """
    analyzer = _external(finding_analyzers.by_arn(ctx, analyzer_arn))
    asked = (filter or {}, sort or {}, max_results, next_token)
    found, more = finding_lists.listed(ctx, analyzer, "ListFindings", *asked)
    return {"findings": [shown(one) for one in found]} | more


@accessanalyzer.operation(on=resources.analyzer)
def get_finding(ctx: Context, *, analyzer_arn: str, id: str) -> Output:
    """Show a finding about external access.

    Raises:
        ResourceNotFound: there is no such analyzer or finding.
        ValidationException: the analyzer is for something else.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFinding.html
    """
    _external(finding_analyzers.by_arn(ctx, analyzer_arn))
    return {"finding": shown(finding_lists.one(ctx, analyzer_arn, id))}


def _external(analyzer: Analyzer) -> Analyzer:
    """*analyzer*, which must be for external access.

    Raises:
        ValidationException: it is not.
    """
    if analyzer.kind not in EXTERNAL:
        raise ValidationException(
            f"This operation does not support analyzers of type {analyzer.kind}. Use the "
            "operation of the same name that ends in V2."
        )
    return analyzer


@accessanalyzer.operation(on=resources.analyzer)
def update_findings(
    ctx: Context,
    *,
    analyzer_arn: str,
    status: str,
    ids: list[str] | None = None,
    resource_arn: str | None = None,
    client_token: str | None = None,
) -> Output:
    """Archive findings, or make them active again; what is resolved stays so.

    Raises:
        ResourceNotFound: there is no such analyzer or finding.
        ValidationException: neither ids nor a resource are given, or both.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateFindings.html
    """
    del client_token
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    if bool(ids) == bool(resource_arn):
        raise ValidationException("Either ids or resourceArn must be specified, and not both.")
    for one in _meant(ctx, analyzer, ids or (), resource_arn or ""):
        if one.status not in {RESOLVED, status}:
            findings.change(ctx.db, one, {"status": status, "updated_at": ctx.now})
    return {}


def _meant(
    ctx: Context, analyzer: Analyzer, ids: Sequence[str], resource: str
) -> Sequence[Finding]:
    """The findings of those ids, or about that resource.

    Raises:
        ResourceNotFound: one is not there.
    """
    if resource:
        where = (ctx.account, analyzer.id, resource)
        return findings.of_resource(ctx.db, *where, limit=MOST_OF_RESOURCE)
    found = []
    for finding_id in ids:
        one = findings.find(ctx.db, ctx.account, analyzer.id, finding_id)
        if one is None:
            raise ResourceNotFound(f"Finding {finding_id} does not exist.", finding_id, "FINDING")
        found.append(one)
    return found


def shown(found: Finding) -> dict[str, Any]:
    """A finding as answers show it."""
    return plain(found) | found.details


def plain(found: Finding) -> dict[str, Any]:
    """What every finding has, whatever it is about."""
    made: dict[str, Any] = {
        "id": found.id,
        "resource": found.resource,
        "resourceType": found.resource_type,
        "resourceOwnerAccount": found.owner,
        "createdAt": found.created_at,
        "analyzedAt": found.analyzed_at,
        "updatedAt": found.updated_at,
        "status": found.status,
    }
    return made | ({"error": found.error} if found.error else {})
