"""Errors as responses, in each protocol's own form.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

import json
from collections.abc import Mapping
from typing import Any

import cbor2

from doorward.base.errors import AwsError
from doorward.base.http import Header, HttpResponse
from doorward.wire.model import Shape, UnknownService, service
from doorward.wire.refusals import Dialect
from doorward.wire.reply import CBOR_HEADERS, host_id, request_id_headers
from doorward.wire.route import Route
from doorward.wire.xmltext import escape

FAULTS = "http://webservices.amazon.com/AWSFault/2005-15-09"
"""The namespace of query errors of no known service."""

JSON_CODES: Mapping[str, str] = {
    # code of the query protocol → code of the JSON protocols
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
    "IncompleteSignature": "IncompleteSignatureException",
    "InvalidAction": "UnknownOperationException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MalformedInput": "SerializationException",
    "MissingAction": "UnknownOperationException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "ServiceUnavailable": "ServiceUnavailableException",
    "Throttling": "ThrottlingException",
    "ValidationError": "ValidationException",
}

S3_CODES: Mapping[str, str] = {
    "InternalFailure": "InternalError",
    "InvalidParameterCombination": "InvalidArgument",
    "MalformedInput": "InvalidRequest",
    "RequestEntityTooLarge": "EntityTooLarge",
    "UnknownOperationException": "MethodNotAllowed",
}

DENIED_CODES: Mapping[str, str] = {
    # service → its own code of AccessDenied, where it has one
    "ec2": "UnauthorizedOperation",
    "sns": "AuthorizationError",
}

JSON_STATUS = 400  # of every client error of the json protocol, whatever other protocols answer
SERVER_FAULT = 500
NOT_MODIFIED = 304


def error(to: Route | Dialect, problem: AwsError, request_id: str) -> HttpResponse:
    """The response that says *problem* to whoever sent a request routed *to* an operation.

    A HEAD request is answered without a body, as HTTP asks, and so is what was not modified.
    """
    dialect = to.dialect if isinstance(to, Route) else to
    match dialect.protocol:
        case "json" | "rest-json" | "smithy-rpc-v2-cbor":
            response = _json(dialect, problem)
        case "rest-xml" if dialect.service.startswith("s3"):
            response = _s3(dialect, problem, request_id)
        case "ec2":
            response = _ec2(problem, request_id)
        case _:
            response = _query(dialect, problem, request_id)
    ids = request_id_headers(dialect.protocol, dialect.service, request_id)
    further = tuple((name.lower(), text) for name, text in problem.headers.items())
    if response.status == NOT_MODIFIED:
        return HttpResponse(response.status, (*further, *ids))
    body = b"" if dialect.head else response.body
    return HttpResponse(response.status, (*response.headers, *further, *ids), body)


def _elements(problem: AwsError) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in problem.details.items())


def _query(dialect: Dialect, problem: AwsError, request_id: str) -> HttpResponse:
    denied = problem.code == "AccessDenied" and DENIED_CODES.get(dialect.service)
    code = denied or problem.code
    body = (
        f'<ErrorResponse xmlns="{_namespace(dialect.service)}"><Error>'
        f"<Type>{problem.fault}</Type><Code>{escape(code)}</Code>"
        f"<Message>{escape(problem.message)}</Message>{_elements(problem)}</Error>"
        f"<RequestId>{escape(request_id)}</RequestId></ErrorResponse>"
    )
    return HttpResponse(problem.status, (("content-type", "text/xml"),), body.encode())


def _ec2(problem: AwsError, request_id: str) -> HttpResponse:
    """The response of EC2, which has a document of its own.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
    """
    message = problem.message
    if problem.code == "AccessDenied":
        message = f"You are not authorized to perform this operation. {message}"
    code = DENIED_CODES["ec2"] if problem.code == "AccessDenied" else problem.code
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>{escape(code)}'
        f"</Code><Message>{escape(message)}</Message></Error></Errors>"
        f"<RequestID>{escape(request_id)}</RequestID></Response>"
    )
    return HttpResponse(
        problem.status, (("content-type", "text/xml;charset=UTF-8"),), body.encode()
    )


def _namespace(name: str) -> str:
    try:
        return service(name).namespace or FAULTS
    except UnknownService:
        return FAULTS


def _s3(dialect: Dialect, problem: AwsError, request_id: str) -> HttpResponse:
    code = S3_CODES.get(problem.code, problem.code)
    inner = (
        f"<Error><Code>{escape(code)}</Code><Message>{escape(problem.message)}</Message>"
        f"{_elements(problem)}"
    )
    ids = f"<RequestId>{escape(request_id)}</RequestId><HostId>{host_id(request_id)}</HostId>"
    if dialect.service == "s3":
        document = f"{inner}{ids}</Error>"
    else:
        document = f"<ErrorResponse>{inner}</Error>{ids}</ErrorResponse>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{document}'.encode()
    return HttpResponse(problem.status, (("content-type", "application/xml"),), body)


def _json(dialect: Dialect, problem: AwsError) -> HttpResponse:
    code = JSON_CODES.get(problem.code, problem.code)
    shape, version, compatible = _modelled(dialect.service, problem.code, code)
    members = _members(shape)
    if compatible and shape is not None:
        code = shape.name
    said: dict[str, Any] = {} if dialect.protocol == "rest-json" else {"__type": code}
    said["Message" if "Message" in members else "message"] = problem.message
    said |= {name: text for name, text in problem.details.items() if name not in said}
    headers: tuple[Header, ...] = (("x-amzn-errortype", code),)
    if compatible:
        # Clients of a service that spoke the query protocol once go on to see its codes.
        # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
        headers += (("x-amzn-query-error", f"{problem.code};{problem.fault}"),)
    status = problem.status
    if dialect.protocol == "smithy-rpc-v2-cbor":
        return HttpResponse(status, (*CBOR_HEADERS, *headers), cbor2.dumps(said))
    if dialect.protocol == "rest-json":
        kind = "application/json"
    else:
        kind = f"application/x-amz-json-{version}"
        if status < SERVER_FAULT:
            status = JSON_STATUS
    body = json.dumps(said, separators=(",", ":")).encode()
    return HttpResponse(status, (("content-type", kind), *headers), body)


def _modelled(name: str, *codes: str) -> tuple[Shape, str, bool]:
    """The model's shape of an error, None where it declares none, and what there is to its JSON.

    That is its version, and whether the service is compatible with the query protocol.
    """
    try:
        found = service(name)
    except UnknownService:
        return None, "1.1", False
    shapes = filter(None, map(found.error_shape, codes))
    return next(shapes, None), found.json_version, found.query_compatible


def _members(shape: Shape) -> Mapping[str, Any]:
    return {} if shape is None else shape.members
