"""GetInsightRuleReport: who contributed, worked out from the events when one asks.

Only events that came while the rule was enabled count. AWS counts ahead and estimates; here the
numbers are exact, and a time with too many events is refused rather than guessed at.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetInsightRuleReport.html
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from doorward.services.cloudwatch import insight_definition, resources
from doorward.services.cloudwatch.errors import InvalidParameterValue, ResourceNotFoundException
from doorward.services.cloudwatch.insight_definition import Definition
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import insight_rules, log_events, log_groups
from doorward.store.log_events import Place
from doorward.store.metrics import floor
from doorward.store.tables.insight_rule import InsightRule
from doorward.store.tables.log_event import LogEvent

MINUTE = 60
MOST_EVENTS, MOST_BYTES = 20_000, 16 << 20
MOST_GROUPS = 50
MOST_PERIODS = 1_440
AT_ONCE = 64
MOST_CONTRIBUTORS, CONTRIBUTORS = 100, 10
METRICS = (
    *("UniqueContributors", "MaxContributorValue", "SampleCount", "Sum"),
    *("Minimum", "Maximum", "Average"),
)


Amounts = defaultdict[datetime, float]


@dataclass(slots=True)
class Found:
    """What came together: amounts by contributor and period, and counts of events."""

    amounts: defaultdict[tuple[str, ...], Amounts] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    values: defaultdict[datetime, list[float]] = field(default_factory=lambda: defaultdict(list))


@cloudwatch.operation(on=resources.insight_rule)
def get_insight_rule_report(
    ctx: Context,
    *,
    rule_name: str,
    start_time: datetime,
    end_time: datetime,
    period: int,
    max_contributor_count: int = CONTRIBUTORS,
    metrics: Sequence[str] | None = None,
    order_by: str = "Sum",
) -> Output:
    """The largest contributors from the start until before the end, with their periods.

    Raises:
        ResourceNotFoundException: there is no such rule.
        InvalidParameterValue: a time, period, count, metric or order that cannot be, or there are
            more events than are looked at.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetInsightRuleReport.html
    """
    rule = insight_rules.find(ctx.db, ctx.account, ctx.facts.region, rule_name)
    if rule is None:
        raise ResourceNotFoundException(resources.insight_rule_arn(ctx, rule_name))
    _check(start_time, end_time, period, max_contributor_count)
    if wrong := sorted(set(metrics or ()) - set(METRICS)):
        raise InvalidParameterValue(f"The metric {wrong[0]} is not known.")
    if order_by not in ("Sum", "Maximum"):
        raise InvalidParameterValue("OrderBy must be Sum or Maximum.")
    definition = insight_definition.read(rule.definition)
    events = _events(ctx, definition, start_time, end_time)
    found = _gathered(rule, definition, events, period)
    ranked = sorted(found.amounts.items(), key=lambda one: (-_rank(one[1], order_by), one[0]))
    shown: Output = {
        "KeyLabels": list(definition.keys),
        "AggregationStatistic": "Sum" if definition.sums else "SampleCount",
        "AggregateValue": sum(sum(one.values()) for one in found.amounts.values()),
        "ApproximateUniqueCount": len(ranked),
        "Contributors": [_contributor(*one) for one in ranked[:max_contributor_count]],
    }
    points = [_point(found, at, metrics) for at in sorted(found.values)] if metrics else []
    return {**shown, "MetricDatapoints": points}


def _check(start: datetime, end: datetime, period: int, count: int) -> None:
    if start >= end:
        raise InvalidParameterValue("StartTime must be before EndTime.")
    if period % MINUTE:
        raise InvalidParameterValue("Period must be a multiple of 60.")
    if (end - start) / timedelta(seconds=period) > MOST_PERIODS:
        raise InvalidParameterValue(f"A report can have at most {MOST_PERIODS} periods.")
    if not 1 <= count <= MOST_CONTRIBUTORS:
        raise InvalidParameterValue(
            f"MaxContributorCount must be between 1 and {MOST_CONTRIBUTORS}."
        )


def _rank(amounts: Amounts, order_by: str) -> float:
    return sum(amounts.values()) if order_by == "Sum" else max(amounts.values())


def _contributor(keys: tuple[str, ...], amounts: Amounts) -> dict[str, Any]:
    return {
        "Keys": list(keys),
        "ApproximateAggregateValue": float(sum(amounts.values())),
        "Datapoints": [
            {"Timestamp": at, "ApproximateValue": float(amount)}
            for at, amount in sorted(amounts.items())
        ],
    }


def _point(found: Found, at: datetime, wanted: Sequence[str]) -> dict[str, Any]:
    """The metrics of one period, over all of its contributors."""
    values = found.values[at]
    here = [one[at] for one in found.amounts.values() if at in one]
    known: dict[str, float] = {
        "UniqueContributors": len(here),
        "MaxContributorValue": max(here),
        "SampleCount": len(values),
        "Sum": sum(values),
        "Minimum": min(values),
        "Maximum": max(values),
        "Average": sum(values) / len(values),
    }
    return {"Timestamp": at} | {name: float(known[name]) for name in wanted}


def _gathered(
    rule: InsightRule, definition: Definition, listed: Iterator[LogEvent], period: int
) -> Found:
    found = Found()
    events = size = 0
    for one in listed:
        events, size = events + 1, size + len(one.message)
        if events > MOST_EVENTS or size > MOST_BYTES:
            raise InvalidParameterValue(
                f"There are more than {MOST_EVENTS} events between StartTime and EndTime. "
                "Ask for a shorter time."
            )
        if not _enabled(rule, one.ingested_at):
            continue
        contribution = definition.of(one.message)
        if contribution is not None:
            at = floor(one.at, period)
            found.amounts[contribution.keys][at] += contribution.amount
            found.values[at].append(contribution.amount)
    return found


def _enabled(rule: InsightRule, at: datetime) -> bool:
    spans = ((begun, ended) for begun, ended in rule.spans if begun is not None)
    return any(
        datetime.fromisoformat(begun) <= at
        and (ended is None or at < datetime.fromisoformat(ended))
        for begun, ended in spans
    )


def _events(
    ctx: Context, definition: Definition, start: datetime, end: datetime
) -> Iterator[LogEvent]:
    """The events of the groups that the rule names, those left out that are expired."""
    for group in _groups(ctx, definition):
        oldest = log_groups.oldest_kept(group, ctx.now)
        since = start if oldest is None else max(start, oldest)
        after: Place | None = None
        while True:
            rows = log_events.read(
                ctx.db, ctx.account, group.id, since=since, until=end, after=after, limit=AT_ONCE
            )
            yield from rows
            if len(rows) < AT_ONCE:
                break
            after = Place(rows[-1].at, rows[-1].sequence)


def _groups(ctx: Context, definition: Definition) -> list[Any]:
    """The groups that are there, each once; of a name that ends with a star, those it begins."""
    here = (ctx.db, ctx.account, ctx.facts.region)
    found: dict[str, Any] = {}
    for name in definition.groups:
        if name.endswith("*"):
            page = log_groups.page(*here, prefix=name[:-1], limit=MOST_GROUPS + 1)
            found |= {one.id: one for one in page.items}
        elif (group := log_groups.find(*here, name)) is not None:
            found[group.id] = group
    if len(found) > MOST_GROUPS:
        raise InvalidParameterValue(f"The rule is about more than {MOST_GROUPS} log groups.")
    return list(found.values())
