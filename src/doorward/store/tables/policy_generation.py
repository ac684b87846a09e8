"""Policies that are made from what a user or role did: what was asked for, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata

IN_PROGRESS, SUCCEEDED = "IN_PROGRESS", "SUCCEEDED"
FAILED, CANCELED = "FAILED", "CANCELED"


@dataclass(frozen=True, slots=True)
class PolicyGeneration:
    """One of them. `id` is a UUID.

    Attributes:
        principal: the ARN of the user or role.
        token: the client's, by which a repeated request is known; empty for none.
        status: one of those above.
        details: the trails, the role and the time, in wire casing; empty where none were given.
        result: what was found; empty until it succeeded.
        error: `code` and `message` of what went wrong; empty where nothing did.
    """

    id: str
    account: str
    region: str
    principal: str
    token: str
    status: str
    details: dict[str, Any]
    started_at: datetime
    completed_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)


policy_generations = Table(
    "policy_generation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("principal", String(700), nullable=False),
    Column("token", String(256), nullable=False),
    Column("status", String(16), nullable=False),
    Column("details", Json, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("completed_at", Moment, nullable=True),
    Column("result", Json, nullable=False),
    Column("error", Json, nullable=False),
    Index("ix_policy_generation_started", "account", "region", "started_at", "id"),
    Index(
        "ix_policy_generation_principal",
        *("account", "region", "principal", "started_at", "id"),
    ),
    Index("ix_policy_generation_token", "account", "region", "token"),
    Index("ix_policy_generation_status", "status", "account", "region"),
)
