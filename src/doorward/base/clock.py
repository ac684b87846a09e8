"""The only reader of time."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place


def iso8601(moment: datetime) -> str:
    """*moment* as `2026-11-25T06:35:00Z`, whole seconds, as AWS prints dates."""
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def basic(moment: datetime) -> str:
    """*moment* as `20261125T063500Z`, the form of `X-Amz-Date`."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
