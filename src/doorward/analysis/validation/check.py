"""The way in: every finding about one policy, in the order in which it is read.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""

import re
from collections.abc import Callable, Iterator

from doorward.analysis.validation import (
    actions,
    callers,
    carried,
    conditions,
    grants,
    organizations,
    permissive,
    principals,
    redundancy,
    resources,
    risky_keys,
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
    organizations.wildcards,
    organizations.resource_control,
    carried.tags,
    carried.unsupported,
    carried.companions,
    risky_keys.spoofed,
    risky_keys.paired,
    risky_keys.arns_as_text,
    risky_keys.attributes,
    risky_keys.prefixes,
    risky_keys.endpoints,
    risky_keys.irrelevant,
    risky_keys.kms_keys,
    permissive.wide,
    permissive.stars,
    callers.services,
    callers.audiences,
    callers.sessions,
)

TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
"""Strings, which keep their white space, and white space between tokens."""


def validate(text: str, kind: Kind, *, resource_type: str = "") -> list[Finding]:
    """The findings about the policy that *text* spells, in the order of their places."""
    try:
        node = read(text)
    except InvalidJson as error:
        return [Finding("JSON_SYNTAX_ERROR", f"Fix the JSON: {error.problem}.", error.place)]
    return checked(node, kind, resource_type=resource_type, text=text)


def checked(
    node: Node, kind: Kind, *, resource_type: str = "", text: str | None = None
) -> list[Finding]:
    """The findings about the policy that *node* is, as `validate`.

    *text* is what it was read from, where that is JSON: its length is looked at then.
    """
    reader = Reader(kind)
    draft = reader.read(node)
    draft.resource_type = resource_type
    if text is not None:
        draft.length = compact(text, statements.quota(kind))
    found = list(reader.findings)
    for check in CHECKS:
        found += check(draft)
    suspects = redundancy.suspects(draft)
    policy = tree(node, text or "") if suspects else None
    if policy is not None:
        found += redundancy.redundant(draft, policy, suspects)
    return sorted(found, key=lambda one: (one.place.start, one.code))


def tree(node: Node, text: str) -> Policy | None:
    """The tree of the policy that *node* is; None where it has faults, which are findings."""
    try:
        return Tree(text).policy(node)
    except PolicySyntaxError:
        return None


def compact(text: str, most: int) -> int:
    """How many characters *text*, which is JSON, has without white space between its tokens.

    Where that is at most *most*, some number between the two is enough.
    """
    if len(text) <= most:
        return len(text)
    rough = sum(len(line.strip()) for line in text.split("\n"))
    return len(TOKENS.sub(r"\1", text)) if rough > most else rough
