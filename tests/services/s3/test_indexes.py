"""No request to S3 reads a whole table."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.s3control import access_points, public_access, tags
from doorward.store import access_points as points
from doorward.store import bucket_configurations as configurations
from services.s3.calls import BUCKET, call, put
from services.support import ACCOUNT, World
from store import plans

METRICS = "MetricsConfiguration"
ON = {"Retention": {}, "BypassGovernanceRetention": True}
ARN = f"arn:aws:s3:::{BUCKET}"


def s3(operation: str, **parameters: Any) -> Callable[[Context], object]:
    return lambda ctx: call(ctx, operation, **parameters)


def listed(**given: Any) -> Callable[[Context], object]:
    return lambda ctx: access_points.list_access_points(ctx, account_id=ACCOUNT, **given)


OPERATIONS = [
    s3("PutBucketCors", CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}),
    s3("GetBucketNotificationConfiguration"),
    s3("PutBucketMetricsConfiguration", Id="n", **{METRICS: {"Id": "n"}}),
    s3("ListBucketMetricsConfigurations"),
    s3("DeleteBucketMetricsConfiguration", Id="m"),
    s3("PutObjectRetention", Key="k", **ON),
    s3("PutObjectLegalHold", Key="k", LegalHold={"Status": "ON"}),
    s3("GetObject", Key="k"),
    s3("DeleteBucket", Bucket="empty"),
    s3("CreateBucket", Bucket=f"a-{ACCOUNT}"),
    lambda ctx: access_points.create_access_point(ctx, account_id=ACCOUNT, name="two", bucket=BUCKET),
    lambda ctx: access_points.delete_access_point(ctx, account_id=ACCOUNT, name="one"),
    lambda ctx: tags.tag_resource(ctx, account_id=ACCOUNT, resource_arn=ARN, tags=[{"Key": "a", "Value": ""}]),
    lambda ctx: public_access.put_public_access_block(
        ctx, account_id=ACCOUNT, public_access_block_configuration={"BlockPublicAcls": True}
    ),
    listed(), listed(bucket=BUCKET), listed(max_results=1),
    lambda ctx: points.by_alias(ctx.db, "one-x-s3alias"),
    lambda ctx: points.page(ctx.db, ACCOUNT, bucket=BUCKET, after="a", limit=1),
    lambda ctx: configurations.page(ctx.db, BUCKET, "metrics", after="a", limit=1),
]  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_query_uses_an_index(world: World, operation: Callable[[Context], object]) -> None:
    root = world.root()
    call(root, "CreateBucket", ObjectLockEnabledForBucket=True)
    call(root, "CreateBucket", Bucket="empty")
    put(root, "k", b"text")
    access_points.create_access_point(root, account_id=ACCOUNT, name="one", bucket=BUCKET)
    call(root, "PutBucketMetricsConfiguration", Id="m", **{METRICS: {"Id": "m"}})

    with plans.watched(root.db) as seen:
        operation(root)

    assert plans.scans(root.db, seen) == []
