"""Analyzers: what looks at the resources of an account or an organization.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from typing import Any

from doorward.services import system_tags
from doorward.services.accessanalyzer import (
    archive_rules,
    finding_analyzers,
    organizations,
    paging,
    resources,
)
from doorward.services.accessanalyzer.errors import (
    Conflict,
    ServiceQuotaExceeded,
    ValidationException,
)
from doorward.services.accessanalyzer.finding_analyzers import INTERNAL, UNUSED, own_arn
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import analyzers, resource_scans
from doorward.store.page import Page
from doorward.store.tables.analyzer import Analyzer

MOST = {
    "ACCOUNT": 1,
    "ORGANIZATION": 5,
    "ACCOUNT_UNUSED_ACCESS": 1,
    "ORGANIZATION_UNUSED_ACCESS": 1,
    "ACCOUNT_INTERNAL_ACCESS": 1,
    "ORGANIZATION_INTERNAL_ACCESS": 1,
}
"""Analyzers of an account in one Region, by type; those but for external access are assumed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html
"""
MOST_TAGS = 50
MOST_DAYS = 365


@accessanalyzer.operation(on=resources.new_analyzer)
def create_analyzer(
    ctx: Context,
    *,
    analyzer_name: str,
    type: str,
    archive_rules: list[dict[str, Any]] | None = None,
    tags: dict[str, str] | None = None,
    client_token: str | None = None,
    configuration: dict[str, Any] | None = None,
) -> Output:
    """Have the resources of the account or organization looked at from now on.

    The service-linked role that AWS makes with the first analyzer is not made: nothing is done
    in its name here.

    Raises:
        Conflict: there is one of that name.
        ServiceQuotaExceeded: there are as many of that type as may be.
        ValidationException: the type is not to be had here, or the account may not look into its
            organization; rules or tags cannot be.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
    """
    del client_token
    made = add(ctx, analyzer_name, type, tags or {}, configuration)
    rules = archive_rules or []
    add_rules(ctx, made, rules)
    return {"arn": own_arn(made, ctx.partition)}


def add(
    ctx: Context,
    name: str,
    kind: str,
    tags: dict[str, str],
    configuration: dict[str, Any] | None,
    managed_by: str = "",
) -> Analyzer:
    """Keep a new analyzer and have everything in its sight looked at.

    Raises:
        Conflict, ServiceQuotaExceeded, ValidationException: as `create_analyzer` says.
    """
    check_configuration(kind, configuration)
    check_tags(ctx, tags)
    organization = organizations.administered(ctx).id if kind.startswith("ORGANIZATION") else ""
    region = ctx.facts.region
    if analyzers.find(ctx.db, ctx.account, region, name) is not None:
        raise Conflict(f"Analyzer {name} already exists.", name, "ANALYZER")
    if not managed_by and analyzers.count(ctx.db, ctx.account, region, (kind,)) >= MOST[kind]:
        raise ServiceQuotaExceeded(
            f"The maximum number of analyzers of type {kind} is reached: {MOST[kind]}.",
            name,
            "ANALYZER",
        )
    made = Analyzer(
        ctx.account,
        region,
        name,
        ctx.ids.request_id(),
        kind,
        organization,
        ctx.now,
        tags,
        configuration,
        managed_by,
    )
    analyzers.add(ctx.db, made)
    look(ctx, organization)
    return made


def look(ctx: Context, organization: str) -> None:
    """Have everything of the account or *organization* looked at."""
    kind = resource_scans.ORGANIZATION if organization else resource_scans.EVERYTHING
    resource_scans.ask(ctx.db, ctx.account, kind, organization, "", ctx.now)
    ctx.after_commit(ctx.wake)


def add_rules(ctx: Context, made: Analyzer, given: list[dict[str, Any]]) -> None:
    """Keep the archive rules that an analyzer is made with.

    Raises:
        ValidationException, Conflict, ServiceQuotaExceeded: as `archive_rules.add` says.
    """
    for one in given:
        archive_rules.add(ctx, made, one["ruleName"], one["filter"])


def check_configuration(kind: str, configuration: dict[str, Any] | None) -> None:
    """See that there can be an analyzer of *kind* with that configuration.

    Raises:
        ValidationException: there cannot.
    """
    given = configuration or {}
    known = (
        {"unusedAccess"} if kind in UNUSED else {"internalAccess"} if kind in INTERNAL else set()
    )
    if set(given) - known:
        raise ValidationException(f"Analyzers of type {kind} cannot have that configuration.")
    if kind in INTERNAL and not _inclusions(given):
        raise ValidationException(
            f"Analyzers of type {kind} need an analysis rule that names the critical resources."
        )
    days = (given.get("unusedAccess") or {}).get("unusedAccessAge", 1)
    if not 1 <= days <= MOST_DAYS:
        raise ValidationException(f"unusedAccessAge must be between 1 and {MOST_DAYS}.")


def _inclusions(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The criteria by which resources are critical."""
    rule = (given.get("internalAccess") or {}).get("analysisRule") or {}
    return [one for one in rule.get("inclusions") or () if any(one.values())]


def check_tags(ctx: Context, tags: dict[str, str]) -> None:
    """See that *tags* may be set.

    Raises:
        ValidationException: there are too many, or one is AWS's own.
    """
    if len(tags) > MOST_TAGS:
        raise ValidationException(f"A resource can have at most {MOST_TAGS} tags.")
    if system_tags.is_not_theirs(ctx, tags):
        raise ValidationException("Tag keys that begin with aws: are reserved for AWS use.")


@accessanalyzer.operation(on=resources.analyzer)
def get_analyzer(ctx: Context, *, analyzer_name: str) -> Output:
    """Show an analyzer.

    Raises:
        ResourceNotFound: there is none of that name.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAnalyzer.html
    """
    return {"analyzer": summary(ctx, finding_analyzers.by_name(ctx, analyzer_name))}


@accessanalyzer.operation(on=resources.everything)
def list_analyzers(
    ctx: Context,
    *,
    next_token: str | None = None,
    max_results: int | None = None,
    type: str | None = None,
) -> Output:
    """List the analyzers of the Region, of one type where that is given.

    Raises:
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzers.html
    """
    scope = f"ListAnalyzers {type}"
    page: Page[Analyzer] = analyzers.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        kind=type,
        after=paging.after(ctx, scope, next_token),
        limit=paging.limit(max_results),
    )
    return {"analyzers": [summary(ctx, one) for one in page.items]} | paging.end(ctx, scope, page)


@accessanalyzer.operation(on=resources.analyzer)
def update_analyzer(
    ctx: Context, *, analyzer_name: str, configuration: dict[str, Any] | None = None
) -> Output:
    """Change what an analyzer leaves out; the age from which something is unused stays.

    Raises:
        ResourceNotFound: there is none of that name.
        ValidationException: analyzers of its type have no such configuration.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateAnalyzer.html
    """
    found = finding_analyzers.by_name(ctx, analyzer_name)
    check_configuration(found.kind, configuration)
    kept = found.configuration or {}
    if configuration:
        kept = _changed(found.kind, kept, configuration)
        analyzers.change(ctx.db, found, {"configuration": kept})
        look(ctx, found.organization)
    return {"configuration": kept} if kept else {}


def _changed(kind: str, before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The configuration with another analysis rule; the age of what is unused stays."""
    if kind in INTERNAL:
        return given
    old, new = before.get("unusedAccess") or {}, given.get("unusedAccess") or {}
    age = {"unusedAccessAge": old["unusedAccessAge"]} if "unusedAccessAge" in old else {}
    return {"unusedAccess": {**new, **age}}


@accessanalyzer.operation(on=resources.analyzer)
def delete_analyzer(ctx: Context, *, analyzer_name: str, client_token: str | None = None) -> Output:
    """Delete an analyzer with its rules, findings and previews.

    Raises:
        ResourceNotFound: there is none of that name.
        ValidationException: a service manages it.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html
    """
    del client_token
    found = finding_analyzers.by_name(ctx, analyzer_name)
    if found.managed_by:
        raise ValidationException(f"Analyzer {analyzer_name} is managed by {found.managed_by}.")
    analyzers.remove(ctx.db, found)
    return {}


def summary(ctx: Context, found: Analyzer) -> dict[str, Any]:
    """An analyzer as answers show it."""
    shown: dict[str, Any] = {
        "arn": own_arn(found, ctx.partition),
        "name": found.name,
        "type": found.kind,
        "createdAt": found.created_at,
        "status": "ACTIVE",
        "tags": found.tags,
    }
    if found.last_resource_at is not None:
        shown["lastResourceAnalyzed"] = found.last_resource
        shown["lastResourceAnalyzedAt"] = found.last_resource_at
    if found.organization and not organizations.administers(ctx, found.organization):
        shown["status"] = "DISABLED"
        shown["statusReason"] = {"code": "DELEGATED_ADMINISTRATOR_DEREGISTERED"}
    if found.configuration:
        shown["configuration"] = found.configuration
    return shown | ({"managedBy": found.managed_by} if found.managed_by else {})
