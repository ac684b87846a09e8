"""Secrets in what is shown of properties: events, change sets, drift.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html
"""

from collections.abc import Collection, Mapping
from typing import Any

MASK = "****"
SHORTEST = 4
"""Texts shorter than this are masked only where they are a whole value."""

SECRET_NAMES = frozenset(
    {"Password", "SecretString", "SecretAccessKey", "PrivateKey", "AddPrivateKey"}
)


def shown(properties: Mapping[str, Any] | None, secrets: Collection[str]) -> dict[str, Any] | None:
    """*properties* with every one of *secrets* masked, and what is secret by its name."""
    if properties is None:
        return None
    found: dict[str, Any] = value(dict(properties), secrets)
    return found


def value(given: Any, secrets: Collection[str]) -> Any:
    """*given* with every one of *secrets* masked."""
    match given:
        case str():
            return text(given, secrets)
        case Mapping():
            return {
                name: MASK if name in SECRET_NAMES and isinstance(one, str) else value(one, secrets)
                for name, one in given.items()
            }
        case list() | tuple():
            return [value(one, secrets) for one in given]
        case int() | float() if str(given) in secrets:
            return MASK
        case _:
            return given


def text(given: str, secrets: Collection[str]) -> str:
    """*given* with every one of *secrets* masked."""
    for secret in secrets:
        if given == secret:
            return MASK
        if len(secret) >= SHORTEST:
            given = given.replace(secret, MASK)
    return given
