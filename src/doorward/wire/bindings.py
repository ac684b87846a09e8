"""Where REST operations have their input: labels of the path, query string, headers, body.

https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from doorward.base.http import HttpRequest
from doorward.base.limits import REQUEST_BODY_BYTES
from doorward.wire import json, restxml
from doorward.wire.model import Operation, Shape
from doorward.wire.refusals import (
    EntityTooLarge,
    InvalidArgument,
    Malformed,
    MissingRequestBody,
    RepeatedParameter,
)
from doorward.wire.rest import Query
from doorward.wire.route import Route
from doorward.wire.scalars import READERS, NotA

Read = Callable[[Route, HttpRequest], dict[str, Any]]
BodyReader = Callable[[HttpRequest, dict[str, Any]], None]

LOCATIONS = ("uri", "querystring", "header", "headers")
CONTROL = frozenset(map(chr, [*range(32), 127]))
RESPONSE_HEADERS = "response-"  # query parameters that S3 sends back as headers


class Bound(NamedTuple):
    """A member outside of the body: its name in the model and on the wire, and its shape."""

    name: str
    wire_name: str
    shape: Shape


def reader(operation: Operation, protocol: str) -> Read:
    """What reads the input of a REST operation."""
    if operation.input is None:
        return lambda _, __: {}
    labels = _labels(_bound(operation.input, "uri"))
    queries = _queries(_bound(operation.input, "querystring"))
    headers = _headers(operation.input)
    body = _body(operation, protocol)

    def read(route: Route, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = {}
        labels(route.labels, found)
        queries(route.query, found)
        headers(request, found)
        body(request, found)
        return found

    return read


def _bound(shape: Shape, *locations: str) -> list[Bound]:
    """The members of *shape* that stand in one of *locations*."""
    return [
        Bound(name, member.serialization.get("name", name), member)
        for name, member in shape.members.items()
        if member.serialization.get("location") in locations
    ]


def _labels(bound: list[Bound]) -> Callable[[Mapping[str, str], dict[str, Any]], None]:
    known = [(one.name, one.wire_name, _scalar(one)) for one in bound]

    def labels(given: Mapping[str, str], found: dict[str, Any]) -> None:
        for name, label, parse in known:
            if label in given:
                found[name] = parse(given[label])

    return labels


def _queries(bound: list[Bound]) -> Callable[[Query, dict[str, Any]], None]:
    """Query parameters; a map takes all that no other member takes."""
    known = {
        one.wire_name: (one.name, _query(one)) for one in bound if one.shape.type_name != "map"
    }
    others = [one.name for one in bound if one.shape.type_name == "map"]

    def queries(given: Query, found: dict[str, Any]) -> None:
        for wire_name, values in given.items():
            if member := known.get(wire_name):
                found[member[0]] = member[1](values)
            else:
                for name in others:
                    found.setdefault(name, {})[wire_name] = values[0]

    return queries


def _headers(shape: Shape) -> Callable[[HttpRequest, dict[str, Any]], None]:
    """Headers, and maps of all headers that begin alike, such as `x-amz-meta-`."""
    known = {one.wire_name.lower(): (one.name, _header(one)) for one in _bound(shape, "header")}
    prefixes = [(one.name, one.wire_name.lower()) for one in _bound(shape, "headers")]

    def headers(request: HttpRequest, found: dict[str, Any]) -> None:
        for header, value in _joined(request).items():
            if member := known.get(header):
                found[member[0]] = member[1](value)
            for name, prefix in prefixes:
                if header.startswith(prefix):
                    found.setdefault(name, {})[header[len(prefix) :]] = value

    return headers


def _joined(request: HttpRequest) -> Mapping[str, str]:
    """The headers by name; repeated ones joined by commas, as signatures join them."""
    found: dict[str, str] = {}
    for name, value in request.headers:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _scalar(one: Bound) -> Callable[[str], Any]:
    parse, name = READERS[one.shape.type_name], one.wire_name

    def scalar(text: str) -> Any:
        try:
            return parse(text)
        except NotA as error:
            raise InvalidArgument(_wrong(name, error.kind), name, text) from error

    return scalar


def _wrong(name: str, kind: str) -> str:
    """S3's sentence for numbers, and the like of it for other types."""
    if kind == "integer":
        return f"Provided {name} not an integer or within integer range"
    return f"Provided {name} is not a valid {kind}"


