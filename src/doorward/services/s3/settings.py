"""Settings of a bucket: versioning, default encryption, ownership of objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-overview.html
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import acls, resources
from doorward.services.s3.configuration_errors import InvalidBucketState
from doorward.services.s3.errors import (
    IllegalVersioningConfiguration,
    InvalidArgument,
    InvalidBucketAclWithObjectOwnership,
    MalformedXML,
    NotImplementedHeader,
)
from doorward.services.s3.not_set import OwnershipControlsNotFound
from doorward.services.s3.service import s3
from doorward.services.s3.versions import ENABLED, SUSPENDED
from doorward.store import buckets

MFA = "x-amz-mfa"
OWNERSHIP = "PutBucketOwnershipControls"
DEFAULT_ENCRYPTION = [
    {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
]
ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_versioning(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Whether objects keep their versions; nothing while it was never said.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
    """
    state = resources.existing(ctx, bucket).versioning
    return {"Status": state} if state else {}


@s3.operation(on=resources.bucket, unsigned=True)
def put_bucket_versioning(
    ctx: Context, *, bucket: str, versioning_configuration: Mapping[str, Any], **_: object
) -> Output:
    """Have objects keep their versions, or no new ones.

    Raises:
        IllegalVersioningConfiguration: neither is said.
        NotImplementedHeader: MFA Delete, which is not there.
        InvalidBucketState: objects can be locked, which needs versions.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
    """
    if versioning_configuration.get("MFADelete") == ENABLED:
        raise NotImplementedHeader(MFA)
    state = versioning_configuration.get("Status")
    if state not in (ENABLED, SUSPENDED):
        raise IllegalVersioningConfiguration
    if state == SUSPENDED and resources.existing(ctx, bucket).object_lock is not None:
        raise InvalidBucketState(
            "An Object Lock configuration is present on this bucket, so the versioning state "
            "cannot be changed."
        )
    buckets.change(ctx.db, bucket, {"versioning": state})
    return {}


@s3.operation(on=resources.on_bucket("GetEncryptionConfiguration"), unsigned=True)
def get_bucket_encryption(ctx: Context, *, bucket: str, **_: object) -> Output:
    """How new objects are encrypted; there always is a rule.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
    """
    rules = resources.existing(ctx, bucket).encryption or DEFAULT_ENCRYPTION
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


@s3.operation(on=resources.on_bucket("PutEncryptionConfiguration"), unsigned=True)
def put_bucket_encryption(
    ctx: Context,
    *,
    bucket: str,
    server_side_encryption_configuration: Mapping[str, Any],
    **_: object,
) -> Output:
    """Say how new objects are encrypted.

    Raises:
        MalformedXML: not exactly one rule, or of an unknown algorithm.
        InvalidArgument: a KMS key that would not be used.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
    """
    rules = server_side_encryption_configuration.get("Rules") or []
    if len(rules) != 1:
        raise MalformedXML
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    if default and default.get("SSEAlgorithm") not in ALGORITHMS:
        raise MalformedXML
    if default.get("KMSMasterKeyID") and default["SSEAlgorithm"] == ALGORITHMS[0]:
        raise InvalidArgument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            "KMSMasterKeyID",
        )
    rule = {"BucketKeyEnabled": False, **rules[0]}
    buckets.change(ctx.db, bucket, {"encryption": [rule]})
    return {}


@s3.operation(on=resources.on_bucket("PutEncryptionConfiguration"), unsigned=True)
def delete_bucket_encryption(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Go back to S3's own default.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html
    """
    buckets.change(ctx.db, bucket, {"encryption": None})
    return {}


@s3.operation(on=resources.bucket, unsigned=True)
def get_bucket_ownership_controls(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Who owns the objects that others write.

    Raises:
        OwnershipControlsNotFound: the controls were deleted.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html
    """
    ownership = resources.existing(ctx, bucket).ownership
    if not ownership:
        raise OwnershipControlsNotFound(bucket)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}


def owning(ctx: Context, parameters: Mapping[str, Any]) -> Access:
    """The bucket, with the rule that it shall have. Observed, not documented: the key is there."""
    one = resources.bucket(ctx, parameters)
    rules = parameters["OwnershipControls"].get("Rules") or [{}]
    wanted = rules[0].get("ObjectOwnership")
    if not wanted:
        return one
    return replace(one, context={**one.context, "s3:x-amz-object-ownership": wanted})


@s3.operation(on=owning, unsigned=True)
def put_bucket_ownership_controls(
    ctx: Context, *, bucket: str, ownership_controls: Mapping[str, Any], **_: object
) -> Output:
    """Say who owns the objects that others write, and with that whether ACLs count.

    Raises:
        MalformedXML: not exactly one rule.
        InvalidBucketAclWithObjectOwnership: ACLs would not count, but grant something to others.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
    """
    rules = ownership_controls.get("Rules") or []
    if len(rules) != 1 or not rules[0].get("ObjectOwnership"):
        raise MalformedXML
    ownership = rules[0]["ObjectOwnership"]
    found = resources.existing(ctx, bucket)
    if ownership == acls.ENFORCED and acls.grants_others(found.account, found.acl):
        raise InvalidBucketAclWithObjectOwnership
    buckets.change(ctx.db, bucket, {"ownership": ownership})
    return {}


@s3.operation(on=resources.on_bucket(OWNERSHIP), unsigned=True)
def delete_bucket_ownership_controls(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Leave objects to whoever writes them.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html
    """
    buckets.change(ctx.db, bucket, {"ownership": ""})
    return {}
