"""A whole server in this process without sockets, its clock set by the test, and who may call it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from botocore.credentials import Credentials
from sqlalchemy import select

from authn.clients import NOW, Sent
from doorward.base.http import HttpRequest
from doorward.base.ids import RandomIds
from doorward.server.app import App
from doorward.server.pipeline import Arrived
from doorward.server.settings import Settings, check
from doorward.server.state import root_key
from doorward.store import schema
from watched import Watched

ACCOUNT = "123456789012"
ROOT = Credentials("AKIAROOT", "root-secret")
ALICE = Credentials("AKIAALICE", "alice-secret")
CAROL = Credentials("AKIACAROL", "carol-secret")
INACTIVE = Credentials("AKIAINACTIVE", "old-secret")
DELETED = Credentials("AKIADELETED000000", "lost-secret")
UNKNOWN = Credentials("AKIANOBODY", "no-secret")
SEED = """
accounts:
  "123456789012":
    users:
      alice:
        inline: {all: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
        access_keys:
          - {id: AKIAALICE, secret: alice-secret}
          - {id: AKIAINACTIVE, secret: old-secret, active: false}
      carol:
        inline:
          safe:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::reports/safe/*"}]
        access_keys: [{id: AKIACAROL, secret: carol-secret}]
      bob:
        access_keys: [{id: AKIADELETED000000, secret: lost-secret}]
    roles:
      auditor:
        trust:
          Version: "2012-10-17"
          Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/alice"}, Action: "sts:AssumeRole"}]
        inline: {all: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    buckets:
      reports: {objects: {a.txt: "text"}}
"""


class StillClock:
    """Shows what it is set to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Reply:
    """What a client gets back."""

    status: int
    body: bytes

    @property
    def code(self) -> str:
        """The first error code in the XML, empty where there is none."""
        return self.element("Code")

    def element(self, name: str) -> str:
        """The text of the first element of that name."""
        return self.body.decode().partition(f"<{name}>")[2].partition(f"</{name}>")[0]


class InProcess:
    """The server, driven as uvicorn would drive it."""

    def __init__(self, folder) -> None:
        seed = folder / "seed.yaml"
        seed.write_text(SEED)
        settings = Settings(
            memory=True,
            account_id=ACCOUNT,
            root_access_key_id=ROOT.access_key,
            root_secret_access_key=ROOT.secret_key,
            seed=seed,
        )
        ids = RandomIds()
        self.clock = StillClock(NOW)
        self.running = Watched(check(settings), root_key(settings, ids), self.clock, ids)
        self.running.start()
        self.running.workers.alarms.stop()
        self.app = App(self.running)
        self.pipeline = self.app.pipeline
        self.loop = asyncio.Runner()
        delete = (
            "Action=DeleteAccessKey&Version=2010-05-08&UserName=bob&AccessKeyId=AKIADELETED000000"
        )
        self.done(query("iam", delete, ROOT))
        self.session = self.assume("audit")
        self.other_session = self.assume("other")

    def close(self) -> None:
        self.loop.close()
        self.running.close()

    def believed(self, request: HttpRequest) -> Arrived:
        """*request* with its sender proved and its body held to the signature, as the app does it."""
        return self.pipeline.received(self.pipeline.arrive(request))

    def answer(self, request: HttpRequest) -> Reply:
        """What the whole application answers to *request*."""
        status, _, body = self.loop.run(answered(self.app, request))
        return Reply(status, body)

    def done(self, sent: Sent) -> Reply:
        """The answer to *sent*, which must succeed."""
        reply = self.answer(sent.signed())
        assert reply.status == 200, reply
        return reply

    def assume(self, name: str) -> Credentials:
        """Temporary credentials of the role, asked for by alice."""
        form = (
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
            f"%2Fauditor&RoleSessionName={name}"
        )
        reply = self.done(query("sts", form, ALICE))
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return Credentials(*(reply.element(name) for name in names))

    def contents(self) -> list[tuple]:
        """Every row of every table, but for what follows the trail in its own time."""
        with self.running.database.read() as db:
            tables = [one for one in schema.complete().sorted_tables if one.name not in FOLLOWING]
            return [(table.name, *row) for table in tables for row in db.execute(select(table))]


FOLLOWING = {"audit_cursor", "audit_resource", "trail_pending", "metric", "metric_point"}


async def answered(app: App, request: HttpRequest) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what *app* answers to *request*."""
    sent = []
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode("latin-1"),
        "query_string": request.query.encode("latin-1"),
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers
        ],
        "client": ("127.0.0.1", 1),
        "scheme": "http",
    }

    async def receive():
        return {"type": "http.request", "body": request.body.read()}

    async def send(message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:])


def query(service: str, form: str, by: Credentials) -> Sent:
    """A request of the query protocol."""
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Sent("POST", "/", form.encode(), headers, service, by=by)
