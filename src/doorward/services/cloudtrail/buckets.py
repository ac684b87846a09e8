"""The bucket that a trail delivers to, tried as CloudTrail tries it before it takes it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.base.errors import AwsError
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.services.cloudtrail.trail_errors import (
    InsufficientS3BucketPolicy,
    InvalidS3BucketName,
    InvalidS3Prefix,
    S3BucketDoesNotExist,
)
from doorward.services.context import Context

PREFIX_CHARACTERS = 200
NAME_CHARACTERS = 63
FULL_CONTROL = "bucket-owner-full-control"
LOGS, DIGESTS, INSIGHTS = "CloudTrail", "CloudTrail-Digest", "CloudTrail-Insight"


def root(members: Mapping[str, Any], organization: str, account: str) -> str:
    """What the keys of everything delivered for *account* begin with."""
    prefix = f"{members['S3KeyPrefix']}/" if members.get("S3KeyPrefix") else ""
    middle = f"{organization}/" if organization else ""
    return f"{prefix}AWSLogs/{middle}{account}"


def check(ctx: Context, members: Mapping[str, Any], trail_arn: str, organization: str) -> None:
    """Refuse a bucket that CloudTrail may not look at and write to; what it writes is empty.

    Raises:
        InvalidS3BucketName, InvalidS3Prefix: they cannot be.
        S3BucketDoesNotExist: there is no such bucket.
        InsufficientS3BucketPolicy: its policy does not let CloudTrail.
    """
    bucket, prefix = members["S3BucketName"], members.get("S3KeyPrefix") or ""
    if not 3 <= len(bucket) <= NAME_CHARACTERS:  # noqa: PLR2004 - the shortest name
        raise InvalidS3BucketName(bucket)
    if len(prefix) > PREFIX_CHARACTERS or prefix.startswith("/"):
        raise InvalidS3Prefix(prefix)
    call = ctx.serve(PRINCIPAL, source_arn=trail_arn, source_account=ctx.account)
    try:
        call("s3", "get_bucket_acl", bucket=bucket)
        start = root(members, "", ctx.account)
        _mark(call, bucket, f"{start}/{LOGS}/")
        if members["LogFileValidationEnabled"]:
            _mark(call, bucket, f"{start}/{DIGESTS}/")
        if organization:
            _mark(call, bucket, f"{root(members, organization, ctx.account)}/{LOGS}/")
    except AwsError as error:
        if error.code == "NoSuchBucket":
            raise S3BucketDoesNotExist(bucket) from error
        raise InsufficientS3BucketPolicy(
            f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
        ) from error


def _mark(call: Any, bucket: str, key: str) -> None:
    call("s3", "put_object", bucket=bucket, key=key, acl=FULL_CONTROL)


def check_results(ctx: Context, uri: str, store_arn: str) -> None:
    """Refuse a place for the results of queries where CloudTrail may not look at the bucket.

    Raises:
        S3BucketDoesNotExist: there is no such bucket.
        InsufficientS3BucketPolicy: its policy does not let CloudTrail.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/s3-bucket-policy-lake-query-results.html
    """
    bucket = uri.removeprefix("s3://").partition("/")[0]
    call = ctx.serve(PRINCIPAL, source_arn=store_arn, source_account=ctx.account)
    try:
        call("s3", "get_bucket_acl", bucket=bucket)
    except AwsError as error:
        if error.code == "NoSuchBucket":
            raise S3BucketDoesNotExist(bucket) from error
        raise InsufficientS3BucketPolicy(
            f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
        ) from error
