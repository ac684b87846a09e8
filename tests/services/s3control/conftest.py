"""A server of its own for each module, with a bucket `reports` in it."""

from typing import Any

import pytest

from services.served import Clients, clients, served

__all__ = ["clients", "served"]


@pytest.fixture
def s3(clients: Clients) -> Any:
    """The root's client; the bucket holds `a/1.txt` and `b/1.txt`."""
    made = clients.client("s3")
    made.create_bucket(Bucket="reports")
    for key in ("a/1.txt", "b/1.txt"):
        made.put_object(Bucket="reports", Key=key, Body=b"text", Tagging="team=red")
    return made
