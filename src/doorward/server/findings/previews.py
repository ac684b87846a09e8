"""Access previews: what a resource would let in, beside what it lets in now.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-access-preview.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.analysis.findings import bucket as buckets_analysis
from doorward.analysis.findings.bucket import Blocks, Point
from doorward.analysis.findings.external import external
from doorward.analysis.findings.subject import Granting, Subject
from doorward.base.arn import Arn
from doorward.base.errors import BadInput
from doorward.policy.document import Effect, Policy
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.server.findings import subjects, written, zones
from doorward.server.running import Running
from doorward.services.accessanalyzer import configurations
from doorward.store import access_previews, analyzers, buckets, findings, resource_scans
from doorward.store.tables.access_preview import AccessPreview
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.finding import Finding
from doorward.store.tables.resource_scan import ResourceScan

COMPLETED, FAILED = "COMPLETED", "FAILED"
INVALID = "INVALID_CONFIGURATION"
NEW, CHANGED, UNCHANGED = "NEW", "CHANGED", "UNCHANGED"


def take(running: Running, one: ResourceScan) -> None:
    """Work out a preview that was asked for."""
    analyzer_id, _, preview_id = one.name.partition("/")
    with running.database.moment(), running.database.read() as db:
        analyzer = analyzers.by_id(db, one.account, analyzer_id)
        preview = access_previews.find(db, one.account, analyzer_id, preview_id)
    said: list[dict[str, Any]] = []
    status, reason = COMPLETED, ""
    if analyzer is not None and preview is not None:
        try:
            for arn, configuration in preview.configurations.items():
                said += _found(running, analyzer, preview, arn, configuration)
        except (BadInput, PolicySyntaxError, KeyError):
            said, status, reason = [], FAILED, INVALID

    def job(db: Any) -> None:
        if preview is not None:
            values = {"status": status, "reason": reason, "findings": said}
            access_previews.change(db, preview, values)
        resource_scans.done(db, one)

    running.database.write(job, world=False)


def _found(
    running: Running,
    analyzer: Analyzer,
    preview: AccessPreview,
    arn: str,
    configuration: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The findings that there would be, each compared with what there is."""
    kind = configurations.kind_of(configuration)
    parsed = Arn.parse(arn)
    if kind is None or parsed is None:
        raise BadInput(arn, "no resource that can be previewed")
    with running.database.moment(), running.database.read() as db:
        bucket = buckets.find(db, parsed.resource) if kind == subjects.BUCKET else None
        owner = parsed.account or (bucket.account if bucket else analyzer.account)
        zone = zones.of(db, analyzer, owner)
        known = findings.of_resource(
            db, analyzer.account, analyzer.id, arn, limit=written.MOST_FINDINGS
        )
    subject = _subject(running, kind, owner, arn, configuration)
    said = [written.details(one) for one in external(subject, zone)]
    there = {one.id: one for one in known if one.status != written.RESOLVED}
    made = []
    for one in said:
        same = written.finding_id(analyzer.id, arn, written.EXTERNAL, one)
        made.append(_shown(running, subject, one, there.pop(same, None)))
    made += [_resolved(running, subject, one) for one in there.values()]
    del preview
    return made


def _shown(
    running: Running, subject: Subject, said: Mapping[str, Any], old: Finding | None
) -> dict[str, Any]:
    change = NEW if old is None else (UNCHANGED if old.details == said else CHANGED)
    existing = {"existingFindingId": old.id, "existingFindingStatus": old.status} if old else {}
    return {
        **said,
        **existing,
        "id": running.ids.request_id(),
        "resource": subject.arn,
        "resourceType": subject.type,
        "resourceOwnerAccount": subject.account,
        "changeType": change,
        "status": old.status if old else written.ACTIVE,
    }


def _resolved(running: Running, subject: Subject, old: Finding) -> dict[str, Any]:
    """What there is now and would be no more."""
    shown = _shown(running, subject, old.details, old)
    return shown | {"changeType": CHANGED, "status": written.RESOLVED}


def _subject(
    running: Running, kind: str, owner: str, arn: str, configuration: Mapping[str, Any]
) -> Subject:
    if kind == subjects.BUCKET:
        given = configuration[configurations.BUCKET]
        policy = _parsed(given.get("bucketPolicy"))
        denying = policy.statements if policy else ()
        made = buckets_analysis.grantings(
            arn, policy, list(_acl(given)), tuple(_points(given, owner)), _blocks(given)
        )
        found = subjects.given(running, owner, kind, arn, *made)
        return Subject(
            kind,
            arn,
            owner,
            found.grantings,
            denying=tuple(one for one in denying if one.effect is Effect.DENY),
            rcps=found.rcps,
            unread=found.unread,
        )
    policy = _parsed(configurations.policy_text(configuration))
    granted = (Granting(policy),) if policy else ()
    return subjects.given(running, owner, kind, arn, *granted)


def _parsed(text: str | None) -> Policy | None:
    return parse(text) if text else None


def _blocks(given: Mapping[str, Any]) -> Blocks:
    said = given.get("bucketPublicAccessBlock") or given.get("publicAccessBlock") or {}
    return Blocks(said.get("ignorePublicAcls", False), said.get("restrictPublicBuckets", False))


def _acl(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The grants of a configuration as S3 has them."""
    for one in given.get("bucketAclGrants") or ():
        who = one["grantee"]
        grantee = {"URI": who["uri"]} if "uri" in who else {"ID": who["id"]}
        yield {"Grantee": grantee, "Permission": one["permission"]}


def _points(given: Mapping[str, Any], owner: str) -> Iterator[Point]:
    for arn, one in (given.get("accessPoints") or {}).items():
        parsed = Arn.parse(arn)
        network = (one.get("networkOrigin") or {}).get("vpcConfiguration") or {}
        yield Point(
            arn,
            parsed.account if parsed else owner,
            _parsed(one.get("accessPointPolicy")),
            _blocks(one),
            network.get("vpcId", ""),
        )
