"""S3: buckets, objects and access points, and what else a request on them asks for.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import fill, keys, tags
from doorward.gateway.mapping.arn_shape import ArnShape, shape_of
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.requirement import How, Requirement

ALIAS = "-s3alias"
OBJECTS = frozenset({"object", "accesspointobject"})
KMS = frozenset({"aws:kms", "aws:kms:dsse"})
CONTROL = {"AccessPointAlias": "Name Mrap", "Token": "AccessGrantId AccessGrantsLocationId"}
WRITES = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
BYPASS = "s3:BypassGovernanceRetention"


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The bucket or object, which may be reached through an access point."""
    bucket = call.text("Bucket")
    if not bucket or shape.type not in {"bucket", "accesspoint", *OBJECTS}:
        return None
    if shape.type in {"accesspoint", "accesspointobject"}:
        return []  # what names a bucket names the access point in its place
    key = call.text("Key") or UNKNOWN
    return [located(call, bucket, key if shape.type == "object" else None)]


def located(call: Call, bucket: str, key: str | None) -> str:
    """The ARN of a bucket, or of *key* in it; *bucket* may be the ARN of an access point."""
    if bucket.endswith(ALIAS):
        return UNKNOWN
    if bucket.startswith("arn:"):
        shape = shape_of("s3", "accesspoint")
        if shape is None or not shape.fits(bucket) or "/" in bucket.partition("accesspoint/")[2]:
            return UNKNOWN
        return bucket if key is None else f"{bucket}/object/{key}"
    arn = f"arn:{call.place.partition}:s3:::{bucket}"
    return arn if key is None else f"{arn}/{key}"


def resolve_control(call: Call, shape: ArnShape) -> list[str] | None:
    """What the control API names belongs to the account that the request names."""
    if shape.type == "bucket" and not call.text("Bucket").startswith("arn:"):
        return [located(call, call.text("Bucket") or UNKNOWN, None)]
    place = call.place._replace(account=call.text("AccountId") or call.place.account)
    found = fill.arns(shape, place, call.parameters, aliases=CONTROL, operation=call.operation)
    return found or None


def context(call: Call) -> dict[str, Value]:
    """The tags that an object is to get."""
    given = call.parameters.get("Tagging")
    wanted = dict(parse_qsl(given, keep_blank_values=True)) if isinstance(given, str) else {}
    wanted = wanted or tags.pairs(given)
    found: dict[str, Value] = {
        f"s3:requestobjecttag/{key.lower()}": value for key, value in wanted.items()
    }
    if wanted:
        found["s3:requestobjecttagkeys"] = tuple(wanted)
    return found


def delete_objects(call: Call) -> Iterator[Requirement]:
    """DeleteObjects: each key, or each version of one."""
    bypass = bool(call.parameters.get("BypassGovernanceRetention"))
    wanted = call.parameters.get("Delete") or {}
    plain: list[str] = []
    versions: list[str] = []
    for one in wanted.get("Objects") or ():
        arn = located(call, call.text("Bucket"), str(one.get("Key") or UNKNOWN))
        (versions if one.get("VersionId") else plain).append(arn)
    for action, arns in (("s3:DeleteObject", plain), ("s3:DeleteObjectVersion", versions)):
        if arns:
            yield exactly(action, "object", arns)
    if bypass:
        yield exactly(BYPASS, "object", [*plain, *versions])


def more(call: Call) -> Iterator[Requirement]:
    """The source of a copy, and the key that an object is encrypted with."""
    if source := call.text("CopySource"):
        yield copied(call, source)
    given = call.text("SSEKMSKeyId")
    if given and call.operation in WRITES and call.text("ServerSideEncryption") in KMS:
        yield encrypting(call, given)


def copied(call: Call, source: str) -> Requirement:
    """GetObject on the source of a copy, or GetObjectVersion where it names a version.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    path, _, query = source.partition("?versionId=")
    path = unquote(path).removeprefix("/")
    if path.startswith("arn:") and "/object/" in path:
        bucket, _, key = path.partition("/object/")
    else:
        bucket, _, key = path.partition("/")
    action = "s3:GetObjectVersion" if query else "s3:GetObject"
    found: Mapping[str, Any] = {"s3:versionid": query} if query else {}
    return exactly(action, "object", [located(call, bucket, key or UNKNOWN)], found)


def encrypting(call: Call, given: str) -> Requirement:
    """The data key, which S3 gets in the caller's name.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    context: dict[str, Value] = {
        "kms:calleraccount": call.place.account,
        "kms:viaservice": f"s3.{call.place.region}.amazonaws.com",
    }
    context |= keys.requested_alias(given)
    key = keys.key(call, given)
    return Requirement("kms:GenerateDataKey", (key,), ("key",), context, How.EXACT, "s3")


OPERATIONS = {"DeleteObjects": delete_objects}
