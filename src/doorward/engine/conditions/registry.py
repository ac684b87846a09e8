"""The table of operators: a name, one question about one pair of values, and what negates it."""

from collections.abc import Callable
from dataclasses import dataclass

Question = Callable[[str, str], bool | None]
"""Whether a request's value matches a policy's; None where the two cannot be compared at all."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator without qualifier and `IfExists`.

    Attributes:
        negated: it holds where the question is answered no, and where the key is absent.
        wildcards: policy values are patterns, with `ANY` and `ONE` for the wildcards.
        variables: policy values may hold policy variables.
    """

    name: str
    question: Question
    negated: bool = False
    wildcards: bool = False
    variables: bool = False


OPERATORS: dict[str, Operator] = {}


def register(
    name: str,
    negation: str | None = None,
    *,
    wildcards: bool = False,
    variables: bool = False,
) -> Callable[[Question], Question]:
    """Register the decorated question under *name*, and its denial under *negation*."""

    def declare(question: Question) -> Question:
        OPERATORS[name.lower()] = Operator(name, question, False, wildcards, variables)
        if negation:
            OPERATORS[negation.lower()] = Operator(negation, question, True, wildcards, variables)
        return question

    return declare
