"""Configurations as the store keeps them: the members of the wire, moments as text.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Types.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

DATE = "Date"
"""The one member of a configuration that is a moment, wherever it stands."""


def kept(value: Any) -> Any:
    """*value* of a request for the store."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: kept(one) for name, one in value.items()}
    return [kept(one) for one in value] if isinstance(value, list) else value


def shown(value: Any) -> Any:
    """*value* of the store for an answer."""
    if isinstance(value, Mapping):
        return {
            name: datetime.fromisoformat(one) if name == DATE else shown(one)
            for name, one in value.items()
        }
    return [shown(one) for one in value] if isinstance(value, list) else value
