"""Who is told of unusual activity: trails, and the event data stores that others name for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.trail import unusual
from doorward.server.trails import following
from doorward.services.cloudtrail import selectors
from doorward.store import trail_things, trails
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail import Trail
from doorward.store.tables.trail_insight import Counted
from doorward.store.tables.trail_thing import TrailThing

MOST_STORES = 1_000


@dataclass(frozen=True, slots=True)
class Takers:
    """The trails and event data stores of one account that have insight selectors."""

    trails: Sequence[Trail]
    stores: Sequence[TrailThing]

    @classmethod
    def of(cls, db: Connection, account: str) -> "Takers":
        """Those of *account*."""
        stores = trail_things.of_kind(db, account, "eventdatastore", limit=MOST_STORES)
        return cls(
            [one for one in trails.of(db, account) if one.insights],
            [one for one in stores if one.members.get("InsightSelectors")],
        )

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.trails or self.stores)

    def of_kind(self, what: Counted, seen: Sequence[AuditEvent]) -> list[str]:
        """Who is told of *what*, which they take: ARNs of trails, the store and its destination."""
        records = [json.loads(one.event) for one in seen[:1]]
        found = [
            one.arn
            for one in self.trails
            if one.logging
            and asks(one.insights, what)
            and all(following.takes(one, record) for record in records)
        ]
        for one in self.stores:
            here = one.region == what.region or one.members["MultiRegionEnabled"]
            taking = one.members["Status"] == "ENABLED" and all(
                selectors.takes(one.members, record) for record in records
            )
            if here and taking and asks(one.members["InsightSelectors"], what):
                found.append(f"{one.region}/{one.id} {one.members['InsightsDestination']}")
        return found


def asks(chosen: Sequence[Mapping[str, Any]], what: Counted) -> bool:
    """Whether insight selectors ask for *what*; without categories, they do for management."""
    kind = unusual.ERRORS if what.error else unusual.CALLS
    return any(
        one["InsightType"] == kind
        and what.category in (one.get("EventCategories") or ["Management"])
        for one in chosen
    )
