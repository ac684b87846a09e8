"""Who of an identity store may take which permission set in which account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class AccountAssignment:
    """A user or group with a permission set in the account *target*; `account` owns the instance.

    `principal_type` is `USER` or `GROUP`.
    """

    account: str
    permission_set_id: str
    target: str
    principal_type: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class SsoRequest:
    """What became of a request to assign, unassign or provision; `id` is a UUID.

    `kind` is `CREATE`, `DELETE` or `PROVISION`; `members` are those of the API's status.
    """

    id: str
    account: str
    kind: str
    status: str
    created_at: datetime
    members: dict[str, str]


account_assignments = Table(
    "account_assignment",
    metadata,
    Column("account", String(12), nullable=False),
    Column("permission_set_id", String(19), primary_key=True),
    Column("target", String(12), primary_key=True),
    Column("principal_type", String(5), primary_key=True),
    Column("principal_id", String(36), primary_key=True),
    # Covering, for what one user has: by name or by group.
    Index(
        "ix_account_assignment_principal_id",
        "account", "principal_id", "target", "permission_set_id", "principal_type",
    ),
)  # fmt: skip

sso_requests = Table(
    "sso_request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("kind", String(9), nullable=False),
    Column("status", String(11), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("members", Json, nullable=False),
    Index("ix_sso_request_kind", "account", "kind", "id"),
    Index("ix_sso_request_created_at", "account", "created_at"),
)
