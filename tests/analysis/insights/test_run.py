"""Queries over events: what each command and function makes of them."""

import json
from typing import Any

import pytest

from doorward.analysis import insights
from doorward.analysis.insights import Event, Limits, Malformed, TooMuch


def event(number: int, message: str) -> Event:
    return Event(message, 60_000 * number, 0, "stream", "1:group", lambda: f"pointer-{number}")


EVENTS = [
    event(4, json.dumps({"n": 4, "who": {"name": "alice"}, "ok": True, "ip": "10.1.2.3"})),
    event(3, json.dumps({"n": 30, "who": {"name": "bob"}, "ok": False, "list": ["a", "b"]})),
    event(2, "user=carol took 12 ms"),
    event(1, json.dumps({"n": "7", "who": None, "text": "two words"})),
]


def run(query: str, **limits: int) -> list[dict[str, str]]:
    found = insights.run(insights.read(query), EVENTS, Limits(**limits))
    return [{name: value for name, value in row if name != "@ptr"} for row in found.rows]


def values(query: str) -> list[str]:
    """The values of the one field that rows have."""
    return [value for row in run(query) for value in row.values()]


CASES = [
    # filters: which events by number
    ("filter n = 4", ["4"]),
    ("filter n > 4 and n < 10", ["7"]),  # numbers in texts are numbers
    ("filter n in [4, 7]", ["4", "7"]),
    ("filter n not in [4, 7]", ["30", None]),
    ("filter ok = true", ["4"]),
    ("filter ok = 0", ["30"]),
    ("filter who.name = 'alice' or who.name = \"bob\"", ["4", "30"]),
    ("filter who.name != 'alice'", ["30"]),  # what is missing differs from nothing
    ("filter not who.name = 'alice'", ["30", None, "7"]),
    ("filter who.name like 'li'", ["4"]),
    ("filter who.name like /^[ab].*b$/", ["30"]),
    ("filter who.name =~ /(?i)ALICE/", ["4"]),
    ("filter @message not like /n/", [None]),
    ("filter list.1 = 'b'", ["30"]),
    ("filter `who.name` = 'bob'", ["30"]),
    ("filter ispresent(who.name)", ["4", "30"]),
    ("filter isIpv4InSubnet(ip, '10.0.0.0/8')", ["4"]),
    ("filter strcontains(text, 'two w')", ["7"]),
    ("filter n * 2 + 1 = 9", ["4"]),
    ("filter n < 'a'", []),  # numbers and texts are not compared
    ("filter n / 0 = 1", []),
    ("filter @timestamp >= 180000", ["4", "30"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_a_filter_keeps_the_events_for_which_it_holds(
    query: str, expected: list[str | None]
) -> None:
    assert [row.get("n") for row in run(f"fields n | {query}")] == expected


WORKED = [
    # expression          its value for the first event
    ("n + 1", "5"),
    ("n / 8", "0.5"),
    ("-n ^ 2", "-16"),
    ("n % 3", "1"),
    ("abs(-3)", "3"),
    ("ceil(1.2)", "2"),
    ("greatest(n, 9, 2)", "9"),
    ("sqrt(n)", "2"),
    ("concat(who.name, '-', n)", "alice-4"),
    ("substr(who.name, 1, 3)", "lic"),
    ("toupper(who.name)", "ALICE"),
    ("replace(who.name, 'l', 'LL')", "aLLice"),
    ("strlen(who.name)", "5"),
    ("trim('  a ')", "a"),
    ("coalesce(nothing, n)", "4"),
    ("isempty('')", "1"),
    ("bin(3m)", "1970-01-01 00:03:00.000"),
    ("dateceil(@timestamp, 5m)", "1970-01-01 00:05:00.000"),
    ("toMillis(@timestamp)", "240000"),
    ("fromMillis(1500)", "1970-01-01 00:00:01.500"),
    ("ok", "1"),
    ("isValidIpv6(ip)", "0"),
]


@pytest.mark.parametrize(("expression", "expected"), WORKED)
def test_an_expression_comes_to_its_value(expression: str, expected: str) -> None:
    assert values(f"fields {expression} as x | limit 1")[0] == expected


def test_groups_have_a_row_each_with_what_is_worked_out_over_them() -> None:
    found = run("stats count(*), count(n) as c, sum(n), avg(n) as m by bin(2m) as t | sort t")

    assert found[0] == {
        "t": "1970-01-01 00:00:00.000", "count(*)": "1", "c": "1", "sum(n)": "7", "m": "7",
    }  # fmt: skip
    assert found[1] == {
        "t": "1970-01-01 00:02:00.000", "count(*)": "2", "c": "1", "sum(n)": "30", "m": "30",
    }  # fmt: skip


def test_statistics_without_groups_are_one_row_even_of_no_events() -> None:
    assert run("filter n = 99 | stats count(*) as c, max(n) as top") == [{"c": "0"}]


OVER = [
    ("min(n)", "4"),
    ("max(n)", "30"),
    ("pct(n, 50)", "7"),
    ("stddev(n)", "11.61416759345623"),
    ("count_distinct(who.name)", "2"),
    ("earliest(n)", "7"),
    ("latest(n)", "4"),
    ("sortsLast(who.name)", "bob"),
    ("sum(n) / count(n)", "13.666666666666666"),
]


@pytest.mark.parametrize(("aggregate", "expected"), OVER)
def test_an_aggregate_looks_at_the_values_that_are_there(aggregate: str, expected: str) -> None:
    assert values(f"stats {aggregate}") == [expected]


def test_statistics_of_statistics_count_groups() -> None:
    assert run("stats count(*) as c by who.name | stats max(c) as m, count(*) as g") == [
        {"m": "2", "g": "3"}
    ]


def test_numbers_come_before_texts_and_what_is_missing_comes_last() -> None:
    assert values("fields n | sort n") == ["4", "7", "30"]
    assert values("fields n | filter ispresent(n) | sort n desc | limit 2") == ["30", "7"]
    assert values("fields n | filter n > 0 | sort ok desc, n desc") == ["7", "4", "30"]


def test_a_text_with_stars_takes_fields_out_of_a_message() -> None:
    found = run('parse @message "user=* took * ms" as who, took | filter took > 10 | display who')

    assert found == [{"who": "carol"}]


def test_an_expression_with_named_groups_takes_fields_out_of_a_field() -> None:
    assert values("parse text /(?<first>\\w+) (two|(?<second>w\\w*))/ | display second") == [
        "words"
    ]


def test_the_first_of_each_combination_is_kept() -> None:
    assert values("dedup ok | fields n | filter ispresent(ok)") == ["4", "30"]


def test_displayed_fields_take_the_place_of_those_asked_for() -> None:
    assert run("fields n, ok | display n | limit 1") == [{"n": "4"}]
    assert list(run("limit 1")[0]) == ["@timestamp", "@message"]


MALFORMED = [
    # query                          where     part of what is said
    ("", (0, 0), "expected a command: fields, display, filter"),
    ("fields", (6, 6), "unexpected the end, expected a field, a value or a function"),
    ("fields a b", (9, 10), "unexpected `b`, expected `|`"),
    ("filter a = ", (11, 11), "expected a field"),
    ("filter a like 5", (14, 15), "expected a text, or an expression between slashes"),
    ("filter a like /(/", (14, 17), "a `(` is not closed"),
    ("filter a like /(?=b)/", (14, 21), "only `(?:…)`"),
    ("filter count(*) > 1", (7, 12), "outside of stats"),
    ("stats nothing(a)", (6, 13), "there is no function `nothing`"),
    ("stats sum(max(a))", (10, 13), "outside of stats"),
    ("fields bin(5x)", (12, 13), "expected `,`"),
    ("fields bin(2mo)", (11, 14), "`2mo` is not known"),
    ("limit 10001", (6, 11), "a number from 1 to 10000"),
    ('parse @message "a=* b=*" as a', (15, 29), "2 `*` for 1 names"),
    ("parse @message /a(b)/", (15, 21), "no named groups"),
    ("fields `a", (7, 8), "does not end"),
    ("pattern @message", (0, 7), "`pattern` is not run by this server"),
    ("fields " + "(" * 60 + "a" + ")" * 60, (47, 48), "fewer brackets"),
    ("fields abs(1, 2)", (7, 16), "`abs` takes 1 arguments, not 2"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "place", "said"), MALFORMED)
def test_what_cannot_be_read_is_told_with_its_place(
    query: str, place: tuple[int, int], said: str
) -> None:
    with pytest.raises(Malformed) as refused:
        insights.read(query)

    assert said in refused.value.message
    assert (refused.value.start, refused.value.end) == place


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("stats count(*) by n", {"groups": 2}),
        ("stats count_distinct(n)", {"values": 1}),
        ("stats pct(n, 50)", {"values": 2}),
        ("fields @message", {"bytes": 100}),
        ("sort @timestamp", {"bytes": 1_000}),
        ("dedup @timestamp", {"groups": 3}),
    ],
)
def test_a_query_that_keeps_too_much_is_given_up(query: str, limits: dict[str, int]) -> None:
    with pytest.raises(TooMuch):
        run(query, **limits)


def test_a_query_with_a_limit_looks_no_further() -> None:
    def endless() -> Any:
        number = 0
        while True:
            number += 1
            yield event(-number, "again")

    found = insights.run(insights.read("fields @message | limit 3"), endless(), Limits())

    assert (len(found.rows), found.scanned) == (3, 3)
