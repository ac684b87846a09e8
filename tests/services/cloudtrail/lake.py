"""A server whose workers a test drives, and what tests of CloudTrail Lake make on it."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, Served
from server.turns import settled

SERVICE = {"Service": "cloudtrail.amazonaws.com"}
REGION = "us-east-1"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    made = Served(trail_delivery_seconds=1_000_000.0)
    yield made
    made.stop()


class Lake:
    """Clients of one server, its workers at rest."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.running = served.running
        self.trail, self.s3 = served.client("cloudtrail"), served.client("s3")
        self.iam = served.client("iam")

    def store(self, name: str = "lake", **more: Any) -> str:
        made = self.trail.create_event_data_store(
            Name=name, TerminationProtectionEnabled=False, **more
        )
        return str(made["EventDataStoreArn"])

    def bucket(self, name: str) -> str:
        """A bucket that CloudTrail may write to."""
        self.s3.create_bucket(Bucket=name)
        statement = {
            "Effect": "Allow",
            "Principal": SERVICE,
            "Action": ["s3:GetBucketAcl", "s3:PutObject", "s3:PutObject*", "s3:Abort*"],
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self.s3.put_bucket_policy(Bucket=name, Policy=document)
        return name

    def role(self, name: str = "importer", *actions: str) -> str:
        """A role that CloudTrail may take on and that may read buckets."""
        trust = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
        allowed = {
            "Effect": "Allow",
            "Action": list(actions) or ["s3:ListBucket", "s3:GetObject"],
            "Resource": "*",
        }
        self.iam.put_role_policy(
            RoleName=name, PolicyName="reads", PolicyDocument=document(allowed)
        )
        return str(made["Role"]["Arn"])

    def put(self, bucket: str, at: datetime, records: list[dict[str, Any]], suffix: str) -> str:
        """A log file of *records* in CloudTrail's layout; its key."""
        name = f"{ACCOUNT}_CloudTrail_{REGION}_{at:%Y%m%dT%H%M}Z_{suffix:A<16}.json.gz"
        key = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{at:%Y/%m/%d}/{name}"
        body = gzip.compress(json.dumps({"Records": records}).encode())
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        return key

    def asked(self, statement: str) -> list[list[str]]:
        """The values of the rows that come of a query."""
        query = self.trail.start_query(QueryStatement=statement)["QueryId"]
        self.answered()
        told = self.trail.get_query_results(QueryId=query)
        assert told["QueryStatus"] == "FINISHED", told
        return [[value for one in row for value in one.values()] for row in told["QueryResultRows"]]

    def answered(self) -> None:
        """Have every query that waits run."""
        settled(self.running)
        self.running.workers.queries.stop()
        while self.running.workers.queries.take():
            pass


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def record(at: datetime, name: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """A record such as CloudTrail delivers."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "Root",
            "accountId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:root",
        },
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "iam.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli",
        "requestParameters": None,
        "responseElements": None,
        "eventID": f"11111111-2222-3333-4444-{number:012}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    } | more


def refused(call: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(ClientError) as told:
        call(**given)
    return str(told.value.response["Error"]["Code"])


@pytest.fixture
def lake(server: Served) -> Lake:
    server.clock.ahead = timedelta()
    server.running.reset()
    return Lake(server)
