"""`doorward run`: a program gets its role's credentials and nothing else, and ends with us."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cli.credentials.workload import ROLE, make_role
from clients.conftest import ACCOUNT, served  # noqa: F401 - fixture

WHO = """
import boto3
found = boto3.client("sts").get_caller_identity()
print(found["Arn"], boto3.Session().get_credentials().method)
"""
ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
WAITS = r"""
import os, signal, sys, time
signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"passed on\n"))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
os.write(1, b"%d\n" % os.getpid())
while True:
    time.sleep(0.01)
"""
COUNTS = r"""
import os, signal, time
seen = []
def count(*_):
    seen.append(1)
    os.write(1, b"interrupted\n")
def leave(*_):
    os.write(1, b"times: %d\n" % len(seen))
    os._exit(0)
signal.signal(signal.SIGINT, count)
signal.signal(signal.SIGTERM, leave)
os.write(1, b"ready\n")
while True:
    time.sleep(0.01)
"""
ON_TERMINAL = """
import os, sys
os.login_tty(int(sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
"""


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


def line(*command, role=ROLE):
    return [sys.executable, "-m", "doorward", "run", "--role", role, *command]


def run(environment, *command, role=ROLE):
    return subprocess.run(
        line(*command, role=role),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def running(environment, *command):
    """The process, and the id of the program in it, both gone in the end."""
    with subprocess.Popen(
        line(*command), env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        inner = int(process.stdout.readline())
        try:
            yield process, inner
        finally:
            for one in (inner, process.pid):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def gone(pid):
    end = time.monotonic() + 10
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)


def test_the_program_works_in_the_role(environment, tmp_path):
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n"
    )

    done = run(environment, "--session-name", "job", "--", sys.executable, "-c", WHO)

    assert done.returncode == 0, done.stderr
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/job"
    assert done.stdout.split() == [arn, "container-role"]


def test_the_program_gets_nothing_else(environment, operator, served):  # noqa: F811
    more = {
        "AWS_PROFILE": "admin",
        "AWS_SESSION_TOKEN": "",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
        "DOORWARD_ROOT_SECRET_ACCESS_KEY": "root",
        "http_proxy": "http://127.0.0.1:1",
        "no_proxy": "internal",
        "OTHER": "kept",
    }

    done = run(environment | more, sys.executable, "-c", ENVIRONMENT)

    found = json.loads(done.stdout)
    assert {name for name in found if name.startswith(("AWS_", "DOORWARD_", "BOTO_"))} == {
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "BOTO_CONFIG",
    }
    assert found["AWS_CONFIG_FILE"] == found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert found["AWS_ENDPOINT_URL"] == served.endpoint
    assert found["OTHER"] == "kept"
    assert found["no_proxy"] == "internal,127.0.0.1,localhost"
    assert operator.secret not in done.stdout
    assert operator.access_key_id not in done.stdout


def test_its_status_is_passed_on(environment):
    assert run(environment, "--", sys.executable, "-c", "raise SystemExit(42)").returncode == 42
    by_signal = "import os; os.kill(os.getpid(), 9)"
    assert run(environment, "--", sys.executable, "-c", by_signal).returncode == 128 + 9


def test_a_program_that_is_not_there_is_told_as_a_shell_does(environment, tmp_path):
    file = tmp_path / "text"
    file.write_text("")

    assert run(environment, "--", str(tmp_path / "none")).returncode == 127
    assert run(environment, "--", str(file)).returncode == 126
    assert run(environment).returncode == 2


def test_without_credentials_the_program_is_not_started(environment, tmp_path):
    marker = tmp_path / "started"

    done = run(environment, "touch", str(marker), role=ROLE.replace("app", "other"))

    assert done.returncode == 125
    assert "AccessDenied" in done.stderr
    assert not marker.exists()


def test_signals_reach_the_program_and_it_ends_with_us(environment):
    with running(environment, "--", sys.executable, "-c", WAITS) as (process, inner):
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "passed on\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 7
        assert gone(inner)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_program_ends_where_we_are_killed(environment):
    with running(environment, "--", sys.executable, "-c", WAITS) as (process, inner):
        process.kill()
        process.wait(20)

        assert gone(inner)


def test_an_interrupt_from_the_terminal_reaches_the_program_once(environment):
    ours, theirs = os.openpty()
    command = line("--", sys.executable, "-c", COUNTS)
    with subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, str(theirs), *command],
        env=environment,
        pass_fds=(theirs,),
    ) as process:
        os.close(theirs)
        try:
            with open(ours, encoding="utf-8", closefd=False) as terminal:
                assert "ready" in terminal.readline()
                os.write(ours, b"\x03")
                assert "interrupted" in terminal.readline()
                process.terminate()

                assert "times: 1" in terminal.readline()
            assert process.wait(20) == 0
        finally:
            process.kill()
            os.close(ours)


def test_an_interrupt_from_elsewhere_is_passed_on(environment):
    with subprocess.Popen(
        line("--", sys.executable, "-c", COUNTS),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "interrupted\n"
            process.terminate()

            assert process.stdout.readline() == "times: 1\n"
        finally:
            process.kill()
