"""Calls of resource types as real requests, and what they left behind.

call = Calls(served.client)                   # `call("iam", "create_user", user_name="alice")`
refusing(call, at=2)                          # the second call is refused before it is made
Sample(type, properties, …)                   # a row of a table of lifecycles
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types.provider import Facts

ACCOUNT = "123456789012"
FACTS = Facts(
    account=ACCOUNT,
    region="us-east-1",
    partition="aws",
    stack_name="shop",
    stack_id=f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/shop/5dd694c0-992c-11f0-8b1a-0affd0a2b6a1",
    logical_id="Thing",
    suffix="ABCDEF123456",
    token="5dd694c0-992c-11f0-8b1a-0affd0a2b6a1",
    now=datetime(2026, 11, 25, tzinfo=UTC),
    tags={"stack-wide": "yes"},
)


def facts(**changes: Any) -> Facts:
    """The facts of a stack at this moment."""
    return replace(FACTS, now=datetime.now(UTC), **changes)


class Refused(AwsError):
    """A service refused; code and message are those of the wire."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Calls:
    """A `Call` made of real requests through boto3."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.client = client
        self.clients: dict[str, Any] = {}
        self.made: list[str] = []

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        if service not in self.clients:
            self.clients[service] = self.client(service)
        client = self.clients[service]
        name = client.meta.method_to_api_mapping[operation]
        members = client.meta.service_model.operation_model(name).input_shape
        names = {xform_name(one): one for one in (members.members if members else ())}
        self.made.append(operation)
        try:
            output = getattr(client, operation)(**{names[k]: v for k, v in parameters.items()})
        except ClientError as error:
            found = error.response["Error"]
            raise Refused(found["Code"], found.get("Message", "")) from error
        output.pop("ResponseMetadata", None)
        return output


class Refusing:
    """A `Call` whose *at*th call, counted from one, is refused before it is made."""

    def __init__(self, call: Calls, at: int) -> None:
        self.call = call
        self.at = at
        self.count = 0

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        self.count += 1
        if self.count == self.at:
            raise Refused("AccessDenied", f"no {service}:{operation} for this test")
        return self.call(service, operation, **parameters)


Given = Callable[[Calls], Mapping[str, str]]


@dataclass(frozen=True)
class Sample:
    """One lifecycle.

    Attributes:
        properties: at creation; `{name}` in text is filled from what *given* returns.
        updates: later properties, one after the other.
        given: makes what has to be there before.
        unread: members that reading does not give back, or gives back otherwise.
        leaves: what stays after `delete`, for what can only be scheduled or closed.
    """

    type_name: str
    properties: Mapping[str, Any]
    updates: Sequence[Mapping[str, Any]] = ()
    given: Given = field(default=lambda call: {})
    unread: tuple[str, ...] = ()
    leaves: bool = False
    label: str = ""

    def __str__(self) -> str:
        return f"{self.type_name}{self.label}"


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """*value* with each `<name>` in its texts replaced."""
    if isinstance(value, str):
        for name, one in names.items():
            value = value.replace(f"<{name}>", one)
        return value
    if isinstance(value, Mapping):
        return {filled(key, names): filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    return value


def differences(asked: Any, found: Any, unread: Sequence[str], path: str = "") -> list[str]:
    """Where *found* does not have what was *asked*; lists without regard to order."""
    if path.rpartition(".")[2] in unread:
        return []
    if isinstance(asked, Mapping) and isinstance(found, Mapping):
        return [
            problem
            for key, one in asked.items()
            for problem in differences(one, found.get(key), unread, f"{path}.{key}")
        ]
    if isinstance(asked, list) and isinstance(found, list) and len(asked) == len(found):
        left = list(found)
        for one in asked:
            fits = [other for other in left if not differences(one, other, unread, path)]
            if not fits:
                return [f"{path}: {one!r} is not in {found!r}"]
            left.remove(fits[0])
        return []
    empty = ([], {}, "", None)
    same = asked == found or (asked in empty and found in empty)
    return [] if same else [f"{path}: asked {asked!r}, found {found!r}"]


def model_of(service: str) -> Any:
    """botocore's model of a service."""
    return botocore.session.get_session().get_service_model(service)
