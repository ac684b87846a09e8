"""A real server and real clients, for tests of services through what people use.

`*.localhost` names this machine, as it does for most people; where the system does not say so,
the fixtures do.
"""

import socket
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config

from clients.conftest import Served

ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"


@cache
def session() -> boto3.Session:
    """The one session of all clients, since each reads the models anew."""
    return boto3.Session(region_name="us-east-1")


class Clients:
    """Clients of one server, for a root or a user."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.port = served.endpoint.rpartition(":")[2]

    def client(
        self,
        service: str,
        key: str = "root-key-id",
        secret: str = "root-secret",
        *,
        host: str = "localhost",
        **config: Any,
    ) -> Any:
        return session().client(
            service,
            endpoint_url=f"http://{host}:{self.port}",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def user(self, name: str, *policies: str) -> Callable[..., Any]:
        """A new user with those inline policies; gives back what makes clients of theirs."""
        iam = self.client("iam", host="127.0.0.1")
        iam.create_user(UserName=name)
        for number, document in enumerate(policies):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=document)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        key, secret = made["AccessKeyId"], made["SecretAccessKey"]
        return lambda service, **config: self.client(service, key, secret, **config)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def clients(served: Served, monkeypatch: pytest.MonkeyPatch) -> Clients:
    """The server of the module with an empty world, reached as `localhost` too."""
    asked = socket.getaddrinfo

    def answered(host: Any, *rest: Any, **more: Any) -> Any:
        own = isinstance(host, str) and host.endswith("localhost")
        return asked("127.0.0.1" if own else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    served.running.reset()
    return Clients(served)
