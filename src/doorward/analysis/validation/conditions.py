"""Checks of conditions: operators, keys, and whether they go together."""

import re
from collections import Counter
from collections.abc import Iterator

from doorward.analysis.validation.draft import IF_EXISTS, Clause, Draft, Kind, Leaf, Test
from doorward.analysis.validation.finding import Finding
from doorward.catalog import keys
from doorward.catalog.keys import ConditionKey, KeyType
from doorward.engine.match import UNKNOWN
from doorward.policy.grammar.conditions import is_operator
from doorward.policy.json import Array, Node, Scalar

KEY = re.compile(r"[A-Za-z0-9.-]+:.+")
TAG_KEYS = ("aws:requesttag", "aws:resourcetag", "aws:principaltag")
FOR_ALL = "ForAllValues:"
MANY_SINGLE = 1
FAMILIES = {
    "String": frozenset({KeyType.STRING, KeyType.ARN, KeyType.BINARY}),
    "Arn": frozenset({KeyType.ARN}),
    "Bool": frozenset({KeyType.BOOL}),
    "Numeric": frozenset({KeyType.NUMERIC}),
    "Date": frozenset({KeyType.DATE}),
    "IpAddress": frozenset({KeyType.IP_ADDRESS}),
    "NotIpAddress": frozenset({KeyType.IP_ADDRESS}),
    "Binary": frozenset({KeyType.BINARY}),
}


def tests(draft: Draft) -> Iterator[tuple[Clause, Test]]:
    """Every condition with its statement."""
    for clause in draft.clauses:
        for one in clause.tests:
            yield clause, one


def operators(draft: Draft) -> Iterator[Finding]:
    """Operators that do not exist, or do nothing so."""
    for _, one in tests(draft):
        name, at = one.operator.text, one.operator
        if name.rpartition(":")[2] == f"Null{IF_EXISTS}":
            told = "Null with IfExists says nothing more than Null; remove IfExists."
            yield Finding("NULL_WITH_IF_EXISTS", told, at.place, at.path)
        elif not is_operator(name):
            told = f"There is no condition operator {name}."
            yield Finding("INVALID_CONDITION_OPERATOR", told, at.place, at.path)
        elif one.base == "Null" and one.qualifier:
            told = f"Null asks whether the key is there; remove {one.qualifier}"
            yield Finding("NULL_WITH_QUALIFIER", told, at.place, at.path)


def names(draft: Draft) -> Iterator[Finding]:
    """Keys that do not exist."""
    for _, one in tests(draft):
        if one.key.known:
            yield from name(one.key, draft.kind)


def name(key: Leaf, kind: Kind) -> Iterator[Finding]:
    """What is wrong with the name of one key.

    `aws:ARN` is an error where it may have been meant for a source, else a warning (assumed).
    """
    text = key.text.lower()
    if not KEY.fullmatch(text):
        told = f"{key.text} is no condition key; write it as service:key, such as aws:SourceIp."
        yield Finding("INVALID_CONDITION_KEY_FORMAT", told, key.place, key.path)
    elif text == "aws:arn" and kind in {Kind.IDENTITY, Kind.SCP}:
        told = "aws:ARN is an old key; use aws:PrincipalArn."
        yield Finding("DEPRECATED_GLOBAL_CONDITION_KEY", told, key.place, key.path)
    elif text == "aws:arn":
        told = "aws:ARN is not supported; use aws:PrincipalArn or aws:SourceArn."
        yield Finding("UNSUPPORTED_GLOBAL_CONDITION_KEY", told, key.place, key.path)
    elif text.rstrip("/") in TAG_KEYS:
        told = f"Write the key of the tag after a slash: {key.text.rstrip('/')}/team."
        yield Finding("MISSING_TAG_KEY_IN_CONDITION", told, key.place, key.path)
    elif keys.find(text) is None:
        yield from _unknown(key)


def _unknown(key: Leaf) -> Iterator[Finding]:
    service = key.text.lower().partition(":")[0]
    if service == "aws":
        told = f"There is no global condition key {key.text}."
        yield Finding("INVALID_GLOBAL_CONDITION_KEY", told, key.place, key.path)
    elif keys.service_keys(service):
        # Keys of identity providers begin with a host name, and anybody may have those.
        told = f"The service {service} has no condition key {key.text}."
        yield Finding("INVALID_SERVICE_CONDITION_KEY", told, key.place, key.path)


