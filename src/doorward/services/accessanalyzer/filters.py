"""Filters of findings: criteria on keys, in requests and in archive rules.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from doorward.services.accessanalyzer.errors import ValidationException
from doorward.store.tables.finding import Finding

Filter = Mapping[str, Mapping[str, Any]]
Lookup = Callable[[str], Sequence[str]]
"""The values that a finding has for a key; none where it has not the key at all."""

OF_RULES = frozenset(
    {
        "resource",
        "resourceType",
        "resourceOwnerAccount",
        "isPublic",
        "status",
        "error",
        "findingType",
        "id",
        "accessType",
        "resourceControlPolicyRestriction",
        "serviceControlPolicyRestriction",
        "principalOwnerAccount",
        "principalType",
        "sources.type",
    }
)
OF_LISTS = OF_RULES | {"createdAt", "updatedAt", "analyzedAt"}
OF_PREVIEWS = OF_LISTS | {"changeType", "existingFindingId", "existingFindingStatus"}
FAMILIES = ("principal.", "condition.")
OPERATORS = frozenset({"eq", "neq", "contains", "exists"})


def check(given: Filter, known: frozenset[str]) -> None:
    """See that the keys are known and each criterion asks for something.

    Raises:
        ValidationException: one does not, or is not.
    """
    for key, criterion in given.items():
        if key not in known and not (key.startswith(FAMILIES) and key.partition(".")[2]):
            raise ValidationException(f"The filter key {key} is not valid.")
        if not any(name in criterion for name in OPERATORS):
            raise ValidationException(f"The filter on {key} has no criterion.")


def matches(given: Filter, lookup: Lookup) -> bool:
    """Whether a finding meets every criterion."""
    return all(_meets(criterion, lookup(key)) for key, criterion in given.items())


def _meets(criterion: Mapping[str, Any], values: Sequence[str]) -> bool:
    """Whether *values* meet each part of *criterion* that is given.

    Without a value a finding meets `neq`, as what is not there is none of those (assumed).
    """
    if "exists" in criterion and bool(values) is not criterion["exists"]:
        return False
    if "eq" in criterion and not any(one in criterion["eq"] for one in values):
        return False
    if "neq" in criterion and any(one in criterion["neq"] for one in values):
        return False
    return "contains" not in criterion or any(
        part in one for one in values for part in criterion["contains"]
    )


def of_finding(found: Finding) -> Lookup:
    """What *found* has for each key."""

    def lookup(key: str) -> Sequence[str]:
        plain = {
            "id": found.id,
            "resource": found.resource,
            "resourceType": found.resource_type,
            "resourceOwnerAccount": found.owner,
            "status": found.status,
            "error": found.error,
            "findingType": found.kind,
            "createdAt": found.created_at.isoformat(),
            "updatedAt": found.updated_at.isoformat(),
            "analyzedAt": found.analyzed_at.isoformat(),
        }.get(key)
        if plain is not None:
            return (plain,) if plain else ()
        return of_members(found.details, key)

    return lookup


def of_members(members: Mapping[str, Any], key: str) -> Sequence[str]:
    """The values of *key* in what a finding says, in the wire's form."""
    if key == "sources.type":
        return [str(one["type"]) for one in members.get("sources") or ()]
    for family in FAMILIES:
        if key.startswith(family):
            wanted = key.removeprefix(family).lower()
            held = members.get(family[:-1]) or {}
            return [str(value) for name, value in held.items() if name.lower() == wanted]
    value = members.get(key)
    if value is None:
        return ()
    return (str(value).lower() if isinstance(value, bool) else str(value),)
