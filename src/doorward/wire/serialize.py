"""Outputs as responses: `serialize(route, output, request_id)` in the protocol of the request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from doorward.base.http import FileSlice, Header, HttpResponse
from doorward.wire import cbor, rest_output
from doorward.wire.jsonwriter import json_writer
from doorward.wire.mismatch import OutputMismatch
from doorward.wire.model import Operation, Service, service
from doorward.wire.reply import CBOR_HEADERS, Reply, request_id_headers
from doorward.wire.route import Route
from doorward.wire.s3_route import POST_OBJECT
from doorward.wire.scalars import iso8601
from doorward.wire.xmlwriter import Compiler

Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An output with what the model does not say: another status, further headers, a ready body.

    `body`, where given, is sent as it is in place of the serialized output.
    """

    output: Output = field(default_factory=dict)
    status: int | None = None
    headers: Sequence[Header] = ()
    body: bytes | FileSlice | None = None


Writer = Callable[[Output, str], Reply]
"""Writes an output, given the id of the request."""


def serialize(route: Route, output: Output | Answer, request_id: str) -> HttpResponse:
    """The response that says *output*, the members of the operation's output shape.

    Raises:
        OutputMismatch: a member that the shape lacks, or a value of another type.
    """
    answer = output if isinstance(output, Answer) else Answer(output)
    status, headers, body = _writer(route.service, route.operation, route.protocol)(
        answer.output, request_id
    )
    if answer.headers:
        given = {name.lower() for name, _ in answer.headers}
        headers = [*(one for one in headers if one[0] not in given), *answer.headers]
    return HttpResponse(
        status if answer.status is None else answer.status,
        (*headers, *request_id_headers(route.protocol, route.service, request_id)),
        body if answer.body is None else answer.body,
    )


@lru_cache(maxsize=4096)
def _writer(service_name: str, name: str, protocol: str) -> Writer:
    if name == POST_OBJECT:
        return lambda _, __: (204, [], b"")
    found = service(service_name)
    operation = found.operation(name)
    if operation is None:
        raise OutputMismatch(name, f"no operation of {service_name}")
    match protocol:
        case "query":
            return _query(found, operation)
        case "json":
            return _json(found, operation)
        case "smithy-rpc-v2-cbor":
            return _cbor(operation)
        case "rest-xml" | "rest-json":
            return rest_output.writer(found, operation, protocol)
        case _:
            raise OutputMismatch(name, f"no serializer for {protocol}")


def _query(found: Service, operation: Operation) -> Writer:
    name = operation.name
    start = f'<{name}Response xmlns="{found.namespace}">'
    middle, end = (
        "<ResponseMetadata><RequestId>",
        f"</RequestId></ResponseMetadata></{name}Response>",
    )
    headers = [("content-type", "text/xml")]
    write = None
    if operation.output is not None:
        wrapper = operation.output.serialization.get("resultWrapper", f"{name}Result")
        start, middle = f"{start}<{wrapper}>", f"</{wrapper}>{middle}"
        write = Compiler(iso8601).content(operation.output)

    def query(output: Output, request_id: str) -> Reply:
        pieces = [start]
        if write is not None:
            write(output, pieces.append)
        elif output:
            raise OutputMismatch(name, "the operation has no output")
        pieces += (middle, request_id, end)
        return operation.status, headers, "".join(pieces).encode()

    return query


def _json(found: Service, operation: Operation) -> Writer:
    headers = [("content-type", f"application/x-amz-json-{found.json_version}")]
    write = json_writer(operation.output) if operation.output is not None else None

    def write_json(output: Output, _: str) -> Reply:
        if write is None:
            if output:
                raise OutputMismatch(operation.name, "the operation has no output")
            return operation.status, headers, b""
        return operation.status, headers, write(output)

    return write_json


def _cbor(operation: Operation) -> Writer:
    write = cbor.writer(operation.output) if operation.output is not None else None

    def write_cbor(output: Output, _: str) -> Reply:
        if write is None:
            if output:
                raise OutputMismatch(operation.name, "the operation has no output")
            return operation.status, [*CBOR_HEADERS[1:]], b""
        return operation.status, [*CBOR_HEADERS], write(output)

    return write_cbor
