"""A server that ends at any moment of a rotation: the next one goes on, and nobody is locked out."""

import json
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from clients.conftest import Served
from doorward.base.clock import SystemClock
from doorward.cli.rotation.schedule import Rotations
from doorward.server.app import App
from doorward.store.database import Database
from doorward.store.tables.access_key import access_keys
from doorward.store.tables.rotation import Status, Step, rotations
from server.rotation.rotating import HOUR, ROOT, Rotating
from server.test_kill import Server

COMMITS = 12
"""More than a rotation has."""


class Ended(BaseException):
    """The server was killed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def server(folder):
    served = Served(rotation_dir=folder)
    yield served
    served.stop()


@pytest.fixture
def rotating(server):
    server.clock.ahead = timedelta()
    server.running.reset()
    return Rotating(server)


def delivered(folder: Path) -> str:
    """The id of the key in alice's file."""
    line = (folder / "123456789012" / "alice").read_text().splitlines()[1]
    return line.partition(" = ")[2]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("commit", range(COMMITS))
def test_a_server_that_ends_at_a_commit_leaves_a_rotation_that_can_go_on(
    rotating, folder, monkeypatch, commit, after
):
    """Whatever was not committed is not done, and the key in the file always works in the end."""
    old, secret = rotating.user()
    rotating.schedule()
    count, write = 0, Database.write

    def ending(self, job, **how):
        nonlocal count
        if threading.current_thread().name.startswith("doorward-"):  # another worker's
            return write(self, job, **how)
        count += 1
        if count == commit + 1 and not after:
            raise Ended
        done = write(self, job, **how)
        if count == commit + 1 and after:
            raise Ended
        return done

    rotating.served.clock.ahead += timedelta(days=90)
    monkeypatch.setattr(Database, "write", ending)
    app = App(rotating.served.running)
    for hours in (0, 1, 2):
        try:
            rotating.look(app, hours=hours)
        except Ended:
            app = App(rotating.served.running)
    monkeypatch.undo()
    # Whoever holds the old key can still work, or the new one is in the file.
    works = rotating.works(old, secret)
    assert works or rotating.keys().get(delivered(folder))

    app = App(rotating.served.running)
    for _ in range(6):
        row = rotating.look(app, hours=2)
    assert (row.step, row.status) == (Step.IDLE, Status.ROTATED)
    assert rotating.keys() == {delivered(folder): True}


def test_a_new_key_that_was_never_on_its_way_is_removed_and_not_the_old_one(rotating, monkeypatch):
    old, _ = rotating.user()
    rotating.schedule()
    rotating.served.clock.ahead += timedelta(days=90)
    with monkeypatch.context() as patch:
        patch.setattr("doorward.server.rotation.steps.Steps.handing_over", ending)
        with pytest.raises(Ended):
            rotating.look()
    assert rotating.row().step is Step.CREATED
    undelivered = rotating.row().new_id
    rotating.look(App(rotating.served.running))

    assert rotating.keys() == {old: True}
    row = rotating.look()
    assert row.step is Step.DELIVERED
    assert rotating.keys() == {old: True, row.new_id: True}
    assert row.new_id != undelivered


def ending(*_):
    raise Ended


SLOW = """\
import json, os, pathlib, sys, time
server, key = os.getppid(), json.load(sys.stdin)
path = pathlib.Path(sys.argv[1])
path.open("a").write(key["AccessKeyId"] + "\\n")
if len(path.read_text().splitlines()) == 1:
    while os.getppid() == server:
        time.sleep(0.05)
"""


class Process(Server):
    """A server in a process of its own that looks at rotations all the time."""

    def __init__(self, data, script, got):
        line = f"slow={sys.executable} {script} {got}"
        command = [
            sys.executable, "-m", "doorward", "serve", "--port", "0", "--data-dir", str(data),
            "--account-id", "123456789012", "--root-access-key-id", "root-key-id",
            "--root-secret-access-key", "root-secret", "--rotation-seconds", "0.1",
            "--rotation-command", line,
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]


def wait_for(what, seconds=20):
    """Ask again and again until *what* gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        threading.Event().wait(0.05)
    raise AssertionError("it did not come")


def test_a_killed_server_hands_the_same_key_over_again(tmp_path):
    """`kill -9` in the middle of a delivery: nobody knows whether it arrived, so it is repeated."""
    script, got = tmp_path / "slow.py", tmp_path / "got"
    script.write_text(SLOW)
    data = tmp_path / "data"
    first = Process(data, script, got)
    try:
        iam = first.iam()
        iam.create_user(UserName="alice")
        iam.create_access_key(UserName="alice")
        api = Rotations(first.url, ROOT, SystemClock())
        plan = {"PeriodSeconds": HOUR, "UnusedSeconds": 0, "InactiveSeconds": 0}
        api.put("alice", plan | {"Delivery": "command", "Target": "slow"})
        make_old(first, data)
        first = Process(data, script, got)
        begun = wait_for(lambda: got.exists() and got.read_text().split())
    finally:
        first.kill()
    second = Process(data, script, got)
    try:
        api = Rotations(second.url, ROOT, SystemClock())
        done = wait_for(lambda: [one for one in api.all() if one["Status"] == "rotated"])
        keys = second.iam().list_access_keys(UserName="alice")["AccessKeyMetadata"]
    finally:
        second.kill()

    assert got.read_text().split() == begun * 2
    assert [key["AccessKeyId"] for key in keys] == begun
    assert json.dumps(done).count(begun[0]) == 0


def make_old(server, data):
    """Stop *server*, and let alice's key and schedule be of an hour ago."""
    server.process.terminate()
    server.process.communicate(timeout=20)
    database = Database.open(data)

    def job(db):
        db.execute(update(access_keys).values(created_at=SystemClock().now() - timedelta(hours=1)))
        db.execute(update(rotations).values(next_at=rotations.c.created_at))

    database.write(job)
    database.close()
