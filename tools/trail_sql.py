"""The page of the SQL of trails, generated from what is loaded and allowed.

python tools/trail_sql.py           # write docs/reference/trail-sql.md
python tools/trail_sql.py --check   # leave with 1 where it is not what it would write
"""

import argparse
import re
import sys
from pathlib import Path

from doorward.analysis.trail import functions
from doorward.analysis.trail.columns import COLUMNS
from doorward.analysis.trail.statements import LONGEST

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "trail-sql.md"
MADE = "<!-- made by tools/trail_sql.py; do not edit -->"
HEAD = f"""
# The SQL of trails

`doorward trail query --sql` and queries of event data stores take the same language: one `SELECT`, written as for [CloudTrail Lake](https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html), run by DuckDB.
In `trail query` the table is `events`; in an event data store it is the store's id, the UUID at the end of its ARN, with or without double quotes.

## What may stand in a statement

- `SELECT [DISTINCT] … FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT … OFFSET …`, `WITH`, subqueries, window functions, lambdas (`x -> x > 1`).
- `JOIN` of every kind, `CROSS JOIN UNNEST(…) AS t(x)`, `UNION [ALL]`, `EXCEPT`, `INTERSECT`.
- At most {LONGEST:,} characters, one statement, and nothing that changes, reads or names anything but events: it is refused before it runs.

The connection that runs it has given up files, network, extensions and settings.
A statement has a limit of time and of memory; beyond the memory it uses disk, where that can help.

## Columns

Names are taken without regard to case, also inside structures.
A column that a record lacks is `NULL`.
`requestparameters` and the like are JSON: `element_at(requestparameters, 'userName')` and `requestparameters['userName']` give text, `json_extract` gives JSON.

| column | type |
|---|---|
"""  # noqa: E501, S608 - one sentence a line; nobody runs it

TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean; compares with `'true'`, too",
    "JSON": "JSON",
    "TIMESTAMP": "timestamp, UTC; compares with `'2026-09-01 00:00:00'`",
}


def shown(kind: str) -> str:
    """A type for people: structures with the names of their members."""
    if kind in TYPES:
        return TYPES[kind]
    members = re.sub(r"\bVARCHAR\b", "", kind.replace('"', ""))
    plain = re.sub(r"STRUCT\(", "{", members).replace(")", "}")
    tidy = re.sub(r" +([,}])", r"\1", plain)
    return f"`{tidy.lower()}`"


def page() -> str:
    """The whole page."""
    lines = [MADE + HEAD.rstrip("\n")]
    lines += [f"| `{one.name}` | {shown(one.type)} |" for one in COLUMNS]
    lines += [
        "",
        "`eventjson` of Lake is not there: `trail query --format json` gives whole records.",
        "",
        "## Functions",
        "",
        "Made here, as Presto has them:",
        "",
    ]
    lines.append(listed([*functions.MADE, *functions.WRITTEN_ANEW]))
    lines += [
        "",
        "The pattern of `date_format` and `date_parse` is a text in the statement itself.",
        "",
        "DuckDB's own:",
        "",
    ]
    lines += [f"- {kind}: {listed(names.split())}" for kind, names in functions.OWN.items()]
    lines += ["", "## What of Presto does not work", "", "| written | here |", "|---|---|"]
    lines += [f"| {theirs} | {ours} |" for theirs, ours in functions.MISSING.items()]
    lines += [
        "",
        "Lake itself has no `INTERVAL`; here `now() - INTERVAL '7' DAY` works, too.",
        "",
    ]
    return "\n".join(lines)


def listed(names: list[str]) -> str:
    """Names in a row; operators left out."""
    return ", ".join(f"`{name}`" for name in sorted(names) if name[0].isalpha())


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="The page of the SQL of trails.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    wanted = page()
    if parser.parse_args().check:
        return int(PAGE.read_text("utf-8") != wanted)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
