"""Secrets at rest: sealed under a master key that the database does not hold.

A secret access key must be known in clear to check a signature, so it cannot be hashed. It is
sealed with AES-256-GCM and bound to its account, id and kind: moved to another row it does not
open. Every further key of the server is derived from the master key, one a purpose.
"""

import base64
import binascii
import hmac
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, insert, select

from doorward.base.errors import BadInput
from doorward.base.ids import Ids, RandomIds
from doorward.store.database import Database
from doorward.store.refusals import Unjudged
from doorward.store.tables.property import properties

FILE = "master.key"
VARIABLE = "DOORWARD_MASTER_KEY"
CHECK = "master-key-check"
KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"


class Unopened(Unjudged):
    """A sealed secret does not belong here or was damaged."""


class Secrets:
    """Seals and opens secrets under *master*, 32 secret bytes."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._master = master
        self._ids: Ids = RandomIds()
        self._aead = AESGCM(self.derive("secrets-at-rest"))

    def seal(self, plain: str, *, account: str, id: str, kind: str) -> bytes:  # noqa: A002 - the word of the tables
        """*plain*, to be opened only as the *kind* of secret of that *account* and *id*."""
        nonce = self._ids.token(NONCE_BYTES)
        bound = _bound(account, id, kind)
        return VERSION + nonce + self._aead.encrypt(nonce, plain.encode(), bound)

    def open(self, sealed: bytes, *, account: str, id: str, kind: str) -> str:  # noqa: A002 - as above
        """The secret in clear.

        Raises:
            Unopened: it was sealed for something else, with another key, or was damaged.
        """
        version, nonce = sealed[:1], sealed[1 : 1 + NONCE_BYTES]
        problem = f"the sealed {kind} {id} of account {account} cannot be opened"
        if version != VERSION or len(nonce) != NONCE_BYTES:
            raise Unopened(problem)
        try:
            plain = self._aead.decrypt(nonce, sealed[1 + NONCE_BYTES :], _bound(account, id, kind))
        except InvalidTag as error:
            raise Unopened(problem) from error
        return plain.decode()

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for *purpose*; the same one at every start."""
        info = b"doorward:" + purpose.encode()
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._master)

    def check_value(self) -> bytes:
        """What the database keeps to tell the right master key from a wrong one."""
        return self.derive("key-check")

    def matches(self, check_value: bytes) -> bool:
        """Whether *check_value* was made with this master key."""
        return hmac.compare_digest(check_value, self.check_value())


def _bound(account: str, id: str, kind: str) -> bytes:  # noqa: A002 - the word of the tables
    """What a secret is bound to; each part is preceded by its length, so none runs into another."""
    parts = (account.encode(), kind.encode(), id.encode())
    return VERSION + b"".join(len(part).to_bytes(4) + part for part in parts)


def load(database: Database, ids: Ids, given: str | None = None) -> Secrets:
    """The secrets of *database*, under the master key *given* or kept beside it.

    Raises:
        BadInput: there is no usable master key, or it is not the one this database was made with.
    """
    directory = database.directory if database.durable else None
    secrets = Secrets(master_key(directory, ids, given))
    if database.write(lambda db: _is_ours(db, secrets), world=False):
        return secrets
    where = VARIABLE if given or directory is None else str(directory / FILE)
    problem = "is not the master key that this database was made with"
    raise BadInput(where, problem, "restore the right key, or use another --data-dir")


def _is_ours(db: Connection, secrets: Secrets) -> bool:
    """Whether the database was made with this key; a new one is from now on."""
    query = select(properties.c.value).where(properties.c.name == CHECK)
    found: bytes | None = db.execute(query).scalar()
    if found is None:
        db.execute(insert(properties).values(name=CHECK, value=secrets.check_value()))
        return True
    return secrets.matches(found)


def master_key(directory: Path | None, ids: Ids, given: str | None = None) -> bytes:
    """The master key: *given* in base64, or kept in *directory*, where the first start makes it.

    Without either it is fresh and lives as long as the process.

    Raises:
        BadInput: the text or the file is not a key, or the file cannot be written.
    """
    if given:
        return _decoded(given, VARIABLE)
    if directory is None:
        return ids.token(KEY_BYTES)
    path = directory / FILE
    try:
        if not path.exists():
            _make(path, ids.token(KEY_BYTES), ids)
        return _decoded(path.read_text("ascii"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        problem = "cannot be used as the master key"
        raise BadInput(str(path), problem, "restore it, or check its owner and mode") from error


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        help_ = "make one with `openssl rand -base64 32`; a lost one cannot be made again"
        raise BadInput(where, f"does not hold {KEY_BYTES} bytes in base64", help_)
    return key


def _make(path: Path, key: bytes, ids: Ids) -> None:
    """Keep *key* at *path*, readable by the owner only, all or nothing and on disk.

    Where another server has made one meanwhile, that one stays.
    """
    temporary = path.with_name(f"{path.name}.{ids.token(NONCE_BYTES).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
