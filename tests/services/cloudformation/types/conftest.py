"""One server for the types of Doorward's own services, one moto for the others."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from clients.conftest import Served
from services.cloudformation.types.moto_child import Moto
from services.cloudformation.types.support import Calls
from services.served import Clients


@pytest.fixture(scope="package")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def own(served: Served) -> Calls:
    """Kept for all tests: making clients takes longer than most of them."""
    clients = Clients(served)
    # S3 Control has the account before the host's name, which takes a name.
    hosts = {"s3control": "localhost"}
    return Calls(lambda one: clients.client(one, host=hosts.get(one, "127.0.0.1")))


@pytest.fixture
def call(served: Served, own: Calls, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Calls of Doorward's own services, in an empty world; `*.localhost` is this machine."""
    asked = socket.getaddrinfo

    def answered(host: Any, *rest: Any, **more: Any) -> Any:
        here = isinstance(host, str) and host.endswith("localhost")
        return asked("127.0.0.1" if here else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    served.running.reset()
    return own


@pytest.fixture(scope="package")
def moto() -> Iterator[Moto]:
    child = Moto()
    yield child
    child.stop()


@pytest.fixture(scope="package")
def upstream(moto: Moto) -> Calls:
    return Calls(moto.client)


@pytest.fixture
def behind(moto: Moto, upstream: Calls) -> Calls:
    """Calls of the services behind the gateway."""
    moto.reset()
    return upstream
