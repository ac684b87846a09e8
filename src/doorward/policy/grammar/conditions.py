"""Condition operators and values as AWS takes them at creation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterator

from doorward.policy.document import Condition, Policy, Text
from doorward.policy.grammar.dates import is_date

STRINGS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
)
COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
DATES = tuple(f"Date{comparison}" for comparison in COMPARISONS)
NUMBERS = tuple(f"Numeric{comparison}" for comparison in COMPARISONS)
OTHERS = (
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
)
IF_EXISTS = "IfExists"
BASES = frozenset((*STRINGS, *DATES, *NUMBERS, *OTHERS))
OPERATORS = BASES | {f"{base}{IF_EXISTS}" for base in BASES} | {"Null"}
QUALIFIERS = frozenset({"ForAllValues", "ForAnyValue"})


def is_operator(name: str) -> bool:
    """Whether *name* is a condition operator, with its qualifier and `IfExists`.

    Case counts (assumed: the case rule for operators is not documented).
    """
    qualifier, colon, operator = name.rpartition(":")
    return operator in OPERATORS and (not colon or qualifier in QUALIFIERS)


def unknown_operators(policy: Policy) -> Iterator[Text]:
    """Operators that do not exist. One with no keys under it passes, as AWS lets it.

    Observed, not documented: an empty object under any name is accepted.
    """
    return (
        condition.operator
        for condition in _conditions(policy)
        if not is_operator(condition.operator.value)
    )


def bad_dates(policy: Policy) -> Iterator[Text]:
    """Values of date operators that are no dates."""
    for operator, _, values in _conditions(policy):
        if operator.value.rpartition(":")[2].removesuffix(IF_EXISTS) in DATES:
            yield from (value for value in values.items if not is_date(value.value))


def _conditions(policy: Policy) -> Iterator[Condition]:
    for statement in policy.statements:
        yield from statement.conditions or ()
