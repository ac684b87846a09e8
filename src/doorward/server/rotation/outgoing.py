"""Requests to AWS services, signed with version 4, as any client of theirs sends them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import configparser
import hashlib
import http.client
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from doorward.authn import canonical, signing
from doorward.base.clock import basic
from doorward.base.errors import BadInput

MOST_BYTES = 8 << 20
CREDENTIALS_FILE = "AWS_SHARED_CREDENTIALS_FILE"


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials that calls are signed with; `token` is that of a session."""

    access_key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests go: an endpoint, the signing name of its service, and the Region."""

    endpoint: SplitResult
    service: str
    region: str


def checked(endpoint: str, flag: str = "--endpoint-url") -> SplitResult:
    """The parts of *endpoint*, which the *flag* gave.

    Raises:
        BadInput: it is no `http` or `https` URL.
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        problem = f"`{endpoint}` is no http or https URL"
        raise BadInput(flag, problem, "write one such as `http://127.0.0.1:4566`")
    return parts


def connected(endpoint: SplitResult, seconds: float) -> http.client.HTTPConnection:
    """A connection that goes straight to *endpoint*; certificates are checked."""
    host = endpoint.hostname or ""
    if endpoint.scheme == "http":
        return http.client.HTTPConnection(host, endpoint.port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, endpoint.port, timeout=seconds, context=context)


def signed(
    place: Place,
    keys: Keys,
    now: datetime,
    body: bytes,
    headers: Mapping[str, str],
    *,
    method: str = "POST",
    path: str = "/",
    query: str = "",
) -> dict[str, str]:
    """The *headers* of a request to *place*, lower case, with what signs them."""
    found = {
        **headers,
        "host": place.endpoint.netloc.rpartition("@")[2],
        "x-amz-date": basic(now),
    }
    if keys.token:
        found["x-amz-security-token"] = keys.token
    names = ";".join(sorted(found))
    payload = hashlib.sha256(body).hexdigest()
    normal, sorted_query = canonical.normal_path(path), canonical.query(query)
    request = canonical.request(method, normal, sorted_query, found, names, payload)
    scope = signing.Scope(basic(now)[:8], place.region, place.service)
    key = signing.signing_key(keys.secret, scope)
    signature = signing.signature(key, signing.string_to_sign(basic(now), scope, request))
    credential = f"Credential={keys.access_key_id}/{scope}"
    found["authorization"] = (
        f"{signing.ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
    )
    return found


def profile(name: str, flag: str) -> Keys:
    """The keys of a profile in the shared credentials file, which the *flag* named.

    Raises:
        BadInput: there is no such file, or no such profile with keys in it.

    https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    path = Path(os.environ.get(CREDENTIALS_FILE) or "~/.aws/credentials").expanduser()
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"))
        section = parser[name]
        return Keys(
            section["aws_access_key_id"],
            section["aws_secret_access_key"],
            section.get("aws_session_token"),
        )
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError) as error:
        problem = f"`{name}` is no profile with keys in `{path}`"
        raise BadInput(flag, problem, "add it there with `aws configure --profile`") from error
