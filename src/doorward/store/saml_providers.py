"""Queries on SAML providers, their metadata and keys; names are compared exactly (assumed)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.secrets import Secrets
from doorward.store.tables.provider import (
    SamlPrivateKey,
    SamlProvider,
    saml_metadata,
    saml_private_keys,
    saml_providers,
)

PRIVATE_KEY = "saml-private-key"
"""The kind under which private keys are sealed."""

_columns = saml_providers.c
_documents = saml_metadata.c
_keys = saml_private_keys.c


def find(db: Connection, account: str, name: str) -> SamlProvider | None:
    """The SAML provider of that name."""
    query = select(saml_providers).where(_columns.account == account, _columns.name == name)
    return rows.one(db, query, SamlProvider)


def every(db: Connection, account: str) -> Sequence[SamlProvider]:
    """Every SAML provider of the account, by name; a quota keeps them to a hundred."""
    query = select(saml_providers).where(_columns.account == account)
    return rows.many(db, query.order_by(_columns.name), SamlProvider)


def count(db: Connection, account: str) -> int:
    """How many SAML providers the account has."""
    query = select(func.count()).select_from(saml_providers)
    return db.execute(query.where(_columns.account == account)).scalar_one()


def document(db: Connection, account: str, name: str) -> str:
    """The metadata document of a provider that exists."""
    query = select(_documents.document)
    found: str = db.execute(
        query.where(_documents.account == account, _documents.provider == name)
    ).scalar_one()
    return found


def add(db: Connection, provider: SamlProvider, document: str) -> None:
    """Insert *provider* with its metadata *document*."""
    values = {name: getattr(provider, name) for name in SamlProvider.__slots__}
    db.execute(insert(saml_providers).values(values))
    db.execute(
        insert(saml_metadata).values(
            account=provider.account, provider=provider.name, document=document
        )
    )


def change(db: Connection, account: str, name: str, values: Mapping[str, Any]) -> None:
    """Set columns of one provider."""
    query = update(saml_providers).where(_columns.account == account, _columns.name == name)
    db.execute(query.values(dict(values)))


def replace_document(db: Connection, account: str, name: str, document: str) -> None:
    """Replace the metadata document of one provider."""
    query = update(saml_metadata).where(_documents.account == account, _documents.provider == name)
    db.execute(query.values(document=document))


def remove(db: Connection, account: str, name: str) -> None:
    """Delete one provider with its metadata and its keys."""
    db.execute(delete(saml_private_keys).where(_keys.account == account, _keys.provider == name))
    db.execute(
        delete(saml_metadata).where(_documents.account == account, _documents.provider == name)
    )
    db.execute(delete(saml_providers).where(_columns.account == account, _columns.name == name))


def private_keys(db: Connection, account: str, name: str) -> Sequence[SamlPrivateKey]:
    """The private keys of one provider, the oldest first; there are two at most."""
    query = select(saml_private_keys).where(_keys.account == account, _keys.provider == name)
    return rows.many(db, query.order_by(_keys.created_at, _keys.id), SamlPrivateKey)


def sealed(secrets: Secrets, account: str, provider: str, key_id: str, pem: str) -> bytes:
    """The private key *pem*, to be opened as the key of that provider and id only."""
    return secrets.seal(pem, account=account, id=f"{provider}/{key_id}", kind=PRIVATE_KEY)


def opened(secrets: Secrets, key: SamlPrivateKey) -> str:
    """The private key in PEM.

    Raises:
        Unopened: it was not sealed for this provider.
    """
    bound = f"{key.provider}/{key.id}"
    return secrets.open(key.sealed, account=key.account, id=bound, kind=PRIVATE_KEY)


def add_private_key(db: Connection, key: SamlPrivateKey) -> None:
    """Insert *key*."""
    values = {name: getattr(key, name) for name in SamlPrivateKey.__slots__}
    db.execute(insert(saml_private_keys).values(values))


def remove_private_key(db: Connection, account: str, name: str, key_id: str) -> bool:
    """Delete one private key; False where the provider has none of that id."""
    query = delete(saml_private_keys).where(
        _keys.account == account, _keys.provider == name, _keys.id == key_id
    )
    return db.execute(query).rowcount == 1
