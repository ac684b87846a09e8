"""Queries on multipart uploads and their parts."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, and_, delete, insert, or_, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.upload import Part, Upload, parts, uploads

EVERY = 10_000


def find(db: Connection, bucket: str, key: str, upload_id: str) -> Upload | None:
    """The upload of that id under way to that key."""
    query = select(uploads).where(
        uploads.c.id == upload_id, uploads.c.bucket == bucket, uploads.c.key == key
    )
    return rows.one(db, query, Upload)


def batch(
    db: Connection,
    bucket: str,
    *,
    since: tuple[str, str] | None,
    within: tuple[str, str | None],
    limit: int,
) -> Sequence[Upload]:
    """Uploads by key and then by start, after the key and id *since*.

    *within* bounds the keys: from the first on, and before the second unless that is None.
    """
    lowest, beyond = within
    query = select(uploads).where(uploads.c.bucket == bucket)
    if since is not None and since[0] >= lowest:
        key, upload_id = since
        later = or_(uploads.c.key > key, and_(uploads.c.key == key, uploads.c.id > upload_id))
        query = query.where(uploads.c.key >= key, later)
    elif lowest:
        query = query.where(uploads.c.key >= lowest)
    if beyond is not None:
        query = query.where(uploads.c.key < beyond)
    return rows.many(db, query.order_by(uploads.c.key, uploads.c.id).limit(limit), Upload)


def any_of(db: Connection, bucket: str) -> Sequence[Upload]:
    """Every upload under way in *bucket*, for its deletion."""
    return rows.many(db, select(uploads).where(uploads.c.bucket == bucket), Upload)


def add(db: Connection, upload: Upload) -> None:
    """Insert *upload*."""
    db.execute(insert(uploads).values({name: getattr(upload, name) for name in Upload.__slots__}))


def remove(db: Connection, upload_id: str) -> Sequence[str]:
    """Delete one upload with its parts; the names of their files."""
    query = select(parts.c.file).where(parts.c.upload == upload_id)
    files = list(db.execute(query).scalars())
    db.execute(delete(parts).where(parts.c.upload == upload_id))
    db.execute(delete(uploads).where(uploads.c.id == upload_id))
    return files


def part(db: Connection, upload_id: str, number: int) -> Part | None:
    """The part of that number."""
    query = select(parts).where(parts.c.upload == upload_id, parts.c.number == number)
    return rows.one(db, query, Part)


def page_of_parts(db: Connection, upload_id: str, *, after: int, limit: int) -> Page[Part]:
    """At most *limit* parts by number, after the number *after*."""
    query = select(parts).where(parts.c.upload == upload_id, parts.c.number > after)
    found = rows.many(db, query.order_by(parts.c.number).limit(limit + 1), Part)
    return Page(found[:limit], str(found[limit - 1].number) if len(found) > limit else None)


def put_part(db: Connection, made: Part) -> str | None:
    """Insert *made* in place of the part of its number; the file of that one."""
    before = part(db, made.upload, made.number)
    if before:
        db.execute(
            delete(parts).where(parts.c.upload == made.upload, parts.c.number == made.number)
        )
    db.execute(insert(parts).values({name: getattr(made, name) for name in Part.__slots__}))
    return before.file if before else None


def files(db: Connection) -> Iterator[str]:
    """The names of all files that parts refer to."""
    for row in db.execute(select(parts.c.file).execution_options(yield_per=EVERY)):
        yield row.file
