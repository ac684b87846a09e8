"""How many findings an analyzer has, of what.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingsStatistics.html
"""

from collections import Counter, defaultdict
from typing import Any

from doorward.services.accessanalyzer import finding_analyzers, resources
from doorward.services.accessanalyzer.finding_analyzers import INTERNAL, UNUSED
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import findings
from doorward.store.tables.analyzer import Analyzer

MOST_ACCOUNTS = 10
TOTALS = {
    "ACTIVE": "totalActiveFindings",
    "ARCHIVED": "totalArchivedFindings",
    "RESOLVED": "totalResolvedFindings",
}


@accessanalyzer.operation(on=resources.analyzer, reads=True)
def get_findings_statistics(ctx: Context, *, analyzer_arn: str) -> Output:
    """Count the findings of an analyzer; as of now, not once a day.

    Raises:
        ResourceNotFound: there is no such analyzer.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingsStatistics.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    if analyzer.kind in UNUSED:
        return _unused(ctx, analyzer)
    if analyzer.kind in INTERNAL:
        return _internal(ctx, analyzer)
    totals: Counter[str] = Counter(dict.fromkeys(TOTALS.values(), 0))
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for counted in findings.counted(ctx.db, ctx.account, analyzer.id):
        _, resource_type, _, status, public, failed, number = counted
        totals[TOTALS[status]] += number
        if status == "ACTIVE":
            types[resource_type][_sort(public=public, failed=failed)] += number
    shown: dict[str, Any] = dict(totals)
    shown["resourceTypeStatistics"] = {kind: dict(one) for kind, one in sorted(types.items())}
    return {
        "findingsStatistics": [{"externalAccessFindingsStatistics": shown}],
        "lastUpdatedAt": ctx.now,
    }


def _sort(*, public: bool, failed: bool) -> str:
    if failed:
        return "totalActiveErrors"
    return "totalActivePublic" if public else "totalActiveCrossAccount"


def _unused(ctx: Context, analyzer: Analyzer) -> Output:
    """The statistics of an analyzer for unused access."""
    totals: Counter[str] = Counter(dict.fromkeys(TOTALS.values(), 0))
    types: Counter[str] = Counter()
    owners: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for counted in findings.counted(ctx.db, ctx.account, analyzer.id):
        kind, _, owner, status, _, _, number = counted
        totals[TOTALS[status]] += number
        if status == "ACTIVE":
            types[kind] += number
            owners[owner][kind] += number
    most = sorted(owners.items(), key=lambda one: (-one[1].total(), one[0]))[:MOST_ACCOUNTS]
    shown: dict[str, Any] = dict(totals)
    shown["unusedAccessTypeStatistics"] = [
        {"unusedAccessType": kind, "total": number} for kind, number in sorted(types.items())
    ]
    shown["topAccounts"] = [
        {"account": owner, "numberOfActiveFindings": one.total(), "details": dict(one)}
        for owner, one in most
    ]
    return {
        "findingsStatistics": [{"unusedAccessFindingsStatistics": shown}],
        "lastUpdatedAt": ctx.now,
    }


def _internal(ctx: Context, analyzer: Analyzer) -> Output:
    """The statistics of an analyzer for internal access."""
    totals: Counter[str] = Counter(dict.fromkeys(TOTALS.values(), 0))
    types: defaultdict[str, Counter[str]] = defaultdict(
        lambda: Counter(dict.fromkeys(TOTALS.values(), 0))
    )
    for counted in findings.counted(ctx.db, ctx.account, analyzer.id):
        _, resource_type, _, status, _, _, number = counted
        totals[TOTALS[status]] += number
        types[resource_type][TOTALS[status]] += number
    shown: dict[str, Any] = dict(totals)
    shown["resourceTypeStatistics"] = {kind: dict(one) for kind, one in sorted(types.items())}
    return {
        "findingsStatistics": [{"internalAccessFindingsStatistics": shown}],
        "lastUpdatedAt": ctx.now,
    }
