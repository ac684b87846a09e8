"""A whole server in this process, and accounts on it that call it as boto3 would.

place = Place()
side = place.side()                       # a new account, with an administrator
side.call("iam", "CreateUser", UserName="alice")
place.state()                             # every row that decides or shows something
"""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from typing import Any

from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from botocore.model import OperationModel
from botocore.parsers import create_parser
from sqlalchemy import Connection

from authn.clients import NOW, Sent
from authn.in_process import StillClock, answered
from authn.rows import BY_HAND, MODELS
from authn.test_form import form
from clients.posting import BOUNDARY, encoded
from doorward.authn.errors import Family
from doorward.base.http import HttpRequest
from doorward.base.ids import RandomIds
from doorward.server.app import App
from doorward.server.body import MemoryBody
from doorward.server.running import Running
from doorward.server.settings import Settings, check
from doorward.server.state import root_key
from doorward.store import accounts, inline_policies, users
from doorward.store.schema import complete
from doorward.store.tables.user import User
from wire.traffic import botocore_request

HOME = "111122223333"
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
# What a request may change about its caller whatever becomes of it.
UNMINDED = {
    "audit_event",
    "audit_cursor",
    "audit_resource",
    "trail_pending",
    "resource_scan",
    "sign_in_failure",
    "property",
    "metric",
    "metric_point",
}
LAST_USED = ("last_used_at", "last_used_service", "last_used_region", "password_last_used")
Row = tuple[Any, ...]


class Refused(Exception):
    """The answer was an error."""


@dataclass(frozen=True)
class Answer:
    """What a client gets back."""

    status: int
    headers: dict[str, str]
    body: bytes
    output: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.output.get("Error", {}).get("Code", ""))

    @property
    def message(self) -> str:
        return str(self.output.get("Error", {}).get("Message", ""))


class Place:
    """The server; `side` makes accounts."""

    def __init__(self, **more: Any) -> None:
        chosen = {"memory": True, "account_id": HOME, **more}
        settings = check(Settings(**chosen))
        ids = RandomIds()
        self.clock = StillClock(NOW)
        self.running = Running(settings, root_key(settings, ids), self.clock, ids)
        self.running.start()
        self.running.alarms.stop()  # it would write beside what is asked for
        self.running.findings.stop()  # and so would it
        self.app = App(self.running)
        self.loop = asyncio.Runner()
        self.made = 0

    def close(self) -> None:
        self.loop.close()
        self.running.close()

    def side(self) -> "Side":
        """A new account with the key of its root, `admin` who may do everything, and `nobody`.

        Written as a seed would be, in one step, because there are hundreds of them.
        """
        self.made += 1
        account = f"{400_000_000_000 + self.made * 7_919}"
        root, admin, nobody = (
            Credentials(f"AKIA{name}{self.made:08d}", f"secret-of-{name}-{account}")
            for name in ("ROOT", "ADMIN", "NOBODY")
        )

        def add(db: Connection) -> None:
            sealing, now = self.running.secrets, self.clock.now()
            accounts.create(db, account, now)
            accounts.set_root_key(db, sealing, account, root.access_key, root.secret_key, now)
            for name, key in (("admin", admin), ("nobody", nobody)):
                made = User(self.running.ids.unique_id("AIDA"), account, name, name, "/", now)
                users.add(db, made)
                accounts.add_key(
                    db, sealing, account, key.access_key, key.secret_key,
                    user_id=made.id, active=True, now=now,
                )  # fmt: skip
                if name == "admin":
                    inline_policies.put(db, account, made.id, "all", EVERYTHING)

        self.running.database.write(add)
        return Side(self, account, root, admin, nobody)

    def answer(self, request: HttpRequest) -> tuple[int, dict[str, str], bytes]:
        """What the whole application answers to *request*."""
        return self.loop.run(answered(self.app, request))

    def empty(self) -> None:
        """Forget every account, so that there is never much to compare."""
        self.flush()

        def delete(db: Connection) -> None:
            for table in reversed(complete().sorted_tables):
                if table.name != "property":
                    db.execute(table.delete())

        self.running.database.write(delete)

    def flush(self) -> None:
        """Have everything that waits written."""
        if waiting := self.running.recorder.flush():
            waiting.result()

    def state(self) -> set[Row]:
        """Every row but those of the audit trail, and every file beside them.

        When something was last used is left out: that is noted of every call.
        """
        self.flush()
        with self.running.database.read() as db:
            connection = db.connection.driver_connection
            assert connection is not None
            found = {
                (table, *row)
                for table, columns in shown()
                for row in connection.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608 - ours
            }
        return found | self.files()

    def files(self) -> set[Row]:
        """What is kept beside the database: bytes of objects, messages to topics."""
        home = self.running.database.directory
        return {
            ("file", str(path.relative_to(home)), path.stat().st_size)
            for folder in ("objects", "notifications")
            for path in (home / folder).rglob("*")
            if path.is_file()
        }

    def last_event(self) -> int:
        """The number of the newest audit event."""
        self.flush()
        with self.running.database.read() as db:
            return db.exec_driver_sql("SELECT coalesce(max(sequence), 0) FROM audit_event").scalar()

    def events(self, after: int) -> list[dict[str, Any]]:
        """The audit events since that number, oldest first."""
        self.flush()
        query = "SELECT event FROM audit_event WHERE sequence > ? ORDER BY sequence"
        with self.running.database.read() as db:
            return [json.loads(row[0]) for row in db.exec_driver_sql(query, (after,))]

    @contextmanager
    def broken_trail(self) -> Iterator[None]:
        """A block in which the database takes no audit event."""
        broken = (
            "CREATE TRIGGER broken BEFORE INSERT ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'the trail is full'); END"
        )
        self.flush()
        self.running.database.write(lambda db: db.exec_driver_sql(broken), world=False)
        logging.getLogger("doorward").disabled = True  # it would fill with hundreds of these
        try:
            yield
        finally:
            logging.getLogger("doorward").disabled = False
            self.running.database.write(
                lambda db: db.exec_driver_sql("DROP TRIGGER broken"), world=False
            )


