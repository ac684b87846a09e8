"""Trails, imports and results with buckets that another server keeps: a second Doorward."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from clients.conftest import ACCOUNT, Served
from clients.test_cli import Cli
from doorward.server.trails.delivery import Courier
from doorward.server.trails.imports import ImportWorker
from server.turns import settled
from services.cloudtrail.lake import REGION, SERVICE, Lake, document, record, refused

KEY, SECRET = "endpoint-key-id", "endpoint-secret"


@pytest.fixture(scope="module")
def behind() -> Iterator[Served]:
    server = Served(root_access_key_id=KEY, root_secret_access_key=SECRET)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def front(behind: Served) -> Iterator[Served]:
    patch = pytest.MonkeyPatch()
    patch.setenv("DOORWARD_UPSTREAM_S3_ACCESS_KEY_ID", KEY)
    patch.setenv("DOORWARD_UPSTREAM_S3_SECRET_ACCESS_KEY", SECRET)
    server = Served(upstreams=(f"s3={behind.endpoint}",), trail_delivery_seconds=1_000_000.0)
    patch.undo()
    yield server
    server.stop()


@pytest.fixture
def lake(behind: Served, front: Served) -> Lake:
    behind.running.reset()
    front.clock.ahead = behind.clock.ahead = timedelta()
    front.running.reset()
    return Lake(front)


def kept(behind: Served, bucket: str, part: str) -> list[str]:
    """The keys at the endpoint that hold *part* and are files."""
    there = behind.client("s3", KEY, SECRET).list_objects_v2(Bucket=bucket)
    keys = [one["Key"] for one in there.get("Contents", [])]
    return [key for key in keys if part in key and not key.endswith("/")]


def test_a_trail_delivers_to_a_bucket_at_the_endpoint_and_the_cli_verifies_it(
    lake: Lake, behind: Served, tmp_path
) -> None:
    lake.bucket("logs")
    lake.trail.create_trail(Name="main", S3BucketName="logs", EnableLogFileValidation=True)
    lake.trail.start_logging(Name="main")
    lake.iam.create_user(UserName="alice")
    settled(lake.running)
    Courier(lake.running).deliver()
    lake.served.clock.ahead = behind.clock.ahead = timedelta(hours=1)
    Courier(lake.running).deliver()
    lake.served.clock.ahead = behind.clock.ahead = timedelta()

    (key,) = kept(behind, "logs", "/CloudTrail/")
    body = behind.client("s3", KEY, SECRET).get_object(Bucket="logs", Key=key)["Body"].read()
    names = [one["eventName"] for one in json.loads(gzip.decompress(body))["Records"]]
    assert "CreateUser" in names
    assert len(kept(behind, "logs", "/CloudTrail-Digest/")) == 2
    arn = lake.trail.get_trail(Name="main")["Trail"]["TrailARN"]
    until = (lake.served.clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    done = Cli(lake.served.endpoint, tmp_path).both(
        *("cloudtrail", "validate-logs", "--trail-arn", arn),
        *("--start-time", "2020-01-01T00:00:00Z", "--end-time", until),
    )
    assert "2/2 digest files valid" in done.stdout, done.stdout + done.stderr
    assert "1/1 log files valid" in done.stdout


def test_the_policy_of_a_bucket_at_the_endpoint_decides_on_what_cloudtrail_may(
    lake: Lake, behind: Served
) -> None:
    make = lake.trail.create_trail
    lake.s3.create_bucket(Bucket="closed")
    for name in ("closed", "missing"):  # it is decided before the endpoint is asked
        code = refused(make, Name="main", S3BucketName=name)
        assert code == "InsufficientS3BucketPolicyException"

    lake.bucket("logs")
    make(Name="main", S3BucketName="logs")
    lake.trail.start_logging(Name="main")
    lake.s3.delete_bucket_policy(Bucket="logs")
    lake.iam.create_user(UserName="bob")
    settled(lake.running)
    Courier(lake.running).deliver()
    status = lake.trail.get_trail_status(Name="main")
    assert status["LatestDeliveryError"] == "AccessDenied"
    assert kept(behind, "logs", "/CloudTrail/") == []

    policy = {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    }
    lake.s3.put_bucket_policy(Bucket="logs", Policy=document(policy))
    Courier(lake.running).deliver()
    assert "LatestDeliveryError" not in lake.trail.get_trail_status(Name="main")
    assert len(kept(behind, "logs", "/CloudTrail/")) == 1


def test_a_bucket_that_is_gone_from_the_endpoint_is_told_and_nothing_is_lost(
    lake: Lake, behind: Served
) -> None:
    lake.bucket("logs")
    lake.trail.create_trail(Name="main", S3BucketName="logs")
    lake.trail.start_logging(Name="main")
    lake.iam.create_user(UserName="carol")
    settled(lake.running)
    for one in lake.s3.list_objects_v2(Bucket="logs")["Contents"]:
        lake.s3.delete_object(Bucket="logs", Key=one["Key"])
    lake.s3.delete_bucket(Bucket="logs")
    Courier(lake.running).deliver()
    assert lake.trail.get_trail_status(Name="main")["LatestDeliveryError"] == "AccessDenied"

    lake.bucket("logs")
    Courier(lake.running).deliver()
    assert len(kept(behind, "logs", "/CloudTrail/")) == 1


def test_files_at_the_endpoint_are_imported_and_results_delivered_there(
    lake: Lake, behind: Served
) -> None:
    pytest.importorskip("duckdb")
    day = lake.served.clock.now() - timedelta(days=1)
    lake.bucket("old")
    store, role = lake.store(StartIngestion=False), lake.role()
    lake.put("old", day, [record(day, "Made", 1)], "A")
    place = {
        "S3LocationUri": "s3://old/AWSLogs/",
        "S3BucketRegion": REGION,
        "S3BucketAccessRoleArn": role,
    }
    lake.running.workers.imports.stop()
    one = lake.trail.start_import(Destinations=[store], ImportSource={"S3": place})["ImportId"]
    ImportWorker(lake.running).take()
    told = lake.trail.get_import(ImportId=one)
    assert told["ImportStatus"] == "COMPLETED", lake.trail.list_import_failures(ImportId=one)[
        "Failures"
    ]

    lake.running.workers.queries.stop()
    query = lake.trail.start_query(
        QueryStatement=f"SELECT eventName FROM {store.rpartition('/')[2]}",  # noqa: S608
        DeliveryS3Uri="s3://old/results",
    )["QueryId"]
    lake.answered()
    assert lake.trail.describe_query(QueryId=query)["DeliveryStatus"] == "SUCCESS"
    (result,) = kept(behind, "old", "result_1.csv.gz")
    assert result.startswith(f"results/AWSLogs/{ACCOUNT}/CloudTrail-Lake/Query/")
