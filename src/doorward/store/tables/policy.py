"""Customer managed policies, their versions, and what they are attached to."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer managed policy. `id` is `ANPA…`.

    `default_version` and `latest_version` are numbers; a number is never used twice.
    """

    id: str
    account: str
    name: str
    name_key: str
    path: str
    arn: str
    description: str | None
    default_version: int
    latest_version: int
    created_at: datetime
    updated_at: datetime
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a customer managed policy; `document` is the text as given."""

    policy_id: str
    number: int
    document: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A managed policy, AWS's or the customer's, attached to a user, group or role.

    `entity_id` is the unique id; its first four letters tell the kind.
    """

    account: str
    entity_id: str
    policy_arn: str
    attached_at: datetime


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy embedded in a user, group or role; `document` is the text as given."""

    account: str
    entity_id: str
    name: str
    document: str


policies = Table(
    "policy",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("arn", String(2048), nullable=False, unique=True),
    Column("description", String(1000)),
    Column("default_version", Integer, nullable=False),
    Column("latest_version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    UniqueConstraint("account", "name_key"),
)

policy_versions = Table(
    "policy_version",
    metadata,
    Column("policy_id", String(21), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

attachments = Table(
    "attachment",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("entity_id", String(21), primary_key=True),
    Column("policy_arn", String(2048), primary_key=True),
    Column("attached_at", Moment, nullable=False),
    Index("ix_attachment_policy_arn", "account", "policy_arn", "entity_id"),
)

inline_policies = Table(
    "inline_policy",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("entity_id", String(21), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("document", Text, nullable=False),
)
