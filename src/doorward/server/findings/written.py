"""What a look at a resource comes to, written down: findings appear, change, are resolved.

A finding that comes back is the same one and active again. Archive rules archive what is new.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.account.unused import Unused
from doorward.analysis.findings.external import External
from doorward.analysis.findings.subject import Subject
from doorward.server.findings import unused
from doorward.services.accessanalyzer import filters
from doorward.store import analyzed_resources, analyzers, findings
from doorward.store.tables.analyzer import Analyzer, ArchiveRule
from doorward.store.tables.finding import AnalyzedResource, Finding

ACTIVE, ARCHIVED, RESOLVED = "ACTIVE", "ARCHIVED", "RESOLVED"
EXTERNAL = "ExternalAccess"
MOST_FINDINGS = 2_000
"""About one resource; what is more is not kept."""
MOST_RULES = 100


def details(found: External) -> dict[str, Any]:
    """*found* as answers show it."""
    return {
        "action": list(found.actions),
        "condition": dict(found.condition),
        "isPublic": found.public,
        "principal": {found.principal.type: found.principal.name},
        "sources": [
            {"type": one.kind} | ({"detail": dict(one.detail)} if one.detail else {})
            for one in found.sources
        ],
        "resourceControlPolicyRestriction": found.restriction,
    }


def finding_id(analyzer: str, resource: str, kind: str, said: dict[str, Any]) -> str:
    """The id of what is found by principal, condition and key; the same whenever it is found."""
    about: list[Any] = [analyzer, resource, kind]
    about += [said.get(name) for name in ("principal", "condition", "accessKeyId")]
    return str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(about, sort_keys=True)))


def seen(
    db: Connection,
    analyzer: Analyzer,
    subject: Subject,
    found: Sequence[External],
    now: datetime,
) -> None:
    """The resource was looked at, and this is what there is."""
    said = [details(one) for one in found]
    keep(db, analyzer, subject, EXTERNAL, said, now)
    _resource(db, analyzer, subject, said, now)


def idle(
    db: Connection, analyzer: Analyzer, subject: Subject, found: Sequence[Unused], now: datetime
) -> None:
    """The user or role was looked at, and this is what of it is not used."""
    for kind in unused.KINDS:
        said = [unused.details(one) for one in found if one.type == kind]
        keep(db, analyzer, subject, kind, said, now)
    _resource(db, analyzer, subject, (), now)


def keep(
    db: Connection,
    analyzer: Analyzer,
    subject: Subject,
    kind: str,
    said: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """Make *said* the findings about the resource: others are resolved."""
    known = {one.id: one for one in _known(db, analyzer, subject.arn)}
    rules = list(_rules(db, analyzer))
    if subject.error:
        said = [{"condition": {}}]
    for one_said in list(said)[:MOST_FINDINGS]:
        new = _new(analyzer, subject, kind, one_said, now)
        _put(db, known.pop(new.id, None), new, rules, now)
    for gone in known.values():
        if gone.kind == kind:
            _resolve(db, gone, now)


def _put(
    db: Connection, old: Finding | None, new: Finding, rules: Sequence[ArchiveRule], now: datetime
) -> None:
    """Keep *new*, in place of *old* where there was one."""
    if old is None:
        findings.add(db, _archived(new, rules))
    elif old.status == RESOLVED:
        findings.change(db, old, _changes(_archived(new, rules), updated_at=now))
    else:
        same = old.details == new.details and old.error == new.error
        updated = old.updated_at if same else now
        findings.change(db, old, _changes(replace(new, status=old.status), updated_at=updated))


def one(
    db: Connection,
    analyzer: Analyzer,
    subject: Subject,
    kind: str,
    about: dict[str, Any],
    said: dict[str, Any] | None,
    now: datetime,
) -> None:
    """Make *said* the only finding *about* a principal; None where there is none any more."""
    name = finding_id(analyzer.id, subject.arn, kind, about)
    old = findings.find(db, analyzer.account, analyzer.id, name)
    if said is not None:
        new = _new(analyzer, subject, kind, said, now)
        _put(db, old, new, list(_rules(db, analyzer)), now)
    elif old is not None:
        _resolve(db, old, now)


def outdated(
    db: Connection, analyzer: Analyzer, subject: Subject, kind: str, before: datetime, now: datetime
) -> None:
    """Resolve the findings about the resource that were not found again since *before*."""
    for old in _known(db, analyzer, subject.arn):
        if old.kind == kind and old.analyzed_at < before:
            _resolve(db, old, now)


def critical(db: Connection, analyzer: Analyzer, subject: Subject, now: datetime) -> None:
    """Keep that a resource is one of those whose users an analyzer looks for."""
    _resource(db, analyzer, subject, (), now)


def gone(db: Connection, analyzer: Analyzer, arn: str, now: datetime) -> None:
    """There is no such resource any more, or it is out of the analyzer's sight."""
    for one in _known(db, analyzer, arn):
        _resolve(db, one, now)
    found = analyzed_resources.find(db, analyzer.account, analyzer.id, arn)
    if found is not None:
        analyzed_resources.remove(db, found)


