"""Analyzers of internal access: each critical resource, with each user and role of the zone.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_InternalAccessAnalysisRule.html
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.analysis.account.model import Account
from doorward.analysis.findings.internal import internal
from doorward.analysis.findings.subject import APPLIED, NOT_APPLICABLE, Subject
from doorward.server.findings import lists, principals, subjects, written
from doorward.server.findings.subjects import ROLE, USER
from doorward.server.running import Running
from doorward.store import analyzed_resources, analyzers, organizations, resource_scans
from doorward.store.refusals import Unjudged
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.finding import AnalyzedResource
from doorward.store.tables.resource_scan import ResourceScan

INTERNAL = "InternalAccess"
MOST_RESOURCES = 500
"""Critical resources of one analyzer that a change of a user or role is looked at for."""
SERVICE_LINKED = ":role/aws-service-role/"


class Pair(NamedTuple):
    """A resource, a user or role, and what that may do; nothing where it is gone or may not."""

    subject: Subject
    principal: str
    said: dict[str, Any] | None


def includes(analyzer: Analyzer, kind: str, account: str, arn: str) -> bool:
    """Whether the analysis rule of *analyzer* names the resource."""
    given = (analyzer.configuration or {}).get("internalAccess") or {}
    rules = (given.get("analysisRule") or {}).get("inclusions") or ()
    return any(
        account in (one.get("accountIds") or (account,))
        and kind in (one.get("resourceTypes") or (kind,))
        and arn in (one.get("resourceArns") or (arn,))
        for one in rules
    )


def begin(db: Connection, analyzer: Analyzer, arn: str, now: datetime) -> None:
    """Have a resource looked at with every user and role."""
    name = f"{analyzer.id} {arn}"
    resource_scans.ask(db, analyzer.account, resource_scans.INTERNAL, name, "", now)


def step(running: Running, one: ResourceScan) -> None:
    """Look at a resource with some more users and roles of the zone."""
    analyzer_id, _, arn = one.name.partition(" ")
    now = running.clock.now()
    with running.database.moment(), running.database.read() as db:
        analyzer = analyzers.by_id(db, one.account, analyzer_id)
        seen = analyzed_resources.find(db, one.account, analyzer_id, arn)
        begun, account, kind, token = _place(one, now)
        account = account or (_next(db, analyzer, "") if analyzer else "")
    found = _subject(running, seen) if seen and analyzer else None
    if analyzer is None or found is None or not account:
        running.database.write(partial(resource_scans.done, one=one), world=False)
        return
    named, token = lists.kept(running, kind, account, token)
    pairs = [_pair(running, found, each, account, name) for each, name, _ in named]

    def job(db: Connection) -> None:
        if analyzers.by_id(db, analyzer.account, analyzer.id) is None:
            resource_scans.done(db, one)
            return
        _keep(db, analyzer, pairs, now)
        following = _following(db, analyzer, account, kind, token)
        if following is None:
            written.outdated(db, analyzer, found, INTERNAL, moment(begun), now)
            resource_scans.done(db, one)
        else:
            resource_scans.go_on(db, one, json.dumps([begun, *following]), now)

    running.database.write(job, world=False)


def _place(one: ResourceScan, now: datetime) -> tuple[int, str, str, str]:
    """When a list was begun, and the account, the type and the token to go on with."""
    if not one.place:
        return microseconds(now), "", ROLE, ""
    begun, account, kind, token = json.loads(one.place)
    return int(begun), str(account), str(kind), str(token)


def of_principal(
    running: Running, watching: Sequence[Analyzer], one: ResourceScan
) -> list[tuple[Analyzer, list[Pair]]]:
    """What the user or role of *one* may do on each critical resource."""
    looked = []
    for analyzer in watching:
        with running.database.moment(), running.database.read() as db:
            where = (analyzer.account, analyzer.id)
            critical = analyzed_resources.page(db, *where, limit=MOST_RESOURCES).items
        found = [subject for each in critical if (subject := _subject(running, each))]
        pairs = [_pair(running, each, one.kind, one.account, one.name) for each in found]
        looked.append((analyzer, pairs))
    return looked


def keep(db: Connection, looked: Sequence[tuple[Analyzer, list[Pair]]], now: datetime) -> None:
    """Write what users and roles may do."""
    for analyzer, pairs in looked:
        if analyzers.by_id(db, analyzer.account, analyzer.id) is not None:
            _keep(db, analyzer, pairs, now)


def _keep(db: Connection, analyzer: Analyzer, pairs: Sequence[Pair], now: datetime) -> None:
    for one in pairs:
        about = {"principal": {"AWS": one.principal}, "condition": {}}
        written.one(db, analyzer, one.subject, INTERNAL, about, one.said, now)


def _subject(running: Running, seen: AnalyzedResource) -> Subject | None:
    found = subjects.find(running, seen.type, seen.owner, seen.arn)
    return found[0] if found else None


def _pair(running: Running, subject: Subject, kind: str, account: str, name: str) -> Pair:
    """What the user or role of that ARN may do on *subject*."""
    if SERVICE_LINKED in name:
        return Pair(subject, name, None)
    with running.database.moment(), running.database.read() as db:
        principal = principals.account_of(running, db, kind, account, name)
    if principal is None:
        return Pair(subject, name, None)
    failed = False
    try:
        place = running.live.membership(account)
        principal = principals.placed(principal, place)
        owner = Account(id=subject.account, partition=running.settings.partition)
        owner = principals.placed(owner, running.live.membership(subject.account))
    except Unjudged:
        failed, place = True, None
        owner = Account(id=subject.account, partition=running.settings.partition)
    allowed = internal(subject, principal, owner)
    if not allowed:
        return Pair(subject, name, None)
    limited = place is not None and place.scps is not None and place.management_account != account
    scps = APPLIED if limited else NOT_APPLICABLE
    said = {
        "action": list(allowed),
        "condition": {},
        "principal": {"AWS": name},
        "principalOwnerAccount": account,
        "accessType": "INTRA_ACCOUNT" if account == subject.account else "INTRA_ORG",
        "principalType": "IAM_ROLE" if kind == ROLE else "IAM_USER",
        "sources": [{"type": "POLICY"}],
        "resourceControlPolicyRestriction": subject.restriction,
        "serviceControlPolicyRestriction": "FAILED_TO_EVALUATE_SCP" if failed else scps,
    }
    return Pair(subject, name, said)


def _following(
    db: Connection, analyzer: Analyzer, account: str, kind: str, token: str
) -> tuple[str, str, str] | None:
    """Account, kind and token to go on with; None at the end."""
    if token:
        return account, kind, token
    if kind == ROLE:
        return account, USER, ""
    after = _next(db, analyzer, account)
    return (after, ROLE, "") if after else None


def _next(db: Connection, analyzer: Analyzer, after: str) -> str:
    """The next account of the zone; empty at the end."""
    if not analyzer.organization:
        return "" if after else analyzer.account
    page = organizations.members(db, analyzer.organization, after=after or None, limit=1)
    return page.items[0].account if page.items else ""
