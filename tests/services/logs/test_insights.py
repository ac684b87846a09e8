"""Queries of Logs Insights, through boto3: begun, run by the worker, read and given up."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.served import Clients

GROUP = "/app"


def millis(clients: Clients) -> int:
    return int(clients.served.running.clock.now().timestamp() * 1000)


@pytest.fixture
def filled(logs: Any, clients: Clients) -> int:
    """A group with ten events, a second apart; the time of the last."""
    clients.served.clock.ahead = timedelta()
    last = millis(clients)
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    events = [
        {
            "timestamp": last - (9 - n) * 1000,
            "message": json.dumps({"n": n, "user": {"name": "alice" if n % 2 else "bob"}}),
        }
        for n in range(10)
    ]
    logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)
    return last


def begun(logs: Any, last: int, query: str, **more: Any) -> str:
    span = {"startTime": last // 1000 - 60, "endTime": last // 1000 + 60}
    given = {"logGroupName": GROUP, **span, **more}
    return str(logs.start_query(**given, queryString=query)["queryId"])


def ended(logs: Any, query_id: str) -> Any:
    end = time.monotonic() + 20
    while True:
        found = logs.get_query_results(queryId=query_id)
        if found["status"] not in ("Scheduled", "Running"):
            return found
        assert time.monotonic() < end
        time.sleep(0.01)


def rows(found: Any) -> list[dict[str, str]]:
    return [{one["field"]: one["value"] for one in row} for row in found["results"]]


def test_a_query_without_commands_for_it_shows_the_newest_events_with_time_and_pointer(
    logs: Any, filled: int
) -> None:
    found = ended(logs, begun(logs, filled, "limit 2"))

    assert [json.loads(one["@message"])["n"] for one in rows(found)] == [9, 8]
    assert set(rows(found)[0]) == {"@timestamp", "@message", "@ptr"}
    assert found["statistics"]["recordsScanned"] == 2
    assert found["status"] == "Complete"


def test_fields_of_json_are_filtered_counted_and_sorted(logs: Any, filled: int) -> None:
    query = "filter n > 2 | stats count(*) as events, max(n) as top by user.name | sort events desc"
    found = ended(logs, begun(logs, filled, query))

    assert rows(found) == [
        {"user.name": "alice", "events": "4", "top": "9"},
        {"user.name": "bob", "events": "3", "top": "8"},
    ]
    assert (found["statistics"]["recordsMatched"], found["statistics"]["recordsScanned"]) == (7, 10)


def test_a_row_points_to_its_event_which_is_shown_with_all_its_fields(
    logs: Any, filled: int
) -> None:
    found = ended(logs, begun(logs, filled, "fields n | filter n = 4"))
    (row,) = rows(found)
    record = logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]

    assert (row["n"], record["user.name"], record["@logStream"]) == ("4", "bob", "s")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.get_log_record(logRecordPointer="made-up")


def test_several_groups_are_read_together_by_time(logs: Any, filled: int) -> None:
    logs.create_log_group(logGroupName="/other")
    logs.create_log_stream(logGroupName="/other", logStreamName="s")
    event = {"timestamp": filled - 1500, "message": "between"}
    logs.put_log_events(logGroupName="/other", logStreamName="s", logEvents=[event])
    span = {"startTime": filled - 60_000, "endTime": filled}
    asked = logs.start_query(logGroupNames=[GROUP, "/other"], **span, queryString="fields @log")
    found = rows(ended(logs, asked["queryId"]))

    assert [one["@log"].partition(":")[2] for one in found[:4]] == [GROUP, GROUP, "/other", GROUP]


def test_a_query_that_cannot_be_read_is_refused_with_the_place_and_what_was_expected(
    logs: Any, filled: int
) -> None:
    with pytest.raises(logs.exceptions.MalformedQueryException) as refused:
        begun(logs, filled, "fields @message | fitler n = 1")
    told = refused.value.response["queryCompileError"]

    assert told["location"] == {"startCharOffset": 18, "endCharOffset": 24}
    assert "unexpected `fitler`, expected a command: fields" in told["message"]


def test_pages_of_results_join_to_the_whole(logs: Any, filled: int) -> None:
    query_id = begun(logs, filled, "fields n | sort n")
    whole = ended(logs, query_id)["results"]
    first = logs.get_query_results(queryId=query_id, maxItems=7)
    rest = logs.get_query_results(queryId=query_id, maxItems=7, nextToken=first["nextToken"])

    assert first["results"] + rest["results"] == whole
    assert "nextToken" not in rest


def test_a_query_that_waits_can_be_given_up_and_one_that_has_ended_stays(
    logs: Any, filled: int, clients: Clients
) -> None:
    done = begun(logs, filled, "limit 1")
    ended(logs, done)
    clients.served.running.workers.logs._queries.stop()
    waiting = begun(logs, filled, "limit 1")

    assert logs.stop_query(queryId=waiting)["success"] is True
    assert logs.stop_query(queryId=done)["success"] is False
    listed = logs.describe_queries(logGroupName=GROUP)["queries"]
    assert {one["queryId"]: one["status"] for one in listed} == {
        done: "Complete",
        waiting: "Cancelled",
    }


def test_a_query_that_was_half_done_when_the_server_ended_is_begun_anew(
    logs: Any, filled: int, clients: Clients
) -> None:
    running = clients.served.running
    running.workers.logs._queries.stop()
    query_id = begun(logs, filled, "stats count(*)")
    running.database.write(
        lambda db: db.exec_driver_sql("UPDATE log_query SET status = 'Running'"), world=False
    )
    running.workers.logs.stop()
    running.workers.logs = type(running.workers.logs)(running)
    running.workers.logs.start()

    assert rows(ended(logs, query_id)) == [{"count(*)": "10"}]


def test_queries_are_forgotten_after_seven_days(logs: Any, filled: int, clients: Clients) -> None:
    query_id = begun(logs, filled, "limit 1")
    ended(logs, query_id)
    clients.served.clock.ahead = timedelta(days=8)
    clients.served.running.workers.logs._queries.forget()
    clients.served.clock.ahead = timedelta()

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.get_query_results(queryId=query_id)


def test_results_need_a_permission_on_every_group_of_the_query(
    logs: Any, filled: int, clients: Clients
) -> None:
    query_id = begun(logs, filled, "limit 1")
    statement = {
        "Effect": "Allow",
        "Action": "logs:*",
        "Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/other:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    alice = clients.user("alice", policy)("logs", host="127.0.0.1")

    for call in (
        lambda: alice.get_query_results(queryId=query_id),
        lambda: begun(alice, filled, "limit 1"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


def test_fields_of_a_group_come_with_how_many_events_have_them(logs: Any, filled: int) -> None:
    logs.put_log_events(
        logGroupName=GROUP, logStreamName="s", logEvents=[{"timestamp": filled, "message": "x"}]
    )
    found = logs.get_log_group_fields(logGroupName=GROUP)["logGroupFields"]
    told = {one["name"]: one["percent"] for one in found}

    assert (told["@message"], told["user.name"]) == (100, 90)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"logGroupName": "/none"}, "ResourceNotFoundException"),
        ({"logGroupNames": [GROUP]}, "InvalidParameterException"),
        ({"queryLanguage": "SQL"}, "InvalidParameterException"),
        ({"startTime": 2_000_000_000}, "InvalidParameterException"),
    ],
)
def test_a_query_over_nothing_is_refused(
    logs: Any, filled: int, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError, match=code):
        begun(logs, filled, "limit 1", **changed)
