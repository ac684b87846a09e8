"""Where a template lies that is given by its URL: a bucket of this server, and nowhere else.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from doorward.services.cloudformation.errors import ValidationError

S3_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9])\.)?"
    r"s3(?:[.\-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?"
)
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Object(NamedTuple):
    """An object of S3."""

    bucket: str
    key: str
    version_id: str | None


def read(url: str, base_url: str) -> Object:
    """The object that *url* names; *base_url* is how this server was reached.

    Raises:
        ValidationError: it is no URL of S3, or of this server.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValidationError("TemplateURL must be a supported URL.") from error
    host = (parts.hostname or "").lower()
    if parts.scheme == "s3":
        raise ValidationError(
            f"S3 error: Domain name specified in {parts.netloc} is not a valid S3 domain"
        )
    if parts.scheme not in {"http", "https"} or parts.username or not host:
        raise ValidationError("TemplateURL must be a supported URL.")
    path = unquote(parts.path).removeprefix("/")
    versions = parse_qs(parts.query).get("versionId")
    version = versions[0] if versions else None
    bucket = _virtual(host, port, base_url)
    if bucket is None:
        raise ValidationError("TemplateURL must be a supported URL.")
    if not bucket:
        bucket, _, path = path.partition("/")
    if not bucket or not path:
        raise ValidationError(
            "TemplateURL must reference a valid S3 object to which you have access."
        )
    return Object(bucket, path, version)


def url(place: Object) -> str:
    """The URL of the object at S3 itself, which is read like that at this server."""
    version = f"?versionId={quote(place.version_id)}" if place.version_id else ""
    return f"https://s3.amazonaws.com/{place.bucket}/{quote(place.key)}{version}"


def _virtual(host: str, port: int | None, base_url: str) -> str | None:
    """The bucket in the host, empty where it stands in the path; None where it is not S3's."""
    if found := S3_HOST.fullmatch(host):
        return found["bucket"] or ""
    own = urlsplit(base_url)
    if port != own.port:
        return None
    names = _names((own.hostname or "").lower())
    if host in names:
        return ""
    for name in names:
        if host.endswith(f".{name}"):
            bucket = host.removesuffix(f".{name}").removesuffix(".s3")
            return "" if bucket == "s3" else bucket
    return None


def _names(own: str) -> Collection[str]:
    """The names of this server."""
    return OWN_NAMES | {own, *(f"s3.{one}" for one in OWN_NAMES)}
