"""Contexts to call operations with: an empty database, a fixed clock, ids that count up.

    world = World(tmp_path)
    ctx = world.root()                      # the root of ACCOUNT
    create_user(ctx, user_name="alice")
    as_alice = world.user(users.find(ctx.db, ACCOUNT, "alice"))
    later(ctx, hours=5)

Every context of one `World` shares one transaction, and its live world reads what was written in
it. Nothing is authorized on the way; `accesses` shows what an operation would be authorized on.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from doorward.authn.caller import (
    AccessKey,
    AuthType,
    Caller,
    Session,
    SessionKind,
    Signature,
    prove,
)
from doorward.authn.token import Tokens
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.engine.decision import Decision
from doorward.services.context import Context
from doorward.services.operation import Output, Service
from doorward.store import accounts
from doorward.store.files import Files
from doorward.store.live import Live
from doorward.store.outbox import Outbox
from doorward.store.page import Markers
from doorward.store.secrets import Secrets
from doorward.store.tables.role import Role
from doorward.store.tables.user import User
from services import backends

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SIGNATURE = Signature(AuthType.HEADER, "us-east-1", "iam", NOW)
FACTS = RequestFacts(
    region="us-east-1",
    partition="aws",
    source_ip="127.0.0.1",
    user_agent="tests",
    secure=False,
)


class CountingIds:
    """Ids that count up, so that the same test makes the same ones."""

    def __init__(self) -> None:
        self.count = 0

    def unique_id(self, prefix: str) -> str:
        self.count += 1
        rest, digits = self.count, ""
        while len(digits) < 21 - len(prefix):
            digits = ALPHABET[rest % 32] + digits
            rest //= 32
        return prefix + digits

    def access_key_id(self, prefix: str, account: str) -> str:
        self.count += 1
        body = ((1 << 47) | (int(account) << 7)).to_bytes(6) + self.count.to_bytes(4)
        return prefix + base64.b32encode(body).decode()

    def secret(self) -> str:
        self.count += 1
        return f"secret{self.count:034d}"

    def token(self, size: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(size)

    def request_id(self) -> str:
        self.count += 1
        return f"00000000-0000-4000-8000-{self.count:012d}"

    def event_id(self, now: datetime) -> str:
        del now
        return self.request_id()


class Transaction:
    """The face of a database that the live world reads, over the one open transaction."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.number = 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self.db

    def change_number(self) -> int:
        self.number += 1  # whatever is asked may have changed since
        return self.number


class World:
    """Two accounts without any users; makes a context for each kind of caller."""

    def __init__(self, folder: Path) -> None:
        self.db = backends.connect()
        self.ids = CountingIds()
        self.secrets = Secrets(bytes(32))
        self.tokens = Tokens(self.secrets.derive("session-tokens"))
        self.markers = Markers(self.secrets.derive("page-markers"))
        self.files = Files(folder, ids=self.ids, durable=False)
        self.outbox = Outbox(folder / "notifications")
        self.live = Live(Transaction(self.db), self.secrets)  # type: ignore[arg-type]
        for account in (ACCOUNT, OTHER_ACCOUNT):
            accounts.create(self.db, account, NOW)

    def close(self) -> None:
        backends.close(self.db)

    def context(self, caller: Caller, now: datetime = NOW) -> Context:
        """What an operation called by *caller* gets."""

        def decide(access: Access) -> Decision:
            return authorize(self.live, caller, FACTS, access, now)

        context = Context(
            db=self.db,
            caller=caller,
            account=caller.account or "",
            now=now,
            ids=self.ids,
            facts=FACTS,
            secrets=self.secrets,
            tokens=self.tokens,
            markers=self.markers,
            files=self.files,
            world=self.live,
            call=lambda service, operation, /, **parameters: handler(service, operation)(
                context, **parameters
            ),
            authorize=decide,
            after_commit=lambda action: action(),
            request_id="00000000-0000-4000-8000-000000000000",
            base_url="http://127.0.0.1:4566",
            outbox=self.outbox,
        )
        return context

    def root(self, account: str = ACCOUNT) -> Context:
        """The root of *account*, by its access key."""
        key = AccessKey("AKIAROOTROOTROOTROOT", "secret", account, None, None)
        return self.context(prove(SIGNATURE, key=key))

    def user(self, user: User | None) -> Context:
        """The user, by an access key of theirs."""
        assert user is not None
        key = AccessKey("AKIAUSERUSERUSERUSER", "secret", user.account, user.id, user.name)
        return self.context(prove(SIGNATURE, key=key))

    def session(self, kind: SessionKind, principal: User | Role | None, **more: Any) -> Context:
        """A session of the user or role, or of the root of `ACCOUNT`."""
        session = Session(
            kind=kind,
            access_key_id="ASIASESSIONSESSIONSE",
            secret="secret",
            account=principal.account if principal else ACCOUNT,
            principal_id=principal.id if principal else None,
            principal_name=principal.name if principal else "",
            session_name=more.pop("session_name", "session"),
            issued_at=NOW,
            expires_at=NOW + timedelta(hours=1),
            **more,
        )
        return self.context(prove(SIGNATURE, session=session))

    def role_session(self, role: Role | None, **more: Any) -> Context:
        """A session of the role."""
        assert role is not None
        return self.session(SessionKind.ROLE, role, **more)

    def anonymous(self) -> Context:
        """A caller who did not sign."""
        return self.context(prove(Signature(AuthType.NONE)))


def later(ctx: Context, **delta: float) -> Context:
    """The same caller, some time later: `later(ctx, hours=4)`."""
    return replace(ctx, now=ctx.now + timedelta(**delta))


def handler(service: str, operation: str) -> Callable[..., Output]:
    """The function that implements *operation*, which is named like the function or the model."""
    from doorward.server.dispatch import registry

    for (declared, name), found in registry().items():
        if declared == service and operation in (name, found.handler.__name__):
            return found.handler
    raise LookupError(operation)


def accesses(service: Service, operation: str, ctx: Context, **parameters: Any) -> list[Access]:
    """What *operation* is authorized on; *parameters* in wire casing, `UserName="alice"`."""
    finder = service.operations[operation].finder
    assert finder is not None
    found = finder(ctx, parameters)
    return [found] if isinstance(found, Access) else list(found)


def every_page(
    operation: Callable[..., Output], ctx: Context, member: str, **parameters: Any
) -> list[Any]:
    """The items of *member* of all pages, one after the other."""
    output = operation(ctx, **parameters)
    items = list(output[member])
    while output["IsTruncated"]:
        output = operation(ctx, **parameters, marker=output["Marker"])
        items += output[member]
    assert "Marker" not in output
    return items