_SHOWN: list[tuple[str, str]] = []


def shown() -> list[tuple[str, str]]:
    """The tables of a state, each with its columns."""
    if not _SHOWN:
        for table in complete().sorted_tables:
            if table.name not in UNMINDED:
                kept = [f'"{one.name}"' for one in table.columns if one.name not in LAST_USED]
                _SHOWN.append((table.name, ", ".join(kept)))
    return _SHOWN


class Side:
    """One account: its root, its administrator, and what was made in it.

    Names count up on each side alone, so that two sides on which the same is done have the same.
    """

    def __init__(
        self,
        place: Place,
        account: str,
        root: Credentials,
        admin: Credentials,
        nobody: Credentials,
    ) -> None:
        self.place = place
        self.account = account
        self.root, self.admin, self.nobody = root, admin, nobody
        self.count = 0
        self.organization_id = self.root_id = ""

    def new(self, kind: str) -> str:
        """A name that was not used before."""
        self.count += 1
        return f"{kind}-{self.count}"

    def arn(self, rest: str, service: str = "iam") -> str:
        return f"arn:aws:{service}::{self.account}:{rest}"

    def another(self) -> "Side":
        """Another new account, such as a member of this one's organization."""
        return self.place.side()

    def key(self, user: str) -> Credentials:
        made = self.call("iam", "CreateAccessKey", UserName=user)["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def call(
        self, service: str, operation: str, by: Credentials | None = None, **parameters: Any
    ) -> dict[str, Any]:
        """The output of a call that must succeed, by the root of the account if not said."""
        answer = self.place_call(service, operation, parameters, by or self.root)
        if answer.status >= 400:
            raise Refused(operation, parameters, answer.code, answer.message, answer.status)
        return answer.output

    def place_call(
        self, service: str, operation: str, parameters: dict[str, Any], by: Credentials | None
    ) -> Answer:
        """What is answered; without credentials to an unsigned request."""
        return send(self.place, service, operation, parameters, by)


def send(
    place: Place,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    by: Credentials | None,
) -> Answer:
    """The answer to the request that botocore would make."""
    if (service, operation) in BY_HAND:
        status, headers, body = place.answer(as_form(parameters, by))
        error = {name: element(body, name) for name in ("Code", "Message")}
        return Answer(status, headers, body, {"Error": error} if status >= 400 else {})
    model = modelled(service, operation)
    sent = written(model, parameters)
    at = place.clock.now()
    request = unsigned(sent) if by is None else replace(sent, by=by, at=at).signed()
    status, headers, body = place.answer(request)
    streams = model.has_streaming_output and status < 300
    spelled = HTTPHeaders()
    for name, value in headers.items():
        spelled[name] = value
    answer = {"status_code": status, "headers": spelled, "body": b"" if streams else body}
    parser = create_parser(model.service_model.metadata["protocol"])
    return Answer(status, headers, body, parser.parse(answer, model.output_shape))


@cache
def modelled(service: str, operation: str) -> OperationModel:
    """The operation, its shapes read once."""
    return MODELS[service].operation_model(operation)


def unsigned(sent: Sent) -> HttpRequest:
    """The request of somebody who has no key."""
    path, _, query = sent.path.partition("?")
    headers = [("host", "localhost:4566"), *sent.headers.items()]
    return HttpRequest(sent.method, path, query, headers, MemoryBody(sent.body))


def as_form(parameters: dict[str, Any], by: Credentials | None) -> HttpRequest:
    """A browser's form for the bucket, with a policy that *by* signed."""
    fields = {"key": parameters["Key"]}
    if by is not None:
        conditions = [{"bucket": parameters["Bucket"]}, {"key": parameters["Key"]}]
        fields = form(conditions, fields, by=by)
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = encoded(fields.items(), parameters["Body"])
    return unsigned(Sent("POST", f"/{parameters['Bucket']}", body, kind))


def element(body: bytes, name: str) -> str:
    """The text of the first element of that name."""
    return unescape(body.decode().partition(f"<{name}>")[2].partition(f"</{name}>")[0])


def written(model: Any, parameters: dict[str, Any]) -> Sent:
    """What botocore writes for *parameters*, not signed yet."""
    request = botocore_request(model, parameters)
    target = f"{request.path}?{request.query}" if request.query else request.path
    headers = {
        name: value for name, value in request.headers if name not in {"host", "authorization"}
    }
    service = model.service_model
    family = Family.of(service.metadata["protocol"], service.signing_name)
    body = request.body.read()
    return Sent(
        request.method,
        target,
        body.encode() if isinstance(body, str) else body,
        headers,
        service.signing_name,
        family,
    )
