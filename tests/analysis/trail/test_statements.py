"""One SELECT over events and nothing else; what it needs is known before it runs."""

import pytest

from doorward.analysis.trail import statements
from doorward.analysis.trail.columns import NAMES
from doorward.analysis.trail.statements import Refused, read

REFUSED = [
    "",
    "SELECT 1; SELECT 2",
    "DROP TABLE events",
    "INSERT INTO events SELECT * FROM events",
    "COPY events TO '/tmp/x'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET threads = 1",
    "CALL pragma_version()",
    "EXPLAIN SELECT 1",
    "SHOW TABLES",
    "DESCRIBE events",
    "SELECT * FROM (SUMMARIZE events)",
    "EXPORT DATABASE '/tmp/x'",
    "CREATE TABLE x AS SELECT 1",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.events",
    "SELECT * FROM system.main.duckdb_tables",
    "FROM query('SELECT 1')",
    "SELECT * FROM query_table('events')",
    "SELECT current_setting('temp_directory')",
    "SELECT getvariable('x')",
    "SELECT getenv('HOME')",
    "SELECT system.main.lower('A')",
    "SELECT 1 FROM range(10)",
    "SELECT * FROM events TABLESAMPLE 10%",
    "SELECT * FROM events AT (VERSION => 1)",
    "SELECT ?",
    "SELECT $x",
    "WITH events AS (SELECT 1) SELECT * FROM events",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r",
    "WITH r AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM r",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT nothing FROM events",
    "SELECT eventname.x FROM events",
    "SELECT lower(1, 2) FROM events",
    "SELEC 1",
    "SELECT '" + "x" * 10_000 + "'",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_anything_but_a_select_over_events_is_refused(sql):
    with pytest.raises(Refused):
        read(sql, ["events"])


NEEDED = [
    # statement                                                          columns
    ("SELECT eventName, count(*) FROM events GROUP BY 1", {"eventname"}),
    ("SELECT e.userIdentity.arn FROM events e", {"useridentity"}),
    ('SELECT "EventTime" FROM events ORDER BY eventid', {"eventtime", "eventid"}),
    ("SELECT count(*) FROM events a JOIN events b USING (requestid)", {"requestid"}),
    ("WITH x AS (SELECT errorcode c FROM events) SELECT c FROM x", {"errorcode"}),
    ("SELECT r.arn FROM events CROSS JOIN UNNEST(resources) AS t(r)", {"resources"}),
    ("SELECT element_at(requestparameters, 'x') FROM events", {"requestparameters"}),
    ("SELECT count(*) FROM events", set()),
    ("SELECT * FROM events", NAMES),
    ("SELECT e FROM events e", NAMES),
    ("SELECT events FROM events", NAMES),
    ("SELECT * EXCLUDE (eventid) FROM events", NAMES),
    ("SELECT COLUMNS('event.*') FROM events", NAMES),
    ("SELECT 1 FROM events a NATURAL JOIN events b", NAMES),
]


@pytest.mark.parametrize(("sql", "columns"), NEEDED)
def test_the_columns_that_a_statement_needs_are_known(sql, columns):
    assert read(sql, ["events"]).columns == columns


def test_ids_of_event_data_stores_are_found_outside_of_texts_and_comments():
    first, second = (f"{n}1111111-1111-1111-1111-11111111111a" for n in (1, 2))

    text, stores = statements.with_stores(
        f"SELECT '{second}' FROM {first} a JOIN \"{first.upper()}\" b -- {second}\n"  # noqa: S608 - not run
        f'WHERE x = "{second} " /* {second} */'
    )

    assert stores == {"store_0": first}
    assert "FROM store_0 a JOIN store_0 b" in text
    assert text.count(second) == 4
