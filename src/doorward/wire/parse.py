"""Requests as typed parameters: `parse(route, request)` reads and validates.

Every parser and validator is compiled from the model once, when its operation is first called.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.wire import (
    bindings,
    cbor,
    compressed,
    json,
    organizations_refusals,
    query,
    s3_form,
    s3_refusals,
)
from doorward.wire.model import Operation, service
from doorward.wire.refusals import NotImplementedOperation, ValidationError
from doorward.wire.route import Route
from doorward.wire.s3_route import POST_OBJECT
from doorward.wire.validate import Problem, checker

PUT_OBJECT = "PutObject"

Parameters = dict[str, Any]
"""Members of the input shape by the model's names; absent ones are left out."""


class Plan(NamedTuple):
    """How the input of one operation is read, checked and refused."""

    read: Callable[[Route, HttpRequest], Parameters]
    check: Callable[[Parameters], list[Problem]]
    refuse: Callable[[Operation, list[Problem]], AwsError]
    operation: Operation


def parse(route: Route, request: HttpRequest) -> Parameters:
    """The input of the operation, typed and within all constraints of the model.

    Times are aware and in UTC, blobs are bytes, and the payload of a streaming operation is the
    request's own body, unread. A form upload is read as the PutObject that its fields make.

    Raises:
        AwsError: the input cannot be read or breaks a constraint, in the words of the protocol.
    """
    if route.operation == POST_OBJECT:
        as_put = parse(replace(route, operation=PUT_OBJECT), request)
        return {**as_put, **s3_form.afterwards(request)}
    plan = _plan(route.service, route.operation, route.protocol)
    found = plan.read(route, request)
    problems = plan.check(found)
    if problems:
        raise plan.refuse(plan.operation, problems)
    return found


@lru_cache(maxsize=4096)
def _plan(service_name: str, name: str, protocol: str) -> Plan:
    operation = service(service_name).operation(name)
    if operation is None:
        raise NotImplementedOperation(service_name, name)
    refuse = REFUSING.get(service_name, coral)
    return Plan(_reader(operation, protocol), checker(operation.input), refuse, operation)


def _reader(operation: Operation, protocol: str) -> Callable[[Route, HttpRequest], Parameters]:
    match protocol:
        case "query" | "ec2":
            read = query.reader(operation.input, ec2=protocol == "ec2")
            return lambda route, _: read(route.form)
        case "json":
            return _json(operation)
        case "smithy-rpc-v2-cbor":
            return _cbor(operation)
        case "rest-xml" | "rest-json":
            return bindings.reader(operation, protocol)
        case _:
            raise NotImplementedOperation(operation.service, operation.name)


def _json(operation: Operation) -> Callable[[Route, HttpRequest], Parameters]:
    if operation.input is None:
        return lambda _, __: {}
    read = json.body_reader(operation.input, without=frozenset())
    return lambda _, request: read(compressed.body(request))


def _cbor(operation: Operation) -> Callable[[Route, HttpRequest], Parameters]:
    if operation.input is None:
        return lambda _, __: {}
    read = cbor.body_reader(operation.input)
    return lambda _, request: read(compressed.body(request))


def coral(_: Operation, problems: list[Problem]) -> ValidationError:
    """The refusal of most services, which name every problem."""
    return ValidationError([str(problem) for problem in problems])


REFUSING: Mapping[str, Callable[[Operation, list[Problem]], AwsError]] = {
    "organizations": organizations_refusals.refusal,
    "s3": s3_refusals.refusal,
}
"""The refusals of services that have their own way of it."""
