"""What an operation gets to work with: the caller, the transaction, time, ids, the world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from doorward.authn.caller import Caller
from doorward.authn.oidc_keys import IssuerKeys
from doorward.authn.token import Tokens
from doorward.authz.access import Access, RequestFacts
from doorward.base.ids import Ids
from doorward.engine.decision import Decision
from doorward.store.files import Files
from doorward.store.outbox import Outbox
from doorward.store.page import Markers
from doorward.store.secrets import Secrets
from doorward.world.source import World


class Deliver(Protocol):
    """Sends log events to a destination of a subscription filter."""

    def __call__(
        self, destination: str, role: str | None, /, *, source_arn: str, stream: str, payload: str
    ) -> None:
        """Send *payload* for the group of *source_arn*; raises where it is not taken."""
        ...


def _no_destination(
    destination: str, role: str | None, /, *, source_arn: str, stream: str, payload: str
) -> None:
    raise NotImplementedError(destination, role, source_arn, stream, payload)


def _nobody() -> None:
    """Nobody works on what is written down."""


class Call(Protocol):
    """Calls another operation for the same caller, authorized and audited again.

    Condition keys and audit event say that the service passed it on.
    """

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """The output of *operation*, named like its function; parameters likewise."""
        ...


class Serve(Protocol):
    """Makes what calls operations as a service itself, on behalf of one resource."""

    def __call__(self, principal: str, /, *, source_arn: str, source_account: str) -> Call:
        """Calls as *principal*, authorized by the policies of what it comes to."""
        ...


def _no_service(principal: str, /, *, source_arn: str, source_account: str) -> Call:
    raise NotImplementedError(principal, source_arn, source_account)


@dataclass(frozen=True, slots=True)
class Context:
    """One request, after authentication.

    Attributes:
        db: the transaction; of an operation that reads, a connection that cannot write.
        caller: who asks, proved.
        account: the caller's account, in which IAM operations work; empty for anonymous callers.
        now: the moment of the request.
        facts: region, partition, address and so on of the request.
        secrets: the envelope for secrets at rest.
        tokens: makes and reads session tokens.
        markers: makes and reads page markers.
        files: object bytes under the data directory.
        world: what decisions read.
        request_id: the id in the answer and in the audit event.
        base_url: scheme, host and port under which the client reached this server.
        authorize: decides a further access of the same caller, for operations whose accesses
            depend on what they find, such as DeleteObjects; refuses nothing by itself.
        after_commit: has something done once the transaction is committed, and never if it is
            not, such as removing the bytes of a deleted object.
        if_undone: has something done if the transaction is taken back, and never if it is
            committed, such as removing a message that was written ahead.
        issuer_keys: the signing keys of OIDC issuers.
        wake: has work looked for that was written down, such as that on a stack.
        assertion_consumers: URLs besides AWS's own that SAML assertions may be meant for.
        serve: calls other operations as this service itself, not as the caller.
        deliver: sends log events elsewhere; takes as long as the destination does.
        outbox: takes messages to SNS topics; None where nothing does.
        block_new_buckets: whether S3 blocks public access on buckets made from now on.
    """

    db: Connection
    caller: Caller
    account: str
    now: datetime
    ids: Ids
    facts: RequestFacts
    secrets: Secrets
    tokens: Tokens
    markers: Markers
    files: Files
    world: World
    call: Call
    authorize: Callable[[Access], Decision]
    after_commit: Callable[[Callable[[], None]], None]
    request_id: str = ""
    base_url: str = ""
    block_new_buckets: bool = False
    outbox: Outbox | None = None
    if_undone: Callable[[Callable[[], None]], None] = field(default=lambda _: None)
    issuer_keys: IssuerKeys = field(default_factory=IssuerKeys)
    assertion_consumers: tuple[str, ...] = ()
    wake: Callable[[], None] = _nobody
    serve: Serve = _no_service
    deliver: Deliver = _no_destination

    @property
    def partition(self) -> str:
        """The partition that ARNs of this request carry."""
        return self.facts.partition
