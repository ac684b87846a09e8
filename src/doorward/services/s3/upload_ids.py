"""The ids of multipart uploads as clients see them: sealed, and bound to bucket and key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.context import Context
from doorward.services.s3.object_errors import NoSuchUpload
from doorward.store import uploads as store
from doorward.store.page import InvalidMarker
from doorward.store.tables.upload import Upload


def sealed(ctx: Context, upload: Upload) -> str:
    """The id of *upload* as clients see it, bound to its bucket and key."""
    return ctx.markers.seal(_scope(upload.bucket, upload.key), upload.id)


def opened(ctx: Context, bucket: str, key: str, upload_id: str) -> str:
    """The store's id of an upload that is, or once was, under way to that key.

    Raises:
        NoSuchUpload: there never was one.
    """
    try:
        return ctx.markers.open(_scope(bucket, key), upload_id)
    except InvalidMarker as error:
        raise NoSuchUpload(upload_id) from error


def under_way(ctx: Context, parameters: Mapping[str, Any]) -> Upload:
    """The upload that a request means.

    Raises:
        NoSuchUpload: it is not under way.
    """
    bucket, key, upload_id = (parameters[name] for name in ("Bucket", "Key", "UploadId"))
    found = store.find(ctx.db, bucket, key, opened(ctx, bucket, key, upload_id))
    if found is None:
        raise NoSuchUpload(upload_id)
    return found


def _scope(bucket: str, key: str) -> str:
    return f"upload {bucket}/{key}"
