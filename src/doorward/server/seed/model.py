"""What a seed file says, checked and typed, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from doorward.server.seed.identity_center import SeedIdentityCenter


class Document(NamedTuple):
    """A policy document as JSON text; `where` is its place in the seed file."""

    text: str
    where: str


class Key(NamedTuple):
    """An access key; `where` is its place in the seed file."""

    id: str
    secret: str
    where: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class SeedPolicy:
    """A customer managed policy."""

    name: str
    where: str
    path: str
    document: Document
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """A group. `policies` are ARNs of managed policies."""

    name: str
    where: str
    path: str
    policies: tuple[str, ...]
    inline: Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class SeedUser:
    """A user. `groups` are names; `policies` and `boundary` ARNs of managed policies."""

    name: str
    where: str
    path: str
    groups: tuple[str, ...]
    policies: tuple[str, ...]
    inline: Mapping[str, Document]
    boundary: str | None
    tags: Mapping[str, str]
    password: str | None = field(repr=False)
    access_keys: tuple[Key, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeedRole:
    """A role. `policies` and `boundary` are ARNs; `trust` names principals by ARN."""

    name: str
    where: str
    path: str
    trust: Document
    policies: tuple[str, ...]
    inline: Mapping[str, Document]
    boundary: str | None
    tags: Mapping[str, str]
    max_session_duration: int
    description: str | None


@dataclass(frozen=True, slots=True)
class SeedBucket:
    """A bucket. `public_access_block` is None where none is set; `objects` map keys to text."""

    name: str
    where: str
    policy: Document | None
    public_access_block: Mapping[str, bool] | None
    tags: Mapping[str, str]
    objects: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """An account and everything in it, each kind in the order of the file."""

    id: str
    where: str
    alias: str | None
    root: Key | None
    policies: tuple[SeedPolicy, ...]
    groups: tuple[SeedGroup, ...]
    users: tuple[SeedUser, ...]
    roles: tuple[SeedRole, ...]
    buckets: tuple[SeedBucket, ...]


@dataclass(frozen=True, slots=True)
class SeedUnit:
    """A unit, or the root, with what is attached to it by name.

    `full_access` says whether AWS's `FullAWSAccess` stays attached, as it is by default.
    """

    name: str
    accounts: tuple[str, ...]
    policies: tuple[str, ...]
    units: tuple["SeedUnit", ...]
    full_access: bool


@dataclass(frozen=True, slots=True)
class SeedOrganization:
    """An organization. `account_policies` are names of policies attached to accounts."""

    management: str
    root: SeedUnit
    service_control_policies: Mapping[str, Document]
    resource_control_policies: Mapping[str, Document]
    account_policies: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole seed file; `digest` is of its bytes and tells whether it was applied before."""

    file: str
    digest: bytes
    accounts: tuple[SeedAccount, ...]
    organization: SeedOrganization | None
    identity_center: "SeedIdentityCenter | None" = None
