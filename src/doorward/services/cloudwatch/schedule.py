"""Schedules of mute rules: again and again by `cron`, or once by `at`, each for a while.

`cron` has five fields, of minutes, hours, days, months and weekdays. assumed: a day counts where
both of its fields hold, or one of them where neither is a star, as in other programs of that name;
AWS's page shows only stars.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE, LONGEST = timedelta(minutes=1), timedelta(days=15)
DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")
CALL = re.compile(r"(cron|at)\((.*)\)", re.DOTALL)
PART = re.compile(r"(?:\*|(\w{1,3})(?:-(\w{1,3}))?)(?:/(\d{1,2}))?", re.ASCII)
MONTHS = {name: n for n, name in enumerate(
    ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
)}  # fmt: skip
WEEKDAYS = {name: n for n, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
SUNDAY = 7


class WrongSchedule(Exception):
    """The schedule cannot be; the message says why."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes, hours, days, months and weekdays at which a window begins."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def on(self, day: date) -> bool:
        """Whether windows begin on that day."""
        by_date = day.day in self.days
        by_week = day.isoweekday() % SUNDAY in self.weekdays
        chosen = by_date or by_week if self.either_day else by_date and by_week
        return day.month in self.months and chosen


@dataclass(frozen=True, slots=True)
class Schedule:
    """When windows begin, and how long they are; `begins` of `at` is the one moment."""

    begins: Cron | datetime
    duration: timedelta
    zone: tzinfo

    @property
    def once(self) -> bool:
        """Whether there is one window alone."""
        return isinstance(self.begins, datetime)

    def covers(self, now: datetime) -> bool:
        """Whether *now* is in a window."""
        if isinstance(self.begins, datetime):
            return self.begins <= now < self.begins + self.duration
        here = now.astimezone(self.zone)
        for back in range(self.duration.days + 2):
            day = here.date() - timedelta(days=back)
            if not self.begins.on(day):
                continue
            found = self._last(self.begins, day, now)
            if found is not None:
                return now - found < self.duration
        return False

    def over(self, now: datetime) -> bool:
        """Whether no window is still to come or to end."""
        return isinstance(self.begins, datetime) and self.begins + self.duration <= now

    def _last(self, cron: Cron, day: date, now: datetime) -> datetime | None:
        """The last beginning on that day that is not behind *now*."""
        for hour in sorted(cron.hours, reverse=True):
            for minute in sorted(cron.minutes, reverse=True):
                begun = datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)
                if begun <= now:
                    return begun
        return None


def read(given: Mapping[str, Any]) -> Schedule:
    """The schedule that a rule gives.

    Raises:
        WrongSchedule: its expression, duration or time zone cannot be.
    """
    zone = _zone(given.get("Timezone"))
    found = CALL.fullmatch(given["Expression"].strip())
    if found is None:
        raise WrongSchedule("the expression must be cron(…) or at(…)")
    begins = _cron(found[2]) if found[1] == "cron" else _moment(found[2], zone)
    return Schedule(begins, _duration(given["Duration"]), zone)


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongSchedule(f"the time zone {name} is not known") from error


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongSchedule("at(…) takes a time such as 2026-01-31T22:00") from error
    if found.tzinfo is not None:
        raise WrongSchedule("at(…) takes a time without a time zone")
    return found.replace(tzinfo=zone).astimezone(UTC)


def _duration(text: str) -> timedelta:
    found = DURATION.fullmatch(text)
    if found is None:
        raise WrongSchedule("the duration must be such as PT4H")
    days, hours, minutes = (int(one or 0) for one in found.groups())
    duration = timedelta(days=days, hours=hours, minutes=minutes)
    if not MINUTE <= duration <= LONGEST:
        raise WrongSchedule("the duration must be between a minute and 15 days")
    return duration


def _cron(text: str) -> Cron:
    fields = text.split()
    if len(fields) != 5:  # noqa: PLR2004 - minutes, hours, days, months, weekdays
        raise WrongSchedule("cron(…) takes five fields")
    weekdays = _field(fields[4], 0, SUNDAY, WEEKDAYS)
    return Cron(
        _field(fields[0], 0, 59, {}),
        _field(fields[1], 0, 23, {}),
        _field(fields[2], 1, 31, {}),
        _field(fields[3], 1, 12, MONTHS),
        frozenset(one % SUNDAY for one in weekdays),
        either_day=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )


def _field(text: str, least: int, most: int, names: Mapping[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = PART.fullmatch(part)
        if match is None:
            raise WrongSchedule(f"`{part}` is no part of cron(…)")
        first, last, step = match.groups()
        start = least if first is None else _number(first, names)
        every = first is None or (last is None and step is not None)
        end = most if every else start if last is None else _number(last, names)
        if not least <= start <= end <= most or step == "0":
            raise WrongSchedule(f"`{part}` is not between {least} and {most}")
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.isdigit():
        return int(text)
    if text.upper() not in names:
        raise WrongSchedule(f"`{text}` is no number")
    return names[text.upper()]
