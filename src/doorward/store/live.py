"""The live world: what decisions read, served from memory and never older than the last change.

INVARIANT: revocation is immediate. The change number has risen before a write is acknowledged, so
whoever asks afterwards finds what was compiled before to be stale and reads again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from doorward.authn.caller import AccessKey
from doorward.engine.compile import NamedPolicy
from doorward.store import (
    account_details,
    accounts,
    membership,
    organizations_accounts,
    snapshot,
    sources,
)
from doorward.store.membership import MembershipSource
from doorward.store.secrets import Secrets
from doorward.store.snapshot import S, Snapshot, V
from doorward.store.sources import EntitySource, KeySource, PolicyText
from doorward.world.source import Entity, Membership

MOST = 4_096
"""Entities of each kind that are kept compiled."""


class Readable(Protocol):
    """Where the live world reads: the database, or in tests one open transaction."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection to read on."""
        ...

    def change_number(self) -> int:
        """A number that rises with every change, before it is acknowledged."""
        ...


class Standing(NamedTuple):
    """What shuts an account: Organizations closed it, or it opted out of Regions."""

    closed: bool = False
    disabled_regions: frozenset[str] = frozenset()

    def bars(self, region: str) -> bool:
        """Whether nobody acts in the account's name in *region*."""
        return self.closed or region in self.disabled_regions


OPEN = Standing()


def standing(db: Connection, account: str) -> Standing:
    """In which ways the account is shut."""
    return Standing(
        organizations_accounts.is_closed(db, account),
        account_details.disabled_regions(db, account),
    )


class Alias(NamedTuple):
    """The name that an account goes by, if it has one."""

    name: str | None


def _alias(db: Connection, account: str) -> Alias:
    found = accounts.find(db, account)
    return Alias(found.alias if found else None)


def _itself(found: V) -> V:
    return found


class Live:
    """A `World` over *database*, and the access keys that callers sign with.

    Every look-up answers for the moment at which it is made.
    """

    def __init__(
        self, database: Readable, secrets: Secrets, *, partition: str = "aws", most: int = MOST
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._partition = partition
        self._users: Snapshot[EntitySource, Entity] = Snapshot(most)
        self._roles: Snapshot[EntitySource, Entity] = Snapshot(most)
        self._keys: Snapshot[KeySource, AccessKey] = Snapshot(most)
        self._policies: Snapshot[PolicyText, NamedPolicy] = Snapshot(most)
        self._memberships: Snapshot[MembershipSource, Membership | None] = Snapshot(most)
        self._standings: Snapshot[Standing, Standing] = Snapshot(most)
        self._aliases: Snapshot[Alias, Alias] = Snapshot(most)

    def user(self, account: str, unique_id: str) -> Entity | None:
        """The user of that unique id, None once it is gone.

        Raises:
            Inconsistent: a policy of it cannot be read; the request must be refused.
        """
        return self._serve(
            self._users,
            f"{account}/{unique_id}",
            lambda db: sources.user(db, account, unique_id),
            self._entity,
        )

    def role(self, account: str, unique_id: str) -> Entity | None:
        """The role of that unique id, None once it is gone.

        Raises:
            Inconsistent: a policy of it cannot be read; the request must be refused.
        """
        return self._serve(
            self._roles,
            f"{account}/{unique_id}",
            lambda db: sources.role(db, account, unique_id),
            self._entity,
        )

    def membership(self, account: str) -> Membership | None:
        """The account's organization, None where it is in none.

        Raises:
            Inconsistent: a policy or a unit above it cannot be read; the request must be refused.
        """
        return self._serve(
            self._memberships,
            account,
            lambda db: membership.source(db, account),
            membership.compiled,
        )

    def standing(self, account: str) -> Standing:
        """In which ways the account is shut: to everyone, or in some Regions."""
        found = self._serve(self._standings, account, lambda db: standing(db, account), _itself)
        return found or OPEN

    def alias(self, account: str) -> str | None:
        """The account's alias, None where it has none."""
        found = self._serve(self._aliases, account, lambda db: _alias(db, account), _itself)
        return found.name if found else None

    def managed_policy(self, account: str, arn: str) -> NamedPolicy | None:
        """The default version of an AWS managed policy or one of *account*.

        Raises:
            Inconsistent: it cannot be read; the request must be refused.
        """
        return self._serve(
            self._policies,
            f"{account}/{arn}",
            lambda db: sources.managed_policy(db, account, arn),
            snapshot.named,
        )

    def find_key(self, access_key_id: str) -> AccessKey | None:
        """The access key of that id with its secret in clear, None where there is none.

        Raises:
            Unopened: the secret was tampered with.
        """
        return self._serve(
            self._keys,
            access_key_id,
            lambda db: sources.access_key(db, access_key_id),
            self._access_key,
        )

    def _serve(
        self,
        kept: Snapshot[S, V],
        key: str,
        read: Callable[[Connection], S | None],
        make: Callable[[S], V],
    ) -> V | None:
        """The value of *key*, from memory where that holds as of now."""
        # INVARIANT: the number is taken before anything is read, never after.
        number = self._database.change_number()
        if found := kept.current(key, number):
            return found.value
        with self._database.read() as db:
            source = read(db)
        if source is None:
            kept.drop(key)
            return None
        return kept.renew(key, number, source, make)

    def _entity(self, source: EntitySource) -> Entity:
        return snapshot.entity(source, self._partition)

    def _access_key(self, source: KeySource) -> AccessKey:
        secret = self._secrets.open(
            source.sealed_secret, account=source.account, id=source.id, kind=accounts.ACCESS_KEY
        )
        return AccessKey(
            source.id,
            secret,
            source.account,
            source.user_id or None,
            source.user_name,
            active=source.active,
        )
