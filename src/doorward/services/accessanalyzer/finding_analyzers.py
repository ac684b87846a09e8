"""The analyzer that a request names, of the caller's account and Region."""

from doorward.base.arn import Arn
from doorward.services.accessanalyzer.errors import ResourceNotFound
from doorward.services.accessanalyzer.resources import analyzer_arn
from doorward.services.context import Context
from doorward.store import analyzers
from doorward.store.tables.analyzer import Analyzer

UNUSED = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
INTERNAL = frozenset({"ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS"})
EXTERNAL = frozenset({"ACCOUNT", "ORGANIZATION"})


def by_name(ctx: Context, name: str) -> Analyzer:
    """The analyzer of that name.

    Raises:
        ResourceNotFound: there is none.
    """
    found = analyzers.find(ctx.db, ctx.account, ctx.facts.region, name)
    if found is None:
        raise missing(name)
    return found


def by_arn(ctx: Context, arn: str) -> Analyzer:
    """The analyzer of that ARN; those of other accounts are not there for the caller.

    Raises:
        ResourceNotFound: there is none.
    """
    parsed = Arn.parse(arn)
    name = arn.rpartition("/")[2]
    if parsed is None or arn != analyzer_arn(ctx, name):
        raise missing(arn)
    return by_name(ctx, name)


def missing(name: str) -> ResourceNotFound:
    """That there is no such analyzer. The wording is assumed."""
    return ResourceNotFound(f"Analyzer {name} does not exist.", name, "ANALYZER")


def own_arn(analyzer: Analyzer, partition: str) -> str:
    """The ARN of *analyzer*."""
    where = f"{analyzer.region}:{analyzer.account}"
    return f"arn:{partition}:access-analyzer:{where}:analyzer/{analyzer.name}"
