"""What a new object has besides its bytes: headers, metadata, tags, class, encryption.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from doorward.services.context import Context
from doorward.services.s3 import acls, locks, public_access, tags
from doorward.services.s3.errors import NotImplementedHeader
from doorward.services.s3.object_errors import (
    InvalidStorageClass,
    KeyTooLong,
    MetadataTooLarge,
)
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "WebsiteRedirectLocation",
)
EXPIRES = "Expires"
CHUNKED = "aws-chunked"
DEFAULT_TYPE = "binary/octet-stream"
DEFAULT_CLASS = "STANDARD"
CLASSES = frozenset(
    {
        DEFAULT_CLASS,
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "GLACIER_IR",
        "DEEP_ARCHIVE",
    }
)
KEY_BYTES = 1_024
METADATA_BYTES = 2_048
SSE = "ServerSideEncryption"
ENCRYPTION = (SSE, "SSEKMSKeyId", "BucketKeyEnabled")
ASKED = "asked_encryption"
"""Where an upload keeps the encryption that its beginning asked for, beside the columns."""

NOT_THERE = {
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKey": "x-amz-server-side-encryption-customer-key",
    "SSECustomerKeyMD5": "x-amz-server-side-encryption-customer-key-MD5",
    "CopySourceSSECustomerAlgorithm": "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "ObjectLockEventHold": "x-amz-object-lock-event-hold",
    "ObjectLockEventHoldDurationDays": "x-amz-object-lock-event-hold-duration-days",
    "ObjectLockEventHoldDurationYears": "x-amz-object-lock-event-hold-duration-years",
    "WriteOffsetBytes": "x-amz-write-offset-bytes",
    "SSEKMSEncryptionContext": "x-amz-server-side-encryption-context",
}
"""Members whose meaning is not there yet: refused, so that nobody relies on them in vain."""


def refuse_unknown(parameters: Mapping[str, Any]) -> None:
    """Refuse what would have to be done and is not.

    Raises:
        NotImplementedHeader: the request asks for encryption with its own key, or for a hold that
            an event ends.
    """
    for member, header in NOT_THERE.items():
        if parameters.get(member) is not None:
            raise NotImplementedHeader(header)


def check_key(key: str) -> None:
    """Refuse a key that is too long.

    Raises:
        KeyTooLong: it has more than 1,024 bytes of UTF-8.
    """
    size = len(key.encode())
    if size > KEY_BYTES:
        raise KeyTooLong(size, KEY_BYTES)


def of_request(ctx: Context, bucket: Bucket, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a new object, by name, as a request gives them.

    Raises:
        NotImplementedHeader: the request asks for what is not there.
        KeyTooLong, MetadataTooLarge, InvalidStorageClass, InvalidTag: as they say.
        AccessControlListNotSupported: an ACL, and the bucket has none.
        AccessDenied: a public ACL, and the bucket blocks those.
        MissingConfiguration, InvalidArgument: a lock that cannot be.
    """
    refuse_unknown(parameters)
    check_key(parameters["Key"])
    acl = acls.of_new_object(ctx, bucket, parameters)
    if acls.is_public(acl):
        public_access.check_acl(ctx, bucket, "PutObject", parameters["Key"])
    return {
        "owner": acls.owner_of_new_object(ctx, bucket, parameters),
        "headers": headers(parameters),
        "metadata": metadata(parameters.get("Metadata") or {}),
        "tags": tags.from_header(parameters.get("Tagging")),
        "storage_class": storage_class(parameters.get("StorageClass")),
        "encryption": encryption(bucket, parameters),
        "acl": acl,
        **locks.of_request(ctx, bucket, parameters),
    }


def headers(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The content headers that are kept with the object."""
    found = {name: text(parameters[name]) for name in HEADERS if parameters.get(name)}
    codings = [one.strip() for one in found.pop("ContentEncoding", "").split(",")]
    if kept := [one for one in codings if one and one != CHUNKED]:
        found["ContentEncoding"] = ",".join(kept)
    expires: datetime | None = parameters.get(EXPIRES)
    if expires is not None:
        found[EXPIRES] = expires.isoformat()
    return {"ContentType": DEFAULT_TYPE} | found


def metadata(given: Mapping[str, str]) -> dict[str, str]:
    """The user's metadata; names are lower case, as HTTP's are.

    Raises:
        MetadataTooLarge: names and values have more than 2 KB.
    """
    found = {name.lower(): text(value) for name, value in given.items()}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in found.items())
    if size > METADATA_BYTES:
        raise MetadataTooLarge(size, METADATA_BYTES)
    return found


def text(value: str) -> str:
    """A header's *value*, which is a character for each byte, as the UTF-8 that it is.

    Bytes that are not UTF-8 stay characters of Latin-1.
    """
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def storage_class(given: str | None) -> str:
    """The storage class.

    Raises:
        InvalidStorageClass: there is none of that name for a general purpose bucket.
    """
    if given is None:
        return DEFAULT_CLASS
    if given not in CLASSES:
        raise InvalidStorageClass(given)
    return given


def encryption(bucket: Bucket, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The members that tell how the object is encrypted: as asked, else as the bucket says."""
    if parameters.get(SSE):
        return asked_encryption(parameters)
    rule = (bucket.encryption or [{}])[0]
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    found: dict[str, Any] = {SSE: default.get("SSEAlgorithm", "AES256")}
    if found[SSE].startswith("aws:kms"):
        if default.get("KMSMasterKeyID"):
            found["SSEKMSKeyId"] = default["KMSMasterKeyID"]
        found["BucketKeyEnabled"] = bool(rule.get("BucketKeyEnabled"))
    return found


def asked_encryption(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The members by which a request itself asks for encryption."""
    return {name: parameters[name] for name in ENCRYPTION if parameters.get(name) is not None}


def of_upload(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of an object from the attributes of the upload that it was."""
    return {name: value for name, value in kept.items() if name != ASKED}


def shown(found: ObjectVersion) -> dict[str, Any]:
    """The members of an answer that tell the headers, metadata, class and encryption."""
    kept: dict[str, Any] = dict(found.headers)
    if EXPIRES in kept:
        kept[EXPIRES] = datetime.fromisoformat(kept[EXPIRES])
    if found.metadata:
        kept["Metadata"] = dict(found.metadata)
    if found.storage_class != DEFAULT_CLASS:
        kept["StorageClass"] = found.storage_class
    return kept | found.encryption
