"""`doorward trail query` over files, folders and the trail of a server that runs."""

import csv
import gzip
import io
import json
import subprocess
import sys

import pytest

from analysis.trail.made import ACCOUNT, record, session, text, zipped
from clients.conftest import Served
from doorward.cli.main import run

DAY = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/09"
DENIED = {"errorCode": "AccessDenied", "userIdentity": session("bob", "admin")}


@pytest.fixture
def folder(tmp_path):
    first, second = tmp_path / DAY / "01", tmp_path / DAY / "20"
    for one in (first, second, tmp_path / DAY.replace("CloudTrail", "CloudTrail-Digest") / "01"):
        one.mkdir(parents=True)
    (first / "a.json.gz").write_bytes(zipped(record(1), record(2, **DENIED)))
    (second / "b.json").write_bytes(text(record(3, eventTime="2026-09-20T00:00:00Z"), indent=2))
    (tmp_path / DAY.replace("CloudTrail", "CloudTrail-Digest") / "01" / "d.json.gz").write_bytes(
        gzip.compress(b'{"digestEndTime": "2026-09-01T00:00:00Z"}')
    )
    return tmp_path


@pytest.fixture
def asked(capsys):
    def ask(*arguments, status=0):
        assert run(["trail", "query", *map(str, arguments)]) == status
        return capsys.readouterr()

    return ask


def numbers(printed):
    return [int(one["eventID"][-12:]) for one in json.loads(printed.out)]


def test_a_folder_is_read_with_all_folders_in_it_and_without_digests(asked, folder):
    assert numbers(asked(folder, "--format", "json")) == [1, 2, 3]


def test_records_come_out_as_json_that_is_what_went_in(asked, folder):
    assert json.loads(asked(folder, "--format", "json").out)[1] == record(2, **DENIED)


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        (["--denied"], [2]),
        (["--error"], [2]),
        (["--user", "bob"], [2]),
        (["--principal", f"arn:aws:iam::{ACCOUNT}:role/admin"], [2]),
        (["--access-key", "AKIAIOSFODNN7EXAMPLE"], [1, 3]),
        (["--event-name", "CreateUser", "--source", "iam", "--limit", "2"], [1, 2]),
        (["--since", "2026-09-02"], [3]),
        (["--until", "2026-09-01"], [1, 2]),
        (["--until", "2026-09-01T10:00:01Z"], [1]),
        (["--ip", "203.0.113.0/24", "--resource", "user-3"], [3]),
        (["--account", "210987654321"], []),
        (["--region", "us-east-1"], [1, 2, 3]),
    ],
)
def test_flags_choose_records(asked, folder, flags, found):
    assert numbers(asked(folder, "--format", "json", *flags)) == found


def test_files_of_days_that_cannot_hold_what_is_asked_for_are_not_opened(asked, folder):
    (folder / DAY / "01" / "a.json.gz").write_bytes(b"damaged")

    assert numbers(asked(folder, "--format", "json", "--since", "2026-09-20")) == [3]


def test_the_table_has_a_line_for_each_record(asked, folder):
    head, first, second, _ = asked(folder).out.splitlines()

    assert head.split()[:3] == ["eventtime", "account", "who"]
    assert first.split()[2:] == ["alice", "iam", "CreateUser", "203.0.113.9"]
    assert second.split()[-1] == "AccessDenied"


def test_csv_has_a_line_of_names(asked, folder):
    rows = list(csv.DictReader(io.StringIO(asked(folder, "--format", "csv").out)))

    assert [one["who"] for one in rows] == ["alice", "bob", "alice"]


def test_what_a_caller_wrote_does_not_reach_the_terminal_as_a_command(asked, tmp_path):
    file = tmp_path / "x.json"
    file.write_bytes(text(record(1, eventName="\x1b[31mred[bold]")))

    printed = asked(file).out

    assert "\x1b" not in printed
    assert "[31mred[bold]" in printed


def test_a_statement_sees_what_the_flags_let_through(asked, folder):
    sql = "SELECT eventname, count(*) AS n, max(eventtime) AS last FROM events GROUP BY 1"

    printed = asked(folder, "--sql", sql, "--until", "2026-09-02", "--format", "json")

    assert json.loads(printed.out) == [
        {"eventname": "CreateUser", "n": 2, "last": "2026-09-01T10:00:02Z"}
    ]


def test_a_statement_s_json_is_json_again(asked, folder):
    sql = "SELECT requestparameters, useridentity FROM events ORDER BY eventtime LIMIT 1"

    (found,) = json.loads(asked(folder, "--sql", sql, "--format", "json").out)

    assert found["requestparameters"] == record(1)["requestParameters"]
    assert found["useridentity"]["username"] == "alice"


