"""The way in: every finding about one policy, in the order in which it is read.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""

import re
from collections.abc import Callable, Iterator

from doorward.analysis.validation import (
    actions,
    conditions,
    grants,
    principals,
    resources,
    statements,
    values,
    variables,
)
from doorward.analysis.validation.draft import Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.analysis.validation.reading import Reader
from doorward.policy.document import Policy
from doorward.policy.errors import InvalidJson, PolicySyntaxError
from doorward.policy.json import Node, read
from doorward.policy.tree import Tree

Check = Callable[[Draft], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    statements.elements,
    statements.sids,
    statements.version,
    statements.size,
    actions.known,
    actions.redundant,
    actions.usable,
    resources.arns,
    resources.in_policy,
    resources.redundant,
    conditions.operators,
    conditions.names,
    conditions.cases,
    conditions.types,
    conditions.qualifiers,
    conditions.empties,
    conditions.kinds,
    conditions.wildcards,
    values.of_type,
    values.addresses,
    values.ids,
    values.redundant,
    variables.form,
    variables.places,
    variables.operators,
    principals.forms,
    principals.excluding,
    principals.trusted,
    principals.deputies,
    grants.roles,
)

TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
"""Strings, which keep their white space, and white space between tokens."""


def validate(text: str, kind: Kind, *, resource_type: str = "") -> list[Finding]:
    """The findings about the policy that *text* spells, in the order of their places."""
    try:
        node = read(text)
    except InvalidJson as error:
        return [Finding("JSON_SYNTAX_ERROR", f"Fix the JSON: {error.problem}.", error.place)]
    try:
        policy = Tree(text).policy(node)
    except PolicySyntaxError:
        policy = None  # its faults are findings
    return checked(node, kind, resource_type=resource_type, length=compact(text), policy=policy)


def checked(
    node: Node,
    kind: Kind,
    *,
    resource_type: str = "",
    length: int = 0,
    policy: Policy | None = None,
) -> list[Finding]:
    """The findings about the policy that *node* is, as `validate`.

    *length* is that of its text without white space; *policy* the tree, where it has one.
    """
    reader = Reader(kind)
    draft = reader.read(node)
    draft.length, draft.resource_type = length, resource_type
    found = list(reader.findings)
    for check in CHECKS:
        found += check(draft)
    if policy is not None:
        found += grants.redundant(draft, policy)
    return sorted(found, key=lambda one: (one.place.start, one.code))


def compact(text: str) -> int:
    """How many characters *text*, which is JSON, has without white space between its tokens."""
    return len(TOKENS.sub(r"\1", text))
