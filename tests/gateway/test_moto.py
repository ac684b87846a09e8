"""The child process: what it is told, who reaches it, and when it ends."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from doorward.base.ids import RandomIds, account_of
from doorward.gateway.moto import Moto
from doorward.gateway.outgoing import outgoing
from doorward.wire.route import route
from wire.traffic import request

CANARY = "canary-secret-of-the-server"
SECRETS = ("AKIAIOSFODNN7EXAMPLE", "signature-of-the-client", "token-of-the-client")


@pytest.fixture
def moto(monkeypatch):
    for name in ("AWS_SECRET_ACCESS_KEY", "DOORWARD_MASTER_KEY", "DOORWARD_DATABASE_URL"):
        monkeypatch.setenv(name, CANARY)
    found = Moto(RandomIds())
    yield found
    found.close()


def gone(pid: int) -> bool:
    """Whether the process ends soon."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.025)
    return False


def ask(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, b"", headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_child_has_no_secret_in_its_environment_or_arguments(moto):
    child = moto.child()

    environment = Path(f"/proc/{child.process.pid}/environ").read_text()
    arguments = Path(f"/proc/{child.process.pid}/cmdline").read_text()

    assert CANARY not in environment + arguments
    assert child.token not in environment + arguments


def test_only_who_knows_the_token_reaches_the_child_and_its_administration_is_closed_to_all(moto):
    child = moto.child()
    token = {"x-doorward-token": child.token}

    assert ask(child.port, "/", {}) == 403
    assert ask(child.port, "/", {"x-doorward-token": "guessed"}) == 403
    assert ask(child.port, "/moto-api/reset", {}) == 403
    assert ask(child.port, "/moto-api/reset", token) == 404
    assert ask(child.port, "/moto-api/config", {**token, "x-doorward-admin": "reset"}) == 404
    moto.reset()


def test_nothing_of_the_clients_credentials_is_sent_on():
    sent = request(
        "POST",
        "/?X-Amz-Security-Token=token-of-the-client&X-Amz-Signature=signature-of-the-client",
        b"{}",
        signed_for="sqs",
        headers={
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": "AmazonSQS.ListQueues",
            "x-amz-security-token": "token-of-the-client",
            "x-amz-date": "20261125T000000Z",
            "cookie": "token-of-the-client",
            "x-moto-account-id": "999999999999",
        },
    )
    found = route(sent, hosts=("localhost",))

    told = str(outgoing(found, sent))

    assert "AmazonSQS.ListQueues" in told
    assert not any(secret in told for secret in (*SECRETS, "999999999999"))


def test_the_child_sees_a_stand_in_key_of_the_right_account(moto):
    sent = request(
        "POST", "/", b"{}", signed_for="sqs", headers={"x-amz-target": "AmazonSQS.ListQueues"}
    )
    made = outgoing(route(sent, hosts=("localhost",)), sent)

    addressed = moto.addressed(
        made, account="111122223333", region="us-east-1", signing_name="sqs", operation="ListQueues"
    )

    headers = dict(addressed.headers)
    key = headers["authorization"].partition("Credential=")[2].partition("/")[0]
    assert account_of(key) == "111122223333"
    assert headers["x-moto-account-id"] == "111122223333"
    assert not any(secret in str(addressed.headers) for secret in SECRETS)


def test_a_child_that_died_is_started_again(moto):
    first = moto.child()
    first.process.kill()
    first.process.wait()

    second = moto.child()

    assert second.process.pid != first.process.pid
    assert second.token != first.token
    assert moto.started == 2


@pytest.mark.clients
def test_the_child_ends_with_its_server_even_when_that_is_killed():
    command = [sys.executable, "-m", "doorward", "dev", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        session = boto3.Session("test", "test", region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1})
        session.client("sqs", endpoint_url=url, config=config).list_queues()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        tasks = Path(f"/proc/{server.pid}/task").iterdir()
        children += [pid for task in tasks for pid in (task / "children").read_text().split()]
        health = json.load(urllib.request.urlopen(f"{url}/_doorward/health"))
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.communicate()

    assert children
    assert all(gone(int(pid)) for pid in children)
    assert health["upstreams"]["moto"] == {"services": "*", "running": True, "durable": False}
