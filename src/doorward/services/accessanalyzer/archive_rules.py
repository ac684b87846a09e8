"""Archive rules: which new findings are archived at once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html
"""

from typing import Any

from doorward.services.accessanalyzer import filters, finding_analyzers, paging, resources
from doorward.services.accessanalyzer.errors import (
    Conflict,
    ResourceNotFound,
    ServiceQuotaExceeded,
    ValidationException,
)
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import analyzers, findings
from doorward.store.tables.analyzer import Analyzer, ArchiveRule

MOST = 100
AT_ONCE = 500
ACTIVE, ARCHIVED = "ACTIVE", "ARCHIVED"


@accessanalyzer.operation(on=resources.archive_rule)
def create_archive_rule(
    ctx: Context,
    *,
    analyzer_name: str,
    rule_name: str,
    filter: dict[str, Any],
    client_token: str | None = None,
) -> Output:
    """Make a rule, which archives what is found from now on.

    Raises:
        ResourceNotFound: there is no such analyzer.
        Conflict: it has a rule of that name.
        ServiceQuotaExceeded: it has as many as it may have.
        ValidationException: the filter asks for nothing, or for what is not there.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html
    """
    del client_token
    add(ctx, finding_analyzers.by_name(ctx, analyzer_name), rule_name, filter)
    return {}


def add(ctx: Context, analyzer: Analyzer, name: str, given: dict[str, Any]) -> None:
    """Keep a rule of *analyzer*.

    Raises:
        Conflict, ServiceQuotaExceeded, ValidationException: as `create_archive_rule` says.
    """
    _check(given)
    if analyzers.find_rule(ctx.db, ctx.account, analyzer.id, name) is not None:
        raise Conflict(f"Archive rule {name} already exists.", name, "ARCHIVE_RULE")
    there = analyzers.rules(ctx.db, ctx.account, analyzer.id, limit=MOST)
    if len(there.items) >= MOST:
        raise ServiceQuotaExceeded(
            f"The maximum number of archive rules is reached: {MOST}.", name, "ARCHIVE_RULE"
        )
    made = ArchiveRule(ctx.account, analyzer.id, name, given, ctx.now, ctx.now)
    analyzers.add_rule(ctx.db, made)


def _check(given: dict[str, Any]) -> None:
    if not given:
        raise ValidationException("The filter of an archive rule cannot be empty.")
    filters.check(given, filters.OF_RULES)


@accessanalyzer.operation(on=resources.archive_rule)
def get_archive_rule(ctx: Context, *, analyzer_name: str, rule_name: str) -> Output:
    """Show a rule.

    Raises:
        ResourceNotFound: there is no such analyzer or rule.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetArchiveRule.html
    """
    return {"archiveRule": _shown(_found(ctx, analyzer_name, rule_name))}


@accessanalyzer.operation(on=resources.analyzer)
def list_archive_rules(
    ctx: Context,
    *,
    analyzer_name: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Output:
    """List the rules of an analyzer by name.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListArchiveRules.html
    """
    analyzer = finding_analyzers.by_name(ctx, analyzer_name)
    scope = f"ListArchiveRules {analyzer.id}"
    page = analyzers.rules(
        ctx.db,
        ctx.account,
        analyzer.id,
        after=paging.after(ctx, scope, next_token),
        limit=paging.limit(max_results),
    )
    return {"archiveRules": [_shown(one) for one in page.items]} | paging.end(ctx, scope, page)


@accessanalyzer.operation(on=resources.archive_rule)
def update_archive_rule(
    ctx: Context,
    *,
    analyzer_name: str,
    rule_name: str,
    filter: dict[str, Any],
    client_token: str | None = None,
) -> Output:
    """Give a rule another filter.

    Raises:
        ResourceNotFound: there is no such analyzer or rule.
        ValidationException: the filter asks for nothing, or for what is not there.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateArchiveRule.html
    """
    del client_token
    _check(filter)
    found = _found(ctx, analyzer_name, rule_name)
    analyzers.change_rule(ctx.db, found, {"filter": filter, "updated_at": ctx.now})
    return {}


@accessanalyzer.operation(on=resources.archive_rule)
def delete_archive_rule(
    ctx: Context, *, analyzer_name: str, rule_name: str, client_token: str | None = None
) -> Output:
    """Delete a rule; what it archived stays archived.

    Raises:
        ResourceNotFound: there is no such analyzer or rule.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteArchiveRule.html
    """
    del client_token
    analyzers.remove_rule(ctx.db, _found(ctx, analyzer_name, rule_name))
    return {}


@accessanalyzer.operation(on=resources.analyzer)
def apply_archive_rule(
    ctx: Context, *, analyzer_arn: str, rule_name: str, client_token: str | None = None
) -> Output:
    """Archive the active findings of now that a rule is about.

    Raises:
        ResourceNotFound: there is no such analyzer or rule.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ApplyArchiveRule.html
    """
    del client_token
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    rule = _found(ctx, analyzer.name, rule_name)
    after = None
    while True:
        active = findings.stretch(
            ctx.db, ctx.account, analyzer.id, statuses=(ACTIVE,), after=after, limit=AT_ONCE
        )
        for one in active:
            if filters.matches(rule.filter, filters.of_finding(one)):
                findings.change(ctx.db, one, {"status": ARCHIVED, "updated_at": ctx.now})
        if len(active) < AT_ONCE:
            return {}
        after = (active[-1].id, active[-1].id)


def _found(ctx: Context, analyzer_name: str, name: str) -> ArchiveRule:
    """The rule of that name.

    Raises:
        ResourceNotFound: there is no such analyzer or rule.
    """
    analyzer = finding_analyzers.by_name(ctx, analyzer_name)
    found = analyzers.find_rule(ctx.db, ctx.account, analyzer.id, name)
    if found is None:
        raise ResourceNotFound(f"Archive rule {name} does not exist.", name, "ARCHIVE_RULE")
    return found


def _shown(found: ArchiveRule) -> dict[str, Any]:
    return {
        "ruleName": found.name,
        "filter": found.filter,
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
    }
