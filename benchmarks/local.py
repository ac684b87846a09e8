"""The application in this process, asked without HTTP: for profiles."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import yaml

from benchmarks.http import FORMS
from benchmarks.load import Key, signed
from benchmarks.servers import ACCOUNT, KEY, SECRET
from benchmarks.world import POLICIES, TRUST
from doorward.base.clock import SystemClock
from doorward.base.ids import RandomIds
from doorward.server.app import App
from doorward.server.running import Running
from doorward.server.settings import Settings, check
from doorward.server.state import root_key

USER = Key("AKIAIOSFODNN7BENCH00", "the-secret-of-the-user-that-is-measured0")
HOST = "localhost:4566"
OK = 200


class Address(NamedTuple):
    """What `signed` asks of a server."""

    endpoint: str = f"http://{HOST}"


class Local:
    """An application with what the measured requests need."""

    def __enter__(self) -> Self:
        """Open it, with nothing kept."""
        with tempfile.TemporaryDirectory() as folder:
            seed = Path(folder, "seed.yaml")
            seed.write_text(yaml.safe_dump(world()), "utf-8")
            settings = check(Settings(port=0, memory=True, account_id=ACCOUNT, seed=seed))
            ids = RandomIds()
            self.running = Running(settings, root_key(settings, ids), SystemClock(), ids)
            self.running.start()
        self.app = App(self.running)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.running.close()

    async def answer(self, request: str, times: int) -> None:
        """Answer *request*, signed once, that often.

        Raises:
            ValueError: it was refused.
        """
        service, form = FORMS[request]
        text = signed(Address(), USER, service, "/" if form else "/bench/object", form)
        scope, body = parsed(text)
        for _ in range(times):
            status = await self._one(scope, body)
            if status != OK:
                raise ValueError(request, status)

    async def _one(self, scope: dict[str, Any], body: bytes) -> int:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return int(sent[0]["status"])


def world() -> dict[str, Any]:
    """The seed of the world."""
    user = {
        "inline": dict(POLICIES),
        "access_keys": [{"id": USER.id, "secret": USER.secret}],
    }
    account = {
        "root": {"access_key_id": KEY, "secret_access_key": SECRET},
        "users": {"alice": user},
        "roles": {"bench": {"trust": TRUST}},
        "buckets": {"bench": {"objects": {"object": "x" * 1024}}},
    }
    return {"accounts": {ACCOUNT: account}}


def parsed(text: bytes) -> tuple[dict[str, Any], bytes]:
    """The ASGI scope and the body of the request *text*."""
    head, _, body = text.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, path, _ = first.split(b" ")
    pairs = [line.split(b": ", 1) for line in lines]
    return {
        "type": "http",
        "method": method.decode(),
        "path": path.decode(),
        "raw_path": path,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in pairs],
        "scheme": "http",
        "client": ("127.0.0.1", 1),
    }, body
