"""Permission sets of Identity Center, and the roles that they became in accounts."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """A permission set of the instance that *account* owns; `id` is `ps-…`.

    `session_duration` is in ISO 8601, such as `PT1H`. `managed` are ARNs of AWS managed policies,
    `customer_managed` are paths with names, such as `/team/read`. `boundary` is one or the other,
    None where none is set. `version` counts changes of what a role is made of.
    """

    id: str
    account: str
    name: str
    created_at: datetime
    session_duration: str = "PT1H"
    description: str | None = None
    relay_state: str | None = None
    managed: list[str] = field(default_factory=list)
    customer_managed: list[str] = field(default_factory=list)
    inline_policy: str | None = None
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Provision:
    """The role that a permission set became in the account *target*.

    `account` owns the instance. `version` is that of the permission set when the role was made.
    """

    account: str
    permission_set_id: str
    target: str
    role_id: str
    version: int


permission_sets = Table(
    "permission_set",
    metadata,
    Column("id", String(19), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("session_duration", String(100), nullable=False),
    Column("description", String(700)),
    Column("relay_state", String(240)),
    Column("managed", Json, nullable=False),
    Column("customer_managed", Json, nullable=False),
    Column("inline_policy", Text),
    Column("boundary", String(2048)),
    Column("tags", Json, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("account", "name"),
    Index("ix_permission_set_id", "account", "id"),
)

provisions = Table(
    "permission_set_provision",
    metadata,
    Column("account", String(12), nullable=False),
    Column("permission_set_id", String(19), primary_key=True),
    Column("target", String(12), primary_key=True),
    Column("role_id", String(21), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_permission_set_provision_target", "account", "target", "permission_set_id"),
    Index("ix_permission_set_provision_role_id", "target", "role_id"),
)
