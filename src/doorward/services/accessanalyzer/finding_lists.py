"""Pages of findings that meet a filter, in one of some orders.

A page looks at a bounded number of findings: it may have few, or none, and yet a token for more.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from doorward.services.accessanalyzer import filters, finding_analyzers, paging
from doorward.services.accessanalyzer.errors import ResourceNotFound, ValidationException
from doorward.services.accessanalyzer.filters import Filter
from doorward.services.context import Context
from doorward.store import findings
from doorward.store.page import Page
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.finding import Finding

MOST_LOOKED_AT = 1_000
STATUSES = ("ACTIVE", "ARCHIVED", "RESOLVED")


def listed(
    ctx: Context,
    analyzer: Analyzer,
    operation: str,
    given: Filter,
    sort: Mapping[str, str],
    max_results: int | None,
    next_token: str | None,
) -> tuple[Sequence[Finding], dict[str, Any]]:
    """The findings of a page, and the `nextToken` where there may be more.

    Raises:
        ValidationException: filter, order or page are asked for wrongly.
    """
    filters.check(given, filters.OF_LISTS)
    limit = paging.limit(max_results)
    name = sort.get("attributeName", "id")
    if name not in findings.SORTED:
        raise ValidationException(f"Findings cannot be sorted by {name}.")
    falling = sort.get("orderBy") == "DESC"
    by = findings.SORTED[name]
    asked = json.dumps([operation, analyzer.id, given, by, falling], sort_keys=True)
    after = _opened(paging.after(ctx, asked, next_token))
    looked = findings.stretch(
        ctx.db,
        ctx.account,
        analyzer.id,
        statuses=_statuses(given),
        resource=_only(given, "resource"),
        by=by,
        falling=falling,
        after=after,
        limit=MOST_LOOKED_AT,
    )
    found: list[Finding] = []
    last = None
    for one in looked:
        if filters.matches(given, filters.of_finding(one)):
            if len(found) == limit:
                break
            found.append(one)
        last = one
    else:
        last = last if len(looked) == MOST_LOOKED_AT else None
    key = _sealed(last, by) if last is not None else None
    return found, paging.end(ctx, asked, Page(found, key))


def one(ctx: Context, analyzer_arn: str, finding_id: str) -> Finding:
    """The finding of that id.

    Raises:
        ResourceNotFound: there is no such analyzer, or no such finding of it.
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    found = findings.find(ctx.db, ctx.account, analyzer.id, finding_id)
    if found is None:
        raise ResourceNotFound(f"Finding {finding_id} does not exist.", finding_id, "FINDING")
    return found


def _only(given: Filter, key: str) -> str | None:
    """The one value that *key* must have, None where several will do."""
    wanted = list(given.get(key, {}).get("eq") or ())
    return str(wanted[0]) if len(wanted) == 1 else None


def _statuses(given: Filter) -> Sequence[str]:
    wanted = given.get("status", {}).get("eq") or ()
    return tuple(one for one in STATUSES if one in wanted)


def _sealed(last: Finding, by: str) -> str:
    value = getattr(last, by)
    at = microseconds(value) if isinstance(value, datetime) else value
    return json.dumps([at, last.id])


def _opened(key: str | None) -> tuple[Any, str] | None:
    if key is None:
        return None
    value, last = json.loads(key)
    return (moment(value) if isinstance(value, int) else value), str(last)
