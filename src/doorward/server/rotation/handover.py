"""A new key on its way to its owner: what is handed over, and what may go wrong."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from doorward.base.clock import iso8601


@dataclass(frozen=True, slots=True)
class NewKey:
    """An access key whose secret is known, so that it can be handed over."""

    id: str
    secret: str = field(repr=False)
    created_at: datetime


Deliver = Callable[[str, NewKey], None]
"""Hands the new key of a user over; raises `Undelivered` or `Unclear`."""


class Undelivered(Exception):
    """Nobody has the new secret."""


class Unclear(Exception):
    """Somebody may have the new secret, or nobody."""


def credentials_file(key: NewKey) -> str:
    """The key as a shared credentials file with one profile.

    https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    return f"[default]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"


def document(user: str, key: NewKey) -> str:
    """The key as JSON, with the names that CreateAccessKey gives its members."""
    return json.dumps(
        {
            "UserName": user,
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "CreateDate": iso8601(key.created_at),
        }
    )
