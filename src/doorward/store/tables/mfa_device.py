"""MFA devices: assigned to a user or to an account's root, or to nobody yet."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from doorward.store.tables.columns import Json, Moment, metadata

VIRTUAL = "virtual"
FIDO = "fido"


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """An MFA device. `serial` is its ARN; `name_key` is unique an account, in lower case.

    Attributes:
        kind: `VIRTUAL`, a seed of one-time codes, or `FIDO`, a passkey or security key.
        user_id: `AIDA…` of the user who has it, empty for the root, None while nobody has.
        sealed_seed: the Base32 seed under the envelope of `store.secrets`; None of a FIDO device.
        enabled_at: since when its owner has it.
        last_step: the newest step whose code was accepted, in the device's own time. No code of
            it or of an earlier step is accepted again.
        drift: by how many steps the device's clock is ahead of ours.
        failures: wrong codes since the last right one, of all devices of the owner together.
        locked_until: no code is tried before.
        certifications: of a FIDO device, such as `{"FIDO": "L1"}`.
        credential: of a FIDO device: credential id, public key and counter, as registered.
    """

    serial: str
    account: str
    kind: str
    name: str
    name_key: str
    created_at: datetime
    user_id: str | None = None
    sealed_seed: bytes | None = field(default=None, repr=False)
    enabled_at: datetime | None = None
    last_step: int = 0
    drift: int = 0
    failures: int = 0
    locked_until: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)
    certifications: dict[str, str] = field(default_factory=dict)
    credential: dict[str, str] = field(default_factory=dict)


mfa_devices = Table(
    "mfa_device",
    metadata,
    Column("serial", String(256), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(256), nullable=False),
    Column("name_key", String(256), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("user_id", String(21)),
    Column("sealed_seed", LargeBinary),
    Column("enabled_at", Moment),
    Column("last_step", BigInteger, nullable=False),
    Column("drift", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("tags", Json, nullable=False),
    Column("certifications", Json, nullable=False),
    Column("credential", Json, nullable=False),
    UniqueConstraint("account", "name_key"),
    Index("ix_mfa_device_user_id", "account", "user_id"),
)
