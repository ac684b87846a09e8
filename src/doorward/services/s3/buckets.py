"""Buckets: making, finding, listing and deleting them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    access_points,
    acls,
    blocks,
    bucket_names,
    conditions,
    members,
    object_resources,
    resources,
    shapes,
    tags,
)
from doorward.services.s3.blocks import SETTINGS
from doorward.services.s3.errors import (
    BucketAlreadyExists,
    BucketAlreadyOwnedByYou,
    BucketHasAccessPoints,
    BucketNotEmpty,
    IllegalLocationConstraintException,
    InvalidArgument,
    InvalidBucketAclWithBlockPublicAccess,
    InvalidBucketAclWithObjectOwnership,
    InvalidBucketName,
    InvalidLocationConstraint,
)
from doorward.services.s3.objects import discard
from doorward.services.s3.service import s3
from doorward.services.s3.versions import ENABLED
from doorward.store import access_points as attached_points
from doorward.store import bucket_configurations, objects, uploads
from doorward.store import buckets as store
from doorward.store.page import InvalidMarker
from doorward.store.tables.bucket import Bucket

US_EAST_1 = "us-east-1"
EU = "EU"
IRELAND = "eu-west-1"
MOST = 10_000
REGION = re.compile(r"EU|[a-z]{2}(-[a-z]+)+-[0-9]{1,2}", re.ASCII)
OWNERSHIPS = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")


def new_bucket(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """A bucket that is not there yet, with what else its headers ask for."""
    resource = conditions.resource(ctx, parameters["Bucket"])
    context = conditions.common(ctx, ctx.account)
    context |= conditions.given(parameters, conditions.CREATE_BUCKET)
    configuration = parameters.get("CreateBucketConfiguration") or {}
    location = configuration.get("LocationConstraint")
    if location:
        context["s3:locationconstraint"] = location
    wanted = {tag["Key"]: tag.get("Value", "") for tag in configuration.get("Tags") or ()}
    if wanted:
        context |= {f"aws:requesttag/{key.lower()}": value for key, value in wanted.items()}
        context["aws:tagkeys"] = tuple(wanted)
    yield Access("s3:CreateBucket", resource, context=context)
    granted = any(parameters.get(member) for member in object_resources.GRANTS)
    if granted or parameters.get("ACL") not in (None, "private"):
        yield Access("s3:PutBucketAcl", resource, context=context)
    if parameters.get("ObjectLockEnabledForBucket"):
        yield Access("s3:PutBucketObjectLockConfiguration", resource, context=context)
        yield Access("s3:PutBucketVersioning", resource, context=context)
    if parameters.get("ObjectOwnership"):
        yield Access("s3:PutBucketOwnershipControls", resource, context=context)
    if wanted:
        yield Access("s3:TagResource", resource, context=context)


@s3.operation(on=resources.every_bucket, unsigned=True)
def list_buckets(
    ctx: Context,
    *,
    max_buckets: int | None = None,
    continuation_token: str | None = None,
    prefix: str | None = None,
    bucket_region: str | None = None,
    **_: object,
) -> Output:
    """The buckets of the caller's account, by name.

    Raises:
        InvalidArgument: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    """
    scope = f"{ctx.account} ListBuckets {prefix or ''} {bucket_region or ''}"
    page = store.page(
        ctx.db,
        ctx.account,
        prefix=prefix or "",
        region=bucket_region,
        after=_after(ctx, scope, continuation_token),
        limit=min(max_buckets or MOST, MOST),
    )
    output: Output = {
        "Buckets": [
            {
                "Name": bucket.name,
                "CreationDate": bucket.created_at,
                "BucketRegion": bucket.region,
                "BucketArn": conditions.resource(ctx, bucket),
            }
            for bucket in page.items
        ],
        "Owner": shapes.owner(ctx.account),
    }
    if prefix:
        output["Prefix"] = prefix
    if page.last:
        output["ContinuationToken"] = ctx.markers.seal(scope, page.last)
    return output


@s3.operation(on=new_bucket)
def create_bucket(ctx: Context, **given: Any) -> Output:
    """Make a bucket in the caller's account; its name is unique over all accounts.

    Raises:
        InvalidBucketName, BucketAlreadyExists, BucketAlreadyOwnedByYou: the name cannot be had.
        InvalidLocationConstraint, IllegalLocationConstraintException: nor the region.
        InvalidBucketAclWithObjectOwnership: it would have an ACL and none at once.
        InvalidBucketAclWithBlockPublicAccess: a public ACL, and new buckets block those.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    """
    parameters = members.named("CreateBucket", **given)
    name = parameters["Bucket"]
    if not bucket_names.is_valid(name):
        raise InvalidBucketName(name)
    locks = bool(parameters.get("ObjectLockEnabledForBucket"))
    configuration = parameters.get("CreateBucketConfiguration") or {}
    made = Bucket(
        name=name,
        account=ctx.account,
        region=_region(ctx, configuration.get("LocationConstraint")),
        created_at=ctx.now,
        ownership=_ownership(parameters.get("ObjectOwnership")),
        public_access_block=dict.fromkeys(SETTINGS, True) if ctx.block_new_buckets else None,
        tags=tags.of_bucket(configuration.get("Tags") or ()) or None,
        versioning=ENABLED if locks else "",
        object_lock={} if locks else None,
    )
    grants = _grants(ctx, made, parameters)
    _check_label(ctx, name)
    if before := store.find(ctx.db, name):
        _recreate(ctx, before, grants)
    else:
        store.add(ctx.db, replace(made, acl=grants))
    where = f"/{name}" if made.region == US_EAST_1 else f"{ctx.base_url}/{name}"
    return {"Location": where, "BucketArn": conditions.resource(ctx, name)}


@s3.operation(on=resources.on_bucket("ListBucket"), unsigned=True)
def head_bucket(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Whether the bucket is there and the caller may list it; says where it is.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    found = resources.existing(ctx, bucket)
    return {
        "BucketRegion": found.region,
        "BucketArn": conditions.resource(ctx, found),
        "AccessPointAlias": False,
    }


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_location(ctx: Context, *, bucket: str, **_: object) -> Output:
    """The region of the bucket, which is nothing for us-east-1.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    region = resources.existing(ctx, bucket).region
    return {} if region == US_EAST_1 else {"LocationConstraint": region}


