"""Queries on objects and their versions.

Keys are in ascending order of their UTF-8 bytes, as S3 lists them: SQLite compares text so.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from doorward.store import rows
from doorward.store.prepared import Prepared
from doorward.store.tables.object import NULL, ObjectVersion, objects

EVERY = 10_000
HIGHEST = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)
Position = tuple[str, int]
"""A key and the rank of one of its versions."""

_columns = objects.c
_OF_KEY = select(objects).where(
    _columns.bucket == bindparam("bucket"), _columns.key == bindparam("key")
)
_NEWEST = Prepared(_OF_KEY.order_by(_columns.rank).limit(1), ObjectVersion)
_MADE_BY = Prepared(_OF_KEY.where(_columns.upload == bindparam("upload")), ObjectVersion)
_VERSION = Prepared(_OF_KEY.where(_columns.version_id == bindparam("version_id")), ObjectVersion)


def newest(db: Connection, bucket: str, key: str) -> ObjectVersion | None:
    """The newest version of *key*, which may be a delete marker."""
    return _NEWEST.one(db, bucket=bucket, key=key)


def version(db: Connection, bucket: str, key: str, version_id: str) -> ObjectVersion | None:
    """The version of that id."""
    return _VERSION.one(db, bucket=bucket, key=key, version_id=version_id)


def made_by(db: Connection, bucket: str, key: str, upload: str) -> ObjectVersion | None:
    """The version that the multipart upload *upload* made, if it still is there."""
    return _MADE_BY.one(db, bucket=bucket, key=key, upload=upload)


def is_empty(db: Connection, bucket: str) -> bool:
    """Whether *bucket* holds no version of any object and no delete marker."""
    query = select(_columns.key).where(_columns.bucket == bucket).limit(1)
    return db.execute(query).first() is None


def next_rank(db: Connection, bucket: str, key: str) -> int:
    """The rank of the next version of *key*."""
    before = newest(db, bucket, key)
    return before.rank - 1 if before else 0


def put(db: Connection, made: ObjectVersion) -> list[str]:
    """Insert *made*, which has the next rank, as the newest version of its key.

    The null version is replaced by another one. The names of files that nothing refers to now.
    """
    before = newest(db, made.bucket, made.key)
    replaced: list[str] = []
    if before is not None:
        if before.listed:
            _list(db, before, listed=False)
        if made.version_id == NULL:
            replaced = _remove_null(db, made.bucket, made.key)
    values = {name: getattr(made, name) for name in ObjectVersion.__slots__}
    db.execute(insert(objects).values(values))
    return replaced


def remove(db: Connection, found: ObjectVersion) -> list[str]:
    """Delete the version *found*; the names of files that nothing refers to now."""
    db.execute(
        delete(objects).where(
            _columns.bucket == found.bucket,
            _columns.key == found.key,
            _columns.rank == found.rank,
        )
    )
    now_newest = newest(db, found.bucket, found.key)
    if now_newest and not now_newest.delete_marker and not now_newest.listed:
        _list(db, now_newest, listed=True)
    return [found.file] if found.file else []


def change(db: Connection, found: ObjectVersion, values: Mapping[str, Any]) -> None:
    """Set columns of one version."""
    db.execute(
        update(objects)
        .where(
            _columns.bucket == found.bucket,
            _columns.key == found.key,
            _columns.rank == found.rank,
        )
        .values(dict(values))
    )


def batch(
    db: Connection,
    bucket: str,
    *,
    since: str | None,
    within: tuple[str, str | None],
    limit: int,
) -> Sequence[ObjectVersion]:
    """Newest versions, without delete markers, by key, after the key *since*.

    *within* bounds the keys: from the first on, and before the second unless that is None.
    """
    query = select(objects).where(_columns.bucket == bucket, _columns.listed.is_(True))
    lowest, above = within
    if since is not None and since >= lowest:
        query = query.where(_columns.key > since)
    elif lowest:
        query = query.where(_columns.key >= lowest)
    if above is not None:
        query = query.where(_columns.key < above)
    return rows.many(db, query.order_by(_columns.key).limit(limit), ObjectVersion)


def batch_of_versions(
    db: Connection,
    bucket: str,
    *,
    since: Position | None,
    within: tuple[str, str | None],
    limit: int,
) -> Sequence[ObjectVersion]:
    """All versions by key, the newest of each first, after the position *since*."""
    lowest, above = within
    query = select(objects).where(_columns.bucket == bucket)
    if since is not None and since[0] >= lowest:
        key, rank = since
        older = or_(_columns.key > key, and_(_columns.key == key, _columns.rank > rank))
        query = query.where(_columns.key >= key, older)
    elif lowest:
        query = query.where(_columns.key >= lowest)
    if above is not None:
        query = query.where(_columns.key < above)
    query = query.order_by(_columns.key, _columns.rank).limit(limit)
    return rows.many(db, query, ObjectVersion)


def files(db: Connection) -> Iterator[str]:
    """The names of all files that objects refer to."""
    query = select(_columns.file).where(_columns.file != "")
    for row in db.execute(query.execution_options(yield_per=EVERY)):
        yield row.file


def beyond(prefix: str) -> str | None:
    """The smallest text greater than every text that begins with *prefix*; None if there is none.

    Counts the last character up, passing over surrogates, which UTF-8 does not have.
    """
    while prefix:
        following = ord(prefix[-1]) + 1
        if following in SURROGATES:
            following = SURROGATES.stop
        prefix = prefix[:-1]
        if following <= HIGHEST:
            return prefix + chr(following)
    return None


def _list(db: Connection, found: ObjectVersion, *, listed: bool) -> None:
    change(db, found, {"listed": listed})


def _remove_null(db: Connection, bucket: str, key: str) -> list[str]:
    found = version(db, bucket, key, NULL)
    if found is None:
        return []
    db.execute(
        delete(objects).where(
            _columns.bucket == bucket, _columns.key == key, _columns.rank == found.rank
        )
    )
    return [found.file] if found.file else []
