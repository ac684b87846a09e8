"""Scheduled rotation inside a server: through every step, and never a key that is in use."""

import json
import sys
from datetime import timedelta

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.base.errors import BadInput
from doorward.server.app import App
from doorward.server.rotation.steps import Steps
from doorward.server.settings import Settings
from doorward.store import access_keys, users
from doorward.store.live import Standing
from doorward.store.tables.rotation import Status, Step
from server.rotation.rotating import Rotating

RECEIVE = (
    "import pathlib, sys; text = sys.stdin.read(); p = pathlib.Path({path!r}); "
    "p.write_text((p.read_text() if p.exists() else '') + text + chr(10)); sys.exit({status})"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rotation")


def receiver(folder, name, status=0):
    """A command that keeps what it reads in a file, and leaves with *status*."""
    script = folder / f"{name}.py"
    script.write_text(RECEIVE.format(path=str(folder / f"{name}.out"), status=status))
    return f"{name}={sys.executable} {script}"


@pytest.fixture(scope="module")
def server(folder):
    served = Served(
        rotation_dir=folder / "keys",
        rotation_commands=(
            receiver(folder, "vault"),
            receiver(folder, "broken", status=3),
            f"absent={folder / 'absent'}",
        ),
    )
    yield served
    served.stop()


@pytest.fixture
def rotating(server):
    server.clock.ahead = timedelta()
    server.running.reset()
    return Rotating(server)


def begun(rotating, **schedule):
    """Alice's old and new key, the new one delivered."""
    old, _ = rotating.user()
    rotating.schedule(**schedule)
    row = rotating.look(days=90)
    assert row.step is Step.DELIVERED
    return old, row.new_id


def received(folder, name="vault"):
    return [json.loads(line) for line in (folder / f"{name}.out").read_text().splitlines()]


def test_a_key_is_exchanged_when_it_is_as_old_as_the_schedule_says(rotating, folder):
    old, secret = rotating.user()
    rotating.schedule()

    left = rotating.look()
    assert (left.status, left.reason[:10]) == (Status.LEFT, "the key is")
    rotating.look(days=89)
    assert list(rotating.keys()) == [old]

    row = rotating.look(days=1)
    assert (row.step, row.old_id) == (Step.DELIVERED, old)
    assert rotating.keys() == {old: True, row.new_id: True}
    file = folder / "keys" / ACCOUNT / "alice"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0
    lines = dict(line.split(" = ") for line in file.read_text().splitlines()[1:])
    assert lines["aws_access_key_id"] == row.new_id
    new_secret = lines["aws_secret_access_key"]

    assert rotating.look(minutes=59).step is Step.DELIVERED
    assert rotating.look(minutes=1).step is Step.DEACTIVATED
    assert rotating.keys() == {old: False, row.new_id: True}
    assert not rotating.works(old, secret)
    assert rotating.look(minutes=119).step is Step.DEACTIVATED
    done = rotating.look(minutes=1)

    assert (done.step, done.status, done.rotated_at) == (Step.IDLE, Status.ROTATED, done.looked_at)
    assert rotating.keys() == {row.new_id: True}
    assert rotating.works(row.new_id, new_secret)
    again = rotating.look(days=90)
    assert (again.step, again.old_id) == (Step.DELIVERED, row.new_id)


def test_every_change_is_on_record_as_the_servers_own_without_a_secret(rotating, folder):
    old, new = begun(rotating)
    rotating.look(hours=1)
    rotating.look(hours=2)

    events = rotating.events()
    assert [one["eventName"] for one in events] == [
        "CreateAccessKey", "DeliverAccessKey", "UpdateAccessKey", "DeleteAccessKey",
    ]  # fmt: skip
    assert {one["userIdentity"]["type"] for one in events} == {"AWSService"}
    assert {one["requestParameters"]["userName"] for one in events} == {"alice"}
    assert events[0]["responseElements"]["accessKey"]["accessKeyId"] == new
    assert events[3]["requestParameters"]["accessKeyId"] == old
    text = (folder / "keys" / ACCOUNT / "alice").read_text()
    secret = text.splitlines()[2].partition(" = ")[2]
    assert len(secret) == 40
    assert secret not in json.dumps(events) + json.dumps(list(rotating.api.all()))


def test_a_key_in_use_stays_for_as_long_as_it_is_used(rotating):
    old, new = begun(rotating)
    for _ in range(5):
        rotating.served.clock.ahead += timedelta(minutes=59)
        rotating.use(old)
        assert rotating.look(minutes=2).status is Status.WAITING
    assert rotating.keys() == {old: True, new: True}

    assert rotating.look(hours=1).step is Step.DEACTIVATED


def test_a_use_that_comes_to_light_when_the_key_is_off_switches_it_on_again(rotating):
    old, new = begun(rotating)
    rotating.look(hours=1)
    rotating.use(old)  # by a request that was let in before

    assert rotating.look(hours=2).step is Step.DELIVERED
    assert rotating.keys() == {old: True, new: True}


def test_a_key_that_somebody_switched_on_again_is_not_deleted(rotating):
    old, new = begun(rotating)
    rotating.look(hours=1)
    rotating.change(lambda db: access_keys.set_active(db, ACCOUNT, old, active=True))

    assert rotating.look(hours=2).step is Step.DELIVERED
    assert rotating.keys() == {old: True, new: True}


def test_a_key_that_somebody_else_switched_off_is_neither_on_again_nor_deleted(rotating):
    old, new = begun(rotating)
    rotating.change(lambda db: access_keys.set_active(db, ACCOUNT, old, active=False))
    for _ in range(5):
        assert rotating.look(hours=3).status is Status.FAILED

    assert rotating.keys() == {old: False, new: True}


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "switched off"])
@pytest.mark.parametrize("hours", [0, 1], ids=["delivered", "deactivated"])
def test_without_the_new_key_the_old_one_is_not_touched(rotating, gone, hours):
    old, new = begun(rotating)
    if hours:
        rotating.look(hours=1)
    before = rotating.keys()[old]
    if gone:
        rotating.change(lambda db: access_keys.remove(db, ACCOUNT, new))
    else:
        rotating.change(lambda db: access_keys.set_active(db, ACCOUNT, new, active=False))
    for _ in range(4):
        row = rotating.look(hours=2)

    assert "the old one is not touched" in row.reason
    assert rotating.keys()[old] is before


