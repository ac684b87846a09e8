"""AllowedPattern: a regular expression of the template's author, against one value.

Java's, of which what `regex` shares with it works. A pattern that grows large when its counts are
written out is refused, and so are comments and the switches that would change how it is read; one
that takes too long to match does not match.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re

import regex

CHARACTERS = 4_096
STEPS = 20_000
SECONDS = 0.2
"""All three are assumed."""

PIECE = re.compile(
    r"""(?P<escape>\\.)
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<open>\((?:\?(?:[:=!>]|<[=!]|P?<\w+>|[imsu-]{1,8}[:)]))?)
    |(?P<close>\))
    |\{(?P<least>[0-9]{0,9})(?P<more>,(?P<most>[0-9]{0,9}))?\}
    |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)


def valid(pattern: str) -> bool:
    """Whether *pattern* is a regular expression that may be matched here."""
    if len(pattern) > CHARACTERS or _steps(pattern) > STEPS:
        return False
    try:
        regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError, LookupError):
        return False
    return True


def _steps(pattern: str) -> int:
    """How long *pattern* is with its counts written out; more than `STEPS` where it is no use."""
    totals = [0]
    atom = 0
    for piece in PIECE.finditer(pattern):
        if piece["open"]:
            if piece["open"] == "(" and pattern[piece.end() : piece.end() + 1] == "?":
                return STEPS + 1
            if not piece["open"].endswith(")"):
                totals.append(0)
            continue
        if piece["close"]:
            atom = totals.pop() if len(totals) > 1 else 0
        elif piece["least"] is not None:
            count = max(int(piece["least"] or 0), int(piece["most"] or 0), 1)
            totals[-1] += atom * (count - 1)
            atom *= count
            continue
        else:
            atom = 1
        totals[-1] += atom
        if totals[-1] > STEPS:
            return STEPS + 1
    return max(totals)


def matches(pattern: str, value: str) -> bool:
    """Whether *pattern*, a valid one, matches all of *value*."""
    try:
        return regex.fullmatch(pattern, value, timeout=SECONDS) is not None
    except TimeoutError:
        return False
