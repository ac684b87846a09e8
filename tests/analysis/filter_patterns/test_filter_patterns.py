"""Filter patterns mean the events that CloudWatch Logs says they mean."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.analysis.filter_patterns import InvalidPattern, Message, compiled
from doorward.analysis.filter_patterns.pattern import value
from doorward.analysis.filter_patterns.regular import Expression

TEXT = [
    # pattern                 message               matches
    ("",                      "anything",           True),
    ("ERROR",                 "TERROR at noon",     True),   # a term is a piece of text
    ("ERROR",                 "error",              False),
    ("ERROR disk",            "disk had an ERROR",  True),
    ("ERROR disk",            "an ERROR",           False),
    ("?ERROR ?WARN",          "WARN",               True),
    ("?ERROR ?WARN",          "INFO",               False),
    ("?ERROR disk",           "disk",               True),   # next to a needed term, no question
    ("?ERROR ?WARN -disk",    "quiet",              True),   # the same next to an excluded one
    ("ERROR -disk",           "ERROR of the disk",  False),
    ('"disk is full"',        "the disk is full",   True),
    ('"disk is full"',        "the disk  is full",  False),
    (r'"say \"so\""',         'they say "so"',      True),
    ('" "',                   "a",                  False),
    ("%^ERR[A-Z]{2}$%",       "ERROR",              True),
    ("%^ERR[A-Z]{2}$%",       "ERRORS",             False),
    (r"%10\.0|10\.1%",        "10.1.2.3",           True),
]  # fmt: skip

JSON = [
    # condition                     message                          matches
    ('$.v = "a"',                   '{"v":"a"}',                     True),
    ("$.v = a",                     '{"v":"a"}',                     True),
    ("$.v = a",                     '{"v":"A"}',                     False),
    ("$.v = a*c",                   '{"v":"abc"}',                   True),
    ("$.v = a*c",                   '{"v":"ac!"}',                   False),
    ("$.v = aa*aa",                 '{"v":"aaa"}',                   False),
    ('$.v = "a?c"',                 '{"v":"abc"}',                   False),  # no wildcard
    ("$.v = 1",                     '{"v":1.0}',                     True),
    ("$.v = 1",                     '{"v":"1"}',                     True),   # by its text
    ("$.v = 1",                     '{"v":"1.0"}',                   False),
    ('$.v = "1"',                   '{"v":1}',                       True),
    ('$.v = "1"',                   '{"v":1.0}',                     False),
    ("$.v != 1",                    '{"v":2}',                       True),
    ("$.v != 1",                    '{"v":null}',                    False),
    ("$.v != 1",                    "{}",                            False),
    ("$.v != 1",                    '{"v":true}',                    False),
    ("$.v != 1",                    '{"v":[]}',                      False),
    ("$.v > 1",                     '{"v":1.5}',                     True),
    ("$.v > 1",                     '{"v":"2"}',                     False),
    ("$.v <= -1e2",                 '{"v":-100}',                    True),
    ("$.v = %^a+$%",                '{"v":"aaa"}',                   True),
    ("$.v IS NULL",                 '{"v":null}',                    True),
    ("$.v IS NULL",                 '{"v":[1,null]}',                True),
    ("$.v IS NULL",                 "{}",                            False),
    ("$.v IS TRUE",                 '{"v":true}',                    True),
    ("$.v IS TRUE",                 '{"v":"true"}',                  False),
    ("$.v IS FALSE",                '{"v":false}',                   True),
    ("$.v NOT EXISTS",              "{}",                            True),
    ("$.v NOT EXISTS",              '{"v":null}',                    False),
    ("$.a.b = x",                   '{"a":{"b":"x"}}',               True),
    ("$.a.b = x",                   '{"a.b":"x"}',                   False),
    ("$.['a.b'] = x",               '{"a.b":"x"}',                   True),
    ('$.["a.b"] = x',               '{"a.b":"x"}',                   True),
    ("$.a[1] = x",                  '{"a":["w","x"]}',               True),
    ("$.a[0] = x",                  '{"a":{"0":"x"}}',               False),
    ("$.a[*] = x",                  '{"a":["w","x"]}',               True),
    ("$.a[*] = x",                  '{"a":{"k":"x"}}',               True),   # of an object too
    ("$.a[*] = x",                  '{"a":"x"}',                     False),
    ("$.* = x",                     '{"k":"x"}',                     True),
    ("$.a[*].b = 1 && $.a[*].c = 2", '{"a":[{"b":1},{"c":2}]}',      True),   # each by itself
    ("$.a = 1 || $.b = 1 && $.c = 1", '{"a":1}',                     True),
    ("($.a = 1 || $.b = 1) && $.c = 1", '{"a":1}',                   False),
    ("$.v = 1",                     '{"v":2,"v":1}',                 True),   # the last one counts
    ("$.v = 1",                     '[{"v":1}]',                     False),
    ("$.v NOT EXISTS",              "no JSON",                       False),
    ("$.v NOT EXISTS",              "{broken",                       False),
    ("$.v = 1",                     '{"v":NaN}',                     False),
    ("$.v NOT EXISTS",              '{"a":' + "[" * 100_000,         False),
]  # fmt: skip

LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html" 404 1534'
NAMED = "ip, id, user, at, request, "
SPACE = [
    # fields                                matches
    (NAMED + "status, bytes",               True),
    (NAMED + "status = 4*, bytes",          True),
    (NAMED + "status = 404, bytes",         True),
    (NAMED + "status = 404.0, bytes",       True),
    (NAMED + "status != 404, bytes",        False),
    (NAMED + "status, bytes > 1534",        False),
    (NAMED + "status, bytes >= 1534",       True),
    (NAMED + "status = 500 || status = 404, bytes", True),
    (NAMED + "status > 400 && status < 404, bytes", False),
    (NAMED + "status, bytes, more",         False),
    ("..., status = 4*, bytes",             True),
    ("ip, ..., bytes",                      True),
    ("ip = %^127%, ...",                    True),
    ("...",                                 True),
    ("ip, rest = *index*",                  True),
]  # fmt: skip

REFUSED = [
    ("{ $.v EXISTS }", ""),
    ("{ $.v IS NOT NULL }", "Invalid character(s) in term 'NOT'"),
    ("{ $.v = null }", ""),
    ("{ $.v == 1 }", None),
    ("{ $.v > a }", ""),
    ("{ !($.v = 1) }", None),
    ("{ $.a[*].b[*] = 1 }", ""),
    ("{ $.v = 1", None),
    ("{ $.v = 1 } x", ""),
    ('{"source": ["aws.iam"]}', None),
    ("{" + "(" * 500 + "$.v = 1" + ")" * 500 + "}", ""),
    ('"open', "Invalid character(s) in term '\"open'"),
    ("%caf\u00e9%", ""),
    ("%(a)%", ""),
    ("%hello!%", ""),
    ("%[b-a]%", ""),
    ("%a{2,1}%", ""),
    ("%a{400}b{400}%", ""),
    ("[a, b, a]", "Duplicate field 'a'"),
    ("[..., a, ...]", "Duplicate field '...'"),
    ("[a = 1 && b = 2]", ""),
    ("[a", None),
    (
        "{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.* = 1 }",
        (
            "Your input has exceeded the maximum of 3 JSON wildcard selectors allowed per filter "
            "pattern."
        ),
    ),
    (
        "{ $.v = %a% || $.v = %b% || $.v = %c% }",
        "Your input has exceeded the maximum of 2 regular expressions per filter pattern.",
    ),
]


def matches(pattern: str, message: str) -> bool:
    return compiled(pattern).matches(Message(message))


@pytest.mark.parametrize(("pattern", "message", "expected"), TEXT)
def test_terms(pattern: str, message: str, expected: bool) -> None:
    assert matches(pattern, message) is expected


@pytest.mark.parametrize(("condition", "message", "expected"), JSON)
def test_conditions_on_json(condition: str, message: str, expected: bool) -> None:
    assert matches(f"{{ {condition} }}", message) is expected


@pytest.mark.parametrize(("fields", "expected"), SPACE)
def test_fields_between_spaces(fields: str, expected: bool) -> None:
    assert matches(f"[{fields}]", LINE) is expected


@pytest.mark.parametrize(("pattern", "message"), REFUSED)
def test_what_is_no_pattern_is_refused_in_awss_words(pattern: str, message: str | None) -> None:
    with pytest.raises(InvalidPattern) as refused:
        compiled(pattern)

    assert message is None or refused.value.message == message


def test_fields_are_told_by_name_and_those_skipped_by_number() -> None:
    assert compiled("[ip, ..., bytes]").match(Message('a "b c" [d e] f')) == {
        "$ip": "a",
        "$2": "b c",
        "$3": "d e",
        "$bytes": "f",
    }
    assert compiled("[w1, w2]").match(Message("ERROR it  failed ")) == {
        "$w1": "ERROR",
        "$w2": "it  failed",
    }
    assert compiled("[w1, w2]").match(Message('ERROR "it failed')) == {
        "$w1": "ERROR",
        "$w2": '"it failed',
    }


def test_a_value_is_read_of_the_event_as_its_text() -> None:
    message = Message('{"bytes": 1.50, "user": {"name": "alice"}, "none": null}')

    found = [value(name, message, {}) for name in ("$.bytes", "$.user.name", "$.none", "$.x")]

    assert found == ["1.50", "alice", None, None]


def test_an_expression_takes_no_longer_for_a_text_that_nearly_fits() -> None:
    assert not matches("%" + "a*" * 100 + "b%", "a" * 100_000)


PIECES = st.tuples(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "[a-c1]"]),
    st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"]),
).map("".join)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=5).map("".join)


@given(
    st.lists(SEQUENCES, min_size=1, max_size=3).map("|".join),
    st.booleans(),
    st.booleans(),
    st.text("abc1 \n", max_size=10),
)
def test_expressions_match_as_pythons_do(text: str, begins: bool, ends: bool, message: str) -> None:
    text = "^" * begins + text + "$" * ends
    expected = re.search(re.sub(r"\$$", r"\\Z", text), message, re.DOTALL | re.ASCII)

    assert Expression(text).search(message) is (expected is not None)


SCRAPS = st.lists(
    st.sampled_from(
        [*"{}[]()$.*%\"'\\&|=!<>,?- a1", "$.a", "&&", "||", "IS NULL", "NOT EXISTS", "..."]
    ),
    max_size=25,
).map("".join)


@given(SCRAPS | st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_a_pattern_or_refused(text: str, message: str) -> None:
    with suppress(InvalidPattern):
        compiled(text).match(Message(message))
