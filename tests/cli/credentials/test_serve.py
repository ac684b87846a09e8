"""`doorward credentials serve` and `process` as commands."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from cli.credentials.workload import ROLE, fetched, identity, make_role
from clients.conftest import ACCOUNT, served  # noqa: F401 - fixture

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/job"


@pytest.fixture(scope="module")
def operator(served):  # noqa: F811
    return make_role(served)


@pytest.fixture
def environment(served, operator, tmp_path):  # noqa: F811
    return {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": operator.access_key_id,
        "AWS_SECRET_ACCESS_KEY": operator.secret,
        "AWS_ENDPOINT_URL": served.endpoint,
    }


def line(command, *flags):
    return [sys.executable, "-m", "doorward", "credentials", command, "--role", ROLE, *flags]


@contextmanager
def serving(environment, count, *flags):
    """The variables that the command exports, while it serves; their number is known."""
    with subprocess.Popen(
        line("serve", "--session-name", "job", *flags),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            first, *lines = [process.stdout.readline() for _ in range(count + 1)]
            assert first.startswith(f"# doorward credentials of {ROLE} on http://127.0.0.1:")
            exports = [one.removeprefix("export ").strip().split("=", 1) for one in lines]
            yield dict(exports)
        finally:
            process.terminate()
            assert process.wait(20) == 0


def refused(environment, command, *flags):
    return subprocess.run(
        line(command, *flags),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_exported_lines_lead_to_the_container_credentials(
    environment,
    served,  # noqa: F811
    monkeypatch,
):
    with serving(environment, 6) as variables:
        found, session = fetched(monkeypatch, "container-role", **variables)

        assert identity(served, session) == SESSION
        assert found.account_id == ACCOUNT


def test_the_exported_lines_lead_to_instance_metadata(environment, served, monkeypatch):  # noqa: F811
    with serving(environment, 4, "--no-container", "--region", "eu-west-1") as variables:
        assert variables["AWS_REGION"] == "eu-west-1"
        _, session = fetched(monkeypatch, "iam-role", **variables)

        assert identity(served, session) == SESSION


def test_the_token_can_be_kept_in_a_file_of_its_owner(environment, served, monkeypatch, tmp_path):  # noqa: F811
    file = tmp_path / "token"
    flags = ("--no-metadata", "--token-file", str(file))

    with serving(environment, 5, *flags) as variables:
        _, session = fetched(monkeypatch, "container-role", **variables)

        assert identity(served, session) == SESSION
        assert file.stat().st_mode & 0o777 == 0o600
        assert variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] == str(file)


def test_a_role_that_cannot_be_had_is_told_at_once(environment):
    wrong = environment | {"AWS_SECRET_ACCESS_KEY": "wrong"}

    for command, status in (("serve", 2), ("process", 1)):
        done = refused(wrong, command)
        assert done.returncode == status
        assert "SignatureDoesNotMatch" in done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize(
    ("flags", "place"),
    [
        (("--role", "app"), "--role"),
        (("--role", f"arn:aws:iam::{ACCOUNT}:user/app"), "--role"),
        (("--session-name", "a b"), "--session-name"),
        (("--profile", "none"), "--profile"),
        (("--endpoint-url", "ftp://127.0.0.1"), "--endpoint-url"),
    ],
)
def test_a_flag_that_cannot_be_used_is_named(environment, flags, place):
    done = refused(environment, "process", *flags)

    assert done.returncode == 2
    assert done.stderr.startswith(f"doorward: {place}: ")


def test_a_process_prints_one_document_and_keeps_nothing(environment, tmp_path):
    before = set(tmp_path.rglob("*"))

    done = refused(environment, "process")

    assert set(json.loads(done.stdout)) == {
        "Version",
        "AccessKeyId",
        "SecretAccessKey",
        "SessionToken",
        "Expiration",
        "AccountId",
    }
    assert done.stderr == ""
    assert set(tmp_path.rglob("*")) == before
