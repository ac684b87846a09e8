"""What the engine asks of the server that runs it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.base.clock import Clock
from doorward.base.ids import Ids
from doorward.store.secrets import Secrets
from doorward.store.tables.stack import Stack

T = TypeVar("T")

Also = Callable[[Connection, Mapping[str, Any]], None]


class Superseded(Exception):
    """The stack was turned to something else meanwhile, such as its deletion."""


class Stopped(Exception):
    """The server ends, or another one drives the stack; the work is taken up later."""


class Host(Protocol):
    """The server, as far as the engine needs it."""

    clock: Clock
    ids: Ids
    secrets: Secrets

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write."""
        ...

    def write(self, job: Callable[[Connection], T]) -> T:
        """What *job* returns, once its writes are on disk."""
        ...

    def claim(self, db: Connection, stack: Stack) -> bool:
        """Whether this process still drives *stack*, for a while from now on."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether the server ends."""
        ...

    def caller(self, values: Mapping[str, Any]) -> Caller:
        """The caller that was written down when the work began.

        Raises:
            CredentialsGone: the credentials are no longer good.
        """
        ...

    def in_role(self, stack: Stack, role_arn: str) -> Caller:
        """CloudFormation in the stack's role.

        Raises:
            AwsError: the role does not trust it.
        """
        ...

    def drive(self, account: str, stack_id: str) -> None:
        """Work on another stack until it has nothing more to do, in this very thread.

        Raises:
            Stopped: the server ends, or another one has taken over.
        """
        ...

    def emulated(self, service: str) -> bool:
        """Whether *service* is only played by moto."""
        ...

    def takes_system_tags(self, service: str) -> bool:
        """Whether *service* takes tags of AWS's own from CloudFormation."""
        ...

    def forward(
        self,
        caller: Caller,
        facts: RequestFacts,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        request_id: str,
        also: Also | None,
    ) -> dict[str, Any]:
        """The output of an operation, by the model's names, called for *caller* by the engine.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        ...

    def now(self) -> datetime:
        """The moment, in whole milliseconds as events show it."""
        ...
