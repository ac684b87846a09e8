"""What services declare, held against botocore's models: names, parameters, errors."""

import inspect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from inspect import Parameter
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from doorward.base.errors import AwsError
from doorward.server.dispatch import SERVICES, registry
from doorward.services.operation import Operation, wire_name

PSEUDO = {("s3", "PostObject")}
"""Operations that no model has: a browser's form upload to S3."""

LEFT_OUT: Mapping[tuple[str, str], set[str]] = {}
"""Deprecated members that a function does not take, by operation."""


@lru_cache
def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def members(service: str, operation: str) -> Mapping[str, Shape]:
    shape = model(service).operation_model(operation).input_shape
    return {} if shape is None else shape.members


def required(service: str, operation: str) -> set[str]:
    shape = model(service).operation_model(operation).input_shape
    return set() if shape is None else {xform_name(name) for name in shape.required_members}


def parameters(operation: Operation) -> Mapping[str, Parameter]:
    """The parameters of the function but the context, which comes first."""
    first, *rest = inspect.signature(operation.handler).parameters.values()
    assert first.name == "ctx"
    return {one.name: one for one in rest if one.kind is not Parameter.VAR_KEYWORD}


def errors(kind: type[AwsError] = AwsError) -> Iterator[type[AwsError]]:
    for error in kind.__subclasses__():
        yield error
        yield from errors(error)


def modelled_statuses(service: str) -> Mapping[str, int]:
    found = {}
    for shape in model(service).error_shapes:
        error: Mapping[str, Any] = shape.metadata.get("error", {})
        if status := error.get("httpStatusCode"):
            found[error.get("code", shape.name)] = status
    return found


REGISTRY = registry()
OPERATIONS = [
    pytest.param(operation, id=f"{service}-{name}")
    for (service, name), operation in sorted(REGISTRY.items())
    if (service, name) not in PSEUDO
]
ERRORS = [
    pytest.param(service, error, id=f"{service}-{error.__name__}")
    for service in SERVICES
    for error in sorted(set(errors()), key=lambda error: error.__name__)
    if error.__module__.startswith(f"doorward.services.{service.replace('-', '_')}.")
]


def takes_the_rest(operation: Operation) -> bool:
    """Whether the function takes members it does not name, as S3's long shapes ask for."""
    kinds = {one.kind for one in inspect.signature(operation.handler).parameters.values()}
    return Parameter.VAR_KEYWORD in kinds


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_in_the_model(operation: Operation) -> None:
    assert operation.name in model(operation.service).operation_names


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_function_takes_all_members_of_the_input_by_keyword(operation: Operation) -> None:
    found = parameters(operation)
    left_out = LEFT_OUT.get((operation.service, operation.name), set())

    expected = {xform_name(name) for name in members(operation.service, operation.name)}
    if takes_the_rest(operation):
        assert set(found) <= expected
    else:
        assert set(found) == expected - left_out
    assert all(parameter.kind is Parameter.KEYWORD_ONLY for parameter in found.values())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_exactly_the_required_members_have_no_default(operation: Operation) -> None:
    without = {
        name
        for name, parameter in parameters(operation).items()
        if parameter.default is Parameter.empty
    }
    if takes_the_rest(operation):
        assert without <= required(operation.service, operation.name)
    else:
        assert without == required(operation.service, operation.name)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_left_out_is_deprecated(operation: Operation) -> None:
    deprecated = {
        xform_name(name)
        for name, shape in members(operation.service, operation.name).items()
        if shape.metadata.get("deprecated")
    }
    assert LEFT_OUT.get((operation.service, operation.name), set()) <= deprecated


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_function_is_named_like_its_operation(operation: Operation) -> None:
    if takes_the_rest(operation):
        pytest.skip("one function serves several operations")
    assert xform_name(operation.name) == operation.handler.__name__


@pytest.mark.parametrize(("service", "error"), ERRORS)
def test_an_error_has_the_status_that_the_model_gives_its_code(
    service: str, error: type[AwsError]
) -> None:
    status = modelled_statuses(service).get(error.code, error.status)

    assert error.status == status
    # S3 answers 304 to a conditional read, and 501 to a header it does not know.
    assert 400 <= status < 500 or (service == "s3" and status in {304, 501})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_function_says_what_it_does_and_where_that_is_written(operation: Operation) -> None:
    module = inspect.getmodule(operation.handler)
    text = f"{inspect.getdoc(operation.handler) or ''} {inspect.getdoc(module) or ''}"

    assert operation.handler.__doc__
    assert "https://docs.aws.amazon.com/" in text


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("create_user", "CreateUser"),
        ("list_mfa_devices", "ListMFADevices"),
        ("list_ssh_public_keys", "ListSSHPublicKeys"),
        ("list_saml_providers", "ListSAMLProviders"),
        ("create_virtual_mfa_device", "CreateVirtualMFADevice"),
        ("add_client_id_to_open_id_connect_provider", "AddClientIDToOpenIDConnectProvider"),
    ],
)
def test_names_in_capitals_are_spelled_so(function: str, name: str) -> None:
    assert wire_name(function) == name
