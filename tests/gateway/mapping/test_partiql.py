"""What a statement of PartiQL does, and that nothing is guessed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doorward.gateway.mapping import Place, Wanted, partiql, requirements
from gateway.mapping.values import A, R, S

READ = [
    # statement                                               verb      table     index      equal
    ("SELECT * FROM music",                                   "Select", "music",  None,      ()),
    ('select a, "b" from "music" where x = 1',                "Select", "music",  None,      (("x", "1"),)),
    ('SELECT * FROM "music"."by-year" WHERE y = ?',           "Select", "music",  "by-year", (("y", 0),)),
    ("SELECT * FROM m WHERE a = 'x' AND b = ?",               "Select", "m",      None,      (("a", "x"), ("b", 0))),
    ("SELECT * FROM m WHERE a = ? AND b = ?",                 "Select", "m",      None,      (("a", 0), ("b", 1))),
    ("SELECT * FROM m WHERE a = 'x' OR b = 'y'",              "Select", "m",      None,      ()),
    ("SELECT * FROM m WHERE NOT a = 'x'",                     "Select", "m",      None,      ()),
    ("SELECT * FROM m WHERE (a = 'x')",                       "Select", "m",      None,      ()),
    ("SELECT * FROM m WHERE a IN ['x']",                      "Select", "m",      None,      ()),
    ("INSERT INTO m VALUE {'a': 'x', 'b': ?}",                "Insert", "m",      None,      (("a", "x"), ("b", 0))),
    ("UPDATE m SET n = ? WHERE a = ?",                        "Update", "m",      None,      (("a", 1),)),
    ("UPDATE m REMOVE n WHERE a = 'it''s'",                   "Update", "m",      None,      (("a", "it's"),)),
    ('DELETE FROM "m" WHERE a = \'x\'',                       "Delete", "m",      None,      (("a", "x"),)),
    ("EXISTS(SELECT * FROM m WHERE a = 'x')",                 "Select", "m",      None,      (("a", "x"),)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verb", "table", "index", "equal"), READ)
def test_a_statement_is_read(text, verb, table, index, equal):
    assert partiql.parse(text) == partiql.Statement(verb, table, index, equal)


UNREAD = [
    "",
    "DROP TABLE m",
    "SELECT * FROM m, secret",
    "SELECT * FROM m JOIN secret",
    "EXISTS(SELECT * FROM m) secret",
    "SELECT * FROM m m2 WHERE a = 1",
    "SELECT * FROM (SELECT * FROM secret)",
    "SELECT a FROM m; SELECT a FROM secret",
    "SELECT a -- FROM m\nFROM secret",
    "SELECT a /* FROM m */ FROM secret",
    'SELECT "x FROM secret" FROM m',
    "SELECT 'x FROM secret' FROM m",
    "SELECT ` FROM m",
    "SELECT * FROM 'm'",
    "SELECT * FROM m.",
    'SELECT * FROM "m""x"',
    "SELECT * FROM " + "m" * 300,
    "SELECT * FROM m WHERE a = 'x" ,
    "SELECT " + "a, " * 4_000 + "a FROM m",
]  # fmt: skip


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_understood_is_not_guessed(text):
    assert partiql.parse(text) is None


@given(st.text(max_size=60))
@example("SELECT * FROM")
@example("INSERT INTO")
@example("UPDATE")
@example('SELECT * FROM a."')
def test_no_text_makes_the_reader_fail(text):
    partiql.parse(text)
    partiql.parse("".join(("SELECT * FROM ", text)))  # noqa: FLY002 - not SQL of ours


def leading(statement, parameters=(), key="artist"):
    """The leading keys of the statement on a table whose partition key is *key*."""

    def lookup(wanted, arn):
        return key if wanted is Wanted.PARTITION_KEY else None

    given_parameters = {"Statement": statement, "Parameters": list(parameters)}
    found = requirements(
        "dynamodb", "ExecuteStatement", given_parameters, Place(A, R), lookup=lookup
    )
    return found[0].context["dynamodb:leadingkeys"]


def test_the_leading_key_is_the_value_of_the_partition_key():
    assert leading("SELECT * FROM m WHERE song = 'x' AND artist = ?", [S]) == ("alice",)
    assert leading("INSERT INTO m VALUE {'song': 'x', 'artist': 'bob'}") == ("bob",)


ANY_ITEM = [
    "SELECT * FROM m",
    "SELECT * FROM m WHERE song = 'x'",
    "SELECT * FROM m WHERE artist = 'alice' OR song = 'x'",
    "SELECT * FROM m WHERE artist > 'alice'",
    "SELECT * FROM m WHERE artist = ?",
]


@pytest.mark.parametrize("statement", ANY_ITEM)
def test_a_statement_that_may_be_about_any_item_fits_no_policy_on_leading_keys(statement):
    assert "" in leading(statement)
