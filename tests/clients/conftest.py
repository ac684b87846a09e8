"""A server of its own for each module of client tests, and clients that speak to it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import uvicorn
from botocore.config import Config

from doorward.base.ids import RandomIds
from doorward.server.app import App
from doorward.server.run import listen
from doorward.server.settings import Settings, check
from doorward.server.state import root_key
from watched import Watched

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"


class MovableClock:
    """The real time, plus what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Served:
    """A server in this process: real sockets, a clock that tests may move."""

    def __init__(self, **settings: Any) -> None:
        chosen = {
            "port": 0,
            "memory": True,
            "account_id": ACCOUNT,
            "root_access_key_id": "root-key-id",
            "root_secret_access_key": "root-secret",
            "allow_reset": True,
        } | settings
        self.settings = check(Settings(**chosen))
        self.clock = MovableClock()
        self.socket = listen(self.settings)
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        ids = RandomIds()
        self.running = Watched(self.settings, root_key(self.settings, ids), self.clock, ids)
        self.running.start()
        self.app = App(self.running)
        config = uvicorn.Config(
            self.app,
            http="httptools",
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],))
        self.thread.start()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.running.close()
        self.socket.close()

    def client(
        self,
        service: str,
        key: str = "root-key-id",
        secret: str = "root-secret",
        token: str | None = None,
        **config: Any,
    ) -> Any:
        session = boto3.Session(key, secret, token, region_name="us-east-1")
        chosen = Config(retries={"total_max_attempts": 1}, **config)
        return session.client(service, endpoint_url=self.endpoint, config=chosen)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def fresh(served: Served) -> Served:
    """The server of the module with an empty world and its clock at the real time."""
    served.clock.ahead = timedelta()
    served.running.reset()
    return served


@pytest.fixture
def iam(fresh: Served) -> Any:
    return fresh.client("iam")


@pytest.fixture
def user(fresh: Served) -> Callable[[str], Callable[..., Any]]:
    """Makes a user with an access key; gives back what makes clients that sign with it."""

    def make(name: str) -> Callable[..., Any]:
        root = fresh.client("iam")
        root.create_user(UserName=name)
        key = root.create_access_key(UserName=name)["AccessKey"]
        return lambda service, **config: fresh.client(
            service, key["AccessKeyId"], key["SecretAccessKey"], **config
        )

    return make
