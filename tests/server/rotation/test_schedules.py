"""Who may schedule rotations, what they may ask for, and what the command line makes of it."""

import http.client
import json
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.base.errors import BadInput
from doorward.cli.rotation.schedule import Rotations, seconds
from doorward.server.rotation.outgoing import Keys
from doorward.store.tables.rotation import Step
from server.rotation.rotating import DAY, PLAN, Rotating

FILE = PLAN | {"Delivery": "file"}
LINE = [sys.executable, "-m", "doorward", "keys"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    served = Served(rotation_dir=tmp_path_factory.mktemp("keys"))
    yield served
    served.stop()


@pytest.fixture
def rotating(server):
    server.clock.ahead = timedelta()
    server.running.reset()
    return Rotating(server)


def allow(rotating, name, *actions, resource="*"):
    """A user of that name who may do *actions*; gives their view of the schedules."""
    key = Keys(*rotating.user(name))
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    rotating.served.client("iam").put_user_policy(
        UserName=name,
        PolicyName="some",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )
    return Rotations(rotating.served.endpoint, key, rotating.served.clock)


ALL = ("iam:CreateAccessKey", "iam:UpdateAccessKey", "iam:DeleteAccessKey")


@pytest.mark.parametrize("missing", ALL)
def test_who_may_not_do_all_of_it_by_hand_may_not_schedule_it(rotating, missing):
    rotating.user()
    bob = allow(rotating, "bob", *(one for one in ALL if one != missing))

    with pytest.raises(BadInput, match=f"not authorized to perform: {missing}"):
        bob.put("alice", FILE)
    assert rotating.row() is None


def test_who_may_do_it_for_one_user_may_schedule_that_one_alone(rotating):
    rotating.user()
    rotating.user("carol")
    bob = allow(rotating, "bob", *ALL, resource=f"arn:aws:iam::{ACCOUNT}:user/alice")

    assert bob.put("alice", FILE)["CreatedBy"] == f"arn:aws:iam::{ACCOUNT}:user/bob"
    with pytest.raises(BadInput, match="AccessDenied"):
        bob.put("carol", FILE)
    with pytest.raises(BadInput, match="AccessDenied"):
        bob.put("nobody", FILE)  # whether there is one is not told
    with pytest.raises(BadInput, match="AccessDenied"):
        list(bob.all())
    assert bob.delete("alice")["UserName"] == "alice"


def test_who_may_read_the_credential_report_may_read_this_one(rotating):
    rotating.user()
    rotating.schedule()
    auditor = allow(rotating, "auditor", "iam:GetCredentialReport")

    assert [one["UserName"] for one in auditor.all()] == ["alice"]
    with pytest.raises(BadInput, match="AccessDenied"):
        auditor.delete("alice")


@pytest.mark.parametrize(
    "keys", [Keys("root-key-id", "wrong"), Keys("nobody", "x")], ids=["signature", "key"]
)
def test_who_does_not_prove_who_they_are_is_refused(rotating, keys):
    with pytest.raises(BadInput):
        list(Rotations(rotating.served.endpoint, keys, rotating.served.clock).all())
    with pytest.raises(BadInput):
        Rotations(rotating.served.endpoint, keys, rotating.served.clock).put("alice", FILE)


def test_a_session_that_cannot_call_iam_cannot_schedule_either(rotating):
    rotating.user()
    found = rotating.served.client("sts").get_session_token()["Credentials"]
    keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    with pytest.raises(BadInput, match="without MFA"):
        Rotations(rotating.served.endpoint, keys, rotating.served.clock).put("alice", FILE)


def ask(server, method, path, body=b"", headers=None):
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=10)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


