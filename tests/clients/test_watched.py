"""Tests of what watches every server of tests: a secret that is kept is found, in each form."""

import base64
import logging
from collections.abc import Iterator

import pytest

from canary import SECRETS, named
from clients.conftest import Served

PASSWORD = "Correct-Horse/Battery+9"


@pytest.fixture
def told() -> Iterator[Served]:
    """A server that was told a password."""
    server = Served()
    iam = server.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    yield server
    if server.thread.is_alive():
        server.stop()
    server.socket.close()


@pytest.mark.parametrize(
    "text",
    [
        f"said-{PASSWORD}-again",
        base64.b64encode(f"said-{PASSWORD}-again".encode()).decode(),
        PASSWORD.encode().hex(),
        "Correct-Horse%2FBattery%2B9",
    ],
)
def test_a_server_that_kept_a_password_is_found_out(told: Served, text: str) -> None:
    s3 = told.client("s3")
    s3.create_bucket(Bucket="notes")
    s3.put_object(Bucket="notes", Key="note", Body=text)
    with pytest.raises(AssertionError, match="a secret is kept"):
        told.stop()


def test_a_log_that_holds_a_password_is_found_out(told: Served) -> None:
    logging.getLogger("doorward").warning("alice is let in with %s", PASSWORD)
    with pytest.raises(AssertionError, match="a secret is kept"):
        told.stop()


def test_secrets_are_heard_at_any_depth_and_other_values_are_not() -> None:
    told = {
        "Users": [{"Name": "a" * 20, "Keys": {"SecretAccessKey": "s" * 40}}],
        "Password": "short",
    }

    assert "secretaccesskey" in SECRETS
    assert list(named(told)) == ["s" * 40]
