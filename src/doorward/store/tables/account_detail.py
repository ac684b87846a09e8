"""What an account says of its owner, and the Regions it has chosen."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, String, Table

from doorward.store.tables.columns import Json, metadata

PRIMARY = "PRIMARY"


@dataclass(frozen=True, slots=True)
class AccountContact:
    """A contact. `kind` is `PRIMARY`, `BILLING`, `OPERATIONS` or `SECURITY`.

    `members` are those of the wire.
    """

    account: str
    kind: str
    members: dict[str, str]


@dataclass(frozen=True, slots=True)
class AccountRegion:
    """A Region that the account enabled or disabled itself."""

    account: str
    region: str
    enabled: bool


account_contacts = Table(
    "account_contact",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("members", Json, nullable=False),
)

account_regions = Table(
    "account_region",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(50), primary_key=True),
    Column("enabled", Boolean, nullable=False),
)
