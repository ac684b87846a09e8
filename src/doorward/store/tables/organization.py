"""Organizations: their units, member accounts and policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization. `id` is `o-…`, `root_id` `r-…`; `feature_set` `ALL` or for billing only.

    `policy_types` are the kinds enabled in the root: `scp`, `rcp`, or such as `tag_policy`.
    """

    id: str
    management_account: str
    root_id: str
    created_at: datetime
    feature_set: str = "ALL"
    policy_types: list[str] = field(default_factory=lambda: ["scp"])
    root_tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """An organizational unit. `id` is `ou-…`; `parent_id` the root or another unit."""

    id: str
    organization_id: str
    parent_id: str
    name: str
    created_at: datetime
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """An account in an organization, the management account included.

    `parent_id` is the root or a unit; `joined_method` is `CREATED` or `INVITED`.
    """

    account: str
    organization_id: str
    parent_id: str
    joined_at: datetime
    joined_method: str = "CREATED"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganizationPolicy:
    """A customer's policy of an organization. `id` is `p-…`.

    `kind` is `scp`, `rcp` or AWS's type in lower case, such as `tag_policy`. `updated_at` is None
    while it is as it was made.
    """

    id: str
    organization_id: str
    kind: str
    name: str
    description: str
    document: str
    created_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrganizationAttachment:
    """A policy, AWS's or the customer's, attached to the root, a unit or an account."""

    organization_id: str
    target_id: str
    policy_id: str


organizations = Table(
    "organization",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("management_account", String(12), nullable=False, unique=True),
    Column("root_id", String(34), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("feature_set", String(24), nullable=False),
    Column("policy_types", Json, nullable=False),
    Column("root_tags", Json, nullable=False, server_default="{}"),
)

units = Table(
    "organizational_unit",
    metadata,
    Column("id", String(68), primary_key=True),
    Column("organization_id", String(34), nullable=False, index=True),
    Column("parent_id", String(68), nullable=False),
    Column("name", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    UniqueConstraint("parent_id", "name"),
)

member_accounts = Table(
    "member_account",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("parent_id", String(68), nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("joined_method", String(8), nullable=False),
    Column("tags", Json, nullable=False),
    Index("ix_member_account_organization_id", "organization_id", "account"),
    Index("ix_member_account_parent_id", "parent_id", "account"),
)

organization_policies = Table(
    "organization_policy",
    metadata,
    Column("id", String(130), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", String(512), nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    Column("updated_at", Moment),
    UniqueConstraint("organization_id", "kind", "name"),
)

organization_attachments = Table(
    "organization_attachment",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("target_id", String(68), primary_key=True),
    Column("policy_id", String(130), primary_key=True),
    Index("ix_organization_attachment_policy_id", "organization_id", "policy_id", "target_id"),
)
