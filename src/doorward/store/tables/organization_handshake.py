"""What organizations ask of accounts and of one another: handshakes, and what is agreed by them.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Handshake:
    """A handshake. `id` is `h-…`; it stays when its organization is gone.

    `party_type` is `ACCOUNT`, `EMAIL` or `ORGANIZATION`, `party_id` whom it was sent to; `account`
    is the recipient where that is known. `feature_set` is that of the organization when it asked.
    `tags` are for what is made when it is accepted. `ended_at` is when it was answered.
    """

    id: str
    organization_id: str
    management_account: str
    action: str
    state: str
    feature_set: str
    party_type: str
    party_id: str
    requested_at: datetime
    expires_at: datetime
    account: str | None = None
    notes: str | None = None
    parent_id: str | None = None
    ended_at: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountCreation:
    """A request for a new account. `id` is `car-…`; `failure` is AWS's reason where it failed."""

    id: str
    organization_id: str
    name: str
    state: str
    requested_at: datetime
    completed_at: datetime | None = None
    account: str | None = None
    govcloud_account: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ResponsibilityTransfer:
    """One organization's bills, paid by another. `id` is `rt-…`.

    `organization_id` and `management_account` are those who pay, and who asked; `source_account`
    manages the organization whose bills they are, None where only its e-mail address is known.
    """

    id: str
    organization_id: str
    management_account: str
    source_account: str | None
    source_email: str
    name: str
    status: str
    starts_at: datetime
    handshake_id: str
    ends_at: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)


handshakes = Table(
    "organization_handshake",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("management_account", String(12), nullable=False),
    Column("action", String(48), nullable=False),
    Column("state", String(16), nullable=False),
    Column("feature_set", String(24), nullable=False),
    Column("party_type", String(16), nullable=False),
    Column("party_id", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("account", String(12)),
    Column("notes", Text),
    Column("parent_id", String(34)),
    Column("ended_at", Moment),
    Column("tags", Json, nullable=False),
    Index("ix_organization_handshake_organization_id", "organization_id", "id"),
    Index("ix_organization_handshake_account", "account", "id"),
    Index("ix_organization_handshake_party_id", "party_id", "id"),
    Index("ix_organization_handshake_parent_id", "parent_id", "id"),
)

account_creations = Table(
    "account_creation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("name", String(50), nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("completed_at", Moment),
    Column("account", String(12)),
    Column("govcloud_account", String(12)),
    Column("failure", String(64)),
    Index("ix_account_creation_organization_id", "organization_id", "id"),
)

responsibility_transfers = Table(
    "responsibility_transfer",
    metadata,
    Column("id", String(35), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("management_account", String(12), nullable=False),
    Column("source_account", String(12)),
    Column("source_email", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("handshake_id", String(34), nullable=False, unique=True),
    Column("ends_at", Moment),
    Column("tags", Json, nullable=False),
    Index("ix_responsibility_transfer_management_account", "management_account", "id"),
    Index("ix_responsibility_transfer_source_account", "source_account", "id"),
)
