"""What was done, and so is needed: from log files, a bucket, a server or its database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doorward.analysis.generation import kinds
from doorward.analysis.generation.needed import Needed, distinct
from doorward.catalog import actions
from doorward.gateway import recorded

if TYPE_CHECKING:
    from doorward.analysis.trail.wanted import Wanted
    from doorward.cli.trail.sources import Source

STORE = "store"
OF_IAM = ":iam::"


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags that say which events count."""

    places: tuple[str, ...]
    observed: str | None
    only_denied: bool
    include_denied: bool
    principal: str | None
    since: datetime | None
    until: datetime | None
    data_dir: Path | None
    database_url: str | None
    profile: str | None
    region: str
    endpoint_url: str | None
    quiet: bool


@dataclass(slots=True)
class Past:
    """What the events say: how many they are, what they needed, calls that are not known."""

    events: int = 0
    needed: list[Needed] = field(default_factory=list)
    unmapped: set[str] = field(default_factory=set)
    partition: str = "aws"


def read(asked: Asked) -> Past:
    """What the events that are asked for say.

    Raises:
        BadInput: something cannot be read.
    """
    past = Past()
    calls: dict[str, Mapping[str, Any]] = {}
    known: dict[str, None] = {}
    for record, counts in _records(asked):
        # What others did tells of paths, too: of the role that somebody else made.
        known |= {one: None for one in recorded.about(record) if OF_IAM in one}
        if counts:
            past.events += 1
            calls.setdefault(_call(record), record)
    for record in calls.values():
        told = recorded.told(record, known=known)
        if asked.only_denied:
            told = recorded.Told(tuple(recorded.denied(record, told.needed)))
        past.needed += told.needed
        past.unmapped |= {told.unmapped} if told.unmapped else set()
        past.partition = recorded.partition(record)
    past.needed = distinct(past.needed)
    return past


def templates(past: Past) -> list[Needed]:
    """What was needed, with the templates of resource types in the place of ARNs."""
    return distinct(
        Needed(one.action, template, one.conditions)
        for one in past.needed
        if (action := actions.find(one.action)) is not None
        for template in kinds.templates(action, one.resource, past.partition)
    )


def _call(record: Mapping[str, Any]) -> str:
    """What tells one call from another."""
    names = ("eventSource", "eventName", "awsRegion", "requestParameters", "resources")
    extra = (record.get("additionalEventData") or {}).get(recorded.OBSERVED)
    return json.dumps([*(record.get(one) for one in names), extra], sort_keys=True)


def _records(asked: Asked) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Every record of the time, and whether it counts."""
    from doorward.analysis.trail.wanted import Wanted, is_denial
    from doorward.cli.trail import progress
    from doorward.cli.trail.sources import matching

    source = _source(asked)
    times = (_aware(asked.since), _aware(asked.until))
    wanted, theirs = Wanted(*times), Wanted(*times, principal=asked.principal)
    with progress.shown("events", lambda: source.size(wanted), quiet=asked.quiet) as bar:
        for one in matching(source.read(wanted, bar.tell), wanted):
            record: Mapping[str, Any] = json.loads(bytes(one.text))
            refused = is_denial(one.seen.error_code) and not asked.include_denied
            yield record, theirs.matches(one) and not refused


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _source(asked: Asked) -> "Source":
    from doorward.cli.trail import place
    from doorward.cli.trail.live import Live
    from doorward.cli.trail.sources import Bad

    given = asked.observed
    if given is not None and given.startswith(("http://", "https://")):
        return _Looked(asked, given)
    if given is not None:
        is_url = "://" in given
        return Live(None, given) if is_url else Live(Path(given), None)
    places = () if asked.places == (STORE,) else asked.places
    reading = place.Reading(
        places,
        asked.data_dir,
        asked.database_url,
        asked.endpoint_url,
        asked.profile,
        asked.region,
    )
    return place.opened(reading, Bad(skip=False))


class _Looked:
    """The event history of a server, which LookupEvents gives: without events of data."""

    def __init__(self, asked: Asked, url: str) -> None:
        self._asked = asked
        self._url = url

    def size(self, wanted: "Wanted") -> int | None:
        """Not known beforehand."""
        del wanted
        return None

    def read(self, wanted: "Wanted", tell: Any) -> Iterator[Any]:
        """The records, fifty at a time."""
        from doorward.analysis.trail import records
        from doorward.base.clock import SystemClock
        from doorward.cli.calls import Calls
        from doorward.cli.credentials.source import keys

        asked = self._asked
        calls = Calls(self._url, asked.region, keys(asked.profile), SystemClock())
        times = {"StartTime": wanted.since, "EndTime": wanted.until}
        more = {name: one for name, one in times.items() if one is not None}
        while True:
            page = calls("cloudtrail", "LookupEvents", **more)
            found = [records.one(one["CloudTrailEvent"].encode()) for one in page["Events"]]
            yield found
            tell(len(found))
            if not page.get("NextToken"):
                return
            more["NextToken"] = page["NextToken"]
