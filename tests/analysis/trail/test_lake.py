"""Queries of event data stores: AWS's samples run, and what cannot be run says so AWS's way."""

import json
from dataclasses import replace

import pytest

from analysis.trail.made import ACCOUNT, record, session
from doorward.analysis.trail import lake
from doorward.analysis.trail.engine import Failed, Limits, Workspace
from doorward.analysis.trail.lake import Problem, Result
from doorward.analysis.trail.records import one
from doorward.analysis.trail.statements import read

STORE = "11111111-2222-3333-4444-55555555555a"
OTHER = "21111111-2222-3333-4444-55555555555a"
LOGIN = record(
    5,
    eventSource="signin.amazonaws.com",
    eventName="ConsoleLogin",
    eventTime="2026-09-02T00:00:00Z",
    awsRegion="us-east-2",
    responseElements={"ConsoleLogin": "Failure"},
    errorMessage="Failed authentication",
)
EVENTS = [
    record(1),
    record(2, userIdentity=session("bob", "admin"), errorCode="AccessDenied", readOnly=True),
    record(3, eventName="DeleteUser", resources=[{"ARN": "arn:x", "accountId": ACCOUNT}]),
    LOGIN,
]


def asked(sql: str, *, known: tuple[str, ...] = (STORE,), **limits) -> Result | Problem:
    query = lake.read(sql.replace("$EDS", STORE), known)
    if isinstance(query, Problem):
        return query
    return lake.run(query, lambda _: map(json.dumps, EVENTS), **limits)


SAMPLES = [
    # statement                                                             rows
    (
        (
            "SELECT userIdentity.principalid, eventName FROM $EDS WHERE userIdentity.principalid IS NOT "
            "NULL AND eventTime > '2026-09-01 00:00:00' AND eventTime < '2026-09-02 00:00:00' AND "
            "eventName = 'DeleteUser'"
        ),
        [["AIDAIOSFODNN7EXAMPLE", "DeleteUser"]],
    ),
    (
        (
            "SELECT eventSource, eventName, COUNT(*) AS apiCount FROM $EDS WHERE "
            "eventTime > '2026-01-01 00:00:00' GROUP BY eventSource, eventName "
            "ORDER BY apiCount DESC, eventName LIMIT 2"
        ),
        [["iam.amazonaws.com", "CreateUser", "2"], ["signin.amazonaws.com", "ConsoleLogin", "1"]],
    ),
    (
        (
            "SELECT eventTime, useridentity.arn, awsRegion FROM $EDS WHERE eventName = 'ConsoleLogin' "
            "AND awsRegion in ('us-east-1', 'us-east-2')"
        ),
        [["2026-09-02 00:00:00.000", f"arn:aws:iam::{ACCOUNT}:user/alice", "us-east-2"]],
    ),
    (
        (
            "SELECT userIdentity.sessioncontext.sessionissuer.username, errorcode, readonly FROM $EDS "
            "WHERE errorcode LIKE 'AccessDenied%' AND readonly = true"
        ),
        [["admin", "AccessDenied", "true"]],
    ),
    (
        (
            "SELECT element_at(requestParameters, 'userName') AS who FROM $EDS WHERE eventname IN "
            "('CreateUser', 'DeleteUser') AND eventtime > date_add('day', -40000, now()) ORDER BY 1"
        ),
        [["user-1"], ["user-2"], ["user-3"]],
    ),
    (
        (
            "SELECT json_extract_scalar(responseelements, '$.ConsoleLogin'), errorcode FROM $EDS "
            "WHERE eventsource = 'signin.amazonaws.com'"
        ),
        [["Failure", "null"]],
    ),
    (
        "SELECT r.arn, r.accountid FROM $EDS CROSS JOIN UNNEST(resources) AS t(r)",
        [["arn:x", ACCOUNT]],
    ),
    (
        (
            "WITH failed AS (SELECT * FROM $EDS WHERE errormessage IS NOT NULL) "
            "SELECT eventname FROM failed UNION ALL SELECT 'end'"
        ),
        [["ConsoleLogin"], ["end"]],
    ),
    (
        (
            "SELECT a.eventname FROM $EDS a LEFT JOIN $EDS b ON a.requestid = b.requestid "
            "WHERE b.eventname = 'DeleteUser'"
        ),
        [["DeleteUser"]],
    ),
    (
        (
            "SELECT date_trunc('day', eventtime) AS day, approx_distinct(eventname) FROM $EDS "
            "GROUP BY 1 HAVING count(*) > 1"
        ),
        [["2026-09-01 00:00:00.000", "2"]],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), SAMPLES)