def test_what_somebody_else_deleted_is_done(rotating):
    old, new = begun(rotating)
    rotating.change(lambda db: access_keys.remove(db, ACCOUNT, old))

    assert rotating.look(hours=1).reason == "the old key was deleted by somebody else"
    assert rotating.keys() == {new: True}


@pytest.mark.parametrize(
    ("keys", "reason"),
    [(0, "there is no key"), (2, "there are two keys already; delete the one that is not needed")],
)
def test_whom_nothing_can_be_done_for_is_left_alone_and_looked_at_again(rotating, keys, reason):
    rotating.user(keys=keys)
    rotating.schedule()
    row = rotating.look(days=90)

    assert (row.status, row.reason) == (Status.LEFT, reason)
    assert len(rotating.keys()) == keys
    assert row.next_at == row.looked_at + timedelta(hours=1)


def test_a_user_who_is_gone_has_no_schedule_and_their_namesake_has_none(rotating):
    rotating.user(keys=0)
    rotating.schedule()
    rotating.served.client("iam").delete_user(UserName="alice")
    rotating.user()

    assert rotating.look(days=90) is None
    assert list(rotating.api.all()) == []


def test_a_command_reads_the_key_and_nothing_of_it_is_in_its_arguments(rotating, folder):
    _, new = begun(rotating, delivery="command", target="vault")

    got = received(folder)[-1]
    assert (got["UserName"], got["AccessKeyId"]) == ("alice", new)
    assert rotating.works(new, got["SecretAccessKey"])


