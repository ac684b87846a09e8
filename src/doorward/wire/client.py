"""The other side of the wire: requests that Doorward itself sends, and the answers to them.

Only the gateway has use for this: it asks the services behind it for their resource policies, and
passes on what CloudFormation asks in a caller's name.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser
from botocore.serialize import create_serializer

from doorward.base.errors import AwsError
from doorward.base.http import Body, Header
from doorward.wire.model import service
from doorward.wire.refusals import NotImplementedOperation

SPOKEN = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")
"""Protocols in the order in which one is chosen where a service has several."""

ERRORS_FROM = 300


class Outgoing(NamedTuple):
    """A request to be sent, neither addressed nor signed; path and query are encoded.

    `stream` is the body where it is too large to be held; `body` is empty then.
    """

    method: str
    path: str
    query: str
    headers: tuple[Header, ...]
    body: bytes
    stream: Body | None = None


class Refused(AwsError):
    """What a service behind the gateway refuses, in its own words."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Unreadable(Exception):
    """An answer that is not in the protocol of its service."""


def protocol(service_name: str) -> str:
    """The protocol in which the service is spoken to."""
    found = service(service_name)
    known = (*found.protocols, found.protocol)
    return next(one for one in SPOKEN if one in known)


def written(service_name: str, operation: str, parameters: Mapping[str, Any]) -> Outgoing:
    """The request that says *parameters*.

    Raises:
        NotImplementedOperation: the model has no such operation.
    """
    model = _model(service_name, operation)
    serializer = _serializer(protocol(service_name))
    made = serializer.serialize_to_request(dict(parameters), model)
    path, _, fixed = made["url_path"].partition("?")
    given = made["query_string"] or {}
    asked = given if isinstance(given, str) else urlencode(given, doseq=True, quote_via=quote)
    body = made["body"]
    if isinstance(body, Mapping):
        body = urlencode(body, doseq=True, quote_via=quote)
    if hasattr(body, "chunks"):  # what is to be stored, as `base.http.Body` has it
        body = body.read()
    raw = body.encode() if isinstance(body, str) else bytes(body)
    headers = tuple((name.lower(), str(value)) for name, value in made["headers"].items())
    query = "&".join(part for part in (fixed, asked) if part)
    return Outgoing(made["method"], path, query, headers, raw)


def read(
    service_name: str,
    operation: str,
    status: int,
    headers: Sequence[Header],
    body: bytes,
    *,
    spoken: str | None = None,
) -> dict[str, Any]:
    """The output that an answer says; *spoken* is the protocol, where it is not the usual one.

    Raises:
        Refused: it says an error.
        Unreadable: it is not in the protocol.
    """
    model = _model(service_name, operation)
    parser = create_parser(spoken or protocol(service_name))
    # The parser reads bytes as text unless they are a stream's, as objects are.
    streamed = status < ERRORS_FROM and model.has_streaming_output
    shown = memoryview(body) if streamed else body
    answer = {"status_code": status, "headers": HeadersDict(headers), "body": shown, "context": {}}
    try:
        found: dict[str, Any] = parser.parse(answer, model.output_shape)
    except (ResponseParserError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{service_name}:{operation} answered {status}") from error
    if status >= ERRORS_FROM:
        told = found.get("Error", {})
        raise Refused(str(told.get("Code", status)), str(told.get("Message", "")), status)
    found.pop("ResponseMetadata", None)
    whole = {name: bytes(one) for name, one in found.items() if isinstance(one, memoryview)}
    return found | whole


def _model(service_name: str, operation: str) -> Any:
    found = service(service_name)
    model = found.client_model(operation)
    if model is None:
        raise NotImplementedOperation(service_name, operation)
    return model


@lru_cache(maxsize=8)
def _serializer(name: str) -> Any:
    return create_serializer(name, include_validation=False)
