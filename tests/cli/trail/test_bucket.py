"""`doorward trail query s3://…` reads over S3's API, signed, page by page."""

import json

import pytest

from analysis.trail.made import record, zipped
from clients.conftest import Served
from doorward.cli.main import run
from doorward.cli.trail import bucket

PREFIX = "logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/09"


@pytest.fixture(scope="module")
def server():
    served = Served()
    s3 = served.client("s3")
    s3.create_bucket(Bucket="trail")
    for number in range(3):
        key = f"{PREFIX}/{number + 10}/a b+{number}.json.gz"
        s3.put_object(
            Bucket="trail",
            Key=key,
            Body=zipped(record(number, eventTime=f"2026-09-{number + 10}T00:00:00Z")),
            ContentEncoding="gzip",
        )
    s3.put_object(Bucket="trail", Key="logs/readme.txt", Body=b"no log")
    s3.put_object(Bucket="trail", Key="bad/x.json.gz", Body=b"no log")
    yield served
    served.stop()


@pytest.fixture
def asked(capsys, monkeypatch, server):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root-secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)

    def ask(*arguments, status=0):
        assert run(["trail", "query", *arguments, "--format", "json"]) == status
        printed = capsys.readouterr()
        return json.loads(printed.out) if status in {0, 3} else printed.err

    return ask


def test_every_log_file_below_a_prefix_is_read(asked):
    assert [one["eventID"][-1] for one in asked("s3://trail/logs/")] == ["0", "1", "2"]


def test_days_that_are_not_asked_for_are_not_fetched(asked):
    assert [one["eventID"][-1] for one in asked("s3://trail/logs/", "--since", "2026-09-12")] == [
        "2"
    ]


def test_a_statement_is_asked_of_a_bucket(asked):
    sql = "SELECT count(*) AS n FROM events"

    assert asked("s3://trail/logs/", "--sql", sql) == [{"n": 3}]


def test_pages_of_a_listing_join_to_the_whole(asked, monkeypatch):
    monkeypatch.setattr(bucket, "MOST_KEYS", 2)

    assert [one["eventID"][-1] for one in asked("s3://trail/logs/")] == ["0", "1", "2"]


def test_a_bad_object_is_named(asked):
    assert "s3://trail/bad/x.json.gz: JSON is malformed" in asked("s3://trail/bad", status=2)
    assert asked("s3://trail/bad", "--skip-bad", status=3) == []


def test_what_s3_refuses_is_said(asked, monkeypatch):
    assert "s3://nothing/: cannot be read: NoSuchBucket" in asked("s3://nothing", status=2)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    assert "SignatureDoesNotMatch" in asked("s3://trail/logs/", status=2)


def test_an_endpoint_that_does_not_answer_is_named(asked):
    assert "does not answer" in asked(
        "s3://trail", "--endpoint-url", "http://127.0.0.1:1", status=2
    )
