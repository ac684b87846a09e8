"""What a request for a session asks for: in its query, as the signing helper does, or its body.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from doorward.base.arn import Arn, is_account
from doorward.base.http import HttpRequest
from doorward.services.rolesanywhere.errors import ValidationException

ARNS = ("trustAnchorArn", "profileArn", "roleArn")
DURATION = "durationSeconds"
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
SECONDS = range(900, 43_201)
MOST_PROPERTIES, PROPERTY_CHARACTERS = 50, 200
ARN_CHARACTERS = 1_011


@dataclass(frozen=True, slots=True)
class Asked:
    """A session as it is asked for; `duration_seconds` is None where the profile decides."""

    trust_anchor_arn: str
    profile_arn: str
    role_arn: str
    duration_seconds: int | None = None
    session_name: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


def read(request: HttpRequest) -> Asked:
    """What *request* asks for.

    Raises:
        ValidationException: a member is missing, wrong, or given in two ways.
    """
    members = _members(request)
    arns = [_text(members, name, ARN_CHARACTERS) for name in ARNS]
    for name, value in zip(ARNS, arns, strict=True):
        parsed = Arn.parse(value or "")
        if parsed is None or not is_account(parsed.account):
            raise ValidationException(f"{name} is missing or is not an ARN")
    seconds = members.get(DURATION)
    if seconds is not None and (type(seconds) is not int or seconds not in SECONDS):
        raise ValidationException(f"{DURATION} must be between {SECONDS[0]} and {SECONDS[-1]}")
    session_name = _text(members, "roleSessionName", 64)
    if session_name is not None and not SESSION_NAME.fullmatch(session_name):
        raise ValidationException("roleSessionName is not valid")
    anchor, profile, role = (value or "" for value in arns)
    return Asked(anchor, profile, role, seconds, session_name, _properties(members))


def _members(request: HttpRequest) -> dict[str, Any]:
    body = request.body.read()
    try:
        members = json.loads(body, object_pairs_hook=_once) if body else {}
        pairs = parse_qsl(request.query, keep_blank_values=True, max_num_fields=64)
    except (ValueError, RecursionError) as error:
        raise ValidationException("The request cannot be read") from error
    if not isinstance(members, dict):
        raise ValidationException("The body is not a JSON object")
    found = {name: value for name, value in members.items() if value is not None}
    for name, value in _once(pairs).items():
        read_as = int(value) if name == DURATION and value.isdecimal() else value
        if found.setdefault(name, read_as) != read_as:
            raise ValidationException(f"{name} was given twice")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValidationException("A member was given twice")
    return found


def _text(members: Mapping[str, Any], name: str, most: int) -> str | None:
    value = members.get(name)
    if value is not None and not (isinstance(value, str) and 0 < len(value) <= most):
        raise ValidationException(f"{name} is not valid")
    return value


def _properties(members: Mapping[str, Any]) -> dict[str, str]:
    found = members.get("instanceProperties", {})
    texts = [one for pair in found.items() for one in pair] if isinstance(found, dict) else [None]
    valid = all(isinstance(one, str) and 0 < len(one) <= PROPERTY_CHARACTERS for one in texts)
    if not valid or len(texts) > 2 * MOST_PROPERTIES:
        raise ValidationException("instanceProperties are not valid")
    return dict(found)
