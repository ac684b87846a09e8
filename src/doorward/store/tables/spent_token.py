"""Tokens that work once, after they were used: kept until they would have expired anyway."""

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Moment, metadata

spent_tokens = Table(
    "spent_token",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)
