"""Milliseconds since 1970, in which CloudWatch Logs speaks."""

from datetime import datetime, timedelta

from doorward.services.logs.errors import InvalidParameter
from doorward.store.tables.columns import EPOCH


def milliseconds(at: datetime) -> int:
    """Milliseconds from 1970 to *at*."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def moment(count: int) -> datetime:
    """The moment *count* milliseconds after 1970 began.

    Raises:
        InvalidParameter: it is no moment that can be.
    """
    try:
        return EPOCH + timedelta(milliseconds=count)
    except OverflowError as error:
        raise InvalidParameter("The timestamp is out of range.") from error


def optional(count: int | None) -> datetime | None:
    """As `moment`, of what may be missing."""
    return None if count is None else moment(count)
