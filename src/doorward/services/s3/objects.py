"""Objects made from the body of a request.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    bodies,
    checksums,
    members,
    object_resources,
    preconditions,
    resources,
    shapes,
    versions,
)
from doorward.services.s3.bodies import Received
from doorward.services.s3.service import s3
from doorward.store import objects as store
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion


@s3.operation(on=object_resources.write, unsigned=True, prepare=bodies.prepare)
def put_object(ctx: Context, **given: Any) -> Output:
    """Add an object to a bucket, or a version of one.

    Raises:
        PreconditionFailed, NoSuchKey: as the conditions of the request say.
        BadDigest, BadChecksum: the bytes are others than the client sent.
        NotImplementedHeader: the request asks for what is not there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """
    return put(ctx, members.named("PutObject", **given))


def put(ctx: Context, parameters: Mapping[str, Any]) -> Output:
    """The object that *parameters*, those of PutObject, describe."""
    bucket = resources.existing(ctx, parameters["Bucket"])
    body = bodies.received(ctx, parameters)
    with body.spooled:
        columns = attributes.of_request(ctx, bucket, parameters)
        newest = store.newest(ctx.db, bucket.name, parameters["Key"])
        preconditions.on_write(parameters["Key"], newest, parameters)
        made = keep(ctx, bucket, parameters["Key"], body, columns)
    return {
        "ETag": shapes.etag(made.etag),
        **versions.shown(bucket, made.version_id),
        **checksums.shown(made.checksum),
        **made.encryption,
    }


def keep(
    ctx: Context, bucket: Bucket, key: str, body: Received, columns: Mapping[str, Any]
) -> ObjectVersion:
    """The object of these bytes, kept as the newest version of *key*.

    *columns* win over what the bytes say, such as an entity tag made of parts.
    """
    version_id, rank = versions.fresh(ctx, bucket, key)
    own: dict[str, Any] = {"size": body.size, "etag": body.md5, "checksum": body.checksum}
    made = ObjectVersion(
        bucket=bucket.name,
        key=key,
        rank=rank,
        version_id=version_id,
        created_at=ctx.now.replace(microsecond=0),
        file=ctx.files.keep(body.spooled),
        **{**own, **columns},
    )
    discard(ctx, store.put(ctx.db, made))
    return made


def discard(ctx: Context, files: Iterable[str]) -> None:
    """Have the bytes of deleted versions removed once the transaction is committed."""
    for file in files:
        ctx.after_commit(partial(ctx.files.remove, file))
