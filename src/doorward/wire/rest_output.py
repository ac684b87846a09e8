"""Output of REST operations: headers, status, and a body of XML, JSON or bytes."""

import quopri
from collections.abc import Callable, Mapping
from typing import Any

from doorward.base.http import FileSlice, Header
from doorward.wire.jsonwriter import json_writer
from doorward.wire.mismatch import OutputMismatch, of_type
from doorward.wire.model import Operation, Service, Shape
from doorward.wire.reply import Reply
from doorward.wire.scalars import TIME_WRITERS, http_date, iso8601, iso8601_milliseconds
from doorward.wire.xmlwriter import Compiler, Put, scalar_text

Output = Mapping[str, Any]
BodyWriter = Callable[[Output], tuple[bytes | FileSlice, str | None]]
"""The body and its type, None where the output itself says it or there is none."""

PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

ROOTS = {
    # S3 operation → root element of its answer, where that is not the name with `Result`
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketRequestPayment": "RequestPaymentConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectAttributes": "GetObjectAttributesResponse",
    "GetObjectTagging": "Tagging",
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBucketMetricsConfigurations": "ListMetricsConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
}

HEADER = frozenset({"header", "headers", "statusCode"})
BREAKS = frozenset("\r\n\0")


def writer(found: Service, operation: Operation, protocol: str) -> Callable[[Output, str], Reply]:
    """What writes the output of a REST operation."""
    shape = operation.output
    if shape is None:
        return _empty(operation)
    heads = {
        name: _header(member, member.serialization.get("name", name).lower())
        for name, member in shape.members.items()
        if member.serialization.get("location") in {"header", "headers"}
    }
    status_member = next(
        (
            name
            for name, member in shape.members.items()
            if member.serialization.get("location") == "statusCode"
        ),
        None,
    )
    body = _body(found, operation, protocol)
    members = shape.members

    def write(output: Output, _: str) -> Reply:
        headers: list[Header] = []
        for name, value in output.items():
            if name not in members:
                raise OutputMismatch(f"{shape.name}.{name}", "the shape has no such member")
            if value is not None and name in heads:
                heads[name](value, headers)
        status = operation.status
        if status_member is not None and output.get(status_member) is not None:
            status = output[status_member]
        content, kind = body(output)
        if kind is not None and not any(name == "content-type" for name, _ in headers):
            headers.append(("content-type", kind))
        return status, headers, content

    return write


def _empty(operation: Operation) -> Callable[[Output, str], Reply]:
    def write(output: Output, _: str) -> Reply:
        if output:
            raise OutputMismatch(operation.name, "the operation has no output")
        return operation.status, [], b""

    return write


def _header(shape: Shape, name: str) -> Callable[[Any, list[Header]], None]:
    if shape.type_name == "map":

        def prefixed(value: Any, headers: list[Header]) -> None:
            if not isinstance(value, dict):
                raise of_type(name, "map")
            headers.extend((f"{name}{key}".lower(), _safe(name, one)) for key, one in value.items())

        return prefixed
    text = _header_text(shape, name)
    return lambda value, headers: headers.append((name, _safe(name, text(value))))


def _header_text(shape: Shape, name: str) -> Callable[[Any], str]:
    match shape.type_name:
        case "list":
            element = _header_text(shape.member, name)
            return lambda value: ",".join(element(one) for one in value)
        case "string":
            return lambda value: value if isinstance(value, str) else _refuse(name)
        case "timestamp":
            written = shape.serialization.get("timestampFormat", "rfc822").lower()
            return scalar_text(shape, name, TIME_WRITERS.get(written, http_date))
        case _:
            return scalar_text(shape, name, http_date)


def _refuse(name: str) -> str:
    raise of_type(name, "string")


def _safe(name: str, text: Any) -> str:
    """*text* as a header can carry it: in RFC 2047's form where it is not ASCII.

    Raises:
        OutputMismatch: it would end the header; parsers let no such value in.
    """
    if not isinstance(text, str):
        raise of_type(name, "string")
    if not BREAKS.isdisjoint(text):
        raise OutputMismatch(name, "a header cannot hold line breaks")
    if text.isascii():
        return text
    encoded = quopri.encodestring(text.encode(), header=True).decode().replace("=\n", "")
    return f"=?UTF-8?Q?{encoded}?="


def _body(found: Service, operation: Operation, protocol: str) -> BodyWriter:
    shape = operation.output
    payload = shape.serialization.get("payload")
    if payload is None:
        inside = [
            name
            for name, member in shape.members.items()
            if member.serialization.get("location") not in HEADER
        ]
        if protocol == "rest-json":
            write_json = json_writer(shape)
            return lambda output: (write_json(output), "application/json")
        if not inside:
            return lambda _: (b"", None)
        if (found.name, operation.name) == ("s3", "GetBucketLocation"):
            return _location(found)
        write = _xml(found, shape, _root(found, operation))
        return lambda output: (write(output), "application/xml")
    member = shape.members[payload]
    if member.type_name == "blob":
        return _bytes(payload)
    if member.type_name == "string":
        return _string(payload)
    if protocol == "rest-json":
        inner = json_writer(member)
    else:
        inner = _xml(found, member, member.serialization.get("name", member.name))
    kind = "application/json" if protocol == "rest-json" else "application/xml"

    def structure(output: Output) -> tuple[bytes, str | None]:
        value = output.get(payload)
        return (b"", None) if value is None else (inner(value), kind)

    return structure


def _root(found: Service, operation: Operation) -> str:
    if found.name != "s3":
        return str(operation.output.serialization.get("name", operation.output.name))
    return ROOTS.get(operation.name, f"{operation.name}Result")


def _xml(found: Service, shape: Shape, root: str) -> Callable[[Any], bytes]:
    times = iso8601_milliseconds if found.name == "s3" else iso8601
    write = Compiler(times).content(shape)
    start, end = f'{PROLOG}<{root} xmlns="{found.namespace}">', f"</{root}>"

    def document(value: Any) -> bytes:
        pieces = [start]
        put: Put = pieces.append
        write(value, put)
        put(end)
        return "".join(pieces).encode()

    return document


def _location(found: Service) -> BodyWriter:
    """GetBucketLocation, whose root holds the text itself.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    start = f'{PROLOG}<LocationConstraint xmlns="{found.namespace}"'

    def location(output: Output) -> tuple[bytes, str | None]:
        region = output.get("LocationConstraint")
        end = f">{region}</LocationConstraint>" if region else "/>"
        return f"{start}{end}".encode(), "application/xml"

    return location


def _bytes(payload: str) -> BodyWriter:
    def content(output: Output) -> tuple[bytes | FileSlice, str | None]:
        value = output.get(payload)
        if value is None:
            return b"", None
        if not isinstance(value, bytes | FileSlice):
            raise of_type(payload, "blob")
        return value, None

    return content


def _string(payload: str) -> BodyWriter:
    def content(output: Output) -> tuple[bytes, str | None]:
        value = output.get(payload)
        if value is None:
            return b"", None
        if not isinstance(value, str):
            raise of_type(payload, "string")
        return value.encode(), "application/json" if value.startswith("{") else "text/plain"

    return content
