"""Checks of policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Iterator

from doorward.analysis.validation.conditions import tests
from doorward.analysis.validation.draft import Draft, Leaf
from doorward.analysis.validation.finding import Finding
from doorward.policy.document import Version

START = "${"
LITERALS = frozenset("*?$")
WITH_VARIABLES = ("String", "Arn", "Bool", "Null")


def form(draft: Draft) -> Iterator[Finding]:
    """Variables that are not closed, empty, or have spaces and quotes where none may be."""
    if draft.version is None or draft.version.text != Version.NEW.value:
        return
    for leaf in written(draft):
        if START in leaf.text:
            for inside, closed in variables(leaf.text):
                yield from one(leaf, inside, closed)


def written(draft: Draft) -> Iterator[Leaf]:
    """The texts in which variables may stand."""
    for clause in draft.clauses:
        yield from clause.leaves("Resource", "NotResource")
        for test in clause.tests:
            yield from test.values


def variables(text: str) -> Iterator[tuple[str, bool]]:
    """What stands in each variable of *text*, and whether it is closed."""
    for part in text.split(START)[1:]:
        inside, brace, _ = part.partition("}")
        yield inside, bool(brace)


def one(leaf: Leaf, inside: str, closed: bool) -> Iterator[Finding]:
    """What is wrong with one variable."""
    name, comma, default = inside.partition(",")
    shown = START + inside
    if not closed:
        told = f"The variable {shown} is not closed; write a brace after it."
        yield Finding("MISSING_BRACE_IN_VARIABLE", told, leaf.place, leaf.path)
    elif not inside.strip():
        told = "The variable ${} is empty; name a condition key."
        yield Finding("EMPTY_VARIABLE", told, leaf.place, leaf.path)
    elif comma and not (default.strip().startswith("'") and default.strip().endswith("'")):
        told = f"Write the default of the variable {shown}}} in single quotes."
        yield Finding("MISSING_QUOTE_IN_VARIABLE", told, leaf.place, leaf.path)
    elif inside not in LITERALS and " " in name.strip():
        told = f"The variable {shown}}} has a space in its name; remove it."
        yield Finding("UNSUPPORTED_SPACE_IN_VARIABLE", told, leaf.place, leaf.path)


def places(draft: Draft) -> Iterator[Finding]:
    """Variables where there are none: in actions, in principals, in the old language."""
    for clause in draft.clauses:
        elsewhere = [
            *clause.leaves("Action", "NotAction"),
            *(named.leaf for named in clause.principals),
        ]
        for leaf in elsewhere:
            if START in leaf.text:
                told = f"{leaf.text} has a variable; those stand in Resource and Condition only."
                yield Finding("VARIABLE_UNSUPPORTED_IN_ELEMENT", told, leaf.place, leaf.path)
    if draft.version is not None and draft.version.text == Version.OLD.value:
        for leaf in written(draft):
            if START in leaf.text:
                told = f"{leaf.text} is plain text in the version 2008-10-17; write 2012-10-17."
                yield Finding("VARIABLE_UNSUPPORTED_IN_VERSION", told, leaf.place, leaf.path)


def operators(draft: Draft) -> Iterator[Finding]:
    """Variables under operators that do not replace them."""
    for _, test in tests(draft):
        if not test.base.startswith(WITH_VARIABLES):
            for leaf in test.values:
                if START in leaf.text:
                    told = f"{test.base} does not replace the variable in {leaf.text}."
                    yield Finding("INVALID_VARIABLE_FOR_OPERATOR", told, leaf.place, leaf.path)
