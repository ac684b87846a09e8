"""Requests that come through an access point instead of naming their bucket.

Both sides must allow: the access point, whose ARN stands for the resource, and the bucket behind
it. What is asked is therefore put twice; everything else is as without an access point.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.decision import Decision
from doorward.services.context import Context
from doorward.services.s3 import acls, blocks, conditions
from doorward.services.s3.conditions import Keys
from doorward.services.s3.errors import (
    AccessDenied,
    InvalidRequest,
    MethodNotAllowed,
    NoSuchAccessPoint,
)
from doorward.store import access_points, buckets
from doorward.store.tables.access_point import AccessPoint

Parameters = Mapping[str, Any]

ALIAS_END = "-s3alias"
HOST_LABEL = re.compile(r"(?P<name>[a-z0-9-]{3,50})-(?P<account>[0-9]{12})", re.ASCII)
KIND = "accesspoint/"
INTERNET, VPC = "Internet", "VPC"
PUBLIC_CANNED = frozenset({"public-read", "public-read-write", "authenticated-read"})
COPIES = frozenset({"CopyObject", "UploadPartCopy"})
READING = ("s3:Get", "s3:List")

OPERATIONS = frozenset(
    {
        "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload",
        "DeleteObject", "DeleteObjectTagging", "DeleteObjects", "GetBucketAcl", "GetBucketCors",
        "GetBucketLocation", "GetBucketNotificationConfiguration", "GetBucketPolicy", "GetObject",
        "GetObjectAcl", "GetObjectAttributes", "GetObjectLegalHold", "GetObjectRetention",
        "GetObjectTagging", "HeadBucket", "HeadObject", "ListMultipartUploads", "ListObjects",
        "ListObjectsV2", "ListObjectVersions", "ListParts", "PutObject", "PutObjectAcl",
        "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging", "UploadPart",
        "UploadPartCopy",
    }
)  # fmt: skip
"""What an access point takes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
"""


class Entered(NamedTuple):
    """A request after its access point: the context and the parameters that name the bucket."""

    ctx: Context
    parameters: Parameters
    point: AccessPoint | None


def entered(ctx: Context, operation: str, parameters: Parameters) -> Entered:
    """The request with the bucket in the place of the access point that it names, if any.

    Raises:
        NoSuchAccessPoint: it names one that is not there.
        MethodNotAllowed: access points do not take the operation.
        AccessDenied: the caller is anonymous, or not in the VPC that requests must come from.
    """
    name = parameters.get("Bucket")
    if name is None or operation == "CreateBucket":
        return Entered(ctx, parameters, None)
    point = named(ctx, name)
    if point is None:
        return Entered(ctx, parameters, None)
    if operation not in OPERATIONS:
        raise MethodNotAllowed("", "ACCESSPOINT")
    check_usable(ctx, point)
    _check_acl(point, parameters)
    return Entered(through(ctx, point, operation), {**parameters, "Bucket": point.bucket}, point)


def named(ctx: Context, name: str) -> AccessPoint | None:
    """The access point that stands where a bucket's name could: by alias, ARN, or label of a host.

    None where it is a bucket's name.

    Raises:
        NoSuchAccessPoint: it can only be an access point, and there is none.
    """
    if name.startswith("arn:"):
        found = of_arn(ctx, name)
    elif name.endswith(ALIAS_END):
        found = access_points.by_alias(ctx.db, name)
    else:
        return labelled(ctx, name)
    if found is None:
        raise NoSuchAccessPoint(name)
    return found


def of_arn(ctx: Context, name: str) -> AccessPoint | None:
    """The access point of that ARN.

    Raises:
        InvalidRequest: it is no ARN of an access point.
    """
    parsed = Arn.parse(name)
    if (
        parsed is None
        or parsed.service != "s3"
        or not arn.is_account(parsed.account)
        or not parsed.resource.startswith(KIND)
    ):
        raise InvalidRequest("Invalid ARN")
    return access_points.find(ctx.db, parsed.account, parsed.resource.removeprefix(KIND))


def labelled(ctx: Context, name: str) -> AccessPoint | None:
    """The access point of a host's first label, such as `reports-123456789012`.

    INVARIANT: no bucket is called like that while the access point is there, nor the other way
    round; both refuse to be made.
    """
    label = HOST_LABEL.fullmatch(name)
    if label is None or buckets.find(ctx.db, name) is not None:
        return None
    return access_points.find(ctx.db, label["account"], label["name"])


def label(account: str, name: str) -> str:
    """What stands for an access point in a host's name."""
    return f"{name}-{account}"


