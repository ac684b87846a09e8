"""Queries on the issuers of web identity tokens and their keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from doorward.store import rows
from doorward.store.secrets import Secrets
from doorward.store.tables.web_identity import (
    WebIdentityIssuer,
    WebIdentityKey,
    web_identity_issuers,
    web_identity_keys,
)

PRIVATE = "web-identity-key"
"""The kind under which private keys are sealed."""

_issuers, _keys = web_identity_issuers.c, web_identity_keys.c


def find(db: Connection, account: str) -> WebIdentityIssuer | None:
    """The issuer of the account."""
    query = select(web_identity_issuers).where(_issuers.account == account)
    return rows.one(db, query, WebIdentityIssuer)


def by_id(db: Connection, issuer_id: str) -> WebIdentityIssuer | None:
    """The issuer of that UUID, whosever it is."""
    query = select(web_identity_issuers).where(_issuers.id == issuer_id)
    return rows.one(db, query, WebIdentityIssuer)


def add(db: Connection, issuer: WebIdentityIssuer) -> None:
    """Insert *issuer*."""
    values = {name: getattr(issuer, name) for name in WebIdentityIssuer.__slots__}
    db.execute(insert(web_identity_issuers).values(values))


def change(db: Connection, account: str, values: Mapping[str, Any]) -> None:
    """Set columns of the account's issuer."""
    query = update(web_identity_issuers).where(_issuers.account == account)
    db.execute(query.values(dict(values)))


def keys(db: Connection, account: str) -> Sequence[WebIdentityKey]:
    """The keys of the account, by algorithm and age; few."""
    query = select(web_identity_keys).where(_keys.account == account)
    return rows.many(db, query.order_by(_keys.algorithm, _keys.created_at), WebIdentityKey)


def newest_key(db: Connection, account: str, algorithm: str) -> WebIdentityKey | None:
    """The key to sign with."""
    query = select(web_identity_keys).where(_keys.account == account, _keys.algorithm == algorithm)
    return rows.one(db, query.order_by(_keys.created_at.desc()).limit(1), WebIdentityKey)


def add_key(db: Connection, key: WebIdentityKey) -> None:
    """Insert *key*."""
    values = {name: getattr(key, name) for name in WebIdentityKey.__slots__}
    db.execute(insert(web_identity_keys).values(values))


def sealed(secrets: Secrets, account: str, key_id: str, pem: str) -> bytes:
    """The private key *pem*, to be opened as that key's only."""
    return secrets.seal(pem, account=account, id=key_id, kind=PRIVATE)


def private(secrets: Secrets, key: WebIdentityKey) -> str:
    """The private key in PEM.

    Raises:
        Unopened: it was not sealed for this key.
    """
    return secrets.open(key.sealed_key, account=key.account, id=key.id, kind=PRIVATE)
