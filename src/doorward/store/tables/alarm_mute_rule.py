"""CloudWatch alarm mute rules: when actions of alarms are not run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class AlarmMuteRule:
    """A mute rule; `schedule` is what the request gave, by the model's names.

    `targets` are names of alarms. It mutes nothing before `starts_at` and from `expires_at` on.
    """

    account: str
    region: str
    name: str
    description: str
    schedule: Mapping[str, Any]
    targets: Sequence[str]
    starts_at: datetime | None
    expires_at: datetime | None
    tags: Mapping[str, str]
    updated_at: datetime


alarm_mute_rules = Table(
    "alarm_mute_rule",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("description", Text, nullable=False),
    Column("schedule", Json, nullable=False),
    Column("targets", Json, nullable=False),
    Column("starts_at", Moment),
    Column("expires_at", Moment),
    Column("tags", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
