"""Whether every query has an index: the statements of a block, asked for their plans.

    with plans.watched(db) as seen:
        users.page(db, account, limit=10)
    assert plans.scans(db, seen) == []

A row of a plan that reads a whole table or a whole index is a scan.
"""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event

ASKED = re.compile(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
SCANNED = re.compile(r"SCAN (?:TABLE )?(?P<name>\w+)")
HARMLESS = {"CONSTANT"}
UNCOMMITTED = "uncommitted"
"""In the `info` of a connection to PostgreSQL whose rows are taken back in the end."""


class Statement(NamedTuple):
    sql: str
    parameters: Any


class Scan(NamedTuple):
    """A statement and the row of its plan that reads everything."""

    sql: str
    plan: str


@contextmanager
def watched(db: Connection) -> Iterator[list[Statement]]:
    """The statements that *db* is given inside the block, each text once."""
    seen: dict[str, Statement] = {}

    def note(
        connection: Connection,
        cursor: object,
        sql: str,
        parameters: Any,
        context: object,
        executemany: bool,
    ) -> None:
        if ASKED.match(sql):
            seen.setdefault(sql, Statement(sql, parameters[0] if executemany else parameters))

    found: list[Statement] = []
    event.listen(db, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db, "before_cursor_execute", note)
        found.extend(seen.values())


def scans(
    db: Connection, statements: Collection[Statement], *, small: Collection[str] = ()
) -> list[Scan]:
    """Where *statements* read a whole table; *small* tables may be read so."""
    if UNCOMMITTED in db.info:
        pytest.skip("PostgreSQL knows nothing of rows that are never committed, and plans so")
    if db.dialect.name == "postgresql":
        return scans_of_postgresql(db, statements, small)
    return scans_of_sqlite(db, statements, small)


def scans_of_sqlite(
    db: Connection, statements: Collection[Statement], small: Collection[str]
) -> list[Scan]:
    """What is materialized inside a statement, a subquery or a CTE, may be scanned."""
    found = []
    tables = {row[0] for row in db.exec_driver_sql("SELECT name FROM sqlite_master")}
    for statement in statements:
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        aliases = dict(re.findall(r'"?(\w+)"? AS "?(\w+)"?', statement.sql))
        named = {alias: table for table, alias in aliases.items()}
        for row in plan:
            scanned = SCANNED.match(row[3])
            if scanned is None or scanned["name"] in HARMLESS:
                continue
            table = named.get(scanned["name"], scanned["name"])
            if table in tables and table not in small:
                found.append(Scan(statement.sql, row[3]))
    return found


def scans_of_postgresql(
    db: Connection, statements: Collection[Statement], small: Collection[str]
) -> list[Scan]:
    """Scans that are there although everything that has another way was asked not to scan."""
    for way in ("seqscan", "hashjoin", "mergejoin"):
        db.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    found = []
    for statement in statements:
        (plan,) = db.exec_driver_sql(
            f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters
        ).one()
        for node in nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]):
            whole = node["Node Type"] == "Seq Scan" or (
                "Index Name" in node and "Index Cond" not in node
            )
            table = node.get("Relation Name", node.get("Index Name"))
            if whole and table not in small:
                found.append(Scan(statement.sql, f"{node['Node Type']} {table}"))
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
