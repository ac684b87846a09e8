"""One server with moto behind it for the whole session, and users with a policy each."""

import functools
import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from clients.conftest import OTHER_ACCOUNT, Served

NUMBERS = count()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    server = Gateway(upstreams=("*=moto",))
    try:
        other(server)
        yield server
    finally:
        server.stop()


def other(server: Served) -> None:
    """A second account, whose root has the key `other-key-id`."""
    from doorward.store import accounts

    running = server.running

    def make(db: Any) -> None:
        now = running.clock.now()
        accounts.create(db, OTHER_ACCOUNT, now)
        accounts.set_root_key(
            db, running.secrets, OTHER_ACCOUNT, "other-key-id", "other-secret", now
        )

    running.database.write(make)


SESSION = botocore.session.Session()


class Gateway(Served):
    """A server whose clients are made quickly: they share the models of their services."""

    def client(
        self,
        service: str,
        key: str = "root-key-id",
        secret: str = "root-secret",
        token: str | None = None,
        **config: Any,
    ) -> Any:
        return SESSION.create_client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, **config),
        )


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def name() -> str:
    """A name that nothing else has."""
    return f"thing-{next(NUMBERS)}"


@pytest.fixture(scope="session")
def root(served: Served) -> Callable[[str], Any]:
    return functools.cache(served.client)


@pytest.fixture
def stranger(served: Served) -> Callable[[str], Any]:
    """Clients of another account's root."""
    return lambda service: served.client(service, "other-key-id", "other-secret")


@pytest.fixture
def user(served: Served, root: Callable[[str], Any]) -> Callable[..., Callable[[str], Any]]:
    """Makes a user with the statements; gives back what makes clients that sign with its key."""

    def make(*statements: dict[str, Any]) -> Callable[[str], Any]:
        iam = root("iam")
        user_name = f"user-{next(NUMBERS)}"
        iam.create_user(UserName=user_name)
        if statements:
            iam.put_user_policy(
                UserName=user_name, PolicyName="own", PolicyDocument=document(*statements)
            )
        key = iam.create_access_key(UserName=user_name)["AccessKey"]

        def found(service: str) -> Any:
            return served.client(service, key["AccessKeyId"], key["SecretAccessKey"])

        found.name = user_name
        found.arn = f"arn:aws:iam::{served.settings.account_id}:user/{user_name}"
        return found

    return make
