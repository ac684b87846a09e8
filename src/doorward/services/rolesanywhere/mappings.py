"""Attribute mappings of profiles: which attributes of a certificate become session tags.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/attribute-mapping.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import attributes, keeping, resources
from doorward.services.rolesanywhere.errors import ValidationException
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store.tables.rolesanywhere import PROFILE

MOST = 50
ALL_NAMES = "Name/*"
SHORTER = frozenset({"Name", "Name/"})
"""Other spellings of all attributes of a directory name."""


def _mapping(field: str, specifiers: Sequence[str]) -> dict[str, Any]:
    return {
        "certificateField": field,
        "mappingRules": [{"specifier": one} for one in specifiers],
    }


DEFAULTS = [
    _mapping("x509Issuer", ["*"]),
    _mapping("x509SAN", ["DNS", "URI", ALL_NAMES]),
    _mapping("x509Subject", ["*"]),
]


def by_field(mappings: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The specifiers of each certificate field."""
    return {
        one["certificateField"]: [rule["specifier"] for rule in one["mappingRules"]]
        for one in mappings
    }


def _shown(found: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [_mapping(field, names) for field, names in sorted(found.items()) if names]


def _spelled(field: str, specifier: str) -> str:
    """The specifier in its longest spelling.

    Raises:
        ValidationException: the field has no such attribute.
    """
    name = ALL_NAMES if field == attributes.SAN and specifier in SHORTER else specifier
    if not attributes.known(field, name):
        raise ValidationException(f"{specifier} is not a specifier of {field}")
    return name


@rolesanywhere.operation(on=resources.of("profileId"))
def put_attribute_mapping(
    ctx: Context,
    *,
    profile_id: str,
    certificate_field: str,
    mapping_rules: list[dict[str, str]],
) -> Output:
    """Add specifiers to those that a certificate field has.

    Raises:
        ResourceNotFound: there is no such profile.
        ValidationException: the field has no such attribute, or there are too many.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_PutAttributeMapping.html
    """
    profile = resources.existing(ctx, PROFILE, profile_id)
    found = by_field(profile.details["attributeMappings"])
    given = [_spelled(certificate_field, rule["specifier"]) for rule in mapping_rules]
    together = list(dict.fromkeys([*found.get(certificate_field, []), *given]))
    if len(together) > MOST:
        raise ValidationException(f"A certificate field has at most {MOST} mapping rules")
    details = {"attributeMappings": _shown({**found, certificate_field: together})}
    return {"profile": keeping.update(ctx, profile, details=details)}


@rolesanywhere.operation(on=resources.of("profileId"))
def delete_attribute_mapping(
    ctx: Context,
    *,
    profile_id: str,
    certificate_field: str,
    specifiers: list[str] | None = None,
) -> Output:
    """Remove specifiers of a certificate field, all of them where none is named.

    Raises:
        ResourceNotFound: there is no such profile.
        ValidationException: the field has no such attribute.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DeleteAttributeMapping.html
    """
    profile = resources.existing(ctx, PROFILE, profile_id)
    found = by_field(profile.details["attributeMappings"])
    present = found.get(certificate_field, [])
    gone = {_spelled(certificate_field, one) for one in specifiers} if specifiers else set(present)
    left = [one for one in present if one not in gone]
    details = {"attributeMappings": _shown({**found, certificate_field: left})}
    return {"profile": keeping.update(ctx, profile, details=details)}
