"""The queries of a request or an alarm: each a metric with a statistic, or an expression.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doorward.services.cloudwatch import dimensions, statistic
from doorward.services.cloudwatch.errors import ValidationError
from doorward.services.cloudwatch.math import evaluate
from doorward.services.cloudwatch.math.parse import parse
from doorward.services.cloudwatch.math.tree import MathError, Node
from doorward.services.cloudwatch.statistic import Statistic, UnknownStatistic

MOST = 500
MINUTE = 60
FINE_PERIODS = (1, 5, 10, 20, 30)

_ID = re.compile(r"[a-z][a-zA-Z0-9_]{0,254}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """A metric and what is asked of it."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    period: int
    statistic: Statistic
    unit: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a metric or an expression, never both.

    Attributes:
        shown: whether its data is an answer, and not only for other queries to use.
        account: whose metric it is; None for the caller's.
    """

    id: str
    metric: MetricQuery | None
    expression: Node | None
    text: str
    label: str | None
    shown: bool
    period: int | None
    account: str | None


def read(given: Sequence[Mapping[str, Any]]) -> list[Query]:
    """The queries that a request gives.

    Raises:
        ValidationError: an id, a statistic, a period or an expression cannot be.
    """
    if not 1 <= len(given) <= MOST:
        raise ValidationError(
            f"The collection MetricDataQueries must have a size between 1 and {MOST}."
        )
    found = [_query(one) for one in given]
    ids = [one.id for one in found]
    if len(set(ids)) != len(ids):
        raise ValidationError("The values for parameter id in MetricDataQueries are not unique.")
    for one in found:
        _check_names(one, frozenset(ids))
    return found


def _query(given: Mapping[str, Any]) -> Query:
    id_ = given["Id"]
    if not _ID.fullmatch(id_):
        raise ValidationError(
            f"The value {id_} for parameter id is not valid. It must "
            "start with a lowercase letter, and have letters, digits and underscores."
        )
    expression, stat = given.get("Expression"), given.get("MetricStat")
    if (expression is None) == (stat is None):
        raise ValidationError(f"The query {id_} must have either Expression or MetricStat.")
    node = None
    if expression is not None:
        try:
            node = parse(expression)
        except MathError as error:
            raise ValidationError(f"Error in expression '{id_}': {error}") from error
    return Query(
        id_,
        None if stat is None else _metric(stat),
        node,
        expression or "",
        given.get("Label"),
        given.get("ReturnData", True),
        given.get("Period"),
        given.get("AccountId"),
    )


def _metric(given: Mapping[str, Any]) -> MetricQuery:
    metric = given["Metric"]
    if not metric.get("Namespace") or not metric.get("MetricName"):
        raise ValidationError("A metric needs a namespace and a name.")
    return MetricQuery(
        metric["Namespace"],
        metric["MetricName"],
        dimensions.read(metric.get("Dimensions")),
        period(given["Period"]),
        known(given["Stat"]),
        given.get("Unit"),
    )


def period(seconds: int) -> int:
    """*seconds*, if a metric can have such periods.

    Raises:
        ValidationError: neither a multiple of a minute nor 1, 5, 10, 20 or 30.
    """
    if seconds % MINUTE and seconds not in FINE_PERIODS:
        raise ValidationError("Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    return seconds


def known(name: str) -> Statistic:
    """The statistic of that name.

    Raises:
        ValidationError: there is none.
    """
    try:
        return statistic.read(name)
    except UnknownStatistic as error:
        raise ValidationError(f"The value {name} for parameter Stat is not supported.") from error


def _check_names(query: Query, ids: frozenset[str]) -> None:
    if query.expression is None:
        return
    for name in sorted(evaluate.names(query.expression) - ids):
        if name.upper() not in evaluate.WORDS:
            raise ValidationError(f"Error in expression '{query.id}': Undefined variable {name}.")
