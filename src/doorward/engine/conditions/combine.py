"""A condition as a whole: qualifier, `IfExists`, negation and absence, written once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doorward.engine.conditions import (
    addresses,
    arns,
    binary,
    booleans,
    dates,
    numbers,
    strings,
)
from doorward.engine.conditions.registry import OPERATORS, Operator
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Context, Value
from doorward.engine.variables import (
    Template,
    family_of,
    resolve,
    template,
    unclear,
    wanted,
)
from doorward.policy.document import Condition

FAMILIES = (addresses, arns, binary, booleans, dates, numbers, strings)

FOR_ALL = "forallvalues:"
FOR_ANY = "foranyvalue:"
IF_EXISTS = "ifexists"
NULL = "null"


@dataclass(frozen=True, slots=True)
class Test:
    """A condition made ready: one key under one operator.

    `operator` is None for Null and for a name that is no operator; `known` tells the two apart.
    `texts` are the values where none of them has a variable, else None. `family` is as in
    `family_of`.
    """

    key: str
    family: str | None
    operator: Operator | None
    known: bool
    qualifier: str
    if_exists: bool
    values: tuple[Template, ...]
    texts: tuple[str, ...] | None

    def wanted(self) -> Iterator[str]:
        """The keys that the condition asks for, those of its variables too."""
        yield self.key
        for value in self.values:
            yield from wanted(value)


def test(condition: Condition, *, variables: bool) -> Test:
    """*condition* made ready. Names of operators compare without case (assumed)."""
    name = condition.operator.value.lower()
    qualifier = ""
    for prefix in (FOR_ALL, FOR_ANY):
        if name.startswith(prefix):
            qualifier, name = prefix, name.removeprefix(prefix)
            break
    if_exists = name.endswith(IF_EXISTS) and name.removesuffix(IF_EXISTS) != NULL
    operator = OPERATORS.get(name.removesuffix(IF_EXISTS) if if_exists else name)
    wildcards = operator is not None and operator.wildcards
    expands = variables and operator is not None and operator.variables
    values = tuple(
        template(text.value, wildcards=wildcards, variables=expands)
        for text in condition.values.items
    )
    texts = tuple(value.fixed for value in values if value.fixed is not None)
    key = condition.key.value.lower()
    return Test(
        key=key,
        family=family_of(key),
        operator=operator,
        known=operator is not None or name == NULL,
        qualifier=qualifier,
        if_exists=if_exists,
        values=values,
        texts=texts if len(texts) == len(values) else None,
    )


def satisfied(asked: Test, context: Context) -> bool | None:
    """Whether the request satisfies the condition; None where that cannot be told.

    So it is where the key may have any value, where the operator is none at all, or where values
    that it negates cannot be compared.
    """
    value = context.get(asked.key)
    if value is None and asked.family is not None:
        value = context.get(asked.family)  # as `value_of`, which would cost a call
    if value == UNKNOWN:
        return None
    operator = asked.operator
    if operator is None:
        return _null(asked, value) if asked.known else None
    if asked.qualifier:
        values = () if value is None else (value,) if isinstance(value, str) else value
        return _several(asked, operator, values, context)
    if value is None:
        return asked.if_exists or operator.negated
    # A multivalued key needs a set operator; without one nothing matches, negations included.
    return _one(asked, operator, value, context) if isinstance(value, str) else False


def _null(asked: Test, value: Value | None) -> bool:
    absent = "true" if value is None or value == () else "false"
    return any((text.fixed or "").lower() == absent for text in asked.values)


def _several(
    asked: Test, operator: Operator, values: tuple[str, ...], context: Context
) -> bool | None:
    """The set operators: ForAllValues holds of no values, and of the null value `""`."""
    if asked.qualifier == FOR_ALL:
        return not any(values) or _every(_one(asked, operator, one, context) for one in values)
    if not values:
        return asked.if_exists
    untold = False
    for one in values:
        answer = _one(asked, operator, one, context)
        if answer:
            return True
        untold = untold or answer is None
    return None if untold else False


def _every(answers: Iterable[bool | None]) -> bool | None:
    """Whether all *answers* are yes; None where that hangs on one that cannot be told."""
    untold = False
    for answer in answers:
        if answer is False:
            return False
        untold = untold or answer is None
    return None if untold else True


def _one(asked: Test, operator: Operator, value: str, context: Context) -> bool | None:
    """Whether one value of the request matches any of the policy's; none, for a negation.

    A policy value whose variable has no value matches nothing. Of one that cannot be compared, such
    as text where a number is due, a negation cannot be told (assumed): None. Nor can anything be
    told where a variable may have any value, unless another value of the policy matches.
    """
    texts = asked.texts
    untold = False
    if texts is None:
        untold = any(unclear(written, context) for written in asked.values)
        found = [resolve(written, context) for written in asked.values]
        texts = tuple(text for text in found if text is not None)
    comparable = True
    for text in texts:
        answer = operator.question(value, text)
        if answer:
            return not operator.negated
        if answer is None:
            comparable = False
    if untold:
        return None
    return (comparable or None) if operator.negated else False
