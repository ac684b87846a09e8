"""Parameters that come from inside, not over the wire, held to the model all the same.

Templates and services write scalars loosely, `"5"` for a number or `"true"` for a truth, so they
are read as the shape asks; everything else is refused as it would be from a client.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from doorward.base.errors import AwsError
from doorward.wire.model import Operation, Shape, UnknownService, service
from doorward.wire.parse import REFUSING, coral
from doorward.wire.refusals import NotImplementedOperation, SerializationException
from doorward.wire.validate import Problem, checker

TRUTHS = {"true": True, "false": False}


def typed(service_name: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """*given* as the parameters of the operation, by the model's names.

    Raises:
        NotImplementedOperation: the model has no such operation.
        SerializationException: a value cannot be read as what the model asks for.
        AwsError: the parameters break a constraint of the model.
    """
    operation, check = _plan(service_name, name)
    if operation.input is None:
        return {}
    found: dict[str, Any] = _structure(operation.input, given, name)
    if problems := check(found):
        raise _refusal(operation, problems)
    return found


@lru_cache(maxsize=1024)
def _plan(service_name: str, name: str) -> tuple[Operation, Any]:
    try:
        operation = service(service_name).operation(name)
    except UnknownService as error:
        raise NotImplementedOperation(service_name, name) from error
    if operation is None:
        raise NotImplementedOperation(service_name, name)
    return operation, checker(operation.input)


def _refusal(operation: Operation, problems: list[Problem]) -> AwsError:
    return REFUSING.get(operation.service, coral)(operation, problems)


def _value(shape: Shape, value: Any, where: str) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, value, where)
        case "list":
            items = value if isinstance(value, list | tuple) else [value]
            return [_value(shape.member, item, where) for item in items]
        case "map":
            if not isinstance(value, Mapping):
                raise _mismatch(where, "map")
            return {str(key): _value(shape.value, item, where) for key, item in value.items()}
        case kind:
            return _scalar(kind, value, where)


def _structure(shape: Shape, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise _mismatch(where, "structure")
    if unknown := [name for name in value if name not in shape.members]:
        raise SerializationException(f"{where} has no member {unknown[0]}")
    return {
        name: _value(shape.members[name], item, name)
        for name, item in value.items()
        if item is not None
    }


def _scalar(kind: str, value: Any, where: str) -> Any:
    try:
        match kind:
            case "string" | "char":
                return _text(value, where)
            case "integer" | "long":
                return _whole(value, where)
            case "float" | "double":
                return float(value)
            case "boolean":
                return value if isinstance(value, bool) else TRUTHS[str(value).lower()]
            case "timestamp":
                return value if isinstance(value, datetime) else datetime.fromisoformat(value)
            case "blob":
                return value.encode() if isinstance(value, str) else value
            case _:
                return value
    except (ValueError, TypeError, KeyError) as error:
        raise _mismatch(where, kind) from error


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list | tuple):
        raise _mismatch(where, "string")
    return str(value)


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise _mismatch(where, "integer")
    return int(value)


def _mismatch(where: str, kind: str) -> SerializationException:
    return SerializationException(f"The value of {where} is not a {kind}")