def _query(one: Bound) -> Callable[[Sequence[str]], Any]:
    if one.shape.type_name == "list":
        element = _scalar(Bound(one.name, one.wire_name, one.shape.member))
        return lambda values: [element(value) for value in values]
    scalar, name = _scalar(one), one.wire_name

    def single(values: Sequence[str]) -> Any:
        if len(values) > 1:
            raise RepeatedParameter(name)
        if name.startswith(RESPONSE_HEADERS) and not CONTROL.isdisjoint(values[0]):
            raise InvalidArgument("Header value cannot hold control characters", name, "")
        return scalar(values[0])

    return single


def _header(one: Bound) -> Callable[[str], Any]:
    if one.shape.type_name == "list":
        element = _scalar(Bound(one.name, one.wire_name, one.shape.member))
        return lambda value: [element(part) for part in _parts(value)]
    return _scalar(one)


def _parts(value: str) -> list[str]:
    """The elements of a header's list; one in quotes may hold commas."""
    parts: list[str] = []
    piece, quoted = "", False
    for char in value:
        if char == '"' and not piece.endswith("\\"):
            quoted = not quoted
        elif char == '"':
            piece = piece[:-1] + char
        elif char == "," and not quoted:
            parts.append(piece.strip())
            piece = ""
        else:
            piece += char
    parts.append(piece.strip())
    return [part for part in parts if part]


def _body(operation: Operation, protocol: str) -> BodyReader:
    shape = operation.input
    in_head = frozenset(one.name for one in _bound(shape, *LOCATIONS))
    payload = shape.serialization.get("payload")
    if payload is None:
        if in_head == frozenset(shape.members):
            return lambda _, __: None
        return _document(shape, shape.serialization.get("name", shape.name), protocol, in_head)
    member = shape.members[payload]
    match member.type_name:
        case "blob":
            return _blob(payload, streaming=bool(member.serialization.get("streaming")))
        case "string":
            return _text(payload)
        case _:
            parse = _parser(
                member, member.serialization.get("name", member.name), protocol, frozenset()
            )
            return _structure(payload, parse, required=payload in shape.required_members)


def _parser(
    shape: Shape, root: str, protocol: str, without: frozenset[str]
) -> Callable[[bytes], Any]:
    if protocol == "rest-json":
        return json.body_reader(shape, without=without)
    return restxml.body_reader(shape, root, without=without)


def _document(shape: Shape, root: str, protocol: str, in_head: frozenset[str]) -> BodyReader:
    """Members that have no other place stand in the body, under one root."""
    parse = _parser(shape, root, protocol, in_head)

    def document(request: HttpRequest, found: dict[str, Any]) -> None:
        if raw := bounded(request):
            found.update(parse(raw))

    return document


def _structure(name: str, parse: Callable[[bytes], Any], *, required: bool) -> BodyReader:
    def structure(request: HttpRequest, found: dict[str, Any]) -> None:
        if raw := bounded(request):
            found[name] = parse(raw)
        elif required:
            raise MissingRequestBody

    return structure


def _blob(name: str, *, streaming: bool) -> BodyReader:
    def blob(request: HttpRequest, found: dict[str, Any]) -> None:
        found[name] = request.body if streaming else bounded(request)

    return blob


def _text(name: str) -> BodyReader:
    def text(request: HttpRequest, found: dict[str, Any]) -> None:
        try:
            found[name] = bounded(request).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("The body is not valid UTF-8.") from error

    return text


def bounded(request: HttpRequest) -> bytes:
    """The body of a request that is not streamed.

    Raises:
        EntityTooLarge: it is larger than any such request.
    """
    if request.body.size > REQUEST_BODY_BYTES:
        raise EntityTooLarge
    return request.body.read()
