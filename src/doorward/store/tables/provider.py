"""Identity providers of an account."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class OpenIDConnectProvider:
    """An OIDC provider. `url` has no scheme, as IAM shows it; `thumbprints` are 40 hex digits."""

    account: str
    url: str
    created_at: datetime
    client_ids: list[str]
    thumbprints: list[str]
    tags: dict[str, str] = field(default_factory=dict)


open_id_connect_providers = Table(
    "open_id_connect_provider",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("url", String(255), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("client_ids", Json, nullable=False),
    Column("thumbprints", Json, nullable=False),
    Column("tags", Json, nullable=False),
)
