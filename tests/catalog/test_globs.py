from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.catalog.globs import matches

CASES = [
    # pattern     name         matches
    ("",          "",          True),
    ("*",         "",          True),
    ("?",         "",          False),
    ("get*",      "getobject", True),
    ("*object",   "getobject", True),
    ("g*o*t",     "getobject", True),
    ("get?",      "getobject", False),
    ("a.c",       "abc",       False),
    ("[a]",       "a",         False),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "name", "expected"), CASES)
def test_a_star_is_any_text_and_a_question_mark_one_character(pattern, name, expected):
    assert matches(pattern, name) is expected


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_the_fast_answer_is_that_of_the_definition(pattern, name):
    @cache
    def defined(p, n):
        if not p:
            return not n
        if p[0] == "*":
            return defined(p[1:], n) or (bool(n) and defined(p, n[1:]))
        return bool(n) and p[0] in {"?", n[0]} and defined(p[1:], n[1:])

    assert matches(pattern, name) is defined(pattern, name)


def test_many_stars_do_not_take_long():
    assert not matches("*a" * 100 + "b", "a" * 2_000)
