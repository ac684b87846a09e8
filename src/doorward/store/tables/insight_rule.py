"""CloudWatch Contributor Insights: rules that say who contributes to log groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, String, Table, Text

from doorward.store.tables.columns import Json, metadata


@dataclass(frozen=True, slots=True)
class InsightRule:
    """A rule; `definition` is JSON as it was given.

    `spans` are when it was enabled: pairs of a beginning and an end in ISO 8601, the last end None
    while it is.
    """

    account: str
    region: str
    name: str
    definition: str
    enabled: bool
    spans: Sequence[Sequence[str | None]]
    tags: Mapping[str, str]


insight_rules = Table(
    "insight_rule",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("definition", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("spans", Json, nullable=False),
    Column("tags", Json, nullable=False),
)