@pytest.mark.parametrize("target", ["broken", "absent"])
def test_a_key_that_does_not_arrive_is_taken_back_and_tried_again_later(rotating, target):
    old, _ = rotating.user()
    rotating.schedule(delivery="command", target=target)
    failed = rotating.look(days=90)

    assert (failed.step, failed.status) == (Step.UNDELIVERED, Status.FAILED)
    assert len(rotating.keys()) == 2
    taken = rotating.look()
    assert (taken.step, taken.status) == (Step.IDLE, Status.FAILED)
    assert rotating.keys() == {old: True}
    assert [one["eventName"] for one in rotating.events()] == [
        "CreateAccessKey", "DeliverAccessKey", "DeleteAccessKey",
    ]  # fmt: skip
    assert rotating.events()[1]["errorCode"] == "DeliveryFailed"
    assert rotating.look(minutes=59).step is Step.IDLE
    assert rotating.look(minutes=1).step is Step.UNDELIVERED


def test_a_key_that_is_in_use_did_arrive_whatever_the_command_said(rotating):
    old, _ = rotating.user()
    rotating.schedule(delivery="command", target="broken")
    new = rotating.look(days=90).new_id
    rotating.use(new)

    assert rotating.look(seconds=1).step is Step.DELIVERED
    assert rotating.keys() == {old: True, new: True}


def test_of_many_who_rotate_at_once_each_gets_one_new_key(rotating):
    names = [f"user-{n}" for n in range(5)]
    for name in names:
        rotating.user(name)
        rotating.schedule(name=name)
    rotating.look(days=90)

    assert {name: len(rotating.keys(name)) for name in names} == dict.fromkeys(names, 2)


def test_a_fault_in_one_rotation_does_not_keep_the_others_waiting(rotating, monkeypatch, caplog):
    for name in ("alice", "bob"):
        rotating.user(name)
        rotating.schedule(name=name)
    with rotating.served.running.database.read() as db:
        alice = users.find(db, ACCOUNT, "alice").id
    begin = Steps.begin

    def faulty(self, db, rotation):
        if rotation.user_id == alice:
            raise ZeroDivisionError
        return begin(self, db, rotation)

    monkeypatch.setattr(Steps, "begin", faulty)
    rotating.look(days=90)

    assert rotating.row("bob").step is Step.DELIVERED
    assert f"rotation of {alice} failed" in caplog.text


def test_two_servers_of_one_database_do_not_work_on_the_same_rotation(rotating):
    rotating.user()
    rotating.schedule()
    now = rotating.served.clock.now()
    held = {"held_by": "another server", "held_until": now + timedelta(days=90, minutes=10)}
    from doorward.store import rotations

    user_id = rotating.row().user_id
    rotating.change(lambda db: rotations.change(db, ACCOUNT, user_id, held))

    assert rotating.look(days=90).step is Step.IDLE
    assert rotating.look(minutes=11).step is Step.DELIVERED


@pytest.mark.parametrize(
    ("flag", "settings"),
    [
        ("--rotation-command", {"rotation_commands": ("vault",)}),
        ("--rotation-command", {"rotation_commands": ("vault='",)}),
        ("--rotation-command", {"rotation_commands": ("vault=a", "vault=b")}),
        ("--secrets-endpoint", {"secrets_endpoint": "127.0.0.1:5000"}),
        ("--secrets-profile", {"secrets_profile": "nobody"}),
    ],
)
def test_a_server_that_could_deliver_nothing_does_not_start(rotating, flag, settings):
    rotating.served.running.settings, kept = Settings(**settings), rotating.served.running.settings
    try:
        with pytest.raises(BadInput, match=flag):
            App(rotating.served.running)
    finally:
        rotating.served.running.settings = kept


def test_a_closed_account_is_left_alone(rotating, monkeypatch):
    old, _ = rotating.user()
    rotating.schedule()
    live = type(rotating.served.running.live)
    monkeypatch.setattr(live, "standing", lambda *_: Standing(closed=True))

    assert rotating.look(days=90).reason == "the account is closed"
    assert list(rotating.keys()) == [old]
