"""An audit trail that takes nothing: what fails with it, what goes on, what the log hears."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.place import Place, send

SPREAD_SECONDS = 0.02


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place(strict_audit=True)
    yield made
    made.close()


def test_with_strict_audit_a_read_is_answered_only_on_record(place: Place) -> None:
    side = place.side()
    side.call("s3", "CreateBucket", Bucket="reports")
    side.call("s3", "PutObject", Bucket="reports", Key="a", Body=b"text")
    with place.broken_trail():
        answers = [
            send(place, "iam", "GetUser", {"UserName": "admin"}, side.admin),
            send(place, "iam", "GetUser", {"UserName": "admin"}, side.nobody),
            send(place, "s3", "GetObject", {"Bucket": "reports", "Key": "a"}, side.admin),
        ]

    assert [one.status for one in answers] == [500, 500, 500]
    assert {one.code for one in answers} <= {"InternalFailure", "InternalError"}


def test_waiting_events_are_written_again_once_the_trail_takes_them(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doorward.server.app.INTERVAL_SECONDS", SPREAD_SECONDS)
    side = place.side()
    recorder = place.running.recorder
    side.call("iam", "GetUser", UserName="admin")
    event = place.events(0)[-1]

    async def wait_for(text: str) -> None:
        while text not in caplog.text:
            recorder.add(event | {"eventID": place.running.ids.request_id()})
            await asyncio.sleep(SPREAD_SECONDS)

    async def run() -> None:
        flushing = asyncio.create_task(place.app.keep_flushing())
        with place.broken_trail():
            logging.getLogger("doorward").disabled = False
            await wait_for("are lost")
            for _ in range(5):
                recorder.add(event | {"eventID": place.running.ids.request_id()})
                await asyncio.sleep(2 * SPREAD_SECONDS)
        await wait_for("are kept again")
        assert not flushing.done()
        flushing.cancel()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert caplog.text.count("are lost") == 1
    assert "400000007919" not in caplog.text.partition("are kept")[0]


def test_bytes_of_an_object_go_with_its_row(place: Place) -> None:
    side = place.side()
    side.call("s3", "CreateBucket", Bucket="reports")
    kept: Path = place.running.database.directory / "objects" / "kept"
    with place.broken_trail():
        given = {"Bucket": "reports", "Key": "a", "Body": b"text"}
        assert send(place, "s3", "PutObject", given, side.admin).status == 500

    assert [one for one in kept.rglob("*") if one.is_file()] == []
    side.call("s3", "PutObject", Bucket="reports", Key="a", Body=b"text")
    assert len([one for one in kept.rglob("*") if one.is_file()]) == 1
