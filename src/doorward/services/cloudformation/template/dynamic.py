"""Dynamic references: `{{resolve:service:what}}` in a text, replaced when a resource is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from doorward.services.cloudformation.template.document import Path, Value
from doorward.services.cloudformation.template.errors import ValidationError

MOST = 60
REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]*)\}\}")
STORED = re.compile(r"([a-zA-Z0-9_.\-/]+)(?::([0-9]{1,18}))?")
SECRET_ARN = re.compile(r"(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::(.*))?", re.DOTALL)
SECURE_PROPERTIES = frozenset({("AWS::IAM::User", "LoginProfile", "Password")})
"""Where `ssm-secure` may stand, of the types that work here."""

OPENING = "{{resolve:"
GUARD = "{\ufdd0{resolve:"


@dataclass(frozen=True, slots=True)
class DynamicReference:
    """One reference, taken apart.

    Attributes:
        name: of the parameter, or the secret's name or ARN.
        version: of the parameter; None for the newest.
        json_key: of the secret's text; None for all of it.
    """

    service: Literal["ssm", "ssm-secure", "secretsmanager"]
    name: str
    version: str | None = None
    json_key: str | None = None
    version_stage: str | None = None
    version_id: str | None = None

    @property
    def secret(self) -> bool:
        """Whether what it stands for is never to be shown."""
        return self.service != "ssm"


Lookup = Callable[[DynamicReference], str]
"""Gives what a reference stands for, or raises why it cannot."""


def parse(service: str, rest: str) -> DynamicReference:
    """The reference of *service* that *rest* writes.

    Raises:
        ValidationError: it is none. The sentence is assumed.
    """
    if service in {"ssm", "ssm-secure"}:
        found = STORED.fullmatch(rest)
        if found:
            kind: Literal["ssm", "ssm-secure"] = "ssm" if service == "ssm" else "ssm-secure"
            return DynamicReference(kind, found.group(1), found.group(2))
        raise _incorrect(service, rest)
    arn = SECRET_ARN.fullmatch(rest)
    plain, _, after = rest.partition(":")
    name, more = (arn.group(1), arn.group(2) or "") if arn else (plain, after)
    parts = more.split(":")
    part, json_key, stage, version = [*parts, "", "", ""][:4]
    if not name or part not in {"", "SecretString"} or any(parts[4:]) or (stage and version):
        raise _incorrect(service, rest)
    return DynamicReference(
        "secretsmanager", name, None, json_key or None, stage or None, version or None
    )


def _incorrect(service: str, rest: str) -> ValidationError:
    shown = f"[{OPENING}{service}:{rest[:200]}}}}}]"
    if service == "secretsmanager":
        return ValidationError(f"Incorrect format of the secretsmanager reference: {shown}")
    return ValidationError(f"Incorrect format is used in the following SSM reference: {shown}")


def found_in(value: Value, path: Path = ()) -> Iterator[tuple[DynamicReference, Path]]:
    """Every reference written in *value*.

    Raises:
        ValidationError: one is written wrongly.
    """
    if isinstance(value, str):
        for one in REFERENCE.finditer(value):
            yield parse(*one.groups()), path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from found_in(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from found_in(item, (*path, at))


def replaced(value: Value, lookup: Lookup | None) -> Value:
    """*value* with what its references stand for; with them as they are without *lookup*."""
    if isinstance(value, str):
        if lookup is not None and OPENING in value:
            ask = lookup
            value = REFERENCE.sub(lambda one: ask(parse(*one.groups())), value)
        return value.replace(GUARD, OPENING) if GUARD in value else value
    if isinstance(value, dict):
        return {key: replaced(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, lookup) for item in value]
    return value


def guarded(value: Value) -> Value:
    """*value*, which somebody else wrote, so that no reference in it is looked up.

    An attribute or an export that reads `{{resolve:…}}` would otherwise be resolved with the
    rights of whoever deploys. `replaced` takes the guard off again.
    """
    if isinstance(value, str):
        return value.replace(OPENING, GUARD) if OPENING in value else value
    if isinstance(value, dict):
        return {key: guarded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return value
