"""What CloudTrail Lake keeps: event data stores, queries, channels, dashboards and imports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class TrailThing:
    """One of them.

    Attributes:
        kind: such as `event-data-store`.
        id: the last part of its ARN.
        parent: the id of the event data store of a query, empty for the others.
        members: what is shown of it, in wire casing; moments as ISO 8601.
        policy: its resource policy, empty for none.
    """

    account: str
    region: str
    kind: str
    id: str
    name: str
    parent: str
    members: dict[str, Any]
    tags: dict[str, str]
    policy: str
    created_at: datetime
    updated_at: datetime


trail_things = Table(
    "trail_thing",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("parent", String(64), nullable=False),
    Column("members", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("policy", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_trail_thing_state", "kind", "name"),
    Index("ix_trail_thing_parent", "account", "region", "kind", "parent", "id"),
)
