"""What the stack engine and the resource types agree on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from doorward.services.cloudformation.types import names

Properties = Mapping[str, Any]
"""Properties of a resource in the template's casing, every function in them resolved."""


class Call(Protocol):
    """Calls an operation of a service in the name of whoever works on the stack."""

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """The output in wire casing; `call("iam", "create_user", user_name="alice")`.

        Parameters are named like those of boto3's clients in snake case; what is inside them has
        the casing of the wire.

        Raises:
            AwsError: the service refuses, or the caller may not.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How the work on a stack has ended; `outputs` are those of a stack that is whole."""

    status: str
    reason: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)


class Waiting(Exception):
    """The resource waits for a signal; its work goes on when one has come, or at *until*."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Signals(Protocol):
    """What a resource may wait for, under a name that it chooses for each of its requests."""

    def url(self, request: str) -> str:
        """Where to send a signal for *request* to; whoever has the URL may."""
        ...

    def of(self, request: str) -> Sequence[Mapping[str, Any]]:
        """What came in for *request*."""
        ...

    def at(self, url: str) -> Sequence[Mapping[str, Any]] | None:
        """What came in at the *url* of a handle of this stack; None where it is none."""
        ...


class NoSignals:
    """Nothing can be waited for."""

    def url(self, request: str) -> str:
        """An address that nobody listens at."""
        return f"https://signals.invalid/{request}"

    def of(self, request: str) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        del request
        return ()

    def at(self, url: str) -> Sequence[Mapping[str, Any]] | None:
        """No handle."""
        del url
        return None


def _nowhere(_service: str) -> bool:
    """Nothing is emulated."""
    return False


def _nothing(_stack_id: str) -> Ended:
    """There are no other stacks."""
    return Ended("DELETE_COMPLETE")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a resource type may know about the stack that a resource belongs to.

    Attributes:
        suffix: twelve random characters of `A-Z0-9`, fresh for each physical resource.
        token: names this one attempt, so that a service can recognize a repeated request.
        now: the moment, for codes that follow the clock.
        tags: the stack's tags, and the `aws:cloudformation:` ones where the type carries them.
        previous_tags: the same before this update; empty at creation.
        base_url: how this server was reached by whoever deploys.
        capabilities, disable_rollback: of the operation on the stack.
        reverting: an update is being taken back.
        attributes: what the resource was noted to have, besides what `Fn::GetAtt` gives.
        settle: has a stack worked on until its work has ended.
        type_name: as the template has it.
        operation: names the operation on the stack; `since` is when it came to the resource.
        signals: what may be waited for; `creation_policy` says for how many of them.
        emulated: whether a service is only played by moto.
    """

    account: str
    region: str
    partition: str
    stack_name: str
    stack_id: str
    logical_id: str
    suffix: str
    token: str
    now: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    previous_tags: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    capabilities: tuple[str, ...] = ()
    disable_rollback: bool = False
    reverting: bool = False
    attributes: Mapping[str, object] = field(default_factory=dict)
    settle: Callable[[str], Ended] = _nothing
    type_name: str = ""
    operation: str = ""
    since: datetime | None = None
    signals: Signals = field(default_factory=NoSignals)
    creation_policy: Any = None
    emulated: Callable[[str], bool] = _nowhere

    def name(self, limit: int = 64) -> str:
        """A physical name for a resource whose author gave none, at most *limit* long."""
        return names.generated(self.stack_name, self.logical_id, self.suffix, limit)

    def short_id(self) -> str:
        """A physical id for what has no name of its own, such as an inline policy's resource."""
        return names.short(self.stack_name, self.logical_id, self.suffix)

    def arn(self, service: str, rest: str) -> str:
        """The ARN of something of this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True, slots=True)
class Created:
    """A resource that exists.

    Attributes:
        physical_id: what `Ref` gives.
        attributes: what `Fn::GetAtt` gives, by name, besides what is read anew.
    """

    physical_id: str
    attributes: Mapping[str, object] = field(default_factory=dict)


class Provider(Protocol):
    """One resource type."""

    @property
    def type_name(self) -> str:
        """Such as `AWS::IAM::User`."""
        ...

    @property
    def readable(self) -> bool:
        """Whether `read` works: some types have nothing that could be read by their id alone."""
        ...

    def create(self, call: Call, properties: Properties, facts: Facts) -> Created:
        """Make the resource; what was begun is undone if a later step is refused.

        Raises:
            LeftBehind: and the undoing was refused, too.
            AwsError: nothing was made.
        """
        ...

    def update(
        self, call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts
    ) -> Created:
        """Bring the resource from *old* to *new*, without replacing it.

        A refusal may leave it between the two; `update` the other way brings it back.

        Raises:
            AwsError: the service refuses.
        """
        ...

    def delete(self, call: Call, physical_id: str, properties: Properties, facts: Facts) -> None:
        """Remove the resource; it may be gone already.

        Raises:
            AwsError: the service refuses.
        """
        ...

    def read(self, call: Call, physical_id: str, facts: Facts) -> Properties | None:
        """The properties that the resource has now, None where it is gone.

        Properties that can only be written, such as passwords, are not among them.

        Raises:
            Unreadable: the type is not `readable`.
            AwsError: the service refuses.
        """
        ...
