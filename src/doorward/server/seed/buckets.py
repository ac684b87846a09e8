"""The part of a seed that is S3: buckets and their objects."""

import hashlib

from sqlalchemy import Connection

from doorward.base.errors import BadInput
from doorward.server.seed.bound import bound
from doorward.server.seed.model import SeedBucket
from doorward.server.seed.tools import Tools
from doorward.store import buckets, objects
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import NULL, ObjectVersion

OWNERSHIP = "BucketOwnerEnforced"
HEADERS = {"ContentType": "text/plain; charset=utf-8"}
ENCRYPTION = {"ServerSideEncryption": "AES256"}


def add(db: Connection, account: str, wanted: SeedBucket, tools: Tools) -> None:
    """Make the bucket with its objects, as CreateBucket and PutObject would.

    Raises:
        BadInput: a bucket of that name is there, or its policy names a principal that is not.
    """
    if buckets.find(db, wanted.name):
        problem = f"bucket `{wanted.name}` is in the database already"
        raise BadInput(wanted.where, problem, "use an empty --data-dir, or --memory")
    made = Bucket(
        name=wanted.name,
        account=account,
        region=tools.region,
        created_at=tools.now,
        ownership=OWNERSHIP,
        policy=bound(db, wanted.policy) if wanted.policy else None,
        public_access_block=dict(wanted.public_access_block)
        if wanted.public_access_block is not None
        else None,
        tags=dict(wanted.tags) or None,
    )
    buckets.add(db, made)
    for key, text in wanted.objects.items():
        _put(db, made, key, text.encode(), tools)


def _put(db: Connection, bucket: Bucket, key: str, data: bytes, tools: Tools) -> None:
    with tools.files.spool() as spooled:
        spooled.write(data)
        file = tools.files.keep(spooled)
    objects.put(
        db,
        ObjectVersion(
            bucket=bucket.name,
            key=key,
            rank=objects.next_rank(db, bucket.name, key),
            version_id=NULL,
            created_at=tools.now.replace(microsecond=0),
            owner=bucket.account,
            size=len(data),
            etag=hashlib.md5(data, usedforsecurity=False).hexdigest(),
            file=file,
            headers=HEADERS,
            encryption=ENCRYPTION,
        ),
    )
