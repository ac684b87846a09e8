"""Queries on signing certificates; those of an account's root have the user id `accounts.ROOT`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.signing_certificate import SigningCertificate, signing_certificates

_columns = signing_certificates.c


def find(db: Connection, account: str, certificate_id: str) -> SigningCertificate | None:
    """The signing certificate of that id, if the account has it."""
    query = select(signing_certificates).where(
        _columns.id == certificate_id, _columns.account == account
    )
    return rows.one(db, query, SigningCertificate)


def by_fingerprint(db: Connection, account: str, fingerprint: str) -> SigningCertificate | None:
    """The signing certificate with that SHA-256, whoever in the account has it."""
    query = select(signing_certificates).where(
        _columns.account == account, _columns.fingerprint == fingerprint
    )
    return rows.one(db, query, SigningCertificate)


def of(db: Connection, account: str, user_id: str) -> Sequence[SigningCertificate]:
    """The certificates of one user or of the root, by id; a quota allows few."""
    query = select(signing_certificates).where(
        _columns.account == account, _columns.user_id == user_id
    )
    return rows.many(db, query.order_by(_columns.id), SigningCertificate)


def by_user(db: Connection, account: str) -> Mapping[str, Sequence[SigningCertificate]]:
    """Every certificate of the account by user id, for reports."""
    query = select(signing_certificates).where(_columns.account == account)
    ordered = query.order_by(_columns.user_id, _columns.id)
    found: defaultdict[str, list[SigningCertificate]] = defaultdict(list)
    for certificate in rows.many(db, ordered, SigningCertificate):
        found[certificate.user_id].append(certificate)
    return found


def add(db: Connection, certificate: SigningCertificate) -> None:
    """Insert *certificate*."""
    values = {name: getattr(certificate, name) for name in SigningCertificate.__slots__}
    db.execute(insert(signing_certificates).values(values))


def set_active(db: Connection, account: str, certificate_id: str, *, active: bool) -> None:
    """Switch one certificate on or off."""
    query = update(signing_certificates).where(
        _columns.id == certificate_id, _columns.account == account
    )
    db.execute(query.values(active=active))


def remove(db: Connection, account: str, certificate_id: str) -> None:
    """Delete one certificate."""
    db.execute(
        delete(signing_certificates).where(
            _columns.id == certificate_id, _columns.account == account
        )
    )
