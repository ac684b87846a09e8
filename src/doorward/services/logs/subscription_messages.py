"""What destinations of subscription filters get: JSON, which is packed on its way.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from doorward.services.logs.times import milliseconds
from doorward.store.tables.log_event import LogEvent
from doorward.store.tables.log_subscription import SubscriptionFilter

OWNER = "CloudwatchLogs"


def test(vendor: str, now: datetime) -> str:
    """The message that tells whether a destination is reached at all."""
    event = {
        "id": "",
        "timestamp": milliseconds(now),
        "message": f"CWL CONTROL MESSAGE: Checking health of destination {vendor}.",
    }
    return _message("CONTROL_MESSAGE", OWNER, "", "", [], [event])


def data(one: SubscriptionFilter, stream: str, events: list[dict[str, Any]]) -> str:
    """The message with *events* of one stream that a filter lets by."""
    return _message("DATA_MESSAGE", one.account, one.group_name, stream, [one.name], events)


def event(found: LogEvent, fields: Mapping[str, str], *, extracted: bool) -> dict[str, Any]:
    """An event as messages have it; *extracted* tells the fields between spaces besides."""
    at = milliseconds(found.at)
    told: dict[str, Any] = {
        "id": f"{at:015d}{found.sequence:041d}",
        "timestamp": at,
        "message": found.message,
    }
    if extracted:
        told["extractedFields"] = {name.removeprefix("$"): text for name, text in fields.items()}
    return told


def packed(payload: str) -> bytes:
    """*payload* as it is sent."""
    return gzip.compress(payload.encode("utf-8", "surrogatepass"), mtime=0)


def _message(
    kind: str, owner: str, group: str, stream: str, filters: list[str], events: list[dict[str, Any]]
) -> str:
    return json.dumps(
        {
            "messageType": kind,
            "owner": owner,
            "logGroup": group,
            "logStream": stream,
            "subscriptionFilters": filters,
            "logEvents": events,
        },
        separators=(",", ":"),
    )
