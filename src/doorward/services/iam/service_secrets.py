"""The two forms of service-specific credentials: user name with password, and API key.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html
"""

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from doorward.services.context import Context
from doorward.services.iam import statuses
from doorward.store import users
from doorward.store.tables.service_credential import ServiceCredential

PASSWORD_BYTES = 33
KEY_BYTES = 48
SUFFIX_BYTES = 5
KEY_PREFIX = "ABSK"


def _user_name(ctx: Context, user: str, taken: Collection[str]) -> str:
    """`alice-at-123456789012`; the second one of a user is `alice+1-at-…`."""
    first = f"{user}-at-{ctx.account}"
    return f"{user}+1-at-{ctx.account}" if first in taken else first


def _alias(ctx: Context, user: str, taken: Collection[str]) -> str:
    """`alice-at-123456789012`; the second one of a user gets a random suffix."""
    first = f"{user}-at-{ctx.account}"
    if first not in taken:
        return first
    return f"{first}-{base64.b32encode(ctx.ids.token(SUFFIX_BYTES)).decode().lower()}"


def _password(ctx: Context, name: str) -> str:
    del name
    return base64.b64encode(ctx.ids.token(PASSWORD_BYTES)).decode()


def _api_key(ctx: Context, name: str) -> str:
    """A key that begins with `ABSK`; what follows holds its name (assumed)."""
    text = f"{name}:{base64.b64encode(ctx.ids.token(KEY_BYTES)).decode()}"
    return KEY_PREFIX + base64.b64encode(text.encode()).decode()


class Form(NamedTuple):
    """How the credentials of a service look: names, secrets, members; whether they may end."""

    name: Callable[[Context, str, Collection[str]], str]
    secret: Callable[[Context, str], str]
    name_member: str
    secret_member: str
    ages: bool


PASSWORD = Form(_user_name, _password, "ServiceUserName", "ServicePassword", ages=False)
API_KEY = Form(_alias, _api_key, "ServiceCredentialAlias", "ServiceCredentialSecret", ages=True)

FORMS: Mapping[str, Form] = {
    "codecommit.amazonaws.com": PASSWORD,
    "cassandra.amazonaws.com": PASSWORD,
    "bedrock.amazonaws.com": API_KEY,
    "logs.amazonaws.com": API_KEY,  # assumed: the name is not written anywhere
    "aws-external-anthropic.amazonaws.com": API_KEY,
}


def digest(secret: str) -> bytes:
    """What is kept of a password or key."""
    return hashlib.sha256(secret.encode()).digest()


def listed(ctx: Context, credential: ServiceCredential) -> dict[str, Any]:
    """The credential without its secret."""
    user = users.by_id(ctx.db, credential.user_id)
    shown: dict[str, Any] = {
        "UserName": user.name if user else "",
        "Status": status(ctx, credential),
        FORMS[credential.service].name_member: credential.name,
        "CreateDate": credential.created_at,
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service,
    }
    if credential.expires_at is not None:
        shown["ExpirationDate"] = credential.expires_at
    return shown


def with_secret(ctx: Context, credential: ServiceCredential, secret: str) -> dict[str, Any]:
    """The credential with its *secret*, as it is shown once."""
    return listed(ctx, credential) | {FORMS[credential.service].secret_member: secret}


def status(ctx: Context, credential: ServiceCredential) -> str:
    """`Expired` once its time is over, else what it was set to."""
    if credential.expires_at is not None and credential.expires_at <= ctx.now:
        return statuses.EXPIRED
    return statuses.shown(active=credential.active)
