"""Addresses that signals for a resource come in at, and what came in.

The address is as good as a presigned URL of S3, which AWS gives out: whoever has it may signal, and
nobody can make one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes-create.html
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection

from doorward.services.cloudformation.engine.host import Host
from doorward.store import stack_signals
from doorward.store.secrets import Secrets
from doorward.store.tables.stack import Stack
from doorward.store.tables.stack_signal import StackSignal

PATH = "/_doorward/stack-signals/"
PURPOSE = "stack signals"
KIND = "stack signal"
PARTS = 4
ARN_PARTS = 6


class Address(NamedTuple):
    """What a signal is for."""

    stack: str
    logical_id: str
    request: str

    @property
    def account(self) -> str:
        """The account of the stack."""
        return self.stack.split(":")[4]


def path(secrets: Secrets, address: Address) -> str:
    """The path of the address, signed."""
    stack = urlsafe_b64encode(address.stack.encode()).decode().rstrip("=")
    parts = (stack, address.logical_id, address.request, _signature(secrets, address))
    return PATH + "/".join(parts)


def address_of(secrets: Secrets, path: str) -> Address | None:
    """The address that *path* is that of; None where it was not made here."""
    parts = path.removeprefix(PATH).split("/")
    if not path.startswith(PATH) or len(parts) != PARTS:
        return None
    stack, logical_id, request, signature = parts
    try:
        known = urlsafe_b64decode(stack + "=" * (-len(stack) % 4)).decode()
    except ValueError:
        return None
    address = Address(known, logical_id, request)
    if len(known.split(":")) < ARN_PARTS or not signature.isascii():
        return None
    made = hmac.compare_digest(signature, _signature(secrets, address))
    return address if made else None


def _signature(secrets: Secrets, address: Address) -> str:
    text = "\n".join(address).encode()
    return hmac.new(secrets.derive(PURPOSE), text, hashlib.sha256).hexdigest()


def sealed(
    secrets: Secrets, address: Address, unique_id: str, body: Mapping[str, Any], at: Any
) -> StackSignal:
    """The signal as it is kept."""
    where = _where(address, unique_id)
    text = secrets.seal(json.dumps(body), account=address.account, id=where, kind=KIND)
    return StackSignal(*address, unique_id, address.account, at, text)


def opened(secrets: Secrets, signal: StackSignal) -> dict[str, Any]:
    """What the signal says."""
    address = Address(signal.stack, signal.logical_id, signal.request)
    where = _where(address, signal.unique_id)
    text = secrets.open(signal.body, account=signal.account, id=where, kind=KIND)
    found: dict[str, Any] = json.loads(text)
    return found


def _where(address: Address, unique_id: str) -> str:
    return "/".join((*address, unique_id))


class StackSignals:
    """The signals of one resource; a `types.provider.Signals`."""

    def __init__(self, host: Host, stack: Stack, logical_id: str, base_url: str) -> None:
        self.host = host
        self.stack = stack
        self.logical_id = logical_id
        self.base_url = base_url

    def url(self, request: str) -> str:
        """Where to send a signal for *request* to."""
        address = Address(self.stack.id, self.logical_id, request)
        return self.base_url + path(self.host.secrets, address)

    def of(self, request: str) -> Sequence[Mapping[str, Any]]:
        """What came in for *request*."""
        return self._found(Address(self.stack.id, self.logical_id, request))

    def at(self, url: str) -> Sequence[Mapping[str, Any]] | None:
        """What came in at the *url* of a handle of this stack; None where it is none."""
        address = address_of(self.host.secrets, urlsplit(url).path)
        if address is None or address.stack != self.stack.id:
            return None
        return self._found(address)

    def _found(self, address: Address) -> Sequence[Mapping[str, Any]]:
        def look(db: Connection) -> Sequence[StackSignal]:
            return stack_signals.of_request(db, self.stack.account, *address)

        with self.host.read() as db:
            found = look(db)
        return [{"UniqueId": one.unique_id, **opened(self.host.secrets, one)} for one in found]
