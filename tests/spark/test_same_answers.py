"""Spark reads the delivered files, too, and answers the same statements with the same rows.

Skipped unless `--run-spark` names a Python that has PySpark: `make test-spark`.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.trail.made import ACCOUNT, record, session, zipped
from doorward.cli.main import run

STATEMENTS = [
    "SELECT count(*) AS n FROM events",
    ("SELECT eventname, count(*) AS n, count(errorcode) AS failed FROM events "
    "GROUP BY eventname ORDER BY n DESC, eventname"),
    ("SELECT useridentity.arn AS arn, min(eventtime) AS first, max(eventtime) AS last FROM events "
    "WHERE errorcode LIKE 'AccessDenied%' GROUP BY useridentity.arn ORDER BY arn"),
    ("SELECT useridentity.sessioncontext.sessionissuer.username AS role, count(*) AS n FROM events "
    "WHERE useridentity.type = 'AssumedRole' GROUP BY 1 ORDER BY 1"),
    ("SELECT element_at(requestparameters, 'userName') AS who, eventid FROM events "
    "WHERE eventtime >= timestamp '2026-09-03 00:00:00' ORDER BY eventid LIMIT 7"),
    ("SELECT date_trunc('day', eventtime) AS day, count(DISTINCT sourceipaddress) AS addresses "
    "FROM events GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"),
    ("SELECT resources[0].arn IS NULL AS missing, readonly, count(*) AS n FROM events "
    "GROUP BY 1, 2 ORDER BY 1, 2"),
    ("WITH denied AS (SELECT * FROM events WHERE errorcode IS NOT NULL) "
    "SELECT a.eventname, count(*) AS n FROM denied a JOIN events b ON a.eventid = b.eventid "
    "GROUP BY a.eventname ORDER BY n DESC, a.eventname"),
    ("SELECT eventname, rank() OVER (ORDER BY n DESC, eventname) AS place FROM "
    "(SELECT eventname, count(*) AS n FROM events GROUP BY eventname) x ORDER BY place"),
]  # fmt: skip
LISTS_BEGIN_AT = {"resources[0]": "resources[1]"}
"""How Spark counts the items of a list, and how Presto and DuckDB do."""


@pytest.fixture
def spark(request):
    python = request.config.getoption("--run-spark")
    if not python:
        pytest.skip("needs PySpark and Java; run `make test-spark`")
    if shutil.which("java") is None:
        pytest.fail("there is no `java` on the PATH: Spark 4 needs Java 17 or later", pytrace=False)
    found = subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False)
    if found.returncode:
        pytest.fail(f"`{python}` has no PySpark: pip install 'pyspark>=4'", pytrace=False)
    return python


@pytest.fixture
def delivered(tmp_path):
    for day in range(1, 6):
        folder = tmp_path / f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/09/{day:02}"
        folder.mkdir(parents=True)
        for part in range(3):
            numbers = range(day * 1_000 + part * 300, day * 1_000 + part * 300 + 200 + day)
            (folder / f"{part}.json.gz").write_bytes(zipped(*(event(day, n) for n in numbers)))
    digests = tmp_path / f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/09/01"
    digests.mkdir(parents=True)
    (digests / "d.json.gz").write_bytes(b"no log")
    return tmp_path


def event(day, number):
    more = {"errorCode": "AccessDenied", "requestParameters": None} if number % 9 == 0 else {}
    if number % 4 == 0:
        more["userIdentity"] = session(f"session-{number % 5}", f"role-{number % 3}")
    if number % 7 == 0:
        more |= {"resources": [{"ARN": f"arn:x:{number}", "type": "T"}], "readOnly": True}
    return record(
        number,
        eventTime=f"2026-09-{day:02}T{number % 24:02}:{number % 60:02}:00Z",
        eventName=("GetUser", "CreateUser", "DeleteUser", "ListUsers")[number % 11 % 4],
        sourceIPAddress=f"10.0.0.{number % 50}",
        **more,
    )


@pytest.mark.timeout(600)
def test_spark_and_trail_query_give_the_same_rows(spark, delivered, capsys):
    script = Path(__file__).with_name("ask.py")
    asked = json.dumps({"folder": str(delivered), "statements": STATEMENTS})
    done = subprocess.run(
        [spark, str(script)], input=asked, capture_output=True, text=True, timeout=580, check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    theirs = json.loads(done.stdout.splitlines()[-1])

    for statement, rows in zip(STATEMENTS, theirs, strict=True):
        assert ours(statement, delivered, capsys) == rows, statement
        assert rows


def ours(statement, delivered, capsys):
    for spelled, other in LISTS_BEGIN_AT.items():
        statement = statement.replace(spelled, other)
    assert run(["trail", "query", str(delivered), "--sql", statement, "--format", "json"]) == 0
    return [[plain(value) for value in row.values()] for row in json.loads(capsys.readouterr().out)]


def plain(value):
    """A value as Python prints what Spark gives."""
    if isinstance(value, str) and value.endswith("Z") and "T" in value:
        return value.removesuffix("Z").replace("T", " ")
    return None if value is None else str(value)
