"""Conditions in headers: on reads, on the source of a copy, and on writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from doorward.services.context import Context
from doorward.services.s3.errors import NotImplementedHeader
from doorward.services.s3.object_errors import NoSuchKey, NotModified, PreconditionFailed
from doorward.store.tables.object import ObjectVersion

ANY = "*"


class Names(NamedTuple):
    """The members of four conditions, and the headers they come from."""

    match: str
    none_match: str
    modified_since: str
    unmodified_since: str
    prefix: str


READ = Names("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince", "")
COPY = Names(
    "CopySourceIfMatch",
    "CopySourceIfNoneMatch",
    "CopySourceIfModifiedSince",
    "CopySourceIfUnmodifiedSince",
    "x-amz-copy-source-",
)


def on_read(ctx: Context, found: ObjectVersion, parameters: Mapping[str, Any]) -> None:
    """Check the conditions of GetObject and HeadObject.

    Raises:
        PreconditionFailed: If-Match or If-Unmodified-Since does not hold.
        NotModified: If-None-Match or If-Modified-Since does not hold.
    """
    _wanted(found, parameters, READ)
    if _unwanted(ctx, found, parameters, READ):
        headers = {
            "ETag": f'"{found.etag}"',
            "Last-Modified": format_datetime(found.created_at, usegmt=True),
        }
        raise NotModified(headers)


def on_source(ctx: Context, found: ObjectVersion, parameters: Mapping[str, Any]) -> None:
    """Check the conditions on the source of a copy.

    Raises:
        PreconditionFailed: one of them does not hold.
    """
    _wanted(found, parameters, COPY)
    if condition := _unwanted(ctx, found, parameters, COPY):
        raise PreconditionFailed(condition)


def on_write(key: str, newest: ObjectVersion | None, parameters: Mapping[str, Any]) -> None:
    """Check the conditions of a write, for which *newest* is what is there now.

    Raises:
        NotImplementedHeader: S3 does not know such a condition on a write.
        NoSuchKey: If-Match, and there is no object.
        PreconditionFailed: the object is another one, or is there although it should not be.
    """
    match, none_match = parameters.get("IfMatch"), parameters.get("IfNoneMatch")
    if match is not None and none_match is not None:
        raise NotImplementedHeader(
            "If-Match,If-None-Match",
            "Multiple conditional request headers present in the request",
        )
    if none_match is not None and none_match != ANY:
        raise NotImplementedHeader(
            "If-None-Match",
            "We don't accept the provided value of If-None-Match header for this API",
        )
    if match == ANY:
        raise NotImplementedHeader(
            "If-Match", "We don't accept the provided value of If-Match header for this API"
        )
    there = newest if newest and not newest.delete_marker else None
    if none_match is not None and there:
        raise PreconditionFailed("If-None-Match")
    if match is not None:
        on_match(key, there, match)


def on_match(key: str, there: ObjectVersion | None, match: str) -> None:
    """Check If-Match on a write or a deletion.

    Raises:
        NoSuchKey: there is no object.
        PreconditionFailed: the object is another one.
    """
    if there is None:
        raise NoSuchKey(key)
    if not _matches(match, there.etag):
        raise PreconditionFailed("If-Match")


def _wanted(found: ObjectVersion, parameters: Mapping[str, Any], names: Names) -> None:
    """If-Match decides alone where it is given; else If-Unmodified-Since."""
    match = parameters.get(names.match)
    since: datetime | None = parameters.get(names.unmodified_since)
    if match is not None:
        if not _matches(match, found.etag):
            raise PreconditionFailed(_header(names, "If-Match"))
        return
    if since is not None and found.created_at > since:
        raise PreconditionFailed(_header(names, "If-Unmodified-Since"))


def _unwanted(
    ctx: Context, found: ObjectVersion, parameters: Mapping[str, Any], names: Names
) -> str | None:
    """If-None-Match decides alone where it is given; else If-Modified-Since, if not to come.

    The header whose condition does not hold, None if all is well.
    """
    none_match = parameters.get(names.none_match)
    since: datetime | None = parameters.get(names.modified_since)
    if none_match is not None:
        return _header(names, "If-None-Match") if _matches(none_match, found.etag) else None
    if since is not None and found.created_at <= since <= ctx.now:
        return _header(names, "If-Modified-Since")
    return None


def _header(names: Names, header: str) -> str:
    return f"{names.prefix}{header}"


def _matches(condition: str, etag: str) -> bool:
    """Whether one of the tags of *condition* is *etag*; quotes are not needed."""
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in condition.split(",")]
    return ANY in tags or etag in tags
