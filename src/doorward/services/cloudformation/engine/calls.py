"""The calls that a resource type makes for one resource, each kept until the resource is done.

A call that writes is written down in its own transaction. Where the work on a resource was cut
off, it is begun again: what was done already answers as it did then, and the rest goes on.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.services.cloudformation import reading
from doorward.services.cloudformation.engine import reasons
from doorward.services.cloudformation.engine.host import Host
from doorward.store import stack_resources
from doorward.store.tables.stack import StackCall, StackResource
from doorward.wire import model
from doorward.wire.refusals import NotImplementedOperation

KIND = "stack call"
MOMENT = "doorward:moment"
OBJECT_BYTES = 1 << 28
"""The most that is read of an object, such as the code of a function; AWS's limit is 250 MB."""


@lru_cache(maxsize=64)
def operations(service: str) -> Mapping[str, str]:
    """The operations of *service* by the names that Python clients give them."""
    return {model.snake(name): name for name in model.service(service).operation_names}


def spelled(service: str, operation: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Operation and parameters by the names of the model.

    Raises:
        NotImplementedOperation: the service has no such operation.
        TypeError: the operation has no such parameter.
    """
    name = operations(service).get(operation)
    if name is None:
        raise NotImplementedOperation(service, operation)
    members = {model.snake(one.name): one.name for one in model.parameters(service, name)}
    if unknown := [one for one in given if one not in members]:
        raise TypeError(f"{service}:{name} has no parameter {unknown[0]}")
    return name, {members[one]: value for one, value in given.items() if value is not None}


class ResourceCalls:
    """Calls for *resource* in the name of *caller*; a `types.provider.Call`.

    Attributes:
        refused: services and ids of the requests that were refused, by the message.
    """

    def __init__(
        self, host: Host, resource: StackResource, caller: Caller, facts: RequestFacts
    ) -> None:
        self.host = host
        self.resource = resource
        self.caller = caller
        self.facts = facts
        self.refused: dict[str, tuple[str, str]] = {}
        self.done = self._done()

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """The output of *operation*, of now or of before the work was cut off.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        name, given = spelled(service, operation, parameters)
        digest = _digest(service, name, given)
        if self.done[digest]:
            return self.done[digest].pop(0)
        request_id = self.host.ids.request_id()
        try:
            output = self.host.forward(
                self.caller,
                self.facts,
                service,
                name,
                given,
                request_id=request_id,
                also=lambda db, output: self._keep(db, service, name, digest, output),
            )
        except AwsError as error:
            self.refused[error.message] = (service, request_id)
            raise
        if "Body" in output:
            output["Body"] = reading.bytes_of(output["Body"], OBJECT_BYTES)
        return output

    def reason(self, error: AwsError, token: str) -> str:
        """Why the resource failed."""
        service, request_id = self.refused.get(error.message, (None, ""))
        return reasons.failed(error, token, service, request_id)

    def _done(self) -> defaultdict[str, list[dict[str, Any]]]:
        found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        with self.host.read() as db:
            kept = stack_resources.calls(db, self.resource.stack, self.resource.logical_id)
        for one in kept:
            text = self.host.secrets.open(
                one.output, account=self.resource.account, id=self._where(one.digest), kind=KIND
            )
            found[one.digest].append(json.loads(text, object_hook=_read))
        return found

    def _keep(
        self, db: Connection, service: str, name: str, digest: str, output: Mapping[str, Any]
    ) -> None:
        text = json.dumps(dict(output), default=_written)
        sealed = self.host.secrets.seal(
            text, account=self.resource.account, id=self._where(digest), kind=KIND
        )
        stack, logical_id = self.resource.stack, self.resource.logical_id
        call = StackCall(stack, logical_id, 0, service, name, digest, sealed)
        stack_resources.add_call(db, call)

    def _where(self, digest: str) -> str:
        return f"{self.resource.stack}/{self.resource.logical_id}/{digest}"


def _digest(service: str, name: str, given: Mapping[str, Any]) -> str:
    text = json.dumps([service, name, given], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    return None if isinstance(value, bytes) else str(value)


def _read(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value[MOMENT]) if MOMENT in value else value
