"""Events that are put, read back, searched, and gone in time."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.served import Clients


def milliseconds() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


@pytest.fixture
def put(logs: Any) -> Callable[..., Any]:
    """Puts messages a millisecond apart into a stream of the group `/app`, which is made."""
    logs.create_log_group(logGroupName="/app")
    made: set[str] = set()

    def put_messages(*messages: str, stream: str = "s", at: int | None = None) -> Any:
        if stream not in made:
            logs.create_log_stream(logGroupName="/app", logStreamName=stream)
            made.add(stream)
        first = milliseconds() if at is None else at
        events = [{"timestamp": first + n, "message": text} for n, text in enumerate(messages)]
        return logs.put_log_events(logGroupName="/app", logStreamName=stream, logEvents=events)

    return put_messages


def of(answer: Any) -> list[str]:
    return [one["message"] for one in answer["events"]]


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def test_the_latest_events_come_first_page_wise_and_tokens_go_both_ways(
    logs: Any, put: Callable[..., Any]
) -> None:
    put(*"abcde")
    stream = {"logGroupName": "/app", "logStreamName": "s", "limit": 2}

    last = logs.get_log_events(**stream)
    middle = logs.get_log_events(**stream, nextToken=last["nextBackwardToken"])
    first = logs.get_log_events(**stream, nextToken=middle["nextBackwardToken"])
    before = logs.get_log_events(**stream, nextToken=first["nextBackwardToken"])
    again = logs.get_log_events(**stream, nextToken=first["nextForwardToken"])
    behind = logs.get_log_events(**stream, nextToken=last["nextForwardToken"])

    assert [of(one) for one in (last, middle, first, before)] == [
        ["d", "e"], ["b", "c"], ["a"], []
    ]  # fmt: skip
    assert before["nextBackwardToken"] == first["nextBackwardToken"]
    assert of(again) == ["b", "c"]
    assert of(behind) == []
    assert behind["nextForwardToken"] == last["nextForwardToken"]
    put("f")
    assert of(logs.get_log_events(**stream, nextToken=behind["nextForwardToken"])) == ["f"]
    assert of(logs.get_log_events(**stream, startFromHead=True)) == ["a", "b"]


def test_a_search_finds_what_the_pattern_means_over_streams(
    logs: Any, put: Callable[..., Any]
) -> None:
    now = milliseconds()
    put("ERROR one", "fine", at=now)
    put("ERROR two", stream="t", at=now + 5)

    def found(**more: Any) -> list[str]:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/app", PaginationConfig={"PageSize": 1}, **more
        )
        return [one for page in pages for one in of(page)]

    assert found(filterPattern="ERROR") == ["ERROR one", "ERROR two"]
    assert found(filterPattern="ERROR", startFromHead=False, startTime=now) == [
        "ERROR two",
        "ERROR one",
    ]
    assert found(logStreamNames=["t"]) == ["ERROR two"]
    assert found(logStreamNamePrefix="s") == ["ERROR one", "fine"]
    assert found(startTime=now + 1, endTime=now + 5) == ["fine", "ERROR two"]
    (event,) = logs.filter_log_events(logGroupName="/app", filterPattern="two")["events"]
    assert event["logStreamName"] == "t"
    assert len(event["eventId"]) == 56
    assert refused(logs.filter_log_events, logGroupName="/app", filterPattern="{ $.v EXISTS }") == (
        "InvalidParameterException",
        "Invalid filter pattern",
    )


def test_events_too_old_and_too_new_are_turned_away_and_the_others_stay(
    logs: Any, put: Callable[..., Any]
) -> None:
    put("first")
    now, day = milliseconds(), 24 * 3_600_000
    events = [
        {"timestamp": now + offset, "message": text}
        for offset, text in ((-20 * day, "old"), (-15 * day, "old"), (0, "kept"), (day, "new"))
    ]
    answer = logs.put_log_events(logGroupName="/app", logStreamName="s", logEvents=events)

    assert answer["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 2,
        "tooNewLogEventStartIndex": 3,
    }
    assert of(logs.get_log_events(logGroupName="/app", logStreamName="s")) == ["first", "kept"]


def test_a_batch_that_is_out_of_order_too_long_or_too_large_is_refused(
    logs: Any, put: Callable[..., Any]
) -> None:
    put("first")
    now = milliseconds()
    day = 24 * 3_600_000

    def why(*events: tuple[int, str]) -> str:
        given = [{"timestamp": at, "message": text} for at, text in events]
        code, message = refused(
            logs.put_log_events, logGroupName="/app", logStreamName="s", logEvents=given
        )
        assert code == "InvalidParameterException"
        return message

    assert "chronological order" in why((now, "a"), (now - 1, "b"))
    assert "24 hours" in why((now - day - 1, "a"), (now, "b"))
    assert "Upload too large: 1048577 bytes" in why((now, "x" * (1_048_577 - 26)))
    assert of(logs.get_log_events(logGroupName="/app", logStreamName="s")) == ["first"]


def test_an_answer_holds_a_megabyte_and_goes_on(logs: Any, put: Callable[..., Any]) -> None:
    for letter in "abc":
        put(letter * 600_000)

    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/app")
    sizes = [len(page["events"]) for page in pages]

    assert sizes == [1, 1, 1]


def test_what_is_expired_is_not_shown_and_soon_not_kept(
    logs: Any, put: Callable[..., Any], clients: Clients
) -> None:
    running = clients.served.running
    put("old", at=milliseconds() - 2 * 24 * 3_600_000)
    put("new")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=1)

    assert of(logs.filter_log_events(logGroupName="/app")) == ["new"]
    running.workers.logs.sweep()
    logs.delete_retention_policy(logGroupName="/app")
    assert of(logs.filter_log_events(logGroupName="/app")) == ["new"]


def test_events_never_stand_in_the_audit_trail(put: Callable[..., Any], clients: Clients) -> None:
    put("what nobody else shall read")

    running = clients.served.running
    running.recorder.flush()
    with running.database.read() as db:
        events = [row[0] for row in db.exec_driver_sql("SELECT event FROM audit_event")]
    (told,) = [one for one in events if '"PutLogEvents"' in one]
    assert "nobody else" not in told
    assert json.loads(told)["requestParameters"]["logStreamName"] == "s"


def data(clients: Clients, namespace: str) -> list[tuple[Any, ...]]:
    """The points of a namespace: name, dimensions, total, count."""
    query = (
        "SELECT m.name, m.dimensions, p.total, p.count FROM metric m JOIN metric_point p "
        "ON p.account = m.account AND p.series = m.series WHERE m.namespace = ? "
        "ORDER BY m.name, m.dimensions, p.at"
    )
    clients.served.running.workers.logs.look()
    with clients.served.running.database.read() as db:
        return [tuple(row) for row in db.exec_driver_sql(query, (namespace,))]


def test_metric_filters_count_what_comes_in_from_then_on(
    logs: Any, put: Callable[..., Any], clients: Clients
) -> None:
    at = int(time.time() // 60 * 60_000)
    put("ERROR before", at=at)
    clients.served.clock.ahead = timedelta(seconds=2)

    def count(name: str, pattern: str, **more: Any) -> None:
        transformation = {
            "metricName": name, "metricNamespace": "App", "metricValue": "1", **more,
        }  # fmt: skip
        logs.put_metric_filter(
            logGroupName="/app",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[transformation],
        )

    count("errors", "ERROR")
    count("quiet", "NEVER", defaultValue=0)
    count("bytes", "{ $.size > 0 }", metricValue="$.size", unit="Bytes")
    count("by-user", "{ $.user = * }", dimensions={"User": "$.user"})
    put("ERROR one", "ERROR two", '{"size": 5, "user": "alice"}', '{"size": "x"}', at=at)
    put('{"size": 7, "user": "bob"}', at=at + 10)

    assert data(clients, "App") == [
        ("by-user", '{"User":"alice"}', 1.0, 1.0),
        ("by-user", '{"User":"bob"}', 1.0, 1.0),
        ("bytes", "{}", 12.0, 2.0),
        ("errors", "{}", 2.0, 2.0),
        ("quiet", "{}", 0.0, 1.0),
    ]
    clients.served.clock.ahead = timedelta()


def test_metric_filters_are_listed_by_group_and_by_metric_and_deleted(
    logs: Any, put: Callable[..., Any]
) -> None:
    put("x")
    for name in ("a", "b", "c"):
        logs.put_metric_filter(
            logGroupName="/app",
            filterName=name,
            filterPattern="ERROR",
            metricTransformations=[
                {"metricName": name, "metricNamespace": "App", "metricValue": "1"}
            ],
        )

    def names(**more: Any) -> list[str]:
        pages = logs.get_paginator("describe_metric_filters").paginate(
            PaginationConfig={"PageSize": 1}, **more
        )
        return [one["filterName"] for page in pages for one in page["metricFilters"]]

    assert names(logGroupName="/app") == ["a", "b", "c"]
    assert names(metricNamespace="App", metricName="b") == ["b"]
    assert logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 3
    logs.delete_metric_filter(logGroupName="/app", filterName="b")
    assert names() == ["a", "c"]
    assert refused(
        logs.put_metric_filter,
        logGroupName="/app",
        filterName="d",
        filterPattern='"open',
        metricTransformations=[{"metricName": "d", "metricNamespace": "A", "metricValue": "1"}],
    ) == ("InvalidParameterException", "Invalid character(s) in term '\"open'")


def test_a_pattern_is_tried_on_messages_counted_from_one(logs: Any) -> None:
    answer = logs.test_metric_filter(
        filterPattern="[ip, ..., status = 4*]", logEventMessages=["a b 200", "a b c 404"]
    )

    assert answer["matches"] == [
        {
            "eventNumber": 2,
            "eventMessage": "a b c 404",
            "extractedValues": {"$ip": "a", "$2": "b", "$3": "c", "$status": "404"},
        }
    ]
