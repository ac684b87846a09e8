"""Operations on access control lists.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/managing-acls.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    acls,
    conditions,
    members,
    object_resources,
    public_access,
    reads,
    resources,
)
from doorward.services.s3.acls import Grants
from doorward.services.s3.errors import (
    AccessControlListNotSupported,
    AccessDenied,
    InvalidRequest,
    MissingSecurityHeader,
    UnexpectedContent,
)
from doorward.services.s3.service import s3
from doorward.store import buckets, objects
from doorward.store.tables.bucket import Bucket

HEADERS = tuple(acls.PERMISSIONS)


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_acl(ctx: Context, *, bucket: str, **_: object) -> Output:
    """The grants of the bucket that count.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
    """
    found = resources.existing(ctx, bucket)
    grants = None if acls.enforced(found) else acls.effective(ctx, found, found.acl)
    return acls.shown(found.account, grants)


@s3.operation(on=resources.on_bucket("PutBucketAcl", conditions.PUT_ACL), unsigned=True)
def put_bucket_acl(ctx: Context, **given: Any) -> Output:
    """Give the bucket this ACL in place of the one it has.

    Raises:
        AccessControlListNotSupported: ACLs are off.
        AccessDenied: it is public, and the bucket blocks public ACLs.
        UnexpectedContent, MissingSecurityHeader, InvalidRequest: not exactly one ACL is given.
        InvalidArgument, MalformedACLError: it cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
    """
    parameters = members.named("PutBucketAcl", **given)
    found = resources.existing(ctx, parameters["Bucket"])
    grants = _given(ctx, found, found.account, parameters)
    if acls.is_public(grants):
        public_access.check_acl(ctx, found, "PutBucketAcl")
    buckets.change(ctx.db, found.name, {"acl": grants})
    return {}


@s3.operation(on=object_resources.read("GetObjectAcl"), unsigned=True)
def get_object_acl(
    ctx: Context, *, bucket: str, key: str, version_id: str | None = None, **_: object
) -> Output:
    """The grants of the object that count.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
    """
    home = resources.existing(ctx, bucket)
    found = reads.present(ctx, home, key, version_id, "GET")
    if acls.enforced(home):
        return acls.shown(home.account, None)
    return acls.shown(found.owner, acls.effective(ctx, home, found.acl))


@s3.operation(on=object_resources.acl, unsigned=True)
def put_object_acl(ctx: Context, **given: Any) -> Output:
    """Give the object this ACL in place of the one it has.

    Raises:
        AccessControlListNotSupported: ACLs are off.
        AccessDenied: the caller is anonymous, or the ACL is public and the bucket blocks those.
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        UnexpectedContent, MissingSecurityHeader, InvalidRequest: not exactly one ACL is given.
        InvalidArgument, MalformedACLError: it cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
    """
    if ctx.caller.anonymous:
        raise AccessDenied("Anonymous users cannot invoke this API. Please authenticate.")
    parameters = members.named("PutObjectAcl", **given)
    home = resources.existing(ctx, parameters["Bucket"])
    key = parameters["Key"]
    found = reads.present(ctx, home, key, parameters.get("VersionId"), "PUT")
    grants = _given(ctx, home, found.owner, parameters)
    if acls.is_public(grants):
        public_access.check_acl(ctx, home, "PutObjectAcl", key)
    objects.change(ctx.db, found, {"acl": grants})
    return {}


def _given(
    ctx: Context, bucket: Bucket, owner: str, parameters: Mapping[str, Any]
) -> Grants | None:
    """The one ACL that the request gives: canned, in headers, or in the body."""
    if acls.enforced(bucket):
        raise AccessControlListNotSupported
    body = parameters.get("AccessControlPolicy")
    canned = parameters.get("ACL")
    in_headers = any(parameters.get(member) for member in HEADERS)
    if canned and in_headers:
        raise InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
    if body and (canned or in_headers):
        raise UnexpectedContent
    if body:
        return acls.of_body(ctx, body)
    if not canned and not in_headers:
        raise MissingSecurityHeader("x-amz-acl")
    return acls.given(ctx, bucket, owner, parameters)
