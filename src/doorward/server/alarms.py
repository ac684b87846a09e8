"""The worker that evaluates alarms, runs their actions, and lets old metric data go.

Alarms that are due are evaluated beside requests; what that comes to is written in one job, and
only for alarms that nobody changed meanwhile. Actions follow once a change is on disk.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.server import alarm_actions, key_ages
from doorward.server.running import Running
from doorward.services.cloudwatch import (
    composite_evaluation,
    messages,
    metric_evaluation,
    muting,
    transitions,
)
from doorward.services.cloudwatch.metric_evaluation import Found
from doorward.services.cloudwatch.resources import alarm_arn
from doorward.store import alarm_history, alarms, metric_retention, metrics
from doorward.store.refusals import Unreachable
from doorward.store.tables.alarm import Alarm
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")

LOOK_SECONDS = 1.0
AT_ONCE = 500
"""Alarms that one look takes; the most overdue come first."""
TIDY = timedelta(minutes=5)
COMPOSITE_SECONDS = 60


class Evaluated(NamedTuple):
    """An alarm and what it came to."""

    alarm: Alarm
    found: Found


class Told(NamedTuple):
    """An alarm whose actions are to be run, and the state that it was in before."""

    alarm: Alarm
    old_state: str


class AlarmWorker:
    """A thread that looks for alarms that are due, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._tidied = running.clock.now() - TIDY  # at once
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="doorward-alarms", daemon=True)

    def start(self) -> None:
        """Begin; what was due while nothing ran is evaluated once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the look that is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.look()
                self.tidy()
            except (Unreachable, Closed):
                continue
            except Exception:
                if not self._failing:
                    LOG.exception("alarms were not evaluated; it is tried again")
                self._failing = True
            else:
                self._failing = False

    def look(self) -> None:
        """Evaluate what is due, run the actions that follow."""
        now = self.running.clock.now()
        database = self.running.database
        # Twice, for composite alarms follow what others come to.
        for _ in range(2):
            with database.moment(), database.read() as db:
                due = alarms.due(db, now, limit=AT_ONCE)
                evaluated = [Evaluated(one, self._evaluate(db, one, now)) for one in due]
            if evaluated:
                database.write(partial(keep, evaluated=evaluated, now=now), world=False)
        with database.moment(), database.read() as db:
            waiting = alarms.pending(db, limit=AT_ONCE)
        if waiting:
            told = database.write(lambda db: release(db, waiting, now), world=False)
            for one in told:
                self._tell(one)

    def _evaluate(self, db: Connection, alarm: Alarm, now: datetime) -> Found:
        try:
            if alarm.kind == alarms.COMPOSITE:
                partition = self.running.settings.partition
                return composite_evaluation.evaluate(db, alarm, now, partition)
            return metric_evaluation.evaluate(db, alarm, now)
        except AwsError as error:
            reason = f"Unable to evaluate the alarm: {error.message}"
            return Found("INSUFFICIENT_DATA", reason, "")

    def _tell(self, told: Told) -> None:
        """Run the actions of an alarm."""
        alarm, partition = told.alarm, self.running.settings.partition
        subject = messages.subject(alarm)
        message = messages.message(alarm, partition, told.old_state)
        arn = alarm_arn(partition, alarm.account, alarm.region, alarm.name)
        where = (alarm.account, alarm.region, subject, message)
        alarm_actions.announce(self.running, *where, source_arn=arn)
        for action in transitions.actions(alarm):
            alarm_actions.perform(self.running, action, *where, source_arn=arn)

    def tidy(self) -> None:
        """Now and then, make old points coarser, forget old history, measure the ages of keys."""
        now = self.running.clock.now()
        if now - self._tidied < TIDY:
            return

        region = self.running.settings.region

        def job(db: Connection) -> int:
            alarm_history.forget(db, now)
            key_ages.measure(db, region, now)
            return metric_retention.roll_up(db, now)

        if self.running.database.write(job, world=False) < metric_retention.MOST:
            self._tidied = now


def keep(db: Connection, evaluated: Sequence[Evaluated], now: datetime) -> None:
    """Write down what alarms came to, but for those that were changed meanwhile."""
    for alarm, found in evaluated:
        current = alarms.find(db, alarm.account, alarm.region, alarm.name)
        if current != alarm:
            continue
        alarms.change(db, alarm.account, alarm.region, alarm.name, {"due_at": next_due(alarm, now)})
        if found.state is None:
            continue
        if found.state != alarm.state:
            transitions.change(
                db, alarm, now, state=found.state, reason=found.reason, data=found.data
            )


def next_due(alarm: Alarm, now: datetime) -> datetime:
    """When *alarm* is evaluated after *now*."""
    composite = alarm.kind == alarms.COMPOSITE
    step = COMPOSITE_SECONDS if composite else metric_evaluation.interval(alarm.configuration)
    return metrics.floor(now, step) + timedelta(seconds=step)


def release(db: Connection, waiting: Sequence[Alarm], now: datetime) -> list[Told]:
    """The alarms whose actions are to be run now, which are pending no more."""
    told = []
    for alarm in waiting:
        current = alarms.find(db, alarm.account, alarm.region, alarm.name)
        if current is None or not current.pending:
            continue
        acted = (current.suppression or {}).get("acted", "")
        if acted == current.state:  # it is back where its actions ran last
            _settle(db, current)
            continue
        held = composite_evaluation.held(db, current, now)
        if held is not None:
            if held != current.suppression:
                _put(db, current, {"suppression": held})
            continue
        if muting.muted(db, current, now):
            continue
        _settle(db, current)
        for action in transitions.actions(current):
            data = {"version": "1.0", "actionState": "InProgress", "notificationResource": action}
            alarm_history.add(db, current, now, "Action", f"Executing action {action}", data)
        told.append(Told(current, acted))
    return told


def _settle(db: Connection, alarm: Alarm) -> None:
    _put(db, alarm, {"pending": False, "suppression": None})


def _put(db: Connection, alarm: Alarm, values: dict[str, object]) -> None:
    alarms.change(db, alarm.account, alarm.region, alarm.name, values)
