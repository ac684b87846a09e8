"""Operations on the tags of buckets and objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import object_resources, reads, resources, tags, versions
from doorward.services.s3.configuration_errors import TagsByArn
from doorward.services.s3.errors import InvalidTag
from doorward.services.s3.not_set import NoSuchTagSet
from doorward.services.s3.service import s3
from doorward.store import buckets, objects
from doorward.wire.serialize import Answer

NO_CONTENT = 204


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_tagging(ctx: Context, *, bucket: str, **_: object) -> Output:
    """The tags of the bucket.

    Raises:
        NoSuchTagSet: it has none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html
    """
    found = resources.existing(ctx, bucket)
    if not found.tags:
        raise NoSuchTagSet(bucket)
    return {"TagSet": tags.shown(found.tags)}


@s3.operation(on=resources.bucket, unsigned=True)
def put_bucket_tagging(
    ctx: Context, *, bucket: str, tagging: Mapping[str, Any], **_: object
) -> Answer:
    """Give the bucket these tags in place of those it has.

    Raises:
        InvalidTag, TooManyTags: a tag cannot be, one of AWS's own would change, or they are too
            many.
        TagsByArn: conditions know the tags, so they are changed one by one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
    """
    found = resources.existing(ctx, bucket)
    if found.abac:
        raise TagsByArn("TagResource")
    settable, kept = system_tags.settable(ctx), system_tags.of(found.tags or {})
    made = tags.of_bucket(tagging.get("TagSet") or (), settable | kept.keys())
    if not settable:
        _keeps(kept, made)
    buckets.change(ctx.db, bucket, {"tags": made})
    return Answer(status=NO_CONTENT)


@s3.operation(on=resources.on_bucket("PutBucketTagging"), unsigned=True)
def delete_bucket_tagging(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Take all tags away.

    Raises:
        InvalidTag: there are some that AWS set (assumed).
        TagsByArn: conditions know the tags, so they are changed one by one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html
    """
    found = resources.existing(ctx, bucket)
    if found.abac:
        raise TagsByArn("UntagResource")
    if not system_tags.settable(ctx):
        _keeps(system_tags.of(found.tags or {}), {})
    buckets.change(ctx.db, bucket, {"tags": None})
    return {}


def _keeps(system: Mapping[str, str], made: Mapping[str, str]) -> None:
    """Refuse tags without those that AWS set.

    Raises:
        InvalidTag: one is gone, or has another value.
    """
    for key, value in system.items():
        if key not in made:
            raise InvalidTag("System tags cannot be removed by requester", key)
        if made[key] != value:
            raise InvalidTag("System tags cannot be added/updated by requester", key)


@s3.operation(on=object_resources.read("GetObjectTagging"), unsigned=True)
def get_object_tagging(
    ctx: Context, *, bucket: str, key: str, version_id: str | None = None, **_: object
) -> Output:
    """The tags of the object; an empty set if it has none.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
    """
    home = resources.existing(ctx, bucket)
    found = reads.present(ctx, home, key, version_id, "GET")
    return {"TagSet": tags.shown(found.tags), **versions.shown(home, found.version_id)}


@s3.operation(on=object_resources.tagging, unsigned=True)
def put_object_tagging(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    tagging: Mapping[str, Any],
    version_id: str | None = None,
    **_: object,
) -> Output:
    """Give the object these tags in place of those it has.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        InvalidTag, TooManyTags: a tag cannot be, or they are too many.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
    """
    home = resources.existing(ctx, bucket)
    found = reads.present(ctx, home, key, version_id, "PUT")
    objects.change(ctx.db, found, {"tags": tags.of_object(tagging.get("TagSet") or ())})
    return dict(versions.shown(home, found.version_id))


@s3.operation(on=object_resources.read("DeleteObjectTagging"), unsigned=True)
def delete_object_tagging(
    ctx: Context, *, bucket: str, key: str, version_id: str | None = None, **_: object
) -> Output:
    """Take all tags of the object away.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html
    """
    home = resources.existing(ctx, bucket)
    found = reads.present(ctx, home, key, version_id, "DELETE")
    objects.change(ctx.db, found, {"tags": {}})
    return dict(versions.shown(home, found.version_id))
