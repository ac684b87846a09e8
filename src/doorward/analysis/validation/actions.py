"""Checks of actions: whether there are such, and what to write instead."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from doorward.analysis import universe
from doorward.analysis.validation.draft import SERVICES, Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.catalog import actions as catalogue
from doorward.engine.match import UNKNOWN, wild

REMEMBERED = 16_384
MOST_TYPOS = 3
"""By how many letters a name may be too long or too short to be meant."""

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
            fault = wrong(leaf.text)
            if fault is not None:
                yield Finding(*fault, leaf.place, leaf.path)


@lru_cache(maxsize=REMEMBERED)
def wrong(text: str) -> tuple[str, str] | None:
    """What is wrong with one action: the code, and what is told."""
    if text == "*" or UNKNOWN in text:
        return None
    service, colon, name = text.partition(":")
    if not colon:
        told = f"{text} is no action; write it as service:Action, such as s3:GetObject."
        return "INVALID_ACTION", told
    if "*" in service or "?" in service:
        told = f"{service} has a wildcard in the name of the service; write the name in full."
        return "WILDCARD_IN_SERVICE_NAME", told
    if service.lower() not in services():
        told = f"There is no service {service}{nearest(service.lower())}."
        return "INVALID_SERVICE_IN_ACTION", told
    if not universe.covered(wild(text.lower()), loose=False):
        near = nearest(name.lower(), service.lower())
        return "INVALID_ACTION", f"The service {service} has no action {name}{near}."
    return None


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
    near = [one for one in known if one[:1] == text[:1] and abs(len(one) - len(text)) <= MOST_TYPOS]
    found = get_close_matches(text, near, n=1)
    return f"; did you mean {known[found[0]]}" if found else ""


def redundant(draft: Draft) -> Iterator[Finding]:
    """Actions that another one of the same statement covers."""
    for one in draft.clauses:
        yield from _redundant(one)


def _redundant(one: Clause) -> Iterator[Finding]:
    for name in NAMES:
        leaves = [leaf for leaf in one.leaves(name) if leaf.known]
        lower = [leaf.text.lower() for leaf in leaves]
        wide = [at for at, text in enumerate(lower) if "*" in text or "?" in text]
        if not wide and len(set(lower)) == len(lower):
            continue
        near: dict[str, list[int]] = {}
        for at in wide:
            near.setdefault(lower[at].partition(":")[0], []).append(at)
        every = near.get("*", [])
        first: dict[str, int] = {}
        for at, (leaf, text) in enumerate(zip(leaves, lower, strict=True)):
            wider = _wider(lower, at, (*near.get(text.partition(":")[0], ()), *every))
            if wider is None:
                wider = first.get(text)
            first.setdefault(text, at)
            if wider is not None:
                told = f"{leaf.text} is covered by {leaves[wider].text}; remove it."
                yield Finding("REDUNDANT_ACTION", told, leaf.place, leaf.path)


def _wider(lower: Sequence[str], at: int, among: Sequence[int]) -> int | None:
    """Which of *among* covers the action at that place; of two alike the earlier one does."""
    if not among:
        return None
    found = universe.covered(wild(lower[at]), loose=False)
    for other in among if found else ():
        if lower[other] == lower[at]:
            continue
        covered = universe.covered(wild(lower[other]), loose=False)
        if found & ~covered == 0 and (found != covered or other < at):
            return other
    return None


def usable(draft: Draft) -> Iterator[Finding]:
    """Actions that a trust policy, or the policy of a resource, cannot be about."""
    if draft.kind is Kind.TRUST:
        yield from _not_of_trust(draft)
    elif draft.kind is Kind.RESOURCE and draft.resource_type in SERVICES:
        service = SERVICES[draft.resource_type]
        for one in draft.clauses:
            for leaf in one.leaves("Action"):
                found, colon, _ = leaf.text.lower().partition(":")
                if leaf.known and colon and found != service:
                    told = f"The policy is of {service}; {leaf.text} is of another service."
                    yield Finding("UNSUPPORTED_ACTION_IN_POLICY", told, leaf.place, leaf.path)


def _not_of_trust(draft: Draft) -> Iterator[Finding]:
    allowed = [one.lower() for one in TRUST_ACTIONS]
    for one in draft.clauses:
        for leaf in one.leaves("Action"):
            text = leaf.text.lower()
            if leaf.known and text not in allowed and "*" not in text and "?" not in text:
                told = f"{leaf.text} is not used in trust policies; use {', '.join(TRUST_ACTIONS)}."
                yield Finding("UNSUPPORTED_ACTION_IN_POLICY", told, leaf.place, leaf.path)
