"""A server killed under 8 writers has lost no write that it acknowledged."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from sqlalchemy import select

from doorward.store.database import Database
from doorward.store.tables.audit import audit_events
from doorward.store.tables.user import users

WRITERS = 8
ROOT = ("root-key-id", "root-secret")


class Server:
    """A server in a process of its own."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "doorward", "serve", "--port", "0"]
        command += ["--data-dir", str(data), "--root-access-key-id", ROOT[0]]
        command += ["--root-secret-access-key", ROOT[1]]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def iam(self) -> Any:
        session = boto3.Session(*ROOT, region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=WRITERS)
        return session.client("iam", endpoint_url=self.url, config=config)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def write_until_killed(server: Server, prefix: str, most: int) -> set[str]:
    """Names of users whose creation the server acknowledged before it was killed."""
    iam = server.iam()
    told: set[str] = set()
    enough = threading.Event()

    def work(writer: int) -> None:
        for n in range(100_000):
            name = f"{prefix}-{writer}-{n}"
            try:
                iam.create_user(UserName=name)
            except (BotoCoreError, ClientError, ResponseParserError):
                return
            told.add(name)
            if len(told) >= most:
                enough.set()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    server.kill()
    for thread in threads:
        thread.join()
    iam.close()
    return told


def kept(data: Path) -> tuple[set[str], set[str]]:
    """Names of the users that are there, and of those whose creation was audited."""
    database = Database.open(data)
    with database.read() as db:
        state = set(db.execute(select(users.c.name)).scalars())
        events = db.execute(
            select(audit_events.c.event).where(
                audit_events.c.operation == "CreateUser", audit_events.c.outcome == "done"
            )
        )
        audited = {json.loads(one)["requestParameters"]["userName"] for one in events.scalars()}
        assert db.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()
    return state, audited


@pytest.mark.clients
@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_no_acknowledged_write_is_lost_and_the_audit_equals_the_state(
    tmp_path: Path, rounds: int
) -> None:
    told: set[str] = set()
    for number in range(rounds):
        told |= write_until_killed(Server(tmp_path / "data"), f"{number}", 40 + 7 * number)
        state, audited = kept(tmp_path / "data")

        assert told <= state
        assert state == audited


@pytest.mark.clients
def test_a_second_server_on_the_data_directory_is_refused(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    command = [sys.executable, "-m", "doorward", "serve", "--port", "0"]
    second = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    server.kill()

    assert second.returncode == 2
    assert f"in use by another server, pid {server.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr
