"""Answers of upstreams as clients get them and as events tell of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doorward.base.http import Header, HttpResponse
from doorward.gateway import changes
from doorward.gateway.moto_child import UNKNOWN
from doorward.gateway.streamed import Streamed
from doorward.server.audit import Outcome
from doorward.wire import client, errors, model
from doorward.wire.client import Refused, Unreadable
from doorward.wire.redaction import without_secrets
from doorward.wire.refusals import InternalFailure, NotImplementedOperation
from doorward.wire.route import Route

HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
IDS = ("x-amzn-requestid", "x-amz-request-id")
ERRORS_FROM = 400
SERVER_FAULT = 500
NAMING = ("Arn", "ARN", "Url", "Name", "Id", "ID")
OBJECT = frozenset({"Bucket", "Key", "CopySource"})
PAGES = ("text/html", "text/plain")


def host(given: str | None) -> str:
    """The host under which the client reached Doorward, to stand in URLs that an upstream makes.

    One of AWS's own would make moto take the Region from it.
    """
    if given and HOST.fullmatch(given) and "amazonaws" not in given.lower():
        return given
    return "localhost"


def spoken(
    route: Route, answer: HttpResponse | Streamed, request_id: str
) -> HttpResponse | Streamed:
    """*answer*, or an error in the protocol of the service where it is a page for people.

    moto's server answers its own faults and what it does not know with such pages.
    """
    headers = dict(answer.headers)
    if UNKNOWN in headers:
        unknown = NotImplementedOperation(route.service, route.operation)
        return errors.error(route, unknown, request_id)
    page = headers.get("content-type", "").startswith(PAGES)
    if answer.status >= SERVER_FAULT and page and isinstance(answer, HttpResponse):
        return errors.error(route, InternalFailure(), request_id)
    return answer


def request_id(headers: Sequence[Header]) -> str | None:
    """The id that an upstream gave the request."""
    return next((value for name, value in headers if name.lower() in IDS), None)


def outcome(
    route: Route, answer: HttpResponse | Streamed
) -> tuple[Outcome, Mapping[str, Any] | None]:
    """How the request ended, and what it put out where it changed something."""
    failed = answer.status >= ERRORS_FROM
    if isinstance(answer, Streamed) or not isinstance(answer.body, bytes):
        return (Outcome(str(answer.status)) if failed else Outcome()), None
    if not failed and not changes.concerns_access(route.service, route.operation):
        return Outcome(), None
    try:
        output = client.read(
            route.service, route.operation, answer.status, answer.headers, answer.body,
            spoken=route.protocol,
        )  # fmt: skip
    except Refused as error:
        return Outcome(error.code, error.message), None
    except Unreadable:
        return (Outcome(str(answer.status)) if failed else Outcome()), None
    return Outcome(), told(route.service, route.operation, output)


def told(service: str, operation: str, output: Mapping[str, Any]) -> Mapping[str, Any]:
    """*output* as an event may tell of it."""
    found = model.service(service).operation(operation)
    shown: Mapping[str, Any] = without_secrets(found.output if found else None, output)
    return shown


def naming(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those of *parameters* that name something, which is all that events of data tell."""
    return {
        name: value
        for name, value in parameters.items()
        if isinstance(value, str) and (name.endswith(NAMING) or name in OBJECT)
    }


SOURCES = {"email": "ses", "tagging": "tagging"}


def event_of(route: Route, event: dict[str, Any]) -> dict[str, Any]:
    """*event* with the source that CloudTrail names, and as one of data where it is.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
    """
    source = SOURCES.get(route.signing_name, route.signing_name)
    event["eventSource"] = f"{source}.amazonaws.com"
    if changes.is_data(route.service, route.operation):
        event |= {"managementEvent": False, "eventCategory": "Data"}
    return event
