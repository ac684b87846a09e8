"""`doorward keys rotate` against a running server, as a process of its own."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from clients.conftest import fresh, iam, served, user  # noqa: F401 - fixtures
from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.cli.rotation import directory
from doorward.cli.rotation.signed import Refused, SignedClient, Unanswered
from doorward.server.rotation.outgoing import Keys

ENDPOINTS = ["ftp://127.0.0.1", "127.0.0.1:4566", "http://"]


class Command:
    """The command with the root's credentials and a home of its own."""

    def __init__(self, endpoint, home):
        self.home = home
        self.environment = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "AWS_ACCESS_KEY_ID": "root-key-id",
            "AWS_SECRET_ACCESS_KEY": "root-secret",
            "AWS_ENDPOINT_URL": endpoint,
        }

    def __call__(self, *arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "doorward", "keys", "rotate", *arguments],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status in {0, 1, 4} else done.stderr

    def json(self, *arguments, status=0):
        return json.loads(self(*arguments, "--format", "json", status=status))


@pytest.fixture
def rotate(fresh, tmp_path):  # noqa: F811
    return Command(fresh.endpoint, tmp_path)


def keys_of(iam, name):  # noqa: F811
    return {
        key["AccessKeyId"]: key["Status"]
        for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    }


AT_ONCE = ("--unused-for", "0", "--inactive-for", "0")


def test_a_key_is_exchanged_through_a_file(fresh, iam, user, rotate, tmp_path):  # noqa: F811
    user("alice")
    (old,) = keys_of(iam, "alice")

    (result,) = rotate.json("alice", "--to-file", "{user}.credentials", *AT_ONCE)

    assert (result["status"], result["oldAccessKeyId"]) == ("rotated", old)
    file = tmp_path / "alice.credentials"
    assert file.stat().st_mode & 0o777 == 0o600
    title, key, secret = file.read_text().splitlines()
    assert title == "[default]"
    assert key == f"aws_access_key_id = {result['newAccessKeyId']}"
    client = fresh.client("sts", result["newAccessKeyId"], secret.partition(" = ")[2])
    assert client.get_caller_identity()["Arn"].endswith(":user/alice")
    assert keys_of(iam, "alice") == {result["newAccessKeyId"]: "Active"}
    assert secret.partition(" = ")[2] not in json.dumps(result)


def test_a_key_in_use_is_kept_until_it_is_silent(fresh, iam, user, rotate):  # noqa: F811
    alice = user("alice")
    (old,) = keys_of(iam, "alice")
    flags = ("alice", "--to-file", "key", "--unused-for", "1", "--inactive-for", "0")
    (begun,) = rotate.json(*flags, status=4)
    alice("sts").get_caller_identity()
    (waiting,) = rotate.json(*flags, status=4)

    assert begun["status"] == waiting["status"] == "waiting"
    assert "was used at" in waiting["reason"]
    assert keys_of(iam, "alice") == {old: "Active", begun["newAccessKeyId"]: "Active"}
    alice("sts").get_caller_identity()  # it still works


def test_a_command_reads_the_key_and_its_failure_takes_it_back(iam, user, rotate, tmp_path):  # noqa: F811
    user("alice")
    (old,) = keys_of(iam, "alice")
    store = tmp_path / "store.py"
    store.write_text("import sys; open('got.json', 'w').write(sys.stdin.read())\n")

    (failed,) = rotate.json("alice", "--to-command", f"{sys.executable} -c 'exit(3)'", status=1)
    assert failed["status"] == "failed"
    assert "left with status 3" in failed["reason"]
    assert keys_of(iam, "alice") == {old: "Active"}

    (done,) = rotate.json("alice", "--to-command", f"{sys.executable} store.py", *AT_ONCE)
    got = json.loads((tmp_path / "got.json").read_text())
    assert got["UserName"] == "alice"
    assert got["AccessKeyId"] == done["newAccessKeyId"]
    assert len(got["SecretAccessKey"]) == 40


def test_all_users_with_old_keys_are_rotated_and_a_dry_run_says_so(fresh, iam, user, rotate):  # noqa: F811
    fresh.clock.ahead = -timedelta(minutes=4)  # as far as a signature may be off
    user("alice")
    fresh.clock.ahead = timedelta()
    user("bob")
    iam.create_user(UserName="carol")
    flags = ("--all", "--older-than", str(2 / 24 / 60), "--to-file", "{user}.key")

    planned = {one["user"]: one["status"] for one in rotate.json(*flags, "--dry-run")}
    assert planned == {"alice": "would rotate", "bob": "left alone", "carol": "left alone"}
    assert len(keys_of(iam, "alice")) == 1
    text = rotate(*flags, *AT_ONCE)

    assert "rotated: alice (" in text
    assert "left alone: carol: there is no key" in text
    assert text.splitlines()[-1].startswith("3 users, 1 rotated, 0 waiting, 2 left alone")


def test_who_may_not_is_told_so_and_nothing_is_left_behind(fresh, iam, user, rotate):  # noqa: F811
    user("alice")
    key = (iam.create_user(UserName="bob"), iam.create_access_key(UserName="bob"))[1]["AccessKey"]
    rotate.environment |= {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }

    (failed,) = rotate.json("alice", "--to-file", "key", status=1)
    assert "not authorized to perform: iam:ListAccessKeys" in failed["reason"]
    assert len(keys_of(iam, "alice")) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs names of users, or --all"),
        (("alice", "--all"), "needs names of users, or --all"),
        (("alice",), "--to-file: --to-command or --to-secret"),
        (("alice", "bob", "--to-file", "key"), "one file for several users"),
        (("alice", "--to-command", "'"), "has an open quote"),
        (("alice", "--to-file", "key", "--format", "xml"), "neither `text` nor `json`"),
    ],
)
def test_a_wrong_line_is_refused_with_help(rotate, arguments, said):
    assert said in rotate(*arguments, status=2)


def test_without_credentials_nothing_is_asked(rotate):
    del rotate.environment["AWS_SECRET_ACCESS_KEY"]

    assert "are not both set" in rotate("alice", "--to-file", "key", status=2)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_endpoint_that_is_no_url_is_refused(endpoint):
    with pytest.raises(BadInput):
        SignedClient(endpoint, Keys("id", "secret"), SystemClock())


def test_pages_of_users_are_all_read(fresh, iam, monkeypatch):  # noqa: F811
    monkeypatch.setattr(directory, "PAGE", "2")
    names = [f"user-{number}" for number in range(5)]
    for name in names:
        iam.create_user(UserName=name)
    client = SignedClient(fresh.endpoint, Keys("root-key-id", "root-secret"), SystemClock())

    assert list(directory.IamDirectory(client).users()) == names


def test_sessions_sign_too_and_refusals_have_their_code(fresh, iam, user):  # noqa: F811
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    alice = user("alice")
    iam.put_user_policy(
        UserName="alice",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": allowed}),
    )
    issued = alice("sts").get_federation_token(Name="app")["Credentials"]
    keys = Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])

    with pytest.raises(Refused, match="Cannot call IAM") as refused:
        SignedClient(fresh.endpoint, keys, SystemClock()).call("ListUsers")
    assert refused.value.code == "AccessDenied"
    with pytest.raises(Unanswered):
        SignedClient("http://127.0.0.1:1", keys, SystemClock()).call("ListUsers")
