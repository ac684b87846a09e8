"""Features of centralized root access that organizations have switched on."""

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Moment, metadata

root_features = Table(
    "organization_root_feature",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("feature", String(32), primary_key=True),
    Column("enabled_at", Moment, nullable=False),
)
