"""Requests of one account for temporary access to another."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class DelegationRequest:
    """A delegation request.

    Attributes:
        requestor: the account that asks; `workflow_id` is its own id of the request.
        permissions: policy template and parameters, as the request named them.
        policy: the permissions as a policy, parameters filled in.
        channel: the ARN of the SNS topic that the token goes to.
        duration_seconds: how long the delegated session lasts from `sent_at` on.
        state: as AWS names it; `EXPIRED` follows from `expires_at` alone.
        owner_account: whose access is asked for; None while that is open.
        owner_arn, owner_id: who associated the request with itself: ARN, and `userid` with the
            unique id.
        approver: who accepted it: `arn`, `kind`, `id`, `name` and `session` of the identity.
        token_digest: the SHA-256 of the trade-in token, once that was sent.
    """

    id: str
    requestor: str
    workflow_id: str
    description: str
    permissions: dict[str, Any]
    policy: str
    channel: str
    duration_seconds: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    state: str = "UNASSIGNED"
    owner_account: str | None = None
    owner_arn: str | None = None
    owner_id: str | None = None
    approver: dict[str, Any] | None = None
    message: str | None = None
    redirect_url: str | None = None
    only_send_by_owner: bool = False
    notes: str | None = None
    rejection_reason: str | None = None
    sent_at: datetime | None = None
    token_digest: bytes | None = field(default=None, repr=False)


delegation_requests = Table(
    "delegation_request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("requestor", String(12), nullable=False),
    Column("workflow_id", String(400), nullable=False),
    Column("description", String(1000), nullable=False),
    Column("permissions", Json, nullable=False),
    Column("policy", Text, nullable=False),
    Column("channel", String(400), nullable=False),
    Column("duration_seconds", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("owner_account", String(12)),
    Column("owner_arn", String(2048)),
    Column("owner_id", String(256)),
    Column("approver", Json),
    Column("message", String(200)),
    Column("redirect_url", String(255)),
    Column("only_send_by_owner", Boolean, nullable=False),
    Column("notes", String(500)),
    Column("rejection_reason", String(500)),
    Column("sent_at", Moment),
    Column("token_digest", LargeBinary, unique=True),
    UniqueConstraint("requestor", "workflow_id"),
    Index("ix_delegation_request_owner_account", "owner_account", "id"),
)
