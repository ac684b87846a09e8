import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.policy.grammar.dates import is_date

CASES = [
    # text                                 accepted
    ("2026-11-25T09:00:00Z",               True),
    ("2026-11-25t9:5z",                    True),   # one digit will do, so will lower case
    ("2026-11-25T09:00:00.123456789+0100", True),
    ("2026-11-25T09:00:00.1234567890Z",    False),  # ten digits of a second
    ("2026-11-25T09:00:00+1",              False),
    ("2026-11-25T09,5",                    True),   # half an hour
    ("2026-11-25T+02:00",                  True),
    ("2026-11-25T24:00:00Z",               False),
    ("2026-11-25T09:60",                   False),
    ("2026-11-25 09:00",                   False),
    ("2026-11",                            True),
    ("2026-13",                            False),
    ("2026-02-29",                         False),
    ("2028-02-29",                         True),
    ("2026-366",                           False),  # the day of a year
    ("2028-366",                           True),
    ("2026-W53-5",                         True),   # the week of a year
    ("2025-W53",                           False),
    ("7T",                                 True),
    ("292278994-01-01",                    False),  # past the last year
    ("-292275054",                         True),
    ("9223372036854775807",                True),
    ("9223372036854775808",                False),
    ("",                                   False),
    ("٣",                                  False),  # digits are those of ASCII
    ("now",                                False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "accepted"), CASES)
def test_dates_are_those_that_iam_takes(text, accepted):
    assert is_date(text) is accepted


@given(st.datetimes().map(lambda moment: moment.isoformat()))
def test_every_date_that_python_writes_is_one(text):
    assert is_date(text)


@given(st.text("0123456789-:.,+TWZtz", max_size=24))
def test_no_text_of_the_alphabet_makes_an_unhandled_error(text):
    assert is_date(text) in {True, False}
