"""The condition keys that S3 fills, from the signature and from the request.

A key that does not belong to an action is not in its context.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.store.tables.bucket import Bucket

Keys = dict[str, Value]
Parameters = Mapping[str, Any]

ACL = {
    "ACL": "s3:x-amz-acl",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
    "GrantFullControl": "s3:x-amz-grant-full-control",
}
"""Members of the request to the keys they fill: who may do what by ACL."""

STORAGE_CLASS = {"StorageClass": "s3:x-amz-storage-class"}

PUT_OBJECT = (
    ACL
    | STORAGE_CLASS
    | {
        "ServerSideEncryption": "s3:x-amz-server-side-encryption",
        "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
        # The copy source as it was spelled in the header, nothing decoded.
        "CopySource": "s3:x-amz-copy-source",
        "MetadataDirective": "s3:x-amz-metadata-directive",
        "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
        "IfMatch": "s3:if-match",
        "IfNoneMatch": "s3:if-none-match",
    }
)
PUT_ACL = ACL | STORAGE_CLASS
LIST = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
VERSION = {"VersionId": "s3:versionid"}
DELETE = {"IfMatch": "s3:if-match"}
CREATE_BUCKET = ACL | {"ObjectOwnership": "s3:x-amz-object-ownership"}


def common(ctx: Context, owner: str | None) -> Keys:
    """Keys of every request; *owner* is the account that has the bucket."""
    keys: Keys = {} if owner is None else {"s3:resourceaccount": owner}
    if ctx.caller.anonymous:
        return keys
    signature = ctx.caller.signature
    keys["s3:authtype"] = signature.auth_type.value
    keys["s3:signatureversion"] = signature.version
    if signature.age_ms is not None:
        keys["s3:signatureage"] = str(signature.age_ms)
    if signature.content_sha256 is not None:
        keys["s3:x-amz-content-sha256"] = signature.content_sha256
    return keys


def given(parameters: Parameters, keys: Mapping[str, str]) -> Keys:
    """The keys of those members that the request has."""
    found = {key: parameters.get(member) for member, key in keys.items()}
    return {key: str(value) for key, value in found.items() if value is not None}


def request_tags(tags: Mapping[str, str]) -> Keys:
    """Keys of the tags that an object shall get."""
    if not tags:
        return {}
    keys: Keys = {f"s3:requestobjecttag/{key.lower()}": value for key, value in tags.items()}
    return keys | {"s3:requestobjecttagkeys": tuple(tags)}


def existing_tags(tags: Mapping[str, str]) -> Keys:
    """Keys of the tags that an object has."""
    return {f"s3:existingobjecttag/{key.lower()}": value for key, value in tags.items()}


def bucket_tags(bucket: Bucket) -> Keys:
    """Keys of the tags of a bucket, which count only where it says so."""
    if not bucket.abac:
        return {}
    return {f"s3:buckettag/{key.lower()}": value for key, value in (bucket.tags or {}).items()}


def resource(ctx: Context, bucket: Bucket | str, key: str | None = None) -> str:
    """The ARN of a bucket, or of an object in it."""
    name = bucket if isinstance(bucket, str) else bucket.name
    return f"arn:{ctx.partition}:s3:::{name}" + ("" if key is None else f"/{key}")