def _known(db: Connection, analyzer: Analyzer, arn: str) -> Sequence[Finding]:
    return findings.of_resource(db, analyzer.account, analyzer.id, arn, limit=MOST_FINDINGS)


def _new(
    analyzer: Analyzer, subject: Subject, kind: str, said: dict[str, Any], now: datetime
) -> Finding:
    return Finding(
        analyzer.account,
        analyzer.id,
        finding_id(analyzer.id, subject.arn, kind, said),
        kind,
        subject.arn,
        subject.type,
        subject.account,
        ACTIVE,
        bool(said.get("isPublic")),
        said,
        subject.error,
        created_at=now,
        analyzed_at=now,
        updated_at=now,
    )


def _changes(new: Finding, *, updated_at: datetime) -> dict[str, Any]:
    return {
        "status": new.status,
        "public": new.public,
        "details": new.details,
        "error": new.error,
        "analyzed_at": new.analyzed_at,
        "updated_at": updated_at,
    }


def _resolve(db: Connection, found: Finding, now: datetime) -> None:
    if found.status != RESOLVED:
        values = {"status": RESOLVED, "analyzed_at": now, "updated_at": now}
        findings.change(db, found, values)


def _rules(db: Connection, analyzer: Analyzer) -> Iterator[ArchiveRule]:
    return iter(analyzers.rules(db, analyzer.account, analyzer.id, limit=MOST_RULES).items)


def _archived(new: Finding, rules: Sequence[ArchiveRule]) -> Finding:
    """*new*, archived where a rule says so."""
    lookup = filters.of_finding(new)
    if any(filters.matches(one.filter, lookup) for one in rules):
        return replace(new, status=ARCHIVED)
    return new


def _resource(
    db: Connection,
    analyzer: Analyzer,
    subject: Subject,
    said: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """Keep what the resource is like, and that the analyzer looked at it last."""
    states = {one.status for one in _known(db, analyzer, subject.arn)}
    status = next((one for one in (ACTIVE, ARCHIVED, RESOLVED) if one in states), "")
    made = AnalyzedResource(
        analyzer.account,
        analyzer.id,
        subject.arn,
        subject.arn.rpartition("/")[2][-512:],
        subject.type,
        subject.account,
        any(one["isPublic"] for one in said),
        sorted({name for one in said for name in one["action"]}),
        sorted({source["type"] for one in said for source in one["sources"]}),
        status,
        subject.error,
        created_at=now,
        analyzed_at=now,
        updated_at=now,
    )
    old = analyzed_resources.find(db, analyzer.account, analyzer.id, subject.arn)
    if old is None:
        analyzed_resources.add(db, made)
    else:
        shown = replace(made, created_at=old.created_at, updated_at=old.updated_at)
        same = replace(shown, analyzed_at=old.analyzed_at) == old
        values = {
            name: getattr(made, name)
            for name in ("public", "actions", "shared_via", "status", "error", "analyzed_at")
        }
        analyzed_resources.change(db, old, values | ({} if same else {"updated_at": now}))
    analyzers.change(db, analyzer, {"last_resource": subject.arn, "last_resource_at": now})
