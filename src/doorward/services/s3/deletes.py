"""Deleting objects, one or a thousand at a time.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjects.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.authz.explain import denial
from doorward.authz.subject import subject
from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    conditions,
    locks,
    object_resources,
    preconditions,
    resources,
    versions,
)
from doorward.services.s3.errors import MalformedXML
from doorward.services.s3.objects import discard
from doorward.services.s3.service import s3
from doorward.store import objects
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

MOST = 1_000


@s3.operation(on=object_resources.delete, unsigned=True)
def delete_object(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    version_id: str | None = None,
    if_match: str | None = None,
    bypass_governance_retention: bool | None = None,
    **_: object,
) -> Output:
    """Delete an object: for good without versioning, behind a delete marker with it.

    With a version id that version is gone for good. What is not there is deleted already.

    Raises:
        PreconditionFailed, NoSuchKey: the object is not the one that If-Match names.
        AccessDenied: the version is locked.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
    """
    home = resources.existing(ctx, bucket)
    if if_match is not None:
        newest = object_resources.at(ctx, bucket, key, version_id)
        there = newest if newest and not newest.delete_marker else None
        preconditions.on_match(key, there, if_match)
    return _delete(ctx, home, key, version_id, bypass=bool(bypass_governance_retention))


@s3.operation(on=resources.bucket_only, reads=False, unsigned=True)
def delete_objects(
    ctx: Context,
    *,
    bucket: str,
    delete: Mapping[str, Any],
    bypass_governance_retention: bool | None = None,
    **_: object,
) -> Output:
    """Delete up to a thousand objects; each is decided about, and answered for, by itself.

    Raises:
        MalformedXML: no objects, or too many.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    """
    home = resources.existing(ctx, bucket)
    entries = delete.get("Objects") or ()
    if not 1 <= len(entries) <= MOST:
        raise MalformedXML
    deleted: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for entry in entries:
        named = {name: entry[name] for name in ("Key", "VersionId") if entry.get(name) is not None}
        try:
            attributes.check_key(entry["Key"])
            _decide(ctx, home, entry, bypass=bool(bypass_governance_retention))
            bypass = bool(bypass_governance_retention)
            output = _delete_entry(ctx, home, entry, bypass=bypass)
        except AwsError as error:
            errors.append({**named, "Code": error.code, "Message": error.message})
        else:
            deleted.append({**named, **_told(entry, output)})
    answer: Output = {} if delete.get("Quiet") or not deleted else {"Deleted": deleted}
    return answer | ({"Errors": errors} if errors else {})


def _decide(ctx: Context, bucket: Bucket, entry: Mapping[str, Any], *, bypass: bool) -> None:
    """Refuse one key that the caller may not delete."""
    key, version_id = entry["Key"], entry.get("VersionId")
    context = conditions.given({"IfMatch": entry.get("ETag")}, conditions.DELETE)
    wanted = object_resources.deleting(ctx, bucket, key, version_id, context, bypass=bypass)
    for access in wanted:
        decision = ctx.authorize(access)
        if not decision.allowed:
            raise denial(decision, subject(ctx.world, ctx.caller, ctx.partition), access)


def _delete_entry(
    ctx: Context, bucket: Bucket, entry: Mapping[str, Any], *, bypass: bool
) -> Output:
    key, version_id = entry["Key"], entry.get("VersionId")
    if entry.get("ETag") is not None:
        found = object_resources.at(ctx, bucket.name, key, version_id)
        there = found if found and not found.delete_marker else None
        preconditions.on_match(key, there, entry["ETag"])
    return _delete(ctx, bucket, key, version_id, bypass=bypass)


def _told(entry: Mapping[str, Any], output: Output) -> dict[str, Any]:
    """How DeleteObjects tells of a delete marker that was made, or deleted."""
    if not output.get("DeleteMarker"):
        return {}
    marker = {"DeleteMarker": True}
    if entry.get("VersionId") is not None or "VersionId" in output:
        return marker | {"DeleteMarkerVersionId": output["VersionId"]}
    return marker


def _delete(
    ctx: Context, bucket: Bucket, key: str, version_id: str | None, *, bypass: bool
) -> Output:
    """Delete one version, or the object; what the answer says of it."""
    if version_id is not None:
        return _delete_version(ctx, bucket, key, version_id, bypass=bypass)
    if bucket.versioning:
        return _mark(ctx, bucket, key)
    if found := objects.newest(ctx.db, bucket.name, key):
        discard(ctx, objects.remove(ctx.db, found))
    return {}


def _delete_version(
    ctx: Context, bucket: Bucket, key: str, version_id: str, *, bypass: bool
) -> Output:
    """Delete one version for good, unless it is locked."""
    found = object_resources.at(ctx, bucket.name, key, version_id)
    output: Output = dict(versions.shown(bucket, version_id))
    if found is None:
        return output
    locks.check_delete(ctx, found, bypass=bypass)
    discard(ctx, objects.remove(ctx.db, found))
    return output | ({"DeleteMarker": True} if found.delete_marker else {})


def _mark(ctx: Context, bucket: Bucket, key: str) -> Output:
    """Put a delete marker over the object, in place of the null version while suspended."""
    version_id, rank = versions.fresh(ctx, bucket, key)
    marker = ObjectVersion(
        bucket=bucket.name,
        key=key,
        rank=rank,
        version_id=version_id,
        created_at=ctx.now.replace(microsecond=0),
        owner=bucket.account,
        listed=False,
        delete_marker=True,
    )
    discard(ctx, objects.put(ctx.db, marker))
    return {"DeleteMarker": True, "VersionId": version_id}
