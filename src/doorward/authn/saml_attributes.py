"""Attributes of an assertion: roles, session facts and condition keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authn.oidc_claims import MOST_TAGS, source_identity, tag
from doorward.authn.saml_xml import SAML, Element, Malformed, children, content

PREFIX = "https://aws.amazon.com/SAML/Attributes/"
TAG = PREFIX + "PrincipalTag:"
SESSION_NAME = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}")
DURATION = range(900, 43_201)
ROLE_PAIR = 2

Values = Mapping[str, tuple[str, ...]]
"""Attribute values by name."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What an assertion says of the session. `roles` are pairs of role and provider ARN."""

    session_name: str
    roles: frozenset[tuple[str, str]]
    tags: Mapping[str, str]
    transitive: tuple[str, ...]
    source_identity: str | None
    duration_seconds: int | None
    values: Values


def attributes(assertion: Element) -> Attributes:
    """What *assertion* says.

    Raises:
        Malformed: it says something twice, or in an odd form.
        InvalidIdentityToken: something AWS asks for is missing or wrong.
    """
    values = _values(assertion)
    name = _single(values, "RoleSessionName")
    if name is None:
        raise InvalidIdentityToken("RoleSessionName is required in AuthnResponse")
    if not SESSION_NAME.fullmatch(name):
        raise InvalidIdentityToken(
            "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
        )
    tags = dict(_tag(key, found) for key, found in values.items() if key.startswith(TAG))
    transitive = values.get(PREFIX + "TransitiveTagKeys", ())
    if len(tags) > MOST_TAGS or len(transitive) > MOST_TAGS:
        raise InvalidIdentityToken("The SAML response passes more than 50 session tags.")
    return Attributes(
        name,
        frozenset(_pair(one) for one in values.get(PREFIX + "Role", ())),
        tags,
        transitive,
        source_identity(_single(values, "SourceIdentity")),
        _duration(_single(values, "SessionDuration")),
        values,
    )


def _values(assertion: Element) -> Values:
    """The values of every attribute by name.

    Raises:
        Malformed: an attribute of AWS's is there twice, or a value is more than text.
    """
    found: dict[str, tuple[str, ...]] = {}
    for statement in children(assertion, SAML + "AttributeStatement"):
        for one in children(statement, SAML + "Attribute"):
            name = one.get("Name") or ""
            values = tuple(content(value) for value in children(one, SAML + "AttributeValue"))
            if name in found and name.startswith(PREFIX):
                raise Malformed("an attribute is there twice")
            found.setdefault(name, values)
    return found


def _single(values: Values, name: str) -> str | None:
    """The one value of AWS's attribute *name*, None where there is no such attribute.

    Raises:
        InvalidIdentityToken: it has several values, or none (the wording is assumed).
    """
    found = values.get(PREFIX + name)
    if found is None:
        return None
    if len(found) != 1:
        raise InvalidIdentityToken(f"{name} must have one value in AuthnResponse")
    return found[0]


def _tag(attribute: str, values: tuple[str, ...]) -> tuple[str, str]:
    return tag(attribute.removeprefix(TAG), list(values))


def _pair(value: str) -> tuple[str, str]:
    """Role and provider of a value of `Role`, in whichever order they stand there.

    Raises:
        Malformed: they are not two.
    """
    parts = [part.strip() for part in value.split(",")]
    if len(parts) != ROLE_PAIR:
        raise Malformed("no pair of role and provider")
    first, second = parts
    return (second, first) if ":saml-provider/" in first else (first, second)


def _duration(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{3,5}", text) or int(text) not in DURATION:
        raise InvalidIdentityToken("SessionDuration must be from 900 to 43200")  # assumed wording
    return int(text)
