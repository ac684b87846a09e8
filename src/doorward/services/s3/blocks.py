"""Block Public Access in force on a bucket: what its account sets, or the bucket itself.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from doorward.store import public_access_blocks
from doorward.store.tables.bucket import Bucket

BLOCK_ACLS = "BlockPublicAcls"
IGNORE_ACLS = "IgnorePublicAcls"
BLOCK_POLICY = "BlockPublicPolicy"
RESTRICT = "RestrictPublicBuckets"
SETTINGS = (BLOCK_ACLS, IGNORE_ACLS, BLOCK_POLICY, RESTRICT)


def in_force(db: Connection, bucket: Bucket, setting: str) -> bool:
    """Whether *setting* counts for *bucket*: the strictest of bucket and account does."""
    own: Mapping[str, bool] = bucket.public_access_block or {}
    return own.get(setting, False) or of_account(db, bucket.account, setting)


def of_account(db: Connection, account: str, setting: str) -> bool:
    """Whether *setting* counts for every bucket of *account*."""
    return (public_access_blocks.find(db, account) or {}).get(setting, False)
