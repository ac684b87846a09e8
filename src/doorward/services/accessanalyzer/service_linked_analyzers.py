"""Analyzers that AWS services make for themselves and alone may delete.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateServiceLinkedAnalyzer.html
"""

from typing import Any

from doorward.services.accessanalyzer import analyzers as noun
from doorward.services.accessanalyzer import finding_analyzers, resources
from doorward.services.accessanalyzer.errors import Conflict, ValidationException
from doorward.services.accessanalyzer.finding_analyzers import own_arn
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import analyzers

PREFIX = "aws-service-linked-analyzer"
BY_HAND = "access-analyzer.amazonaws.com"
"""Who manages one that nobody asked for in a caller's name (assumed)."""


@accessanalyzer.operation(on=resources.new_analyzer)
def create_service_linked_analyzer(
    ctx: Context,
    *,
    type: str,
    archive_rules: list[dict[str, Any]] | None = None,
    client_token: str | None = None,
    configuration: dict[str, Any] | None = None,
) -> Output:
    """Make an analyzer that a service manages; there is one for each type in a Region.

    Raises:
        Conflict: there is one already.
        ValidationException: the type is not to be had here, or the account may not look into its
            organization.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateServiceLinkedAnalyzer.html
    """
    del client_token
    name = f"{PREFIX}-{type.lower()}"
    manager = ctx.facts.called_via[-1] if ctx.facts.called_via else BY_HAND
    made = noun.add(ctx, name, type, {}, configuration, managed_by=manager)
    noun.add_rules(ctx, made, archive_rules or [])
    return {"arn": own_arn(made, ctx.partition)}


@accessanalyzer.operation(on=resources.analyzer)
def delete_service_linked_analyzer(
    ctx: Context, *, analyzer_name: str, client_token: str | None = None
) -> Output:
    """Delete an analyzer that a service manages.

    Raises:
        ResourceNotFound: there is none of that name.
        ValidationException: no service manages it.
        Conflict: another service does.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteServiceLinkedAnalyzer.html
    """
    del client_token
    found = finding_analyzers.by_name(ctx, analyzer_name)
    if not found.managed_by:
        raise ValidationException(f"Analyzer {analyzer_name} is not managed by a service.")
    manager = ctx.facts.called_via[-1] if ctx.facts.called_via else BY_HAND
    if manager != found.managed_by:
        raise Conflict(
            f"Analyzer {analyzer_name} is managed by {found.managed_by}.", found.name, "ANALYZER"
        )
    analyzers.remove(ctx.db, found)
    return {}
