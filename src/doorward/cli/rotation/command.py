"""One run of `doorward keys rotate`: what was asked for, the waiting, the report."""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.cli.rotation import deliver
from doorward.cli.rotation.directory import IamDirectory
from doorward.cli.rotation.rotate import Plan, Result, Rotator, Status, everyone
from doorward.cli.rotation.signed import Refused, SignedClient, Unanswered
from doorward.cli.rotation.state import opened
from doorward.server.rotation import outgoing
from doorward.server.rotation.handover import Deliver
from doorward.server.rotation.outgoing import Keys

OK, FAILED, WAITING = 0, 1, 4
POLL_SECONDS = 15.0
FORMS = ("text", "json")
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of the command, as they were given."""

    users: tuple[str, ...]
    everyone: bool
    older_than: timedelta | None
    dry: bool
    to_file: str | None
    to_command: str | None
    to_secret: str | None
    secrets_endpoint: str | None
    secrets_profile: str | None
    unused_for: timedelta
    inactive_for: timedelta
    wait: timedelta
    state: Path
    form: str
    endpoint_url: str


def run(asked: Asked) -> int:
    """The exit status, once the report is printed.

    Raises:
        BadInput: flags contradict one another, or something they name cannot be used.
    """
    if bool(asked.users) == asked.everyone:
        raise BadInput("doorward keys rotate", "needs names of users, or --all, and not both")
    if asked.form not in FORMS:
        raise BadInput("--format", f"`{asked.form}` is neither `text` nor `json`")
    signing = credentials(os.environ)
    plan = Plan(
        deliver=delivery(asked, signing),
        unused_for=asked.unused_for,
        inactive_for=asked.inactive_for,
        older_than=asked.older_than,
        own_id=signing.access_key_id,
        dry=asked.dry,
    )
    directory = IamDirectory(SignedClient(asked.endpoint_url, signing, SystemClock()))
    with opened(asked.state, asked.endpoint_url) as kept:
        chosen = listed(everyone(directory, kept)) if asked.everyone else asked.users
        patience = Patience(asked.wait.total_seconds(), time.monotonic, time.sleep)
        results = advance(Rotator(directory, kept, plan), chosen, patience)
    print("\n".join(shown(results, asked.form)))
    return status(results)


class Patience:
    """How long to wait: *seconds* in all, by the clock *now*, in pieces that *sleep* passes."""

    def __init__(
        self, seconds: float, now: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._end = now() + seconds

    def wait(self) -> bool:
        """Wait a little; False where the time is over."""
        left = self._end - self._now()
        if left <= 0:
            return False
        self._sleep(min(left, POLL_SECONDS))
        return True


def advance(rotator: Rotator, users: Iterable[str], patience: Patience) -> Sequence[Result]:
    """The result of each user, those that wait tried again as long as there is patience."""
    results = {user: rotator.advance(user) for user in users}
    while waiting := [one.user for one in results.values() if one.status is Status.WAITING]:
        if not patience.wait():
            break
        results |= {user: rotator.advance(user) for user in waiting}
    return list(results.values())


def listed(users: Iterable[str]) -> list[str]:
    """*users*, all asked for before the first is worked on.

    Raises:
        BadInput: they cannot be listed.
    """
    try:
        return list(users)
    except (Refused, Unanswered) as error:
        raise BadInput("--all", f"users cannot be listed: {error}") from error


def credentials(environment: Mapping[str, str]) -> Keys:
    """The credentials that the environment holds.

    Raises:
        BadInput: it holds none.
    """
    key_id = environment.get("AWS_ACCESS_KEY_ID")
    secret = environment.get("AWS_SECRET_ACCESS_KEY")
    if key_id and secret:
        return Keys(key_id, secret, environment.get("AWS_SESSION_TOKEN"))
    raise BadInput(
        "AWS_ACCESS_KEY_ID",
        "and AWS_SECRET_ACCESS_KEY are not both set",
        'run `eval "$(doorward env)"`, or `eval "$(aws configure export-credentials '
        '--format env)"`',
    )


def delivery(asked: Asked, signing: Keys) -> Deliver:
    """How new keys are handed over.

    Raises:
        BadInput: there is no way, or there are two.
    """
    several = asked.everyone or len(asked.users) > 1
    given = [way for way in (asked.to_file, asked.to_command, asked.to_secret) if way is not None]
    if asked.dry and not given:
        return lambda _user, _key: None
    if len(given) != 1:
        problem = "--to-command or --to-secret says where new keys go; give one of the three"
        raise BadInput("--to-file", problem)
    if asked.to_file is not None:
        return deliver.to_file(asked.to_file, several=several)
    if asked.to_command is not None:
        return deliver.to_command(asked.to_command)
    profile = asked.secrets_profile
    return deliver.to_secret(
        given[0],
        asked.secrets_endpoint or asked.endpoint_url,
        outgoing.profile(profile, "--secrets-profile") if profile else signing,
        SystemClock(),
        os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or REGION,
        several=several,
    )


def status(results: Sequence[Result]) -> int:
    """The exit status: failures first, then what waits."""
    found = {result.status for result in results}
    if Status.FAILED in found:
        return FAILED
    return WAITING if Status.WAITING in found else OK


def shown(results: Sequence[Result], form: str) -> Iterable[str]:
    """The report; it holds no secret."""
    if form == "json":
        document = [
            {
                "user": one.user,
                "status": one.status,
                "reason": one.reason,
                "oldAccessKeyId": one.old_id,
                "newAccessKeyId": one.new_id,
            }
            for one in results
        ]
        yield json.dumps(document, indent=2)
        return
    for one in results:
        change = " -> ".join(key for key in (one.old_id, one.new_id) if key)
        yield f"{one.status}: {one.user}" + (f" ({change})" if change else "") + f": {one.reason}"
    yield f"{len(results)} users, " + ", ".join(
        f"{sum(one.status is kind for one in results)} {kind}" for kind in Status
    )
