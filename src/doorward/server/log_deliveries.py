"""Delivers what subscription filters let by: written down with the counting, sent beside it.

So nothing is left out whatever crashes, and a message may come twice. A destination that does not
answer is tried again for a day; one that refuses is left alone for ten minutes, and what comes
meanwhile is skipped.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.analysis.filter_patterns import InvalidPattern, Message, compiled
from doorward.base.errors import AwsError
from doorward.gateway.refusals import UpstreamUnavailable
from doorward.server import log_destinations
from doorward.server.running import Running
from doorward.services.logs import subscription_messages
from doorward.store import (
    log_deliveries,
    log_events,
    log_groups,
    log_streams,
    subscription_filters,
)
from doorward.store.refusals import Unreachable
from doorward.store.tables.log_event import LogEvent
from doorward.store.tables.log_subscription import LogDelivery, SubscriptionFilter
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
LOOK_SECONDS = 1.0
AT_ONCE = 20
MOST_WAITING = 1_000
"""Messages that wait for one filter; further ones are dropped."""

MESSAGE_BYTES = 256 << 10
"""Of the events of one message, before it is packed."""

LEASE = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
CLOSED = timedelta(minutes=10)
PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)


class Batch(NamedTuple):
    """A message for a filter with events of a stream."""

    filter: SubscriptionFilter
    stream: str
    payload: str


def batches(db: Connection, events: Sequence[LogEvent], now: datetime) -> list[Batch]:
    """What filters let by of *events*."""
    by_group: defaultdict[str, list[LogEvent]] = defaultdict(list)
    for one in events:
        by_group[one.group_id].append(one)
    found: list[Batch] = []
    for group_id, of_group in by_group.items():
        group = log_groups.of_id(db, group_id)
        if group is None:
            continue
        filters = subscription_filters.of_group(db, group.account, group.region, group.name)
        open_ = [one for one in filters if one.open_at <= now]
        if open_:
            ids = list({one.stream_id for one in of_group})
            names = log_streams.names(db, group.account, group_id, ids)
            for each in open_:
                found += _of(each, of_group, names)
    return found


def _of(
    one: SubscriptionFilter, events: Sequence[LogEvent], names: Mapping[str, str]
) -> Iterator[Batch]:
    try:
        pattern = compiled(one.pattern)
    except InvalidPattern:
        LOG.warning("the pattern of the subscription filter `%s` cannot be read", one.name)
        return
    extracted = one.pattern.lstrip().startswith("[")
    kept: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    sizes: defaultdict[str, int] = defaultdict(int)
    for event in events:
        if event.sequence <= one.behind or event.stream_id not in names:
            continue
        fields = pattern.match(Message(event.message))
        if fields is None:
            continue
        stream, weight = names[event.stream_id], log_events.weight(event.message)
        if kept[stream] and sizes[stream] + weight > MESSAGE_BYTES:
            yield Batch(one, stream, subscription_messages.data(one, stream, kept.pop(stream)))
            sizes[stream] = 0
        kept[stream].append(subscription_messages.event(event, fields, extracted=extracted))
        sizes[stream] += weight
    for stream, events_of in kept.items():
        yield Batch(one, stream, subscription_messages.data(one, stream, events_of))


def write(db: Connection, found: Sequence[Batch], now: datetime) -> None:
    """Have *found* delivered, as far as not too much waits already."""
    for one in found:
        of = one.filter
        if log_deliveries.waiting(db, of.account, of.id) >= MOST_WAITING:
            LOG.error("too much waits for the subscription filter `%s`; events are lost", of.name)
            continue
        log_deliveries.add(db, of.account, of.id, one.stream, one.payload, now)


class LogDeliveries:
    """A thread that sends what is due, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="doorward-deliveries", daemon=True)

    def start(self) -> None:
        """Begin; what was left is due once its lease has ended."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()
            try:
                while not self._stopping.is_set() and self.look():
                    pass
            except (Unreachable, Closed):
                continue
            except Exception:
                if not self._failing:
                    LOG.exception("log events are not delivered; it is tried again")
                self._failing = True
            else:
                self._failing = False

    def look(self) -> bool:
        """Send what is due; whether there may be more."""
        database, now = self.running.database, self.running.clock.now()
        with database.moment(), database.read() as db:
            if not log_deliveries.due(db, now):
                return False
        taking = partial(log_deliveries.take, now=now, until=now + LEASE, limit=AT_ONCE)
        taken = database.write(taking, world=False)
        left_alone: set[str] = set()
        for one in taken:
            if self._stopping.is_set():
                self._put_off(one, now)
            elif one.filter_id not in left_alone and not self._send(one):
                left_alone.add(one.filter_id)
        return len(taken) == AT_ONCE

    def _send(self, one: LogDelivery) -> bool:
        """Whether it is done with; else all that its filter has waits, or is lost."""
        database = self.running.database
        with database.moment(), database.read() as db:
            found = subscription_filters.of_id(db, one.filter_id)
        if found is None:
            self._write(lambda db: log_deliveries.drop(db, one.account, one.filter_id))
            return False
        partition = self.running.settings.partition
        source = (
            f"arn:{partition}:logs:{found.region}:{found.account}:log-group:{found.group_name}:*"
        )
        stream = one.stream if found.distribution == "ByLogStream" else str(one.sequence)
        now = self.running.clock.now()
        try:
            log_destinations.deliver(
                self.running,
                found.destination,
                found.role,
                source_arn=source,
                stream=stream,
                payload=one.payload,
            )
        except UpstreamUnavailable:
            if now - one.made_at < LONGEST:
                self._put_off(one, now)
                return False
            LOG.warning("the destination of `%s` does not answer; events are lost", found.name)
        except AwsError as error:
            LOG.warning("the destination of `%s` refuses: %s", found.name, error.code)
            self._write(lambda db: _close(db, found, now + CLOSED))
            return False
        self._write(lambda db: log_deliveries.done(db, one.account, one.sequence))
        return True

    def _put_off(self, one: LogDelivery, now: datetime) -> None:
        pause = min(PAUSE * 2 ** min(one.tries, 20), LONGEST_PAUSE)
        until = now + pause
        self._write(lambda db: log_deliveries.put_off(db, one.account, one.filter_id, until))

    def _write(self, job: Any) -> None:
        self.running.database.write(job, world=False)


def _close(db: Connection, found: SubscriptionFilter, until: datetime) -> None:
    log_deliveries.drop(db, found.account, found.id)
    subscription_filters.close(db, found.id, until)
