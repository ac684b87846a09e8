"""Every function that the page of the SQL names is there and means what Presto means by it."""

from pathlib import Path

import duckdb
import pytest

from doorward.analysis.trail import functions, statements
from doorward.analysis.trail.lake import shown
from doorward.analysis.trail.statements import read

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "trail-sql.md"
T = "timestamp '2026-09-01 10:20:30'"
J = """json '{"a": {"b": "x", "l": [1, 2]}, "n": 7, "t": "[1]"}'"""

CASES = [
    # expression                                                              value as text
    ("all_match(ARRAY[1, 2], x -> x > 0)", "true"),
    ("any_match(ARRAY[1, 2], x -> x > 1)", "true"),
    ("none_match(ARRAY[1, 2], x -> x > 2)", "true"),
    ("approx_distinct(1)", "1"),
    ("approx_percentile(5, 0.5)", "5"),
    ("array_except(ARRAY[1, 2, 2], ARRAY[1])", "[2]"),
    ("array_join(ARRAY[1, 2], '-')", "1-2"),
    ("array_max(ARRAY[1, 2])", "2"),
    ("array_min(ARRAY[1, 2])", "1"),
    ("array_remove(ARRAY[1, 2], 1)", "[2]"),
    ("array_sort(array_union(ARRAY[1], ARRAY[2, 1]))", "[1, 2]"),
    ("arrays_overlap(ARRAY[1], ARRAY[1, 2])", "true"),
    ("at_timezone(timestamptz '2026-09-01 10:00:00Z', 'Europe/Berlin')", "2026-09-01 12:00:00"),
    ("codepoint('A')", "65"),
    (f"date_add('day', -7, {T})", "2026-08-25 10:20:30"),
    (f"date_add('month', 1, {T})", "2026-10-01 10:20:30"),
    ("date_diff('day', timestamp '2026-09-01 23:00:00', timestamp '2026-09-02 01:00:00')", "0"),
    (f"date_format({T}, '%Y/%m/%d %H:%i:%s')", "2026/09/01 10:20:30"),
    ("date_parse('01.09.2026 10:20', '%d.%m.%Y %H:%i')", "2026-09-01 10:20:00"),
    (f"day_of_month({T})", "1"),
    (f"day_of_week({T})", "2"),
    (f"day_of_year({T})", "244"),
    (f"element_at({J}, 'n')", "7"),
    (f"element_at({J}, 'none')", None),
    (f"({J})['n']", "7"),
    ("element_at(ARRAY['a', 'b'], 2)", "b"),
    ("every(true)", "true"),
    ("from_iso8601_date('2026-09-01')", "2026-09-01"),
    ("from_iso8601_timestamp('2026-09-01T10:00:00+02:00')::timestamp", "2026-09-01 08:00:00"),
    ("from_unixtime(0)::timestamp", "1970-01-01 00:00:00"),
    ("is_json_scalar('1')", "true"),
    ("is_nan(1.0)", "false"),
    ("json_array_contains('[1, 2]', 2)", "true"),
    (f"json_extract({J}, '$.a.b')", '"x"'),
    (f"json_extract_scalar({J}, '$.a.b')", "x"),
    (f"""json_extract_scalar({J}, '$["a"]["b"]')""", "x"),
    (f"json_extract_scalar({J}, '$.a.l[1]')", "2"),
    (f"json_extract_scalar({J}, '$.a')", None),
    (f"json_format(json_extract({J}, '$.a.l'))", "[1,2]"),
    (f"json_array_length(json_parse(element_at({J}, 't')))", "1"),
    (f"json_size({J}, '$.a')", "2"),
    (f"last_day_of_month({T})", "2026-09-30"),
    ("levenshtein_distance('ab', 'ac')", "1"),
    ("map_agg('a', 1)", "{a=1}"),
    ("regexp_count('aba', 'a')", "2"),
    ("regexp_like('CreateUser', '^Create')", "true"),
    ("regexp_replace('aba', 'a', 'x')", "xbx"),
    ("regexp_replace('aba', 'a')", "b"),
    ("sequence(1, 3)", "[1, 2, 3]"),
    ("set_agg(1)", "[1]"),
    ("slice(ARRAY[1, 2, 3], 2, 2)", "[2, 3]"),
    (f"to_iso8601({T})", "2026-09-01T10:20:30.000Z"),
    ("to_unixtime(timestamp '1970-01-01 00:01:00')", "60.0"),
    ("transform(ARRAY[1, 2], x -> x + 1)", "[2, 3]"),
    ("truncate(1.7)", "1"),
    ("url_extract_host('https://a.example/x?y')", "a.example"),
    ("url_extract_path('https://a.example/x?y')", "/x"),
    ("contains(ARRAY['a'], 'a')", "true"),
    ("cardinality(ARRAY['a'])", "1"),
    ("filter(ARRAY[1, 2], x -> x > 1)", "[2]"),
    (f"date_trunc('hour', {T})", "2026-09-01 10:00:00"),
    (f"{T} - interval '7' day", "2026-08-25 10:20:30"),
    ("count_if(true)", "1"),
    ("arbitrary(1)", "1"),
    ("if(1 > 2, 'a', 'b')", "b"),
    ("try(cast('x' AS bigint))", None),
    ("try_cast('x' AS bigint)", None),
    ("coalesce(NULL, 'a')", "a"),
    ("split_part('a/b', '/', 2)", "b"),
    ("strpos('abc', 'c')", "3"),
    ("max_by('a', 1)", "a"),
    ("cardinality(map_keys(map(ARRAY['a'], ARRAY[1])))", "1"),
    ("url_decode('a%20b')", "a b"),
]


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as db:
        statements.prepare(db)
        yield db


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_a_function_means_what_presto_means(database, expression, value):
    found = database.execute(read(f"SELECT {expression}", []).text).fetchone()[0]

    wanted = None if found is None else shown(found).removesuffix(".000")
    assert wanted in {value, f"{value}.0"}


def test_every_function_that_is_made_has_a_case():
    cases = " ".join(expression for expression, _ in CASES)

    missing = {*functions.MADE, *functions.WRITTEN_ANEW} - {
        name for name in functions.ALLOWED if f"{name}(" in cases
    }

    assert missing == set()


def test_every_function_of_duckdb_that_is_allowed_is_one(database):
    by_syntax = {"coalesce", "current_timestamp", "date", "if", "ifnull", "localtimestamp", "try"}
    found = {
        name
        for (name,) in database.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions()"
        ).fetchall()
    }

    own = {name for names in functions.OWN.values() for name in names.split()}
    assert own - found - by_syntax == {"->"}
