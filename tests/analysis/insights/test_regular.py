"""Regular expressions of queries: the same answers as Python's, in time that grows with the text."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.analysis.insights.regular import Expression
from doorward.analysis.insights.regular_parse import NotRegular

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\b", "^", "$", "1"])
PARTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "*?", "+?"])).map(
            lambda two: f"({two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=250, deadline=None)
@given(PARTS, st.text("ab1 ", max_size=8))
def test_an_expression_matches_what_pythons_does(expression: str, text: str) -> None:
    assert Expression(expression).search(text) is (
        re.search(expression.replace("$", r"\Z"), text, re.ASCII) is not None
    )


GROUPED = [
    # expression                text             groups
    (r"(\w+)=(\d+)",            "a k=12;",       ["k", "12"]),
    (r"(a|ab)(c|bcd)?",         "abcd",          ["a", "bcd"]),
    (r"<(.+?)>",                "<a><b>",        ["a"]),
    (r"<(.+)>",                 "<a><b>",        ["a><b"]),
    (r"(a)|(b)",                "b",             [None, "b"]),
    (r"(x*)y",                  "xxy",           ["xx"]),
    (r"(?<name>[^ ]*) end$",    "to the end",    ["the"]),
    (r"(a{2,3})",               "aaaa",          ["aaa"]),
    (r"(z)",                    "abc",           None),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text", "groups"), GROUPED)
def test_groups_are_those_of_the_first_and_preferred_match(
    expression: str, text: str, groups: list[str | None] | None
) -> None:
    assert Expression(expression).groups(text) == groups


@pytest.mark.parametrize(
    "expression",
    [
        *("(", ")", "[a", "*a", "a**", r"\1", "(?=a)", "(?P=x)", "[b-a]", "a{2000}", r"\q"),
        *("(" * 60 + ")" * 60, "((a{900}){900})"),
    ],
)
def test_what_is_not_regular_or_too_large_is_refused(expression: str) -> None:
    with pytest.raises(NotRegular):
        Expression(expression)


@pytest.mark.parametrize("expression", ["(a*)*b", "(a|aa)+$", "(.*a){12}b", "a.*a.*a.*a.*b"])
def test_no_expression_takes_long_on_a_long_text(expression: str) -> None:
    begun = time.process_time()

    assert not Expression(expression).search("a" * 50_000 + "c")
    assert time.process_time() - begun < 5
