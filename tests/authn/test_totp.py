"""One-time codes: the vectors of the RFCs, and what counts as a code."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.authn import totp

SEED = b"12345678901234567890"

VECTORS = [
    # moment                                code of six digits; RFC 6238 appendix B prints eight
    (datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC), "287082"),
    (datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC), "081804"),
    (datetime(2005, 3, 18, 1, 58, 31, tzinfo=UTC), "050471"),
    (datetime(2009, 2, 13, 23, 31, 30, tzinfo=UTC), "005924"),
    (datetime(2033, 5, 18, 3, 33, 20, tzinfo=UTC), "279037"),
    (datetime(2603, 10, 11, 11, 33, 20, tzinfo=UTC), "353130"),
]


@pytest.mark.parametrize(("moment", "expected"), VECTORS)
def test_codes_are_those_of_the_rfc(moment: datetime, expected: str) -> None:
    assert totp.code(SEED, totp.step(moment)) == expected


@pytest.mark.parametrize(
    ("counter", "expected"),
    [(0, "755224"), (1, "287082"), (2, "359152"), (5, "254676"), (9, "520489")],
)
def test_steps_count_like_those_of_rfc_4226(counter: int, expected: str) -> None:
    assert totp.code(SEED, counter) == expected


@pytest.mark.parametrize(
    "text", ["", "28708", "2870820", " 287082", "287082\n", "28708٢", "abcdef"]
)
def test_what_is_not_six_ascii_digits_matches_nothing(text: str) -> None:
    assert totp.matching(SEED, text, range(10)) == ()


def test_two_codes_must_follow_on_one_another() -> None:
    first, second, third = (totp.code(SEED, step) for step in (4, 5, 6))

    assert totp.consecutive(SEED, first, second, range(10)) == 5
    assert totp.consecutive(SEED, second, first, range(10)) is None
    assert totp.consecutive(SEED, first, third, range(10)) is None
    assert totp.consecutive(SEED, first, first, range(10)) is None
    assert totp.consecutive(SEED, first, second, range(5, 10)) is None


@given(st.binary(min_size=1, max_size=64))
def test_a_seed_comes_back_from_its_text(seed: bytes) -> None:
    assert totp.seed_bytes(totp.seed_text(seed)) == seed
