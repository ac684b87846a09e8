"""Denials and root use in the event history of a live account.

CloudTrail looks up two times a second, fifty events each, and cannot look for what failed. So root
is looked up by its name, and the rest only as far back as a bounded number of calls goes.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from doorward.analysis.account.events import Events, collected
from doorward.cli.calls import Calls
from doorward.wire.client import Refused

AT_ONCE = 50
MOST_PAGES = 200
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0)
THROTTLED = frozenset({"ThrottlingException", "Throttling"})
ROOT = [{"AttributeKey": "Username", "AttributeValue": "root"}]


def read(calls: Calls, since: datetime, tell: Callable[[int], None]) -> tuple[Events, bool]:
    """The events since then, and whether all of them were looked at.

    Raises:
        Refused: the caller may not look, or nothing is kept there.
    """
    ended: list[bool] = []
    of_root = collected(_looked_up(calls, since, tell, ended, LookupAttributes=ROOT))
    of_all = collected(_looked_up(calls, since, tell, ended))
    return Events(of_all.denials, of_root.root_uses, of_all.since), all(ended)


def records(
    calls: Calls, since: datetime, tell: Callable[[int], None]
) -> Iterator[Mapping[str, Any]]:
    """The records since then, the newest first, as far back as a bounded number of calls goes.

    Raises:
        Refused: the caller may not look, or nothing is kept there.
    """
    return _looked_up(calls, since, tell, [])


def _looked_up(
    calls: Calls,
    since: datetime,
    tell: Callable[[int], None],
    ended: list[bool],
    **given: Any,
) -> Iterator[Mapping[str, Any]]:
    """The records, the newest first; *ended* is told whether there are no more."""
    more: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        page = _asked(calls, StartTime=since, MaxResults=AT_ONCE, **given, **more)
        found = page.get("Events", ())
        tell(len(found))
        for one in found:
            record = _record(one)
            if record is not None:
                yield record
        if not page.get("NextToken"):
            ended.append(True)
            return
        more = {"NextToken": page["NextToken"]}
    ended.append(False)


def _asked(calls: Calls, **given: Any) -> Mapping[str, Any]:
    for pause in PAUSES_SECONDS:
        try:
            return calls("cloudtrail", "LookupEvents", **given)
        except Refused as error:
            if error.code not in THROTTLED:
                raise
            time.sleep(pause)
    return calls("cloudtrail", "LookupEvents", **given)


def _record(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        found = json.loads(str(event.get("CloudTrailEvent", "")))
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None