def cases(draft: Draft) -> Iterator[Finding]:
    """One key twice under an operator, but for case."""
    for clause in draft.clauses:
        seen = Counter((one.operator.text, one.key.text.lower()) for one in clause.tests)
        for one in clause.tests:
            if seen[one.operator.text, one.key.text.lower()] > MANY_SINGLE:
                told = f"The key {one.key.text} stands twice under {one.operator.text}; join them."
                code = "DUPLICATE_KEYS_WITH_DIFFERENT_CASE"
                yield Finding(code, told, one.key.place, one.key.path)


def types(draft: Draft) -> Iterator[Finding]:
    """Operators of another family than the key's type."""
    for _, one in tests(draft):
        found = keys.find(one.key.text) if one.key.known else None
        family = _family(one.base)
        if found is None or family is None or found.type in FAMILIES[family]:
            continue
        if family == "String" and found.type is KeyType.BOOL and one.base.endswith("Equals"):
            continue  # compares as text, and rightly
        told = f"{one.key.text} holds {found.type.value}; {one.base} compares something else."
        yield Finding("TYPE_MISMATCH", told, one.operator.place, one.operator.path)


def _family(base: str) -> str | None:
    return next((one for one in FAMILIES if base.startswith(one)), None)


def qualifiers(draft: Draft) -> Iterator[Finding]:
    """Keys with several values under plain operators, and with one value under ForAllValues."""
    for clause, one in tests(draft):
        found = keys.find(one.key.text) if one.key.known else None
        if found is None or one.base == "Null":
            continue
        if found.multivalued and not one.qualifier:
            told = f"{one.key.text} has several values; say ForAllValues: or ForAnyValue: of it."
            yield Finding("MISSING_QUALIFIER", told, one.operator.place, one.operator.path)
        elif not found.multivalued and one.qualifier == FOR_ALL and clause.effect == "Allow":
            yield _single(found, one)


def _single(found: ConditionKey, one: Test) -> Finding:
    told = (
        f"{found.name} has one value, and {FOR_ALL}{one.base} holds where it is missing; "
        f"remove {FOR_ALL}"
    )
    code = "FORALLVALUES_WITH_SINGLE_VALUED_KEY"
    return Finding(code, told, one.operator.place, one.operator.path)


def empties(draft: Draft) -> Iterator[Finding]:
    """Conditions without values."""
    for _, one in tests(draft):
        if isinstance(one.node, Array) and not one.node.items:
            suffix = one.qualifier.rstrip(":").upper()
            suffix = suffix or ("IFEXISTS" if one.operator.text.endswith(IF_EXISTS) else "")
            code = f"EMPTY_ARRAY_CONDITION{'_' if suffix else ''}{suffix}"
            told = f"The condition on {one.key.text} has no value; give it one or remove it."
            yield Finding(code, told, one.node.place, one.key.path)


def kinds(draft: Draft) -> Iterator[Finding]:
    """Values of several JSON types, and lists of booleans."""
    for _, one in tests(draft):
        if not isinstance(one.node, Array):
            continue
        found = {_json(item) for item in one.node.items}
        if len(found) > MANY_SINGLE:
            told = f"The values of {one.key.text} have several JSON types; write all as strings."
            yield Finding("INVALID_CONDITION_DATA_TYPE", told, one.node.place, one.key.path)
        elif found == {"boolean"} and len(one.node.items) > MANY_SINGLE:
            told = f"{one.key.text} is true or false; write one of them."
            code = "INVALID_CONDITION_MULTIPLE_BOOLEAN"
            yield Finding(code, told, one.node.place, one.key.path)


def _json(item: Node) -> str:
    if not isinstance(item, Scalar):
        return "string"
    return "boolean" if item.text in {"true", "false"} else "number"


def wildcards(draft: Draft) -> Iterator[Finding]:
    """Wildcards under operators that take them for plain letters."""
    for _, one in tests(draft):
        if one.base not in {"StringEquals", "StringNotEquals"}:
            continue
        for leaf in one.values:
            text = leaf.text.replace("${*}", "").replace("${?}", "")
            if ("*" in text or "?" in text) and UNKNOWN not in text:
                like = one.base.replace("Equals", "Like")
                told = f"{one.base} takes * and ? for plain letters; use {like}."
                yield Finding("WILDCARD_WITHOUT_LIKE_OPERATOR", told, leaf.place, leaf.path)
