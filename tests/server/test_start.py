"""What cannot be used is refused before anything is served: status 2, what is wrong, how to mend."""

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from doorward.cli.main import WRONG_INPUT, run
from doorward.store.database import Database

REFUSED = [
    (["serve", "--port", "many"], "--port"),
    (["serve", "--port", "70000"], "--port"),
    (["serve", "--sail"], "--sail"),
    (["serve", "--mode", "lenient"], "--mode"),
    (["serve", "--memory", "--account-id", "12"], "--account-id"),
    (["serve", "--memory", "--root-access-key-id", "key"], "--root-secret-access-key"),
    (["serve", "--memory", "--data-dir", "data"], "--data-dir"),
    (["serve", "--memory", "--seed", "missing.yaml"], "missing.yaml"),
    (["dev", "--host", "192.0.2.1"], "loopback"),
    (["sail"], "sail"),
    (["simulate", "--principal", "arn:aws:iam::123456789012:user/alice", "--action", "s3:GetObject",
      "--resource", "*", "--policy", "missing.json"], "missing.json"),
]  # fmt: skip


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a refused command line says, after it said nothing on standard output."""
    assert run(arguments) == WRONG_INPUT
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize(("arguments", "named"), REFUSED)
def test_wrong_flags_end_with_2_and_are_named(
    arguments: list[str],
    named: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert named in refusal(arguments, capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_refused_and_leaves_no_data_directory(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusal(["serve", "--port", port, "--data-dir", str(data)], capsys)

    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
    assert not data.exists()


def test_a_data_directory_in_use_by_another_server_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "doorward",
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        try:
            assert first.stdout.readline().startswith("doorward listening on http://")
            said = refusal(["serve", "--port", "0", "--data-dir", str(tmp_path)], capsys)
        finally:
            first.terminate()

    assert str(tmp_path) in said
    assert "another" in said
    assert first.returncode == 0


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Database.open(tmp_path).close()
    (path,) = tmp_path.glob("*.db")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    before = path.read_bytes()

    assert "newer" in refusal(["serve", "--port", "0", "--data-dir", str(tmp_path)], capsys)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Database.open(tmp_path).close()
    (path,) = tmp_path.glob("*.db")
    path.write_bytes(b"no database, but text of some length\n" * 500)
    before = path.read_bytes()

    assert path.name in refusal(["serve", "--port", "0", "--data-dir", str(tmp_path)], capsys)
    assert path.read_bytes() == before


def test_a_data_directory_that_is_a_file_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "data"
    file.write_text("mine")

    assert "--data-dir" in refusal(["serve", "--port", "0", "--data-dir", str(file)], capsys)
    assert file.read_text() == "mine"


def test_a_seed_that_is_wrong_is_refused_and_nothing_of_it_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data, seed = tmp_path / "data", tmp_path / "seed.yaml"
    seed.write_text("accounts:\n  '123456789012':\n    sailors: {}\n")
    said = refusal(["serve", "--port", "0", "--data-dir", str(data), "--seed", str(seed)], capsys)

    assert "seed.yaml" in said
    assert "line 3" in said
    assert list(data.iterdir()) == []


def test_env_without_a_server_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = str(nobody.getsockname()[1])
    assert "doorward dev" in refusal(["env", "--port", port], capsys)
