"""Which dates IAM accepts in a condition.

Observed, not documented: those of ISO 8601 in the breadth of Joda-Time's `dateOptionalTimeParser`,
which takes a year alone, ordinal and week dates, and single digits; or a 64-bit integer.
"""

import re
from datetime import date

SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**63 - 1
SMALLEST_YEAR = -292_275_054
LARGEST_YEAR = 292_278_993
DAYS_IN_CYCLE = 400  # the Gregorian calendar repeats after as many years

INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
DATE = re.compile(
    r"(?P<year>[+-]?[0-9]{1,9})"
    r"(?:-W(?P<week>[0-9]{1,2})(?:-(?P<weekday>[1-7]))?"
    r"|-(?P<ordinal>[0-9]{3})"
    r"|-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?",
    re.IGNORECASE,
)
FRACTION = r"(?:[.,][0-9]{1,9})?"
TIME = re.compile(
    rf"(?P<hour>[0-9]{{1,2}})(?::(?P<minute>[0-9]{{1,2}})"
    rf"(?::(?P<second>[0-9]{{1,2}}){FRACTION}|{FRACTION})|{FRACTION})"
)
OFFSET = re.compile(
    r"Z|[+-](?P<hour>[0-9]{2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,][0-9]{1,3})?)?)?",
    re.IGNORECASE,
)


def is_date(text: str) -> bool:
    """Whether IAM accepts *text* as the value of a date operator."""
    if INTEGER.fullmatch(text):
        return SMALLEST_INTEGER <= int(text) <= LARGEST_INTEGER
    day, found, rest = text.replace("t", "T").partition("T")
    return _is_day(day) and (not found or _is_time(rest))


def _is_day(text: str) -> bool:
    found = DATE.fullmatch(text)
    if not found or not SMALLEST_YEAR <= int(found["year"]) <= LARGEST_YEAR:
        return False
    year = int(found["year"]) % DAYS_IN_CYCLE + 4 * DAYS_IN_CYCLE
    try:
        if found["week"]:
            date.fromisocalendar(year, int(found["week"]), int(found["weekday"] or 1))
        elif found["ordinal"]:
            return 1 <= int(found["ordinal"]) <= date(year, 12, 31).timetuple().tm_yday
        else:
            date(year, int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    """Whether *text* is what may follow the `T`: a time, an offset, both, or nothing."""
    found = TIME.match(text)
    rest = text[found.end() :] if found else text
    return (not found or _in_range(found)) and (not rest or _is_offset(rest))


def _is_offset(text: str) -> bool:
    found = OFFSET.fullmatch(text)
    return found is not None and _in_range(found)


def _in_range(found: re.Match[str]) -> bool:
    """Whether hour, minute and second exist on a clock."""
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return hour < 24 and minute < 60 and second < 60  # noqa: PLR2004 - a clock's numbers