def test_the_statements_of_the_console_s_samples_run(sql, rows):
    result = asked(sql)

    assert isinstance(result, Result), result
    assert result.rows == rows
    assert result.events_scanned % len(EVENTS) == 0


def test_rows_are_lists_of_maps_of_one_column_and_expressions_get_presto_s_names():
    result = asked("SELECT eventname, count(*), count(*) AS n FROM $EDS GROUP BY 1 ORDER BY 1")

    assert lake.shaped(result)[0] == [{"eventname": "ConsoleLogin"}, {"_col1": "1"}, {"n": "1"}]


def test_structures_are_written_as_presto_writes_them():
    result = asked("SELECT resources FROM $EDS WHERE eventname = 'DeleteUser'")

    inner = f"accountid={ACCOUNT}, type=null, arn=arn:x, arnprefix=null"
    assert result.rows == [[f"[{{{inner}}}]"]]


@pytest.mark.parametrize(
    ("sql", "code", "words"),
    [
        ("SELECT 1", lake.INVALID, "names no event data store"),
        ("SELECT nope FROM $EDS", lake.INVALID, "nope"),
        ("DELETE FROM $EDS", lake.INVALID, "only SELECT"),
        (f"SELECT 1 FROM {OTHER}", lake.NOT_FOUND, OTHER),  # noqa: S608 - our own
        ("SELECT cast(eventname AS bigint) FROM $EDS", lake.FAILED, "CreateUser"),
    ],
)
def test_what_cannot_be_run_is_a_problem_with_the_code_of_aws(sql, code, words):
    found = asked(sql)

    assert isinstance(found, Problem)
    assert found.code == code
    assert words in found.message


def test_a_query_that_takes_too_long_has_timed_out():
    found = asked(
        "SELECT count(*) FROM $EDS a, UNNEST(sequence(1, 100000)) t(x), "
        "UNNEST(sequence(1, 100000)) u(y) WHERE (x * 7919 + y) % 1000003 = 5",
        seconds=0.2,
    )

    assert isinstance(found, Problem)
    assert found.code == lake.TIMED_OUT


def test_no_more_rows_come_than_were_asked_for():
    assert len(asked("SELECT eventid FROM $EDS", rows=2).rows) == 2


def test_two_stores_are_two_tables():
    sql = f"SELECT a.eventname FROM {STORE} a JOIN {OTHER} b ON a.eventid = b.eventid"  # noqa: S608 - our own
    query = lake.read(sql, [STORE, OTHER])

    found = lake.run(query, {STORE: map(json.dumps, EVENTS), OTHER: [json.dumps(LOGIN)]}.get)

    assert found.rows == [["ConsoleLogin"]]


def test_the_connection_itself_gives_up_files_and_settings(tmp_path):
    """The second line, should the first let something by."""
    inside = tmp_path / "secret.csv"
    inside.write_text("a\n1\n")
    safe = read("SELECT eventid FROM events", ["events"])
    with Workspace(tmp_path, Limits()) as workspace:
        workspace.load("events", ["eventid"], [one(json.dumps(record()).encode())])
        list(workspace.ask(safe).rows)
        for sql in (
            f"SELECT * FROM read_csv('{inside}')",  # noqa: S608 - our own
            f"COPY events TO '{tmp_path / 'out'}'",
            f"ATTACH '{tmp_path / 'other.db'}'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(Failed):
                list(workspace.ask(replace(safe, text=sql)).rows)


def test_memory_that_does_not_do_is_a_failure(tmp_path):
    sql = "SELECT array_agg(repeat('x', 1000) || x) FROM events, UNNEST(sequence(1, 1000000)) t(x)"
    with Workspace(tmp_path, Limits(memory_bytes=64 << 20)) as workspace:
        workspace.load("events", ["eventid"], [one(json.dumps(record()).encode())])
        with pytest.raises(Failed, match="more than the 64 MiB"):
            list(workspace.ask(read(sql, ["events"])).rows)
