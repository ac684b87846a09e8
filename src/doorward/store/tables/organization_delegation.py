"""What an organization lets others do: services, accounts that administer them, and its policy.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class TrustedService:
    """A service with trusted access; `service` is such as `ram.amazonaws.com`."""

    organization_id: str
    service: str
    enabled_at: datetime


@dataclass(frozen=True, slots=True)
class DelegatedAdministrator:
    """A member account that administers one service for the organization."""

    organization_id: str
    account: str
    service: str
    enabled_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationResourcePolicy:
    """The organization's own policy, which lets members administer policies. `id` is `rp-…`."""

    organization_id: str
    id: str
    document: str
    tags: dict[str, str] = field(default_factory=dict)


trusted_services = Table(
    "trusted_service",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("service", String(128), primary_key=True),
    Column("enabled_at", Moment, nullable=False),
)

delegated_administrators = Table(
    "delegated_administrator",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("account", String(12), primary_key=True),
    Column("service", String(128), primary_key=True),
    Column("enabled_at", Moment, nullable=False),
    Index("ix_delegated_administrator_service", "organization_id", "service", "account"),
)

organization_resource_policies = Table(
    "organization_resource_policy",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("id", String(131), nullable=False),
    Column("document", Text, nullable=False),
    Column("tags", Json, nullable=False),
)
