"""What the encryption of objects with a KMS key asks of the caller.

Keys are kept behind the gateway, which brings their policies to the decision. Without it, and of a
key that is not there, the account is taken to leave everything to its identity policies, as the
key policy that KMS makes by default does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.s3 import attributes, conditions
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion
from doorward.store.tables.upload import Upload

KEY_ID = "SSEKMSKeyId"
DEFAULT_KEY_POLICY = (
    '{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},'
    '"Action":"kms:*","Resource":"*"}}}}'
)


def to_encrypt(ctx: Context, bucket: Bucket, parameters: Mapping[str, Any]) -> list[Access]:
    """What a new object needs that its request, or its bucket, has encrypted with a key."""
    key_id = attributes.encryption(bucket, parameters).get(KEY_ID)
    if not key_id:
        return []
    return [_access(ctx, bucket, "GenerateDataKey", key_id, parameters["Key"])]


def to_decrypt(ctx: Context, bucket: Bucket, found: ObjectVersion) -> list[Access]:
    """What reading an object needs that is encrypted with a key."""
    key_id = found.encryption.get(KEY_ID)
    return [_access(ctx, bucket, "Decrypt", key_id, found.key)] if key_id else []


def for_part(ctx: Context, bucket: Bucket, upload: Upload, action: str) -> list[Access]:
    """What *action* on the key a part, or the completion, of an upload needs."""
    key_id = upload.attributes["encryption"].get(KEY_ID)
    return [_access(ctx, bucket, action, key_id, upload.key)] if key_id else []


def key_arn(ctx: Context, bucket: Bucket, key_id: str) -> str:
    """The ARN of a key that is named by ARN, by id, or by alias."""
    if key_id.startswith("arn:"):
        return key_id
    resource = key_id if key_id.startswith("alias/") else f"key/{key_id}"
    return f"arn:{ctx.partition}:kms:{bucket.region}:{bucket.account}:{resource}"


def _access(ctx: Context, bucket: Bucket, action: str, key_id: str, key: str) -> Access:
    name = key_arn(ctx, bucket, key_id)
    parsed = Arn.parse(name)
    owner = (parsed.account if parsed else "") or bucket.account
    return Access(
        f"kms:{action}",
        name,
        account=owner,
        via="s3.amazonaws.com",
        policy=resource_policy(DEFAULT_KEY_POLICY.format(account=owner), "KeyPolicy"),
        context={
            "kms:viaservice": f"s3.{bucket.region}.amazonaws.com",
            "kms:calleraccount": ctx.account,
            "kms:encryptioncontext:aws:s3:arn": conditions.resource(ctx, bucket, key),
        },
    )
