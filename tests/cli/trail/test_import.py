"""`doorward trail import`: a real account's events in the trail of a server, each once."""

import json

import pytest

from analysis.trail.made import ACCOUNT, record, session, zipped
from clients.conftest import Served
from doorward.cli.main import run


def trail(*arguments):
    return run(["trail", *map(str, arguments)])


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    many = [record(number) for number in range(1_200)]
    (folder / "a.json.gz").write_bytes(zipped(*many))
    (folder / "b.json.gz").write_bytes(
        zipped(many[5], record(2_000, userIdentity=session("b", "r")))
    )
    return folder


def test_every_event_is_added_once(files, tmp_path, capsys):
    data = tmp_path / "data"

    assert trail("import", files, "--data-dir", data) == 0
    assert trail("import", files, "--data-dir", data) == 0
    assert trail("query", "--data-dir", data, "--format", "json") == 0

    first, again, found = capsys.readouterr().out.split("\n", 2)
    assert first == "1201 events added, 1 were there already"
    assert again == "0 events added, 1202 were there already"
    assert len({one["eventID"] for one in json.loads(found)}) == 1_201


def test_a_server_that_is_started_over_it_serves_and_adds_to_it(files, tmp_path, capsys):
    data = tmp_path / "data"
    trail("import", files, "--data-dir", data)
    served = Served(memory=False, data_dir=data, strict_audit=True)
    try:
        served.client("iam").create_user(UserName="new")
        assert trail("import", files, "--data-dir", data) == 2
        capsys.readouterr()
        trail("query", "--data-dir", data, "--format", "csv")
    finally:
        served.stop()

    assert capsys.readouterr().out.count("CreateUser") == 1_202


def test_the_rows_can_be_searched_as_those_of_the_server_itself(files, tmp_path, capsys):
    data = tmp_path / "data"
    trail("import", files, "--data-dir", data)
    capsys.readouterr()

    trail("query", "--data-dir", data, "--account", ACCOUNT, "--user", "b", "--format", "csv")

    assert len(capsys.readouterr().out.splitlines()) == 2


def test_bad_files_are_left_out_and_the_rest_is_added(files, tmp_path, capsys):
    (files / "c.json").write_bytes(b"no")

    assert trail("import", files, "--data-dir", tmp_path / "data") == 2
    assert trail("import", files, "--data-dir", tmp_path / "data", "--skip-bad") == 3
    assert "0 events added, 1202 were there already" in capsys.readouterr().out


def test_a_record_that_lacks_what_the_trail_needs_is_named(tmp_path, capsys):
    file = tmp_path / "x.json"
    odd = record(1)
    del odd["readOnly"]
    file.write_text(json.dumps({"Records": [odd]}))

    assert trail("import", file, "--data-dir", tmp_path / "data") == 2
    assert f"event {odd['eventID']}: lacks `readOnly`" in capsys.readouterr().err


def test_it_has_to_be_said_whose_trail_is_meant(files, capsys):
    assert trail("import", files) == 2
    assert "--data-dir" in capsys.readouterr().err
