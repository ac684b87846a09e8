"""Log files are read whole, in pieces and when printed for people; what is none says why."""

import gzip
import io
import json

import pytest

from analysis.trail.made import record, text, zipped
from doorward.analysis.trail import records
from doorward.analysis.trail.records import Unreadable, read


def ids(content: bytes) -> list[str]:
    return [one.seen.event_id for many in read(io.BytesIO(content)) for one in many]


@pytest.fixture(params=["whole", "cut"])
def way(request, monkeypatch):
    if request.param == "cut":
        monkeypatch.setattr(records, "WHOLE", 0)
        monkeypatch.setattr(records, "CHUNK", 700)
        monkeypatch.setattr(records, "MANY", 7)
    return request.param


RECORDS = [record(number) for number in range(50)]
WANTED = [one["eventID"] for one in RECORDS]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "content",
    [
        text(*RECORDS),
        text(*RECORDS, indent=2),
        zipped(*RECORDS),
        gzip.compress(text(*RECORDS)[:999]) + gzip.compress(text(*RECORDS)[999:]),
    ],
    ids=["plain", "for people", "gzip", "two members"],
)
def test_every_record_of_a_file_is_read_in_its_order(content):
    assert ids(content) == WANTED


@pytest.mark.usefixtures("way")
def test_a_record_stays_one_line_with_all_that_is_in_it():
    many = [one for part in read(io.BytesIO(text(*RECORDS, indent=1))) for one in part]

    assert all(b"\n" not in bytes(one.text) for one in many)
    assert [json.loads(bytes(one.text)) for one in many] == RECORDS


@pytest.mark.usefixtures("way")
def test_a_file_without_records_has_none():
    assert ids(text()) == []


BAD = [
    # content                                              whole                                   cut
    (zipped(*RECORDS)[:-20], "middle of its gzip data", "middle of its gzip data"),
    (zipped(*RECORDS) + b"more", "after its gzip data", "after its gzip data"),
    (zipped(*RECORDS)[:-8] + bytes(8), "damaged gzip data", "damaged gzip data"),
    (text(*RECORDS) + b"more" * 250, "trailing characters", "behind its records"),
    (text(*RECORDS)[:-300], "truncated", "middle of a record"),
    (b'{"awsAccountId": "1", "digestEndTime": "2026"}' + b" " * 900, "digest file", "begin with"),
    (b"[" + b" " * 900 + b"]", "expected `{", "begin with"),
    (b"hello" * 200, "malformed", "begin with"),
    (text(record(1), record(2, eventName=7)), "$.Records[1].eventName", "$.Records[1]"),
    (text(record(1), record(2, eventTime="noon")), "$.Records[1].eventTime", "$.Records[1]"),
    (text(record(1), record(2, eventID=None)), "missing required field `eventID`", "`eventID`"),
]


@pytest.mark.parametrize(("content", "whole", "cut"), BAD)
def test_a_file_that_cannot_be_read_says_what_is_wrong_and_where(way, content, whole, cut):
    with pytest.raises(Unreadable) as caught:
        ids(content)

    assert (whole if way == "whole" else cut) in str(caught.value)


def test_an_empty_file_says_what_was_expected():
    with pytest.raises(Unreadable, match="is empty, expected"):
        ids(b"")


@pytest.mark.usefixtures("way")
def test_a_record_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(records, "LONGEST_RECORD", 2_000)
    endless = b'{"Records": [{"a": ["' + b'x},{"' * 2_000

    with pytest.raises(Unreadable):
        ids(endless)


@pytest.mark.usefixtures("way")
def test_half_of_a_surrogate_pair_costs_no_record():
    odd = record(2, userAgent="half \ud83d", requestParameters={"name": "\udc00"})

    found = [
        json.loads(bytes(one.text))
        for part in read(io.BytesIO(text(record(1), odd)))
        for one in part
    ]

    assert [one["userAgent"] for one in found] == ["aws-cli/2.15", "half ?"]
    assert found[1]["requestParameters"] == {"name": "?"}
