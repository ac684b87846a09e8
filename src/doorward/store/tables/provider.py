"""Identity providers of an account."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, LargeBinary, String, Table, Text, false

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class OpenIDConnectProvider:
    """An OIDC provider.

    Attributes:
        url: host, port and path, without scheme, as IAM shows it.
        thumbprints: 40 hexadecimal digits each.
        plain: its issuer is reached over HTTP; only where private addresses are allowed.
        propagation: the members `ContextProvider` and `IdentityCenterInstanceArn`, as given.
    """

    account: str
    url: str
    created_at: datetime
    client_ids: list[str]
    thumbprints: list[str]
    tags: dict[str, str] = field(default_factory=dict)
    plain: bool = False
    propagation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """A SAML provider.

    Attributes:
        uuid: its unique id, `SAMLProviderUUID`.
        entities: of each entity in the metadata, its id and its signing certificates: DER in
            base64.
        encryption: `Required`, `Allowed`, or None where nothing was said.
        propagation: the members `ContextProvider` and `IdentityCenterInstanceArn`, as given.
    """

    account: str
    name: str
    uuid: str
    created_at: datetime
    valid_until: datetime
    entities: dict[str, list[str]]
    encryption: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    propagation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamlPrivateKey:
    """A key that decrypts assertions of a SAML provider; `sealed` is PEM under the envelope."""

    account: str
    provider: str
    id: str
    created_at: datetime
    sealed: bytes = field(repr=False)


open_id_connect_providers = Table(
    "open_id_connect_provider",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("url", String(255), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("client_ids", Json, nullable=False),
    Column("thumbprints", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("plain", Boolean, nullable=False, server_default=false()),
    Column("propagation", Json, nullable=False, server_default="{}"),
)

saml_providers = Table(
    "saml_provider",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("uuid", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("entities", Json, nullable=False),
    Column("encryption", String(8)),
    Column("tags", Json, nullable=False),
    Column("propagation", Json, nullable=False),
)

saml_metadata = Table(
    "saml_metadata",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("provider", String(128), primary_key=True),
    Column("document", Text, nullable=False),
)
"""The metadata documents: apart, because they are large and only GetSAMLProvider shows them."""

saml_private_keys = Table(
    "saml_private_key",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("provider", String(128), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
