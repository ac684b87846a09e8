"""S3's own ways of naming an operation: virtual hosts, sub-resources, form uploads.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from doorward.base.http import HttpRequest
from doorward.wire import rest
from doorward.wire.form import text
from doorward.wire.refusals import (
    InvalidArgument,
    InvalidURI,
    Malformed,
    MethodNotAllowed,
    NotAForm,
)

POST_OBJECT = "PostObject"
"""The form upload, which botocore's model does not have."""

ACCESS_POINT = re.compile(r"\A/(arn(?::|%3A)[^/]*(?::|%3A)accesspoint)/([^/]+)", re.IGNORECASE)
"""The ARN of an access point in the place of a bucket, which holds a slash of its own."""

MULTIPART = "multipart/form-data"


def s3_operation(
    request: HttpRequest, host_bucket: str | None, query: rest.Query
) -> tuple[str, Mapping[str, str]]:
    """The operation and its labels; *host_bucket* is what stands before the configured host.

    Dots and empty segments of the path stay as they are: `/b/a/../c//d` is the key `a/../c//d`.

    Raises:
        InvalidURI: the path does not begin with a slash, or cannot be decoded.
        InvalidArgument: two sub-resources in one query string.
        MethodNotAllowed: S3 has no such method on such a resource.
        NotAForm: something else than a form is posted to a bucket.
    """
    path = request.path or "/"
    if not path.startswith("/"):
        raise InvalidURI
    if host_bucket is not None:
        path = f"/{quote(host_bucket, safe='')}{path}"
    path = ACCESS_POINT.sub(r"/\1%2F\2", path, count=1)
    try:
        found = rest.table("s3").find(request.method, path, query, request.headers)
    except rest.Conflict as conflict:
        raise _conflict(request, path, conflict.keys) from conflict
    except rest.NoPath as error:
        if is_form_upload(request, path):
            return POST_OBJECT, {"Bucket": text(path.strip("/"), what="path")}
        kind = _resource_type(path)
        if request.method == "POST" and kind == "BUCKET":
            raise NotAForm from error
        raise MethodNotAllowed(request.method, kind) from error
    except Malformed as error:
        raise InvalidURI from error
    return found.operation.name, found.labels


def is_form_upload(request: HttpRequest, path: str) -> bool:
    """Whether this is a browser's form, posted to a bucket."""
    content_type = request.header("content-type") or ""
    return (
        request.method == "POST"
        and _resource_type(path) == "BUCKET"
        and content_type.lower().startswith(MULTIPART)
    )


def _conflict(
    request: HttpRequest, path: str, keys: Sequence[str]
) -> InvalidArgument | MethodNotAllowed:
    if len(keys) == 1:
        return MethodNotAllowed(request.method, _resource_type(path))
    return InvalidArgument(
        f"Conflicting query string parameters: {', '.join(keys)}", "ResourceType", keys[0]
    )


def _resource_type(path: str) -> str:
    bucket, _, key = path.removeprefix("/").partition("/")
    if key:
        return "OBJECT"
    return "BUCKET" if bucket else "SERVICE"
