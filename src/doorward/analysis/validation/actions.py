"""Checks of actions: whether there are such, and what to write instead."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from doorward.analysis import universe
from doorward.analysis.validation.draft import Clause, Draft, Kind, Leaf
from doorward.analysis.validation.finding import Finding
from doorward.catalog import actions as catalogue
from doorward.engine.match import wild

NAMES = ("Action", "NotAction")
TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetSourceIdentity",
    "sts:TagSession",
    "sts:SetContext",
)


def known(draft: Draft) -> Iterator[Finding]:
    """Actions and services that do not exist."""
    for one in draft.clauses:
        for leaf in one.leaves(*NAMES):
            if leaf.known and leaf.text != "*":
                yield from action(leaf)


def action(leaf: Leaf) -> Iterator[Finding]:
    """What is wrong with one action."""
    service, colon, name = leaf.text.partition(":")
    if not colon:
        told = f"{leaf.text} is no action; write it as service:Action, such as s3:GetObject."
        yield Finding("INVALID_ACTION", told, leaf.place, leaf.path)
    elif "*" in service or "?" in service:
        told = f"{service} has a wildcard in the name of the service; write the name in full."
        yield Finding("WILDCARD_IN_SERVICE_NAME", told, leaf.place, leaf.path)
    elif service.lower() not in services():
        told = f"There is no service {service}{nearest(service.lower())}."
        yield Finding("INVALID_SERVICE_IN_ACTION", told, leaf.place, leaf.path)
    elif not universe.covered(wild(leaf.text.lower()), loose=False):
        near = nearest(name.lower(), service.lower())
        told = f"The service {service} has no action {name}{near}."
        yield Finding("INVALID_ACTION", told, leaf.place, leaf.path)


@lru_cache(maxsize=1)
def services() -> frozenset[str]:
    """The prefixes of all services."""
    return frozenset(catalogue.services())


@lru_cache(maxsize=64)
def names(service: str) -> dict[str, str]:
    """The actions of *service*, by their names in lower case."""
    return {one.name.lower(): one.name for one in catalogue.actions(service)}


@lru_cache(maxsize=4_096)
def nearest(text: str, service: str = "") -> str:
    """What was perhaps meant by *text*, as the end of a sentence.

    It is looked for among the actions of *service*, or among the services.
    """
    known = names(service) if service else {one: one for one in services()}
    found = get_close_matches(text, known, n=1)
    return f"; did you mean {known[found[0]]}" if found else ""


def redundant(draft: Draft) -> Iterator[Finding]:
    """Actions that another one of the same statement covers."""
    for one in draft.clauses:
        yield from _redundant(one)


def _redundant(one: Clause) -> Iterator[Finding]:
    for name in NAMES:
        leaves = [leaf for leaf in one.leaves(name) if leaf.known]
        covered = [universe.covered(wild(leaf.text.lower()), loose=False) for leaf in leaves]
        wide: dict[str, list[int]] = {}
        for at, leaf in enumerate(leaves):
            if "*" in leaf.text or "?" in leaf.text:
                wide.setdefault(leaf.text.lower().partition(":")[0], []).append(at)
        first: dict[int, int] = {}
        for at, leaf in enumerate(leaves):
            found = covered[at]
            near = wide.get(leaf.text.lower().partition(":")[0], []) + wide.get("*", [])
            wider = [n for n in near if found & ~covered[n] == 0 and found != covered[n]]
            if found in first:
                wider.append(first[found])
            first.setdefault(found, at)
            if found and wider:
                told = f"{leaf.text} is covered by {leaves[wider[0]].text}; remove it."
                yield Finding("REDUNDANT_ACTION", told, leaf.place, leaf.path)


def usable(draft: Draft) -> Iterator[Finding]:
    """Actions that a trust policy cannot be about."""
    if draft.kind is not Kind.TRUST:
        return
    allowed = [one.lower() for one in TRUST_ACTIONS]
    for one in draft.clauses:
        for leaf in one.leaves("Action"):
            text = leaf.text.lower()
            if leaf.known and text not in allowed and "*" not in text and "?" not in text:
                told = f"{leaf.text} is not used in trust policies; use {', '.join(TRUST_ACTIONS)}."
                yield Finding("UNSUPPORTED_ACTION_IN_POLICY", told, leaf.place, leaf.path)
