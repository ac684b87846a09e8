"""What the flags of `doorward trail` mean: times, networks, places."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from doorward.base.errors import BadInput

AGO = re.compile(r"(\d{1,6})([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
ACCOUNT = re.compile(r"\d{12}")


def moment(text: str | None, flag: str, now: datetime, *, end: bool = False) -> datetime | None:
    """The time that *text* names: `2026-09-01`, `2026-09-01T10:00:00Z`, or `7d` for so long ago.

    A day stands for its first moment, with *end* for its last. A time without a zone is UTC.

    Raises:
        BadInput: it is neither.
    """
    if text is None:
        return None
    if ago := AGO.fullmatch(text):
        try:
            return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        except OverflowError:
            pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"`{text}` is no time"
        help_ = "write `2026-09-01`, `2026-09-01T10:00:00Z`, or `7d` for seven days ago"
        raise BadInput(flag, problem, help_) from error
    if end and len(text) <= len("2026-09-01"):
        found += timedelta(days=1) - timedelta(microseconds=1)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def network(text: str | None) -> IPv4Network | IPv6Network | None:
    """The addresses that *text* names: one, or a block such as `10.0.0.0/8`.

    Raises:
        BadInput: it is neither.
    """
    if text is None:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        problem = f"`{text}` is neither an address nor a block of them"
        raise BadInput(
            "--ip", problem, "write one such as `203.0.113.9` or `10.0.0.0/8`"
        ) from error


def account(text: str | None) -> str | None:
    """*text*, an account id.

    Raises:
        BadInput: it is none.
    """
    if text is not None and not ACCOUNT.fullmatch(text):
        raise BadInput("--account", f"`{text}` is no account id", "write its 12 digits")
    return text
