"""One resource, user or role as each kind of analyzer looks at it: what there is to be written.

Looking reads and proves, beside requests; what it gives back runs in the one writer.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from doorward.analysis.findings.external import External
from doorward.analysis.findings.external import external as let_in
from doorward.analysis.findings.subject import Subject
from doorward.analysis.findings.zone import Zone
from doorward.server.findings import internal, subjects, unused, written
from doorward.server.findings.subjects import ROLE, USER
from doorward.server.running import Running
from doorward.store import analyzers
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.resource_scan import ResourceScan

EXTERNAL_KINDS = frozenset({"ACCOUNT", "ORGANIZATION"})
UNUSED_KINDS = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
INTERNAL_KINDS = frozenset({"ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS"})
PRINCIPALS = frozenset({ROLE, USER})

Watching = list[tuple[Analyzer, Zone]]
Write = Callable[[Connection, datetime], None]


def looked(running: Running, one: ResourceScan, watching: Watching) -> Iterator[Write]:
    """What is to be written of *one*, for every analyzer of *watching*.

    Raises:
        UpstreamUnavailable: who has the resource does not answer.
    """
    if one.kind != USER:
        yield from _external(
            running, one, [each for each in watching if each[0].kind in EXTERNAL_KINDS]
        )
    idle = [analyzer for analyzer, _ in watching if analyzer.kind in UNUSED_KINDS]
    inside = [analyzer for analyzer, _ in watching if analyzer.kind in INTERNAL_KINDS]
    if one.kind not in PRINCIPALS:
        yield from _critical(running, one, inside)
        return
    if idle:
        yield from _unused(running, one, idle)
    if inside:
        pairs = internal.of_principal(running, inside, one)
        yield lambda db, now: internal.keep(db, pairs, now)


def _external(running: Running, one: ResourceScan, watching: Watching) -> Iterator[Write]:
    """Who from outside is let in; nobody where the resource is gone or in another Region."""
    if not watching:
        return
    found = subjects.find(running, one.kind, one.account, one.name)
    for analyzer, zone in watching:
        if found is None or found[1] not in {"", analyzer.region}:
            yield _gone(analyzer, one.name)
        else:
            yield _there(analyzer, found[0], let_in(found[0], zone))


def _unused(running: Running, one: ResourceScan, watching: list[Analyzer]) -> Iterator[Write]:
    """What a user or role does not use."""
    if waiting := running.recorder.flush():
        waiting.result()  # what was used a moment ago is used
    database, now = running.database, running.clock.now()
    with database.moment(), database.read() as db:
        account = unused.account_of(running, db, one.kind, one.account, one.name, now)
    subject = Subject(one.kind, one.name, one.account, ())
    for analyzer in watching:
        if account is None:
            yield _gone(analyzer, one.name)
        else:
            found = unused.found(analyzer, account, now)
            yield _if_there(analyzer, partial(_idle, analyzer, subject, found))


def _idle(
    analyzer: Analyzer,
    subject: Subject,
    found: unused.Found,
    db: Connection,
    now: datetime,
) -> None:
    written.idle(db, analyzer, subject, found, now)


def _critical(running: Running, one: ResourceScan, watching: list[Analyzer]) -> Iterator[Write]:
    """Have a critical resource looked at with every user and role."""
    named = [each for each in watching if internal.includes(each, one.kind, one.account, one.name)]
    if not named:
        return
    found = subjects.find(running, one.kind, one.account, one.name)
    for analyzer in named:
        if found is None:
            yield _gone(analyzer, one.name)
        elif found[1] in {"", analyzer.region}:
            yield _if_there(analyzer, partial(_begin, analyzer, found[0]))


def _begin(analyzer: Analyzer, subject: Subject, db: Connection, now: datetime) -> None:
    written.critical(db, analyzer, subject, now)
    internal.begin(db, analyzer, subject.arn, now)


def _there(analyzer: Analyzer, subject: Subject, found: list[External]) -> Write:
    return _if_there(analyzer, lambda db, now: written.seen(db, analyzer, subject, found, now))


def _gone(analyzer: Analyzer, name: str) -> Write:
    return _if_there(analyzer, lambda db, now: written.gone(db, analyzer, name, now))


def _if_there(analyzer: Analyzer, write: Write) -> Write:
    """*write*, unless the analyzer was deleted meanwhile."""

    def checked(db: Connection, now: datetime) -> None:
        if analyzers.by_id(db, analyzer.account, analyzer.id) is not None:
            write(db, now)

    return checked
