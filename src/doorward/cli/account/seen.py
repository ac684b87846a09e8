"""The events that were seen: of log files, a bucket, a server's store, or the event history."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doorward.base.clock import SystemClock
from doorward.cli.trail import progress

if TYPE_CHECKING:
    from doorward.cli.account.options import Place


@dataclass(frozen=True, slots=True)
class Reading:
    """Where events are read from."""

    places: tuple[str, ...]
    data_dir: Path | None
    database_url: str | None
    history: bool
    days: int
    place: "Place"

    @property
    def any(self) -> bool:
        """Whether events are asked for at all."""
        return bool(self.places or self.data_dir or self.database_url or self.history)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """The records, one after the other.

        Raises:
            BadInput: something cannot be read.
        """
        if self.history:
            yield from self._looked_up()
        if self.places or self.data_dir or self.database_url:
            yield from self._written()

    def _written(self) -> Iterator[Mapping[str, Any]]:
        from doorward.analysis.trail.wanted import Wanted
        from doorward.cli.trail import place
        from doorward.cli.trail.sources import Bad, matching

        one = self.place
        asked = place.Reading(
            self.places,
            self.data_dir,
            self.database_url,
            one.endpoint_url,
            one.profile,
            one.region,
        )
        source = place.opened(asked, Bad(skip=False))
        wanted = Wanted(since=SystemClock().now() - timedelta(days=self.days))
        with progress.shown("events", lambda: source.size(wanted), quiet=one.quiet) as bar:
            for record in matching(source.read(wanted, bar.tell), wanted):
                yield json.loads(bytes(record.text))

    def _looked_up(self) -> Iterator[Mapping[str, Any]]:
        from doorward.cli.account import history
        from doorward.cli.calls import Calls
        from doorward.cli.credentials.source import keys

        one = self.place
        clock = SystemClock()
        calls = Calls(one.endpoint_url, one.region, keys(one.profile), clock)
        since = clock.now() - timedelta(days=self.days)
        with progress.shown("events", lambda: None, quiet=one.quiet) as bar:
            yield from history.records(calls, since, bar.tell)
