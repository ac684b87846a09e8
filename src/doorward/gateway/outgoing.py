"""Requests made ready for an upstream: what was decided on, and nothing besides.

INVARIANT: the head of a request is written anew from its route. A server that reads a request in
its own way, say by an `Action` in the query of a JSON request, must not find there what the
decision was not about. The body of what is no form is passed on as it came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

from doorward.base.http import Header, HttpRequest
from doorward.gateway.refusals import AmbiguousPath
from doorward.wire import query as query_protocol
from doorward.wire.client import Outgoing
from doorward.wire.model import Operation, Shape, service
from doorward.wire.route import Route

FORMS = ("query", "ec2")
KEPT = frozenset(
    {"accept", "content-type", "content-md5", "content-encoding", "x-amz-target", "smithy-protocol"}
)
"""Headers that say how to read the rest; besides them, only those that the model knows are sent."""

WITHHELD = frozenset(
    {
        "authorization", "host", "content-length", "x-amz-security-token",
        "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner",
    }
)  # fmt: skip
"""Credentials, what is written anew, and whose bucket is expected, which is decided here."""

HELD_BYTES = 1 << 20
CHUNKED = "aws-chunked"
DOTS = frozenset({".", ".."})
LABEL = re.compile(r"\{([^}]+)\}")


def outgoing(route: Route, request: HttpRequest) -> Outgoing:
    """What is sent for *request*.

    Raises:
        AmbiguousPath: a value in the path would lead elsewhere.
    """
    operation = service(route.service).operation(route.operation)
    assert operation is not None  # noqa: S101 - the route was made of it
    headers = tuple(_headers(operation, route.protocol, request.headers))
    if route.protocol in FORMS:
        body = urlencode(_known(operation, route), quote_via=quote).encode()
        kind = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        others = tuple(one for one in headers if one[0] != "content-type")
        return Outgoing("POST", "/", "", (*others, kind), body)
    if route.protocol.startswith("rest"):
        large = request.body.size > HELD_BYTES
        return Outgoing(
            route.method, _path(operation, route), _query(operation, route), headers,
            b"" if large else request.body.read(), request.body if large else None,
        )  # fmt: skip
    path = request.path if route.protocol == "smithy-rpc-v2-cbor" else "/"
    return Outgoing("POST", path, "", headers, request.body.read())


def _headers(operation: Operation, protocol: str, given: Sequence[Header]) -> Iterator[Header]:
    members = operation.input.members.values() if operation.input is not None else ()
    bound = [one.serialization for one in members]
    names = {str(one["name"]).lower() for one in bound if one.get("location") == "header"}
    prefixes = tuple(
        str(one.get("name", "")).lower() for one in bound if one.get("location") == "headers"
    )
    for name, value in given:
        if name in WITHHELD or (name == "x-amz-target" and protocol != "json"):
            continue
        if name in KEPT or name in names or (prefixes and name.startswith(prefixes)):
            kept = _decoded(value) if name == "content-encoding" else value
            if kept:
                yield name, kept


def _decoded(encodings: str) -> str:
    """The encodings of a body whose chunks were put together."""
    given = [one.strip() for one in encodings.split(",")]
    return ",".join(one for one in given if one.lower() != CHUNKED)


def _known(operation: Operation, route: Route) -> Mapping[str, str]:
    """The parameters of a form that the model knows by their first part."""
    members: Mapping[str, Shape] = operation.input.members if operation.input is not None else {}
    naming = query_protocol.ec2_name if route.protocol == "ec2" else query_protocol.wire_name
    names = {"Action", "Version", *(naming(name, one) for name, one in members.items())}
    return {name: value for name, value in route.form.items() if name.partition(".")[0] in names}


def _path(operation: Operation, route: Route) -> str:
    def value(label: re.Match[str]) -> str:
        name = label[1].removesuffix("+")
        text = route.labels[name]
        greedy = label[1].endswith("+")
        if DOTS.intersection(text.split("/")):
            raise AmbiguousPath(name)
        return quote(text, safe="/~" if greedy else "~")

    return LABEL.sub(value, operation.uri.partition("?")[0])


def _query(operation: Operation, route: Route) -> str:
    """The fixed keys of the operation, and the parameters that the model knows."""
    members = operation.input.members.values() if operation.input is not None else ()
    bound = [one for one in members if one.serialization.get("location") == "querystring"]
    names = {str(one.serialization.get("name")) for one in bound if one.type_name != "map"}
    open_ended = any(one.type_name == "map" for one in bound)
    fixed = [part.partition("=") for part in operation.uri.partition("?")[2].split("&") if part]
    names |= {name for name, _, _ in fixed}
    pairs = [
        (name, value)
        for name, values in route.query.items()
        if (name in names or open_ended) and not name.lower().startswith("x-amz-")
        for value in values
    ]
    return urlencode(pairs, quote_via=quote)
