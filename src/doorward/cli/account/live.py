"""An account as its own API tells of it: a Doorward's or AWS's, read with the caller's keys.

Only the authorization details must be allowed; what else is refused is told in the report.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from doorward.analysis.account import pages
from doorward.analysis.account.gathering import gathered
from doorward.analysis.account.model import Account, Organization, Resource
from doorward.analysis.account.pages import Item
from doorward.base.arn import Arn
from doorward.cli.account import accessed, buckets, history, organization, signing, things
from doorward.cli.calls import Calls, Unanswered
from doorward.cli.trail import progress
from doorward.wire.client import Refused

AT_ONCE = 1_000
ONLY_HERE = (
    "of resources beside buckets, only keys, queues, topics, secrets and functions in {} were read"
)

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the entities: which services were used, and events since when.

    `around` is what is about the entities: buckets and the organization.
    """

    last_accessed: bool
    since: datetime | None
    quiet: bool
    around: bool = True


def read(calls: Calls, wanted: Wanted) -> Account:
    """The account of the caller.

    Raises:
        Refused: the caller may not read its authorization details.
        Unanswered: nobody answers.
    """
    account = _people(calls, quiet=wanted.quiet)
    running = _Running(calls, wanted, account)
    running.credentials()
    if wanted.around:
        running.resources()
        running.things()
        running.organization()
    if wanted.last_accessed:
        running.accessed()
    if wanted.since is not None:
        running.events(wanted.since)
    return running.account


def of_questions(calls: Calls, *, quiet: bool) -> Account:
    """The account of the caller with what decides: policies, resources, the organization.

    Raises:
        Refused: the caller may not read its authorization details.
        Unanswered: nobody answers.
    """
    running = _Running(
        calls, Wanted(last_accessed=False, since=None, quiet=quiet), _people(calls, quiet=quiet)
    )
    running.resources()
    running.things()
    running.organization()
    return running.account


def _people(calls: Calls, *, quiet: bool) -> Account:
    """The account with its users, groups, roles and policies."""
    with progress.shown("users, groups, roles", lambda: None, quiet=quiet) as bar:
        lists = gathered(_entries(_details(calls, bar.tell)))
    return _named(calls, next(lists.made(), Account(id="")))


def _details(calls: Calls, tell: Callable[[int], None]) -> Iterator[Mapping[str, Any]]:
    marker: dict[str, str] = {}
    while True:
        page = calls("iam", "GetAccountAuthorizationDetails", MaxItems=AT_ONCE, **marker)
        yield page
        tell(sum(len(page.get(name, ())) for name in pages.LISTS))
        if not page.get("IsTruncated"):
            return
        marker = {"Marker": page["Marker"]}


def _entries(answers: Iterator[Mapping[str, Any]]) -> Iterator[tuple[str, Item]]:
    """The entries of the answers' lists."""
    for page in answers:
        for name in pages.LISTS:
            for one in Item("the account", page).items(name):
                yield name, one


def _named(calls: Calls, account: Account) -> Account:
    """*account* with its number, which one without users and roles does not tell."""
    who = calls("sts", "GetCallerIdentity")
    arn = Arn.parse(str(who["Arn"]))
    partition = arn.partition if arn else account.partition
    return replace(account, id=str(who["Account"]), partition=partition)


class _Running:
    """One reading; each step adds to the account, or to what could not be told."""

    def __init__(self, calls: Calls, wanted: Wanted, account: Account) -> None:
        self.account = account
        self._calls = calls
        self._wanted = wanted

    def credentials(self) -> None:
        """The credential report, and the ids of the keys in it."""
        found = self._tried("the credential report", lambda: signing.report(self._calls))
        if found is None:
            return
        rows, told_at = found
        self.account = replace(self.account, credentials=rows, told_at=told_at)
        rows = tuple(self._each("access keys", rows, lambda one: signing.named(self._calls, one)))
        self.account = replace(self.account, credentials=rows)

    def resources(self) -> None:
        """Buckets, and what keeps all of them from the public."""
        found = self._tried("the buckets", lambda: list(buckets.listed(self._calls)))
        if found is None:
            return

        def read(one: buckets.Bucket) -> Resource:
            return buckets.read(self._calls, one, self.account)

        self.account = replace(
            self.account,
            resources=tuple(self._each("buckets", found, read)),
            block=self._tried(
                "the account's Block Public Access",
                lambda: buckets.of_account(self._calls, self.account.id),
            ),
        )

    def things(self) -> None:
        """Resources of other services with policies, and what runs as which role."""
        for kind in things.KINDS:
            found = self._tried(
                f"the {kind.title} ({kind.service})",
                partial(things.listed, self._calls, kind, self.account),
            )
            if found is None:
                continue
            account = self.account
            if kind.policies:
                make = partial(things.read, self._calls, kind)
                read = tuple(self._each(kind.title, found, make))
                account = replace(account, resources=(*(account.resources or ()), *read))
            if kind.runs_as:
                run = tuple(things.running(kind, one) for one in found)
                told = account.running_told | {kind.runs_as}
                account = replace(account, running=(*account.running, *run), running_told=told)
            self.account = account
        self._untold(ONLY_HERE.format(self._calls.region))

    def organization(self) -> None:
        """Where the account stands in its organization, if it is in one."""
        found: Organization | None = self._tried(
            "the organization's policies",
            lambda: organization.read(self._calls, self.account.id),
        )
        self.account = replace(self.account, organization=found)

    def accessed(self) -> None:
        """Which services users and roles used."""
        subjects = [one.arn for one in (*self.account.users, *self.account.roles)]

        def all_of_them() -> Account:
            jobs = list(
                self._each("last access", subjects, lambda arn: accessed.begun(self._calls, arn))
            )
            found = dict(self._each("last access", jobs, lambda one: accessed.read(*one)))
            return replace(self.account, accessed=found)

        self.account = self._tried("the last access of services", all_of_them) or self.account

    def events(self, since: datetime) -> None:
        """Denials and root use in the event history."""
        with progress.shown("events", lambda: None, quiet=self._wanted.quiet) as bar:
            found = self._tried(
                "the event history", lambda: history.read(self._calls, since, bar.tell)
            )
        if found is not None:
            events, whole = found
            self.account = replace(self.account, events=events)
            if not whole and events.since is not None:
                self._untold(f"events before {events.since:%Y-%m-%d %H:%M} were not looked at")

    def _each(
        self, title: str, things: Sequence[Any], make: Callable[[Any], _Found]
    ) -> Iterator[_Found]:
        """What *make* makes of each, with a bar."""
        with progress.shown(title, lambda: len(things), quiet=self._wanted.quiet) as bar:
            for one in things:
                yield make(one)
                bar.tell(1)

    def _tried(self, what: str, step: Callable[[], _Found]) -> _Found | None:
        """What *step* gives; None where it is refused, which the report will tell."""
        try:
            return step()
        except Refused as error:
            self._untold(f"{what} could not be read: {error.code}")
        except Unanswered as error:
            self._untold(f"{what} could not be read: {error}")
        return None

    def _untold(self, sentence: str) -> None:
        self.account = replace(self.account, untold=(*self.account.untold, sentence))
