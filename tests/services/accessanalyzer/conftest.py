"""A server of its own for each module, and the root's client of it."""

from typing import Any

import pytest

from services.served import Clients, clients, served

__all__ = ["clients", "served"]


@pytest.fixture
def analyzer(clients: Clients) -> Any:
    """The root's client."""
    return clients.client("accessanalyzer", host="127.0.0.1")