def test_an_unsigned_request_and_one_for_no_page_are_refused(rotating):
    assert ask(rotating.served, "GET", "/_doorward/rotations")[0] in {400, 403}
    assert ask(rotating.served, "POST", "/_doorward/rotations")[0] == 404
    assert ask(rotating.served, "PUT", "/_doorward/rotations/")[0] == 404
    assert ask(rotating.served, "PUT", "/_doorward/rotations/a", b"x" * 20_000)[0] == 413


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"Delivery": "file"}, "PeriodSeconds is missing"),
        ({"PeriodSeconds": DAY}, "Delivery is missing"),
        (FILE | {"PeriodSeconds": 60}, "PeriodSeconds must be between"),
        (FILE | {"PeriodSeconds": True}, "PeriodSeconds must be of the type int"),
        (FILE | {"UnusedSeconds": -1}, "UnusedSeconds must be between"),
        (FILE | {"Delivery": "mail"}, "Delivery must be one of file, command, secret"),
        (FILE | {"Target": "/etc/passwd"}, "the server alone names the file"),
        (FILE | {"Command": "rm -rf /"}, "Command is not known"),
        (FILE | {"Delivery": "command", "Target": "rm -rf /"}, "no --rotation-command"),
        (FILE | {"Delivery": "secret", "Target": "x"}, "without --secrets-endpoint"),
        ([], "not a JSON object"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(rotating, members, said):
    rotating.user()

    with pytest.raises(BadInput, match=said):
        rotating.api.put("alice", members)
    assert rotating.row() is None


def test_without_settings_there_is_no_way_to_hand_a_key_over(rotating):
    served = Served()
    try:
        bare = Rotating(served)
        bare.user()
        with pytest.raises(BadInput, match="it runs without --rotation-dir"):
            bare.schedule()
    finally:
        served.stop()


def test_a_new_schedule_takes_the_place_of_the_old_and_what_is_under_way_goes_on(rotating):
    rotating.user()
    rotating.schedule()
    begun = rotating.look(days=90)
    rotating.schedule(UnusedSeconds=0)
    row = rotating.look()

    assert (row.old_id, row.new_id) == (begun.old_id, begun.new_id)
    assert row.step is Step.DEACTIVATED


def test_a_schedule_that_is_forgotten_leaves_both_keys(rotating):
    rotating.user()
    rotating.schedule()
    row = rotating.look(days=90)
    found = rotating.api.delete("alice")

    assert {found["OldAccessKeyId"], found["NewAccessKeyId"]} == set(rotating.keys())
    rotating.look(days=90)
    assert rotating.keys() == {row.old_id: True, row.new_id: True}
    with pytest.raises(BadInput, match="no scheduled rotation"):
        rotating.api.delete("alice")


def test_scheduling_and_refusals_are_on_record_with_who_asked(rotating):
    rotating.user()
    bob = allow(rotating, "bob", "iam:ListUsers")
    rotating.schedule()
    with pytest.raises(BadInput):
        bob.put("alice", FILE)
    from doorward.store import audit

    with rotating.served.running.database.read() as db:
        events = [json.loads(one.event) for one in audit.page(db, ACCOUNT, limit=50).items]
    found = [one for one in events if one["eventName"] == "PutAccessKeyRotation"]
    assert [one.get("errorCode") for one in found] == ["AccessDenied", None]
    assert [one["userIdentity"]["type"] for one in found] == ["IAMUser", "Root"]


def test_pages_of_schedules_are_all_read(rotating, monkeypatch):
    monkeypatch.setattr("doorward.server.rotation.schedules.PAGE", 2)
    names = {f"user-{n}" for n in range(5)}
    for name in names:
        rotating.user(name, keys=0)
        rotating.schedule(name=name)

    assert {one["UserName"] for one in rotating.api.all()} == names


class Command:
    def __init__(self, endpoint):
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/nowhere",
            "AWS_ACCESS_KEY_ID": "root-key-id",
            "AWS_SECRET_ACCESS_KEY": "root-secret",
            "AWS_ENDPOINT_URL": endpoint,
        }

    def __call__(self, *arguments, status=0):
        done = subprocess.run(
            [*LINE, *arguments], env=self.environment, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr


def test_the_command_line_schedules_reports_and_forgets(rotating):
    command = Command(rotating.served.endpoint)
    (old, _), _ = rotating.user(), rotating.user("bob", keys=2)
    assert command("schedule", "alice", "--every", "12h", "--to-file") == (
        "scheduled: alice: every 12h, to file\n"
    )
    rotating.schedule(name="bob")
    rotating.look(hours=12)
    rotating.served.clock.ahead = timedelta()

    text = command("report")
    assert f"waiting: alice ({old} -> " in text
    assert "every 0.5 days to file; last rotated never" in text
    assert text.endswith("2 scheduled\n")
    assert {one["UserName"] for one in json.loads(command("report", "--format", "json"))} == {
        "alice", "bob",
    }  # fmt: skip
    assert "; both keys stay: " in command("unschedule", "alice")
    assert "no scheduled rotation" in command("unschedule", "alice", status=2)
    assert "give one of the three" in command("schedule", "alice", status=2)
    assert "is no length of time" in command(
        "schedule", "alice", "--every", "soon", "--to-file", status=2
    )


@pytest.mark.parametrize(("text", "length"), [("1h", 3_600), ("90d", 90 * DAY), ("2w", 14 * DAY)])
def test_lengths_of_time_are_read(text, length):
    assert seconds(text) == length