def test_a_statement_s_rows_are_a_table_and_csv(asked, folder):
    sql = "SELECT eventname AS name, requestparameters['userName'] AS who FROM events LIMIT 1"

    assert asked(folder, "--sql", sql).out.split() == ["name", "who", "CreateUser", "user-1"]
    assert asked(folder, "--sql", sql, "--format", "csv").out == "name,who\nCreateUser,user-1\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sql", "DROP TABLE events"], ["--sql", "only SELECT"]),
        (["--sql", "SELECT nope FROM events"], ["nope", "trail-sql.md"]),
        (["--since", "yesterday"], ["--since", "`yesterday`", "7d"]),
        (["--ip", "here"], ["--ip", "`here`"]),
        (["--account", "12"], ["--account", "12 digits"]),
        (["--format", "xml"], ["--format", "`xml`"]),
        (["nothing.json"], ["nothing.json", "is not there"]),
        (["s3://bucket/x"], ["s3://bucket/x", "only place"]),
        (["s3://", "--endpoint-url", "http://127.0.0.1:1"], ["s3://"]),
    ],
)
def test_what_cannot_be_used_is_named(asked, folder, arguments, words):
    printed = asked(folder, *arguments, status=2)

    assert printed.out == ""
    assert all(word in printed.err for word in words)


def test_a_file_that_cannot_be_read_is_named_with_the_place_and_what_was_expected(asked, folder):
    bad = folder / "cut.json.gz"
    bad.write_bytes(zipped(record(1))[:-9])

    printed = asked(bad, "--format", "json", status=2)

    assert f"{bad}: byte" in printed.err
    assert "ends in the middle of its gzip data" in printed.err
    assert "--skip-bad" in printed.err


def test_bad_files_are_counted_where_that_is_asked_for(asked, folder):
    (folder / "cut.json.gz").write_bytes(zipped(record(1))[:-9])
    (folder / "other.json").write_bytes(b'{"hello": 1}')

    printed = asked(folder, "--format", "json", "--skip-bad", status=3)

    assert numbers(printed) == [1, 2, 3]
    assert printed.err.count("skipped:") == 2
    assert 'expected `{"Records": […]}`' in printed.err


def test_a_statement_that_takes_too_long_fails(asked, folder):
    sql = (
        "SELECT count(*) FROM events, UNNEST(sequence(1, 100000)) t(x), "
        "UNNEST(sequence(1, 100000)) u(y) WHERE (x * 7919 + y) % 1000003 = 5"
    )

    printed = asked(folder, "--sql", sql, "--time-limit", "0.1", status=1)

    assert "took longer than 0.1 seconds" in printed.err


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    served = Served(memory=False, data_dir=tmp_path_factory.mktemp("data"), strict_audit=True)
    iam = served.client("iam")
    for name in ("one", "two"):
        iam.create_user(UserName=name)
    key = iam.create_access_key(UserName="one")["AccessKey"]
    user = served.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
    with pytest.raises(user.exceptions.ClientError):
        user.delete_user(UserName="two")
    yield served
    served.stop()


def test_the_trail_of_a_server_that_runs_is_read(asked, server):
    data = ["--data-dir", server.settings.data_dir]
    names = [one["eventName"] for one in json.loads(asked(*data, "--format", "json").out)]

    assert names == ["CreateUser", "CreateUser", "CreateAccessKey", "DeleteUser"]
    assert asked(*data, "--denied", "--format", "csv").out.count("DeleteUser") == 1
    assert (
        asked(*data, "--since", "1h", "--account", ACCOUNT, "--limit", "1").out.count("root") == 1
    )
    server.client("iam").get_user(UserName="one")  # it still serves


@pytest.mark.parametrize("flags", [[], ["--since", "1h"], ["--account", ACCOUNT]])
def test_statements_are_asked_of_a_server_that_runs(asked, server, flags):
    sql = (
        "SELECT useridentity.username, errorcode FROM events WHERE eventname = 'DeleteUser' "
        "AND element_at(requestparameters, 'userName') IS NOT NULL"
    )

    found = asked("--data-dir", server.settings.data_dir, "--sql", sql, "--format", "csv", *flags)

    assert found.out == "username,errorcode\none,AccessDenied\n"


def test_a_folder_without_a_database_is_refused(asked, tmp_path):
    printed = asked("--data-dir", tmp_path, status=2)

    assert "doorward.db: is not there" in printed.err


def test_a_database_of_something_else_is_refused(asked, tmp_path):
    (tmp_path / "doorward.db").write_bytes(b"something else" * 100)

    printed = asked("--data-dir", tmp_path, status=2)

    assert "cannot be read as a database of doorward" in printed.err


def test_a_reader_that_goes_away_ends_the_command_quietly(folder, tmp_path):
    (tmp_path / "many.json").write_bytes(text(*(record(number) for number in range(3_000))))
    command = [sys.executable, "-m", "doorward", "trail", "query", str(folder), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdout.read(10)
        child.stdout.close()
        said = child.stderr.read()

    assert said == b""
