"""Access previews: what a change to a resource would let in, before it is made.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-access-preview.html
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from doorward.base.arn import Arn
from doorward.services.accessanalyzer import (
    analyzed_resources,
    configurations,
    filters,
    finding_analyzers,
    paging,
    resources,
)
from doorward.services.accessanalyzer.errors import Conflict, ResourceNotFound, ValidationException
from doorward.services.accessanalyzer.finding_analyzers import EXTERNAL, own_arn
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import access_previews, resource_scans
from doorward.store.page import Page
from doorward.store.tables.access_preview import AccessPreview
from doorward.store.tables.analyzer import Analyzer

COMPLETED, FAILED, CREATING = "COMPLETED", "FAILED", "CREATING"


@accessanalyzer.operation(on=resources.analyzer)
def create_access_preview(
    ctx: Context,
    *,
    analyzer_arn: str,
    configurations: dict[str, dict[str, Any]],
    client_token: str | None = None,
) -> Output:
    """Have it worked out what a resource would let in with other policies.

    Raises:
        ResourceNotFound: there is no such analyzer, or the resource is out of its sight.
        ValidationException: it is not for external access, there is not exactly one resource, or
            resources of its type cannot be previewed here.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAccessPreview.html
    """
    del client_token
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    if analyzer.kind not in EXTERNAL:
        raise ValidationException("Access previews need an analyzer for external access.")
    if len(configurations) != 1:
        raise ValidationException("Exactly one configuration must be specified.")
    for arn, one in configurations.items():
        _check(ctx, analyzer, arn, one)
    made = AccessPreview(
        ctx.account, analyzer.id, ctx.ids.request_id(), configurations, ctx.now, CREATING, "", []
    )
    access_previews.add(ctx.db, made)
    name = f"{analyzer.id}/{made.id}"
    resource_scans.ask(ctx.db, ctx.account, resource_scans.PREVIEW, name, "", ctx.now)
    ctx.after_commit(ctx.wake)
    return {"id": made.id}


def _check(ctx: Context, analyzer: Analyzer, arn: str, configuration: dict[str, Any]) -> None:
    """See that the configuration is one of the resource of that ARN, in the analyzer's sight.

    Raises:
        ResourceNotFound: it is out of sight.
        ValidationException: it is not, or of a type that cannot be previewed here.
    """
    kind = configurations.kind_of(configuration)
    if kind is None:
        names = ", ".join(sorted(configuration))
        raise ValidationException(
            f"Access previews of {names} are not supported here.", "notSupported"
        )
    if analyzed_resources.kind_of(arn) != kind:
        raise ValidationException(f"The configuration is not one of the resource {arn}.")
    parsed = Arn.parse(arn)
    owner = analyzed_resources.owner_of(ctx, parsed) if parsed else None
    if not analyzed_resources.in_sight(ctx, analyzer, owner or ctx.account):
        raise analyzed_resources.out_of_sight(arn)


@accessanalyzer.operation(on=resources.analyzer)
def get_access_preview(ctx: Context, *, access_preview_id: str, analyzer_arn: str) -> Output:
    """Show a preview, without its findings.

    Raises:
        ResourceNotFound: there is no such analyzer or preview.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAccessPreview.html
    """
    analyzer, found = _found(ctx, analyzer_arn, access_preview_id)
    shown = _summary(ctx, analyzer, found) | {"configurations": found.configurations}
    return {"accessPreview": shown}


@accessanalyzer.operation(on=resources.analyzer)
def list_access_previews(
    ctx: Context,
    *,
    analyzer_arn: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Output:
    """List the previews of an analyzer.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAccessPreviews.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    scope = f"ListAccessPreviews {analyzer.id}"
    page = access_previews.page(
        ctx.db,
        ctx.account,
        analyzer.id,
        after=paging.after(ctx, scope, next_token),
        limit=paging.limit(max_results),
    )
    shown = [_summary(ctx, analyzer, one) for one in page.items]
    return {"accessPreviews": shown} | paging.end(ctx, scope, page)


@accessanalyzer.operation(on=resources.analyzer)
def list_access_preview_findings(
    ctx: Context,
    *,
    access_preview_id: str,
    analyzer_arn: str,
    filter: dict[str, Any] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Output:
    """List what a preview found.

    Raises:
        ResourceNotFound: there is no such analyzer or preview.
        Conflict: it is not worked out yet, or could not be.
        ValidationException: the filter or the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAccessPreviewFindings.html
    """
    _, found = _found(ctx, analyzer_arn, access_preview_id)
    wanted = filter or {}
    filters.check(wanted, filters.OF_PREVIEWS)
    if found.status != COMPLETED:
        raise Conflict(
            f"The access preview is in status {found.status}.", found.id, "ACCESS_PREVIEW"
        )
    met = [one for one in found.findings if filters.matches(wanted, partial(_values, one))]
    text = json.dumps(wanted, sort_keys=True).encode()
    scope = f"ListAccessPreviewFindings {found.id} {hashlib.sha256(text).hexdigest()}"
    start = int(paging.after(ctx, scope, next_token) or 0)
    end = start + paging.limit(max_results)
    page = Page(met[start:end], str(end) if end < len(met) else None)
    shown = [one | {"createdAt": found.created_at} for one in page.items]
    return {"findings": shown} | paging.end(ctx, scope, page)


def _values(found: dict[str, Any], key: str) -> Sequence[str]:
    return filters.of_members(found, key)


def _found(ctx: Context, analyzer_arn: str, preview_id: str) -> tuple[Analyzer, AccessPreview]:
    """The analyzer and its preview of that id.

    Raises:
        ResourceNotFound: there is no such analyzer or preview.
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    found = access_previews.find(ctx.db, ctx.account, analyzer.id, preview_id)
    if found is None:
        raise ResourceNotFound(
            f"Access preview {preview_id} does not exist.", preview_id, "ACCESS_PREVIEW"
        )
    return analyzer, found


def _summary(ctx: Context, analyzer: Analyzer, found: AccessPreview) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": found.id,
        "analyzerArn": own_arn(analyzer, ctx.partition),
        "createdAt": found.created_at,
        "status": found.status,
    }
    return shown | ({"statusReason": {"code": found.reason}} if found.reason else {})
