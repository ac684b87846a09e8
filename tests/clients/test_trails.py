"""Trails as people use them: the AWS CLI makes one, and verifies what it delivered."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from clients.conftest import ACCOUNT, Served
from clients.test_cli import Cli
from doorward.server.trails.delivery import Courier
from server.turns import settled

ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}
SOURCE = {"StringEquals": {"aws:SourceArn": ARN}}


def policy(bucket: str) -> str:
    condition = {
        "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **SOURCE["StringEquals"]}
    }
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AWSCloudTrailAclCheck20150319",
                    "Effect": "Allow",
                    "Principal": SERVICE,
                    "Action": "s3:GetBucketAcl",
                    "Resource": f"arn:aws:s3:::{bucket}",
                    "Condition": SOURCE,
                },
                {
                    "Sid": "AWSCloudTrailWrite20150319",
                    "Effect": "Allow",
                    "Principal": SERVICE,
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/{ACCOUNT}/*",
                    "Condition": condition,
                },
            ],
        }
    )


@pytest.fixture(scope="module")
def slow() -> Iterator[Served]:
    """A server that delivers when the test has it do so."""
    server = Served(trail_delivery_seconds=1_000_000.0)
    yield server
    server.stop()


class Trail:
    """A trail of the CLI's, and what delivers to it."""

    def __init__(self, served: Served, cli: Cli) -> None:
        self.served, self.cli = served, cli
        self.later = timedelta()
        self.s3 = served.client("s3")
        self.api = served.client("cloudtrail")

    def make(self) -> None:
        self.s3.create_bucket(Bucket="logs")
        self.s3.put_bucket_policy(Bucket="logs", Policy=policy("logs"))
        self.cli(
            *("cloudtrail", "create-trail", "--name", "main", "--s3-bucket-name", "logs"),
            *("--is-multi-region-trail", "--enable-log-file-validation"),
        )
        self.cli("cloudtrail", "start-logging", "--name", "main")

    def deliver(self) -> None:
        """Deliver as it is *later*; clients cannot sign for a time that is not theirs."""
        settled(self.served.running)
        self.served.clock.ahead = self.later
        Courier(self.served.running).deliver()
        self.served.clock.ahead = timedelta()

    def hours(self, count: int) -> None:
        for number in range(count):
            self.served.client("iam").create_user(UserName=f"user-{number}")
            self.deliver()
            self.later += timedelta(hours=1)
            self.deliver()

    def keys(self, kind: str) -> list[str]:
        prefix = f"AWSLogs/{ACCOUNT}/{kind}/us-east-1/"
        found = self.s3.list_objects_v2(Bucket="logs", Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found]

    def validate(self, *, fails: bool = False) -> str:
        start = "2020-01-01T00:00:00Z"
        end = (self.served.clock.now() + self.later + timedelta(hours=2)).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        done = self.cli.both(
            *("cloudtrail", "validate-logs", "--trail-arn", ARN, "--verbose"),
            *("--start-time", start, "--end-time", end),
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def trail(slow: Served, tmp_path) -> Trail:
    slow.clock.ahead = timedelta()
    slow.running.reset()
    made = Trail(slow, Cli(slow.endpoint, tmp_path))
    made.make()
    return made


def test_the_cli_verifies_what_a_trail_delivered_and_finds_what_was_tampered_with(
    trail: Trail,
) -> None:
    trail.hours(3)

    good = trail.validate()
    assert "4/4 digest files valid" in good
    assert f"{len(trail.keys('CloudTrail')) - 1}/" in good  # the marker object is no log file

    logs = [key for key in trail.keys("CloudTrail") if key.endswith(".gz")]
    body = gzip.decompress(trail.s3.get_object(Bucket="logs", Key=logs[1])["Body"].read())
    changed = gzip.compress(body.replace(b"CreateUser", b"DeleteUser"))
    trail.s3.put_object(Bucket="logs", Key=logs[1], Body=changed)
    tampered = trail.validate(fails=True)
    assert f"Log file\ts3://logs/{logs[1]}\tINVALID: hash value doesn't match" in tampered

    digests = [key for key in trail.keys("CloudTrail-Digest") if key.endswith(".gz")]
    trail.s3.delete_object(Bucket="logs", Key=digests[2])
    gone = trail.validate(fails=True)
    assert f"Digest file\ts3://logs/{digests[2]}\tINVALID: not found" in gone


def test_each_event_is_delivered_once_in_cloudtrails_layout(trail: Trail) -> None:
    trail.served.client("iam").create_user(UserName="alice")
    trail.deliver()
    trail.deliver()

    (key,) = [key for key in trail.keys("CloudTrail") if key.endswith(".gz")]
    stored = trail.s3.get_object(Bucket="logs", Key=key)
    records = json.loads(gzip.decompress(stored["Body"].read()))["Records"]
    now = trail.served.clock.now()
    assert key.startswith(
        f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/{now:%Y/%m/%d}/{ACCOUNT}_CloudTrail_us-east-1_{now:%Y%m%d}T"
    )
    assert (stored["ContentType"], stored["ContentEncoding"]) == ("application/json", "gzip")
    names = [one["eventName"] for one in records]
    assert names.count("CreateUser") == 1
    assert "PutObject" not in names
    assert len({one["eventID"] for one in records}) == len(records)
    status = trail.cli.json("cloudtrail", "get-trail-status", "--name", "main")
    assert status["IsLogging"] is True
    assert "LatestDeliveryTime" in status
    assert "LatestDeliveryError" not in status


def test_a_bucket_that_no_longer_lets_cloudtrail_is_told_and_nothing_is_lost(trail: Trail) -> None:
    trail.s3.delete_bucket_policy(Bucket="logs")
    trail.served.client("iam").create_user(UserName="bob")
    trail.deliver()

    assert trail.api.get_trail_status(Name="main")["LatestDeliveryError"] == "AccessDenied"
    assert [key for key in trail.keys("CloudTrail") if key.endswith(".gz")] == []

    trail.s3.put_bucket_policy(Bucket="logs", Policy=policy("logs"))
    trail.deliver()
    assert "LatestDeliveryError" not in trail.api.get_trail_status(Name="main")
    assert len([key for key in trail.keys("CloudTrail") if key.endswith(".gz")]) == 1


def test_after_the_end_of_logging_one_last_digest_is_delivered(trail: Trail) -> None:
    trail.hours(1)
    trail.later += timedelta(minutes=10)
    trail.api.stop_logging(Name="main")
    trail.deliver()
    before = trail.keys("CloudTrail-Digest")
    trail.later += timedelta(hours=3)
    trail.deliver()

    assert trail.keys("CloudTrail-Digest") == before
    assert "3/3 digest files valid" in trail.validate()


def test_keys_have_the_fingerprint_that_the_cli_expects(trail: Trail) -> None:
    trail.deliver()

    (key,) = trail.api.list_public_keys()["PublicKeyList"]

    assert len(key["Value"]) == 270
    assert hashlib.md5(key["Value"], usedforsecurity=False).hexdigest() == key["Fingerprint"]


def test_what_is_looked_up_is_found_by_each_attribute(trail: Trail) -> None:
    trail.served.client("iam").create_user(UserName="carol")
    settled(trail.served.running)

    (found,) = trail.cli.json(
        *("cloudtrail", "lookup-events", "--lookup-attributes"),
        "AttributeKey=EventName,AttributeValue=CreateUser",
    )["Events"]
    record = json.loads(found["CloudTrailEvent"])
    by = {
        "EventId": found["EventId"],
        "EventName": "CreateUser",
        "ReadOnly": "false",
        "Username": "root",
        "ResourceType": "AWS::IAM::User",
        "ResourceName": "carol",
        "EventSource": "iam.amazonaws.com",
        "AccessKeyId": "root-key-id",
    }
    for name, value in by.items():
        asked = [{"AttributeKey": name, "AttributeValue": value}]
        events = trail.api.lookup_events(LookupAttributes=asked)["Events"]
        assert found["EventId"] in [one["EventId"] for one in events], name
    assert record["requestParameters"] == {"userName": "carol"}
    assert {one["ResourceName"] for one in found["Resources"]} == {
        "carol",
        record["responseElements"]["user"]["userId"],
        record["responseElements"]["user"]["arn"],
    }


def test_pages_of_a_look_up_join_to_the_whole(trail: Trail) -> None:
    for number in range(5):
        trail.served.client("iam").create_user(UserName=f"user-{number}")
    settled(trail.served.running)
    asked = [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]

    pages = trail.api.get_paginator("lookup_events").paginate(
        LookupAttributes=asked, PaginationConfig={"PageSize": 2}
    )
    names = [one["Resources"][0]["ResourceName"] for page in pages for one in page["Events"]]

    assert names == [f"user-{number}" for number in (4, 3, 2, 1, 0)]
