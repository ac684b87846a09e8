"""Checks of condition keys beside actions: whether a request of the action carries the key.

What actions and resource types carry is read from the catalogue.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator
from functools import lru_cache

from doorward.analysis import universe
from doorward.analysis.validation.draft import Clause, Draft, Leaf
from doorward.analysis.validation.finding import Finding
from doorward.catalog import actions as catalogue
from doorward.catalog import keys
from doorward.engine.match import wild

TAG_KEYS = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")
STARTS = ("$", "<")
MOST_NAMED = 5
COMPANIONS = {
    "sts:sourceidentity": "sts:SetSourceIdentity",
    "sts:transitivetagkeys": "sts:TagSession",
}
"""Keys that are only set by calls that need a further action.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""


def tags(draft: Draft) -> Iterator[Finding]:
    """Conditions on tags for actions whose requests carry no such tags."""
    for clause in draft.clauses:
        if clause.effect not in {"Allow", "Deny"}:
            continue
        effect = clause.effect.upper()
        for test in clause.tests_of(*TAG_KEYS):
            if not test.needs_key:
                continue
            if "NotAction" in clause.elements:
                told = f"Not every action carries {test.key.text}; list actions in Action."
                code = f"{effect}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
                yield Finding(code, told, test.key.place, test.key.path)
            elif found := _services(clause, _stem(test.key.text)):
                told = (
                    f"Actions of {', '.join(found)} here carry no {test.key.text}; "
                    "move them to a statement without it."
                )
                code = f"{effect}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
                yield Finding(code, told, test.key.place, test.key.path)


def _services(clause: Clause, stem: str) -> list[str]:
    """The services of actions of the statement that do not carry the key."""
    found = {
        leaf.text.partition(":")[0].lower()
        for leaf in clause.leaves("Action")
        if leaf.text != "*" and lacks(leaf.text.lower(), stem)
    }
    return sorted(found)


@lru_cache(maxsize=16_384)
def lacks(pattern: str, stem: str) -> bool:
    """Whether there are actions of that pattern, and none of them carries the key."""
    found = list(universe.members(universe.covered(wild(pattern), loose=False)))
    return bool(found) and not any(stem in carried(one) for one in found)


@lru_cache(maxsize=16_384)
def carried(action: str) -> frozenset[str]:
    """The keys that requests of *action* may carry, in lower case, without the keys of tags."""
    found = catalogue.find(action)
    if found is None:
        return frozenset()
    known = set(found.condition_keys)
    for one in found.resource_types:
        kind = catalogue.resource_type(found.service, one.name)
        known.update(one.condition_keys, kind.condition_keys if kind else ())
    return frozenset(_stem(one) for one in known)


def _stem(key: str) -> str:
    """The part of *key* before the tag's own key."""
    for start in STARTS:
        key = key.partition(start)[0]
    before, slash, _ = key.partition("/")
    return (before + slash).lower()


def unsupported(draft: Draft) -> Iterator[Finding]:
    """Keys of a service for actions of that service that never carry them.

    Actions with wildcards are passed over, as AWS does, and so are conditions that hold without
    the key; keys of other services are left alone (assumed).
    """
    for clause in draft.clauses:
        for test in clause.tests:
            lower = test.key.text.lower()
            if not test.key.known or not test.needs_key or keys.global_key(lower):
                continue
            if found := [leaf.text for leaf in _without(clause, lower)]:
                shown = ", ".join(found[:MOST_NAMED]) + (", …" if found[MOST_NAMED:] else "")
                told = f"Requests of {shown} never carry {test.key.text}; move these actions."
                code = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"
                yield Finding(code, told, test.key.place, test.key.path)


def _without(clause: Clause, key: str) -> Iterator[Leaf]:
    stem, service = _stem(key), key.partition(":")[0]
    if not _documented(service, stem):
        return
    for leaf in clause.leaves("Action"):
        text = leaf.text.lower()
        known = text.startswith(f"{service}:") and catalogue.find(text) is not None
        if known and stem not in carried(text):
            yield leaf


@lru_cache(maxsize=1_024)
def _documented(service: str, stem: str) -> bool:
    """Whether the catalogue says of any action of *service* that it carries the key."""
    return any(stem in carried(one.full_name.lower()) for one in catalogue.actions(service))


def companions(draft: Draft) -> Iterator[Finding]:
    """Keys that mean nothing without a further action in the same statement."""
    for clause in draft.clauses:
        for test in clause.tests_of(*COMPANIONS) if "Action" in clause.elements else ():
            action = COMPANIONS[test.key.text.lower()]
            if not _lists(clause, action):
                told = f"{test.key.text} is set by calls that need {action}; add that action."
                code = "MISSING_ACTION_FOR_CONDITION_KEY"
                yield Finding(code, told, test.key.place, test.key.path)


def _lists(clause: Clause, action: str) -> bool:
    wanted = universe.covered(action.lower(), loose=False)
    return any(
        universe.covered(wild(leaf.text.lower()), loose=False) & wanted
        for leaf in clause.leaves("Action")
    )