@s3.operation(on=resources.bucket, unsigned=True)
def delete_bucket(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Delete a bucket without objects; uploads that are under way to it are aborted.

    Raises:
        BucketNotEmpty: it holds an object, a version or a delete marker.
        BucketHasAccessPoints: it is what access points lead to.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
    """
    found = resources.existing(ctx, bucket)
    if not objects.is_empty(ctx.db, bucket):
        raise BucketNotEmpty(bucket, versioned=bool(found.versioning))
    if attached_points.of_bucket(ctx.db, bucket):
        raise BucketHasAccessPoints(bucket)
    for upload in uploads.any_of(ctx.db, bucket):
        discard(ctx, uploads.remove(ctx.db, upload.id))
    bucket_configurations.remove_all(ctx.db, bucket)
    store.remove(ctx.db, bucket)
    return {}


def _after(ctx: Context, scope: str, token: str | None) -> str | None:
    if token is None:
        return None
    try:
        return ctx.markers.open(scope, token)
    except InvalidMarker as error:
        raise InvalidArgument(
            "The continuation token provided is incorrect", "continuation-token", token
        ) from error


def _region(ctx: Context, location: str | None) -> str:
    """The region for a new bucket: the endpoint's, unless the endpoint is that of us-east-1."""
    region = ctx.facts.region
    if location == US_EAST_1 or not (location is None or REGION.fullmatch(location)):
        raise InvalidLocationConstraint(location)
    if region == US_EAST_1:
        return IRELAND if location == EU else location or US_EAST_1
    wanted = IRELAND if location == EU else location
    if wanted != region:
        raise IllegalLocationConstraintException(location or "unspecified")
    return region


def _ownership(given: str | None) -> str:
    if given is None:
        return acls.ENFORCED
    if given not in OWNERSHIPS:
        raise InvalidArgument(
            f"Invalid x-amz-object-ownership header: {given}", "x-amz-object-ownership", given
        )
    return given


def _grants(ctx: Context, made: Bucket, parameters: Mapping[str, Any]) -> acls.Grants | None:
    """The ACL of a new bucket."""
    grants = acls.given(ctx, made, made.account, parameters)
    if grants is not None and acls.enforced(made):
        raise InvalidBucketAclWithObjectOwnership
    if acls.is_public(grants) and blocks.in_force(ctx.db, made, blocks.BLOCK_ACLS):
        raise InvalidBucketAclWithBlockPublicAccess
    return grants


def _check_label(ctx: Context, name: str) -> None:
    """Refuse a name that means an access point where it stands in a host's name.

    AWS has hosts of their own for access points; here both are told apart by name alone.
    """
    if access_points.labelled(ctx, name) is not None:
        raise BucketAlreadyExists(name)


def _recreate(ctx: Context, before: Bucket, grants: acls.Grants | None) -> None:
    """Make a bucket again: in us-east-1 the owner may, which resets the ACL."""
    if before.account != ctx.account:
        raise BucketAlreadyExists(before.name)
    if before.region != US_EAST_1 or ctx.facts.region != US_EAST_1:
        raise BucketAlreadyOwnedByYou(before.name)
    store.change(ctx.db, before.name, {"acl": grants})
