"""The event history of CloudTrail, page by page, and where its answers end."""

import json
from datetime import UTC, datetime
from typing import Any

from doorward.cli.account import history

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def event(who: str, hour: int, message: str = "") -> dict[str, str]:
    record = {
        "eventTime": f"2026-11-24T{hour:02}:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "errorMessage": message,
        "userIdentity": {"type": who, "arn": f"arn:aws:iam::123456789012:{who}"},
    }
    return {"CloudTrailEvent": json.dumps(record)}


class Endless:
    """The wire: pages of the newest events first, as many as are asked for."""

    def __init__(self, pages: list[list[dict[str, str]]]) -> None:
        self.pages = pages

    def __call__(self, service: str, operation: str, /, **given: Any) -> Any:
        assert (service, operation, given["StartTime"]) == ("cloudtrail", "LookupEvents", SINCE)
        if "LookupAttributes" in given:
            return {"Events": [event("Root", 3)]}
        number = int(given.get("NextToken", "0"))
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"Events": self.pages[number], **more}


def read(pages: list[list[dict[str, str]]]) -> Any:
    return history.read(Endless(pages), SINCE, lambda count: None)  # type: ignore[arg-type]


def test_pages_are_read_to_their_end_and_root_by_its_name():
    by_scp = "with an explicit deny in a service control policy"

    found, whole = read([[event("IAMUser", 9)], [event("IAMUser", 8, by_scp)]])

    assert whole
    assert [one.at.hour for one in found.denials] == [8]
    assert [one.action for one in found.root_uses] == ["ec2:RunInstances"]


def test_a_history_without_end_is_left_and_that_is_told(monkeypatch):
    monkeypatch.setattr(history, "MOST_PAGES", 3)

    found, whole = read([[event("IAMUser", 20 - hour)] for hour in range(9)])

    assert not whole
    assert found.since.hour == 18
