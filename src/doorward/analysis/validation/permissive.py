"""Checks of wildcards and variables in condition values that let in too much, or say nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive
"""

import re
from collections.abc import Iterator

from doorward.analysis.validation.draft import IF_EXISTS, Draft, Leaf, Test
from doorward.analysis.validation.finding import Finding
from doorward.catalog import keys
from doorward.catalog.keys import When

SENSITIVE = (
    *("aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid"),
    *("aws:sourceaccount", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce"),
    *("aws:vpceaccount", "aws:vpceorgid"),
)
PATHS = ("aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")
"""Keys of which a value may end in a wildcard after some letters (assumed: AWS lists none)."""

USER_ID = "aws:userid"
BEFORE = 6
VARIABLE = re.compile(r"\$\{([^},]*)[^}]*\}")
WILD = re.compile(r"[*?]")
LITERALS = frozenset("*?$")


def wide(draft: Draft) -> Iterator[Finding]:
    """Wildcards and variables in values of keys that are to name one thing."""
    for clause in draft.clauses:
        for test in clause.tests_of(*SENSITIVE, *PATHS, USER_ID):
            if test.base not in {"StringLike", "StringEquals"}:
                continue
            for leaf in test.values:
                yield from _value(test, leaf)


def _value(test: Test, leaf: Leaf) -> Iterator[Finding]:
    key, plain = test.key.text.lower(), VARIABLE.sub("", leaf.text)
    star = WILD.search(plain) if test.base == "StringLike" else None
    if star and (told := _fault(key, plain, star.start(), f"The wildcard in {leaf.text}")):
        yield Finding("WILDCARD_USAGE_TOO_PERMISSIVE", told, leaf.place, leaf.path)
    for found in VARIABLE.finditer(leaf.text):
        name = found[1].strip().lower()
        if name in LITERALS or name in SENSITIVE or name == key:
            continue  # AWS sets these itself, so nobody can choose a value that fits
        if told := _fault(key, leaf.text, found.start(), f"The variable in {leaf.text}"):
            yield Finding("VARIABLE_USAGE_TOO_PERMISSIVE", told, leaf.place, leaf.path)


def _fault(key: str, text: str, at: int, what: str) -> str:
    """What is wrong with something that may be anything at that place of a value; else nothing."""
    if key in SENSITIVE:
        return f"{what} may stand for another account, organization or network; write it out."
    if key == USER_ID:
        before, colon, _ = text.partition(":")
        alone = at < len(before) and before in {"*", "${" + text[2:].partition("}")[0] + "}"}
        if colon and (at > len(before) or alone):
            return ""
        return f"{what} takes in ids of others; write it after the colon, or alone before it."
    return f"{what} has fewer than {BEFORE} characters before it." if at < BEFORE else ""


def stars(draft: Draft) -> Iterator[Finding]:
    """Conditions on any value at all, which ask whether the key is there, or nothing."""
    for clause in draft.clauses:
        for test in clause.tests:
            if test.base in {"StringLike", "StringNotLike"} and _any(test):
                yield _star(test)


def _any(test: Test) -> bool:
    return bool(test.values) and any(leaf.text == "*" for leaf in test.values)


def _star(test: Test) -> Finding:
    key, optional = test.key.text, test.operator.text.endswith(IF_EXISTS)
    for_all, for_any = test.qualifier == "ForAllValues:", test.qualifier == "ForAnyValue:"
    found = keys.global_key(key)
    present = found is not None and found.when is When.ALWAYS
    if not test.negated and (optional or for_all or present):
        code = "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"
        told = f"The condition on {key} always holds; remove it."
    elif test.negated and (for_any or (present and not optional)):
        code = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION"
        told = f"The condition on {key} never holds, so the statement says nothing; remove it."
    else:
        word = "true" if test.negated else "false"
        code = f"EQUIVALENT_TO_NULL_{word.upper()}"
        told = f'This asks only whether {key} is there; write "Null": {{"{key}": "{word}"}}.'
    return Finding(code, told, test.operator.place, test.operator.path)
