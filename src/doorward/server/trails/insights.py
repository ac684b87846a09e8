"""Looks every minute whether an operation is called, or fails, unusually often.

For each account with insight selectors the last five whole minutes are compared with the seven
days before. What begins to be unusual makes one event and what is so no longer another one; both
go to the trails and event data stores that ask for them.

GAP: a trail of an organization is told of its own account alone.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.trail import unusual
from doorward.analysis.trail.unusual import About, Baseline
from doorward.server.running import Running
from doorward.server.trails.takers import Takers
from doorward.services.cloudtrail import finding
from doorward.store import insights, trail_records
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail_insight import Counted, InsightWatch, OpenInsight

LAG = timedelta(seconds=15)
"""By then calls are counted."""
WINDOW = timedelta(minutes=unusual.WINDOW_MINUTES)
BACK = timedelta(minutes=unusual.BASELINE_MINUTES)
ROUGH_SECONDS = 300
"""The baseline is summed up in pieces of that many."""
MINUTE = timedelta(minutes=1)
MOST_ACCOUNTS, MOST_COUNTED, MOST_LOOKED_AT = 500, 2_000, 5_000


class Insights:
    """Looks at the accounts of *running*, once each time it is asked to."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def look(self) -> None:
        """Find what began to be unusual, and what no longer is."""
        now = self.running.clock.now()
        until = (now - LAG).replace(second=0, microsecond=0)
        for watch in self._watches():
            with self.running.database.moment(), self.running.database.read() as db:
                takers = Takers.of(db, watch.account)
            if not takers:
                self._write(partial(insights.forget, account=watch.account))
                continue
            self._account(watch, takers, until)
            self._write(partial(insights.prune, account=watch.account, now=now))

    def _watches(self) -> Iterator[InsightWatch]:
        after = ""
        while True:
            with self.running.database.moment(), self.running.database.read() as db:
                found = insights.watches(db, after=after, limit=MOST_ACCOUNTS)
            yield from found
            if len(found) < MOST_ACCOUNTS:
                return
            after = found[-1].account

    def _account(self, watch: InsightWatch, takers: Takers, until: datetime) -> None:
        account, since = watch.account, until - WINDOW
        with self.running.database.moment(), self.running.database.read() as db:
            counts = insights.recent(db, account, since, until, limit=MOST_COUNTED)
            known = {
                Counted(one.region, one.category, one.source, one.name, one.error): one
                for one in insights.going_on(db, account, limit=MOST_COUNTED)
            }
        for what, one in known.items():
            self._go_on(one, what, counts.get(what, 0), until)
        for what, count in counts.items():
            if what not in known and count > unusual.SLACK_CALLS:
                usual = self._usual(watch, what, since)
                if unusual.unusual(count, unusual.WINDOW_MINUTES, usual):
                    self._begin(account, what, usual, takers, (since, until))

    def _usual(self, watch: InsightWatch, what: Counted, until: datetime) -> Baseline:
        """How often there were those in the week before *until*, or since they are counted."""
        begun = max(until - BACK, watch.since)
        minutes = max(0, int((until - begun) / MINUTE))
        with self.running.database.moment(), self.running.database.read() as db:
            last = until - timedelta(seconds=ROUGH_SECONDS - 1)
            count = insights.total(db, watch.account, what, ROUGH_SECONDS, begun, last)
        return unusual.baseline(count, minutes)

    def _begin(
        self,
        account: str,
        what: Counted,
        usual: Baseline,
        takers: Takers,
        span: tuple[datetime, datetime],
    ) -> None:
        since, until = span
        with self.running.database.moment(), self.running.database.read() as db:
            points = insights.points(
                db, account, what, insights.MINUTE, since, until, limit=unusual.WINDOW_MINUTES
            )
            started = next((at for at, count in points if count > usual.average), since)
            before = insights.sample(db, account, what, since - BACK, since, limit=MOST_LOOKED_AT)
            seen = insights.sample(db, account, what, started, until, limit=MOST_LOOKED_AT)
        told = takers.of_kind(what, seen)
        if not told:
            return
        usual_values = self._values(what, before, usual.average)
        one = OpenInsight(
            account, *what,
            shared_id=self.running.ids.request_id(),
            started_at=started,
            last_at=until,
            baseline={"average": usual.average, "minutes": usual.minutes},
            usual=dict(usual_values),
            takers=told,
        )  # fmt: skip
        event = self._event(one, what, "Start", until, seen)

        def job(db: Connection) -> None:
            if insights.begin(db, one):
                self._tell(db, one, what, started, event)

        self._write(job)

    def _go_on(self, one: OpenInsight, what: Counted, count: int, until: datetime) -> None:
        usual = Baseline(**one.baseline)
        if unusual.unusual(count, unusual.WINDOW_MINUTES, usual):
            self._write(lambda db: insights.go_on(db, one, until))
            return
        with self.running.database.moment(), self.running.database.read() as db:
            points = insights.points(
                db, one.account, what, insights.MINUTE, one.started_at, until, limit=MOST_COUNTED
            )
            ended = max((at + MINUTE for at, number in points if number > usual.average),
                        default=one.last_at)  # fmt: skip
            seen = insights.sample(
                db, one.account, what, one.started_at, ended, limit=MOST_LOOKED_AT
            )
        event = self._event(one, what, "End", ended, seen)

        def job(db: Connection) -> None:
            if insights.end(db, one):
                self._tell(db, one, what, ended, event)

        self._write(job)

    def _event(
        self,
        one: OpenInsight,
        what: Counted,
        state: str,
        until: datetime,
        seen: Sequence[AuditEvent],
    ) -> dict[str, Any]:
        minutes = max(1, int((until - one.started_at) / MINUTE))
        with self.running.database.moment(), self.running.database.read() as db:
            count = insights.total(db, one.account, what, insights.MINUTE, one.started_at, until)
        average = count / minutes
        return unusual.record(
            About(one.account, one.region, one.source, one.name, one.error),
            state=state,
            at=one.started_at if state == "Start" else until,
            event_id=self.running.ids.request_id(),
            shared_id=one.shared_id,
            usual=Baseline(**one.baseline),
            average=average,
            minutes=minutes,
            usual_values=one.usual,
            values=self._values(what, seen, average),
        )

    def _values(
        self, what: Counted, seen: Sequence[AuditEvent], average: float
    ) -> Mapping[str, list[dict[str, Any]]]:
        """Callers, agents and errors of events; as many as are looked at stand for all."""
        records = [(one, json.loads(one.event)) for one in seen]
        found = [
            (record["userIdentity"].get("arn"), record.get("userAgent"), one.error_code)
            for one, record in records
        ]
        return unusual.attributions(unusual.counted(found, errors=not what.error), average)

    def _tell(
        self,
        db: Connection,
        one: OpenInsight,
        what: Counted,
        at: datetime,
        event: Mapping[str, Any],
    ) -> None:
        """Keep the event, for the trails that it waits for and in the stores that take it."""
        text = json.dumps(event, separators=(",", ":"))
        values = {
            "account": one.account,
            "region": what.region,
            "category": what.category,
            "at": at,
            "event_id": event["eventID"],
            "source": what.source,
            "name": what.name,
            "event": text,
        }
        trails = [taker for taker in one.takers if taker.startswith("arn:")]
        insights.add(db, values, trails)
        for taker in one.takers:
            if taker not in trails:
                self._store(db, one.account, taker, at, event)

    def _store(
        self, db: Connection, account: str, taker: str, at: datetime, event: Mapping[str, Any]
    ) -> None:
        """Put the event into the event data store that the one of *taker* names for it."""
        place, _, destination = taker.partition(" ")
        region, _, store = place.partition("/")
        partition = self.running.settings.partition
        source = f"arn:{partition}:cloudtrail:{region}:{account}:{finding.STORE}/{store}"
        shown = json.dumps(unusual.of_store(event, source), separators=(",", ":"))
        where = (account, region, destination.rpartition("/")[2])
        trail_records.add(db, *where, [(at, shown)])

    def _write(self, job: Any) -> None:
        self.running.database.write(job, world=False)
