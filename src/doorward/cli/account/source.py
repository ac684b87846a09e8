"""Where an account comes from: files, or the account of the caller's credentials."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doorward.analysis.account import dump, usage
from doorward.analysis.account.events import Events, collected
from doorward.analysis.account.model import Account
from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.cli.trail import progress

if TYPE_CHECKING:
    from doorward.analysis.trail.records import Record
    from doorward.cli.account.options import Place


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags that say what is read."""

    files: tuple[Path, ...]
    trail: tuple[str, ...]
    days: int
    last_accessed: bool
    quiet: bool
    profile: str | None
    region: str
    endpoint_url: str | None
    account: str | None = None


def read(asked: Asked) -> tuple[Account, ...]:
    """The accounts.

    Raises:
        BadInput: a file, a flag or the credentials cannot be used.
        Refused: the caller may not read it.
        Unanswered: nobody answers.
    """
    found = _dumped(asked) if asked.files else (_live(asked),)
    if asked.account is not None:
        chosen = tuple(one for one in found if one.id == asked.account)
        if not chosen:
            known = ", ".join(one.id for one in found)
            raise BadInput("--account", f"`{asked.account}` is not there", f"there is {known}")
        found = chosen
    if not asked.trail:
        return found
    return tuple(replace(one, events=_of_trail(asked, one)) for one in found)


def several(place: "Place") -> tuple[Account, ...]:
    """The accounts of files, or the one of the caller's credentials.

    Raises:
        BadInput: a file, a flag or the credentials cannot be used.
        Refused: the caller may not read it.
        Unanswered: nobody answers.
    """
    files = tuple(place.files or ())
    if files:
        size = partial(dump.size, files)
        with progress.shown("reading", size, quiet=place.quiet) as bar:
            return dump.accounts(files, bar.tell)
    from doorward.cli.account import live
    from doorward.cli.calls import Calls
    from doorward.cli.credentials.source import keys

    calls = Calls(place.endpoint_url, place.region, keys(place.profile), SystemClock())
    return (live.of_questions(calls, quiet=place.quiet),)


def _dumped(asked: Asked) -> tuple[Account, ...]:
    with progress.shown("files", lambda: dump.size(asked.files), quiet=asked.quiet) as bar:
        return dump.accounts(asked.files, bar.tell)


def used(asked: Asked) -> tuple[tuple[Account, datetime | None], ...]:
    """Each account with all that tells of its use, and the time of the oldest event looked at.

    That is None where there is no trail, or no event in it.

    Raises:
        BadInput: a file, a flag or the credentials cannot be used.
        Refused: the caller may not read it.
        Unanswered: nobody answers.
    """
    found = _dumped(asked) if asked.files else (_live(asked, whole=False),)
    return tuple(_used(asked, one) for one in found)


def _used(asked: Asked, account: Account) -> tuple[Account, datetime | None]:
    if not asked.trail:
        return account, None
    found = _Uses(asked, account)
    return usage.told(account, found), found.oldest


def _live(asked: Asked, *, whole: bool = True) -> Account:
    from doorward.cli.account import live
    from doorward.cli.calls import Calls
    from doorward.cli.credentials.source import keys

    clock = SystemClock()
    calls = Calls(asked.endpoint_url, asked.region, keys(asked.profile), clock)
    since = None if asked.trail or not whole else clock.now() - timedelta(days=asked.days)
    return live.read(calls, live.Wanted(asked.last_accessed, since, asked.quiet, whole))


def _of_trail(asked: Asked, account: Account) -> Events:
    """The events of *account* in log files."""
    since = SystemClock().now() - timedelta(days=asked.days)

    def found() -> Iterator[Mapping[str, Any]]:
        for record in _records(asked, account, since):
            who = record.seen.user_identity
            if record.seen.error_code or (who is not None and who.type == "Root"):
                yield json.loads(bytes(record.text))

    return replace(collected(found()), since=since)


def _records(asked: Asked, account: Account, since: datetime) -> Iterator["Record"]:
    """The records of *account* in log files, with a bar."""
    from doorward.analysis.trail.wanted import Wanted
    from doorward.cli.trail import place
    from doorward.cli.trail.sources import Bad, matching

    reading = place.Reading(
        asked.trail, None, None, asked.endpoint_url, asked.profile, asked.region
    )
    source = place.opened(reading, Bad(skip=False))
    wanted = Wanted(since=since, account=account.id)
    with progress.shown("events", lambda: source.size(wanted), quiet=asked.quiet) as bar:
        yield from matching(source.read(wanted, bar.tell), wanted)


class _Uses:
    """What the events of an account say of use, read once; `oldest` is known afterwards."""

    def __init__(self, asked: Asked, account: Account) -> None:
        self._asked = asked
        self._account = account
        self.oldest: datetime | None = None

    def __iter__(self) -> Iterator[usage.Use]:
        since = SystemClock().now() - timedelta(days=self._asked.days)
        for record in _records(self._asked, self._account, since):
            seen = record.seen
            self.oldest = min(seen.event_time, self.oldest or seen.event_time)
            who = seen.user_identity
            context = who.session_context if who else None
            issuer = context.session_issuer if context else None
            arn = (issuer and issuer.arn) or (who and who.arn)
            if who is not None and arn:
                at, key = seen.event_time, who.access_key_id or ""
                yield usage.use(arn, seen.event_source, seen.event_name, at, key)
