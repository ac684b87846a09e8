"""The follower of the audit trail that CloudTrail's trails and look-ups live on."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from doorward.server.followers import Writes
from doorward.server.running import Running
from doorward.server.trails import about
from doorward.services.cloudtrail import selectors
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store import audit_lookup, organizations, trails
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.audit_resource import AuditResource
from doorward.store.tables.trail import Pending, Trail

GLOBAL = frozenset({"iam.amazonaws.com", "sts.amazonaws.com", "cloudfront.amazonaws.com"})
"""Services whose events a trail may leave out, `IncludeGlobalServiceEvents` being false."""
FIRST_REGION = "us-east-1"


class Gathering:
    """Has changes found by what they were about, and events wait for the trails that take them."""

    name = "cloudtrail"
    world = False

    def __init__(self, running: Running) -> None:
        self._running = running

    def prepare(self, events: Sequence[AuditEvent]) -> Writes | None:
        """What is found, and what waits, from now on."""
        found, waiting = self.found(events), self.waiting(events)
        if not found and not waiting:
            return None

        def write(db: Connection) -> None:
            audit_lookup.add(db, found)
            trails.wait(db, waiting)

        return write

    def found(self, events: Sequence[AuditEvent]) -> list[AuditResource]:
        """What changes of management were about."""
        return [
            AuditResource(one.sequence, place, one.account, one.region, one.at, kind, name)
            for one in events
            if not one.read_only and one.region
            for place, (kind, name) in enumerate(about.resources(json.loads(one.event)))
        ]

    def waiting(self, events: Sequence[AuditEvent]) -> list[Pending]:
        """The events that trails take."""
        with self._running.database.moment(), self._running.database.read() as db:
            taking = trails.logging(db)
            if not taking:
                return []
            members = {one.account: _organization(db, one.account) for one in events}
        found: list[Pending] = []
        for one in events:
            mine = [
                trail
                for trail in taking
                if one.account
                and (trail.account == one.account or _shared(trail, members[one.account]))
            ]
            record = json.loads(one.event) if mine else {}
            found += [
                Pending(trail.arn, one.sequence, one.account, str(record["awsRegion"]))
                for trail in mine
                if takes(trail, record)
            ]
        return found


def _organization(db: Connection, account: str) -> str:
    joined = organizations.find_account(db, account)
    return joined.organization_id if joined else ""


def _shared(trail: Trail, organization: str) -> bool:
    return bool(trail.organization) and trail.organization == organization


def takes(trail: Trail, record: Mapping[str, Any]) -> bool:
    """Whether *trail* takes *record*: its Region, its selectors.

    What CloudTrail itself writes to a bucket is left out unless it is asked for, since each file
    would make the next one (assumed).

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
    """
    members = trail.members
    if record["userIdentity"].get("invokedBy") == PRINCIPAL and not members.get("RecursiveLogging"):
        return False
    if record["eventSource"] in GLOBAL and not members["IncludeGlobalServiceEvents"]:
        return False
    if not members["IsMultiRegionTrail"] and record["awsRegion"] != trail.region:
        return False
    return selectors.takes(trail.selectors, record)
