"""Shapes that several operations of S3 share."""

from typing import Any
from urllib.parse import quote, urlsplit

from doorward.services.s3 import acls
from doorward.store.tables.object import ObjectVersion

URL = "url"
SAFE = "/*-._"


def owner(account: str) -> dict[str, str]:
    """An account as an owner. Names of owners are not shown any more."""
    return {"ID": acls.canonical_id(account)}


def etag(value: str) -> str:
    """An entity tag in its quotes."""
    return f'"{value}"'


def encoded(text: str, encoding_type: str | None) -> str:
    """*text* as a list shows it: percent-encoded where the client asked for that.

    So a key may hold characters that XML cannot.
    """
    return quote(text, safe=SAFE) if encoding_type == URL else text


def location(base_url: str, bucket: str, key: str, *, safe: str = "") -> str:
    """The URL of an object under the host by which the client reached us.

    The host may name the bucket itself.
    """
    own_host = urlsplit(base_url).netloc.startswith(f"{bucket}.")
    path = "" if own_host else f"/{bucket}"
    return f"{base_url}{path}/{quote(key, safe=safe)}"


def checksum_algorithm(found: ObjectVersion) -> dict[str, Any]:
    """How a list names the checksum of an object."""
    if found.checksum is None:
        return {}
    return {
        "ChecksumAlgorithm": [found.checksum["algorithm"]],
        "ChecksumType": found.checksum["type"],
    }
