"""Metric math: what expressions come to, point by point."""

from typing import Any

import pytest

from doorward.services.cloudwatch.math.evaluate import Scope, evaluate
from doorward.services.cloudwatch.math.parse import parse
from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Range, Series, Value

A = Series({0: 1.0, 60: 2.0, 180: 4.0}, 60, "a")
B = Series({0: 10.0, 60: 0.0, 120: 30.0}, 60, "b")
EMPTY = Series({}, 60, "empty")
AT = 1_764_052_500  # Tuesday, 25 November 2025, 06:35:00
TIMED = Series({AT: 9.0}, 60, "timed")


def worked(expression: str) -> Any:
    values: dict[str, Value] = {"a": A, "b": B, "both": [A, B], "empty": EMPTY, "timed": TIMED}
    scope = Scope(values, Range(0, 240), ("a", "b"))
    return shown(evaluate(parse(expression), scope))


def shown(value: Value) -> Any:
    if isinstance(value, list):
        return [shown(one) for one in value]
    return dict(value.points) if isinstance(value, Series) else value


CASES = [
    # expression                     value
    ("1 + 2 * 3 ^ 2",                19.0),
    ("-2 ^ 2",                       -4.0),
    ("(1 + 2) * 3",                  9.0),
    ("10 - 4 - 3",                   3.0),
    ("1 < 2 AND 3 < 2 || 1",         1.0),
    ("a * 2",                        {0: 2, 60: 4, 180: 8}),
    ("a + b",                        {0: 11, 60: 2, 120: 30, 180: 4}),  # what is missing counts as 0
    ("a / b",                        {0: 0.1, 120: 0}),  # no point where it divides by zero
    ("a > 1",                        {0: 0, 60: 1, 180: 1}),
    ("both * 10",                    [{0: 10, 60: 20, 180: 40}, {0: 100, 60: 0, 120: 300}]),
    ("-a",                           {0: -1, 60: -2, 180: -4}),
    ("SUM(a)",                       7.0),
    ("AVG(a)",                       7 / 3),
    ("MIN(both)",                    {0: 1, 60: 0, 120: 30, 180: 4}),
    ("MAX([a, b])",                  {0: 10, 60: 2, 120: 30, 180: 4}),
    ("STDDEV([a, b])",               {0: 4.5, 60: 1, 120: 0, 180: 0}),
    ("SUM(METRICS())",               {0: 11, 60: 2, 120: 30, 180: 4}),
    ("SUM(METRICS('a'))",            {0: 1, 60: 2, 180: 4}),
    ("FILL(a, 0)",                   {0: 1, 60: 2, 120: 0, 180: 4}),
    ("FILL(a, REPEAT)",              {0: 1, 60: 2, 120: 2, 180: 4}),
    ("FILL(a, LINEAR)",              {0: 1, 60: 2, 120: 3, 180: 4}),
    ("FILL(a, b)",                   {0: 1, 60: 2, 120: 30, 180: 4}),
    ("FILL(empty, 5)",               {0: 5, 60: 5, 120: 5, 180: 5}),
    ("IF(a > 1, a)",                 {60: 2, 180: 4}),
    ("IF(a > 1, a, b)",              {0: 10, 60: 2, 120: 30, 180: 4}),
    ("IF(1, a, b)",                  {0: 1, 60: 2, 180: 4}),
    ("DIFF(a)",                      {60: 1, 180: 2}),
    ("RATE(a)",                      {60: 1 / 60, 180: 2 / 120}),
    ("DIFF_TIME(a)",                 {60: 60, 180: 120}),
    ("RUNNING_SUM(a)",               {0: 1, 60: 3, 180: 7}),
    ("PERIOD(a)",                    60.0),
    ("a / PERIOD(a)",                {0: 1 / 60, 60: 2 / 60, 180: 4 / 60}),
    ("ABS(-a)",                      {0: 1, 60: 2, 180: 4}),
    ("CEIL(a / 3)",                  {0: 1, 60: 1, 180: 2}),
    ("FLOOR(a / 3)",                 {0: 0, 60: 0, 180: 1}),
    ("LOG10(b)",                     {0: 1, 120: pytest.approx(1.4771, abs=1e-4)}),  # not of 0
    ("LOG(a)",                       {0: 0, 60: pytest.approx(0.6931, abs=1e-4), 180: pytest.approx(1.3863, abs=1e-4)}),
    ("DATAPOINT_COUNT(a)",           3.0),
    ("DATAPOINT_COUNT(both)",        {0: 2, 60: 2, 120: 1, 180: 1}),
    ("METRIC_COUNT(both)",           2.0),
    ("FIRST(both)",                  {0: 1, 60: 2, 180: 4}),
    ("LAST(SORT(both, SUM, ASC))",   {0: 10, 60: 0, 120: 30}),
    ("SORT(both, MAX, DESC, 1)",     [{0: 10, 60: 0, 120: 30}]),
    ("SLICE(both, 1)",               {0: 10, 60: 0, 120: 30}),
    ("REMOVE_EMPTY([empty, a])",     [{0: 1, 60: 2, 180: 4}]),
    ("TIME_SERIES(7)",               {0: 7, 60: 7, 120: 7, 180: 7}),
    ("HOUR(timed)",                  {AT: 6}),
    ("MINUTE(timed)",                {AT: 35}),
    ("DAY(timed)",                   {AT: 2}),
    ("DATE(timed)",                  {AT: 25}),
    ("MONTH(timed)",                 {AT: 11}),
    ("YEAR(timed)",                  {AT: 2025}),
    ("EPOCH(timed)",                 {AT: AT}),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_an_expression_comes_to_what_aws_says(expression: str, value: Any) -> None:
    assert worked(expression) == value


REFUSED = [
    "", "1 +", "a b", "a,", "(a", "a)", "SUM(a", "a $ b", "'a' + 1", "both + [a, b]", "1 / 0", "AVG(empty)",
    "2 ^ 10000", "IF(a)", "FILL(a)", "FILL(a, both)", "METRICS(1)", "SORT(both, MEDIAN, ASC)", "TIME_SERIES(a)",
    "SEARCH('a', 'Sum', 60)", "SERVICE_QUOTA(a)", "NOSUCH(a)", "c", "-" * 60 + "1", "[" * 60, "1" * 2_049,
]  # fmt: skip


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_no_expression_or_has_no_value_is_refused(expression: str) -> None:
    with pytest.raises(MathError):
        worked(expression)
