"""What botocore's models say of a service: its operations, protocol, shapes and errors.

Models load when they are first asked for: they cost tens of milliseconds and megabytes each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from botocore import xform_name
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationNotFoundError, ServiceModel

Shape = Any
"""A shape of botocore's model, which is untyped."""

# INVARIANT: only the models that botocore ships are read, never ~/.aws/models.
LOADER = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)

NAMESPACES = {
    # The models of the S3 services name no namespace of their answers.
    "s3": "http://s3.amazonaws.com/doc/2006-03-01/",
    "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
}


class UnknownService(Exception):
    """botocore has no model of that name."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the model.

    `uri` is the template of the path with the query keys that name the operation, as in
    `/{Bucket}?policy`; `status` is that of success; `errors` maps the codes that the model
    declares to their statuses, `error_shapes` to their shapes.
    """

    service: str
    name: str
    method: str
    uri: str
    status: int
    deprecated: bool
    input: Shape = field(repr=False)
    output: Shape = field(repr=False)
    errors: Mapping[str, int] = field(repr=False)
    error_shapes: Mapping[str, Shape] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A member of an operation's input: its name in the model, and what the model asks of it."""

    name: str
    required: bool
    type: str


class Service:
    """One service; operations are read when they are asked for."""

    def __init__(self, name: str, model: ServiceModel) -> None:
        self._model = model
        self._operations: dict[str, Operation | None] = {}
        self._errors: dict[str, Shape] | None = None
        metadata = model.metadata
        self.name = name
        self.version: str = metadata["apiVersion"]
        self.protocol: str = metadata["protocol"]
        self.protocols: tuple[str, ...] = tuple(metadata.get("protocols", (self.protocol,)))
        self.signing_name: str = model.signing_name
        self.endpoint_prefix: str = model.endpoint_prefix
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.json_version: str = metadata.get("jsonVersion", "1.0")
        self.query_compatible: bool = "awsQueryCompatible" in metadata
        self.namespace: str = NAMESPACES.get(name) or metadata.get("xmlNamespace", "")
        self.operation_names: tuple[str, ...] = tuple(model.operation_names)

    def operation(self, name: str) -> Operation | None:
        """The operation of that name, case counting, or None."""
        if name not in self._operations:
            if name not in self.operation_names:
                return None
            self._operations[name] = self._read(name)
        return self._operations[name]

    def client_model(self, name: str) -> Any:
        """The operation as botocore has it, or None where there is none of that name."""
        return self._model.operation_model(name) if name in self.operation_names else None

    def error_shape(self, code: str) -> Shape:
        """The shape of the error that goes by *code* on the wire, or None."""
        if self._errors is None:
            shapes = self._model.error_shapes
            self._errors = {_code(shape): shape for shape in shapes}
            # Of several that go by one code, the one that is called like it.
            self._errors |= {shape.name: shape for shape in shapes if _code(shape) == shape.name}
        return self._errors.get(code)

    def _read(self, name: str) -> Operation | None:
        try:
            found = self._model.operation_model(name)
        except OperationNotFoundError:
            return None
        http = found.http
        shapes = {_code(shape): shape for shape in found.error_shapes}
        return Operation(
            service=self.name,
            name=name,
            method=http.get("method", "POST"),
            uri=http.get("requestUri", "/"),
            status=http.get("responseCode", 200),
            deprecated=bool(found.deprecated),
            input=found.input_shape,
            output=found.output_shape,
            errors={code: _status(shape) for code, shape in shapes.items()},
            error_shapes=shapes,
        )


@lru_cache(maxsize=48)
def service(name: str) -> Service:
    """The service that botocore calls *name*, in its newest API version.

    Raises:
        UnknownService: botocore has no such model.
    """
    try:
        description = LOADER.load_service_model(name, "service-2")
    except (DataNotFoundError, UnknownServiceError) as error:
        raise UnknownService(name) from error
    return Service(name, ServiceModel(description, name))


def names() -> tuple[str, ...]:
    """The names of all services that botocore has models of, in order."""
    return tuple(sorted(LOADER.list_available_services("service-2")))


def snake(name: str) -> str:
    """The name that Python clients give the operation *name*: `CreateUser` → `create_user`."""
    return str(xform_name(name))


def parameters(service_name: str, operation: str) -> tuple[Parameter, ...]:
    """The members of the operation's input, in the model's order.

    Raises:
        UnknownService: botocore has no such service.
        KeyError: the service has no such operation.
    """
    found = service(service_name).operation(operation)
    if found is None:
        raise KeyError(operation)
    if found.input is None:
        return ()
    required = set(found.input.required_members)
    return tuple(
        Parameter(name, name in required, shape.type_name)
        for name, shape in found.input.members.items()
    )


def _code(shape: Shape) -> str:
    """The code of a modelled error on the wire."""
    return str(shape.metadata.get("error", {}).get("code") or shape.name)


def _status(shape: Shape) -> int:
    """The HTTP status of a modelled error; 500 where the model calls it the server's fault."""
    error = shape.metadata.get("error", {})
    return int(error.get("httpStatusCode") or (500 if shape.metadata.get("fault") else 400))