def check_usable(ctx: Context, point: AccessPoint) -> None:
    """Refuse whom no policy could let through.

    Raises:
        AccessDenied: the caller is anonymous, or requests must come from a VPC, which none here
            does.
    """
    if ctx.caller.anonymous or point.vpc:
        raise AccessDenied


def point_arn(ctx: Context, point: AccessPoint) -> str:
    """The ARN of an access point."""
    return f"arn:{ctx.partition}:s3:{point.region}:{point.account}:{KIND}{point.name}"


def through(ctx: Context, point: AccessPoint, operation: str) -> Context:
    """*ctx*, whose further decisions ask both sides too."""

    def authorize(access: Access) -> Decision:
        decision: Decision | None = None
        for one in sides(ctx, point, [access], operation):
            decision = ctx.authorize(one)
            if not decision.allowed:
                return decision
        return decision if decision is not None else ctx.authorize(access)

    return replace(ctx, authorize=authorize)


def sides(
    ctx: Context, point: AccessPoint, wanted: Iterable[Access], operation: str = ""
) -> Iterator[Access]:
    """Every access to the bucket once for the access point and once for the bucket.

    The source of a copy is not what the request came through, so its side stays as it is.
    """
    bucket = conditions.resource(ctx, point.bucket)
    keys = condition_keys(ctx, point)
    for access in wanted:
        own = access.resource == bucket or access.resource.startswith(f"{bucket}/")
        source = operation in COPIES and access.action.startswith(READING)
        if not own or source:
            yield access
            continue
        context = {**access.context, **keys}
        yield _of_point(ctx, point, replace(access, context=context), bucket)
        yield replace(access, context=context)


def _of_point(ctx: Context, point: AccessPoint, access: Access, bucket: str) -> Access:
    """What *access* asks of the access point itself."""
    key = access.resource.removeprefix(bucket)
    return replace(
        access,
        resource=point_arn(ctx, point) + (f"/object{key}" if key else ""),
        account=point.account,
        tags=point.tags,
        policy=resource_policy(point.policy, "AccessPointPolicy") if point.policy else None,
        restrict_public=access.restrict_public
        or point.public_access_block.get(blocks.RESTRICT, False)
        or blocks.of_account(ctx.db, point.account, blocks.RESTRICT),
    )


def condition_keys(ctx: Context, point: AccessPoint) -> Keys:
    """The keys that tell which access point a request came through."""
    keys: Keys = {
        "s3:dataaccesspointarn": point_arn(ctx, point),
        "s3:dataaccesspointaccount": point.account,
        "s3:accesspointnetworkorigin": VPC if point.vpc else INTERNET,
    }
    for key, value in point.tags.items():
        keys[f"s3:accesspointtag/{key.lower()}"] = value
    return keys


def _check_acl(point: AccessPoint, parameters: Parameters) -> None:
    """Refuse a public ACL that comes through an access point which blocks those.

    Raises:
        AccessDenied: it is one.
    """
    if not point.public_access_block.get(blocks.BLOCK_ACLS, False):
        return
    grants = (parameters.get("AccessControlPolicy") or {}).get("Grants") or ()
    given = [str(parameters.get(member) or "") for member in acls.PERMISSIONS]
    uris = [(one.get("Grantee") or {}).get("URI") for one in grants]
    if (
        parameters.get("ACL") in PUBLIC_CANNED
        or any(uri in text for uri in acls.PUBLIC for text in given)
        or any(uri in acls.PUBLIC for uri in uris)
    ):
        raise AccessDenied


def finder(
    operation: str, find: Callable[[Context, Parameters], Access | Iterable[Access]]
) -> Callable[[Context, Parameters], Access | Iterable[Access]]:
    """*find* for requests that may name an access point."""

    def found(ctx: Context, parameters: Parameters) -> Access | Iterable[Access]:
        inside, real, point = entered(ctx, operation, parameters)
        wanted = find(inside, real)
        if point is None:
            return wanted
        accesses = [wanted] if isinstance(wanted, Access) else wanted
        return sides(ctx, point, accesses, operation)

    return found
