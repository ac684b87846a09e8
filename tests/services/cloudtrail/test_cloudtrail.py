"""Trails, look-ups and queries through boto3."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, OTHER_ACCOUNT, Served
from doorward.server.trails.delivery import Courier
from server.turns import settled

SEED = f"""
accounts:
  "{ACCOUNT}": {{root: {{access_key_id: root-key-id, secret_access_key: root-secret}}}}
  "{OTHER_ACCOUNT}": {{root: {{access_key_id: other-key-id, secret_access_key: other-secret}}}}
organization:
  management: "{ACCOUNT}"
  units: [{{name: all, accounts: ["{OTHER_ACCOUNT}"]}}]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    seed = tmp_path_factory.mktemp("seed") / "seed.yaml"
    seed.write_text(SEED)
    made = Served(trail_delivery_seconds=1_000_000.0, seed=seed)
    yield made
    made.stop()


class Api:
    def __init__(self, served: Served) -> None:
        self.served = served
        self.s3, self.iam = served.client("s3"), served.client("iam")
        self.trail = served.client("cloudtrail")

    def bucket(self, name: str = "logs", principal: str = "cloudtrail.amazonaws.com") -> str:
        self.s3.create_bucket(Bucket=name)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": principal},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self.s3.put_bucket_policy(Bucket=name, Policy=document)
        return name

    def deliver(self) -> None:
        settled(self.served.running)
        Courier(self.served.running).deliver(digest=False)

    def keys(self, prefix: str = "") -> list[str]:
        found = self.s3.list_objects_v2(Bucket="logs", Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found if one["Key"].endswith(".gz")]


@pytest.fixture
def api(server: Served) -> Api:
    server.clock.ahead = timedelta()
    server.running.reset()
    return Api(server)


def refused(call: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(ClientError) as told:
        call(**given)
    return str(told.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    "name", ["ab", "a" * 129, "-abc", "abc-", "a..b", "a_-b", "192.168.5.4", "a b c"]
)
def test_a_name_that_no_trail_can_have_is_refused(api: Api, name: str) -> None:
    code = refused(api.trail.create_trail, Name=name, S3BucketName="logs")

    assert code == "InvalidTrailNameException"


def test_a_bucket_must_be_there_and_let_cloudtrail_write(api: Api) -> None:
    make = api.trail.create_trail
    assert refused(make, Name="main", S3BucketName="missing") == "S3BucketDoesNotExistException"
    api.bucket(principal="config.amazonaws.com")

    code = refused(make, Name="main", S3BucketName="logs")

    assert code == "InsufficientS3BucketPolicyException"
    assert api.trail.describe_trails()["trailList"] == []


def test_a_trail_of_all_regions_shows_in_each_and_changes_at_home(api: Api) -> None:
    api.bucket()
    api.trail.create_trail(Name="main", S3BucketName="logs", IsMultiRegionTrail=True)
    arn = api.trail.get_trail(Name="main")["Trail"]["TrailARN"]
    abroad = boto3.Session("root-key-id", "root-secret", region_name="eu-west-1").client(
        "cloudtrail", endpoint_url=api.served.endpoint
    )

    assert [one["TrailARN"] for one in abroad.describe_trails()["trailList"]] == [arn]
    assert abroad.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert refused(abroad.start_logging, Name=arn) == "InvalidHomeRegionException"
    api.trail.update_trail(Name="main", IsMultiRegionTrail=False)
    assert refused(abroad.get_trail_status, Name=arn) == "TrailNotFoundException"


def test_a_trail_takes_data_events_once_it_selects_them(api: Api) -> None:
    api.bucket()
    api.s3.create_bucket(Bucket="data")
    api.trail.create_trail(Name="main", S3BucketName="logs")
    api.trail.start_logging(Name="main")
    api.s3.put_object(Bucket="data", Key="before", Body=b"x")
    settled(api.served.running)
    api.trail.put_event_selectors(
        TrailName="main",
        AdvancedEventSelectors=[
            {
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                    {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::data/"]},
                ]
            }
        ],
    )
    api.s3.put_object(Bucket="data", Key="after", Body=b"x")
    api.deliver()

    text = b"".join(
        gzip.decompress(api.s3.get_object(Bucket="logs", Key=key)["Body"].read())
        for key in api.keys("AWSLogs")
    )
    assert b'"key":"after"' in text
    assert b'"key":"before"' not in text


def test_a_trail_of_the_organization_takes_the_events_of_its_members(api: Api) -> None:
    api.bucket()
    organizations = api.served.client("organizations")
    assert (
        refused(api.trail.create_trail, Name="org", S3BucketName="logs", IsOrganizationTrail=True)
        == "CloudTrailAccessNotEnabledException"
    )
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    api.trail.create_trail(Name="org", S3BucketName="logs", IsOrganizationTrail=True)
    api.trail.start_logging(Name="org")
    member = api.served.client("iam", "other-key-id", "other-secret")
    member.create_user(UserName="alice")
    api.deliver()

    org = organizations.describe_organization()["Organization"]["Id"]
    assert len(api.keys(f"AWSLogs/{org}/{OTHER_ACCOUNT}/CloudTrail/us-east-1/")) == 1
    theirs = api.served.client("cloudtrail", "other-key-id", "other-secret")
    (shown,) = theirs.describe_trails()["trailList"]
    assert shown["IsOrganizationTrail"] is True
    code = refused(theirs.stop_logging, Name=shown["TrailARN"])
    assert code == "NotOrganizationMasterAccountException"


def test_a_topic_is_told_of_each_file(api: Api) -> None:
    api.bucket()
    api.trail.create_trail(Name="main", S3BucketName="logs", SnsTopicName="news")
    api.trail.start_logging(Name="main")
    api.iam.create_user(UserName="alice")
    api.deliver()

    folder = api.served.running.database.directory / "notifications/us-east-1" / ACCOUNT / "news"
    (message,) = [json.loads(one.read_text()) for one in folder.iterdir()]
    assert message == {"s3Bucket": "logs", "s3ObjectKey": api.keys()}


LOOK_UPS = [
    # what is asked for, the error
    ({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "a"}] * 2}, "InvalidLookupAttributesException"),
    ({"LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "True"}]}, "InvalidLookupAttributesException"),
    ({"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "_" * 1001}]}, "InvalidLookupAttributesException"),
    ({"StartTime": 2, "EndTime": 1}, "InvalidTimeRangeException"),
    ({"StartTime": 4_000_000_000}, "InvalidTimeRangeException"),
    ({"NextToken": "no"}, "InvalidNextTokenException"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "code"), LOOK_UPS)
def test_a_look_up_that_cannot_be_is_refused(api: Api, asked: dict, code: str) -> None:
    assert refused(api.trail.lookup_events, **asked) == code


def test_events_of_data_and_of_other_regions_are_not_looked_up(api: Api) -> None:
    api.s3.create_bucket(Bucket="data")
    api.s3.put_object(Bucket="data", Key="k", Body=b"x")
    settled(api.served.running)

    names = [one["EventName"] for one in api.trail.lookup_events()["Events"]]

    assert names == ["CreateBucket"]


def test_a_query_answers_over_the_events_that_its_store_took(api: Api) -> None:
    pytest.importorskip("duckdb")
    api.iam.create_user(UserName="before")
    made = api.trail.create_event_data_store(Name="lake")
    store = made["EventDataStoreArn"].rpartition("/")[2]
    api.served.clock.ahead += timedelta(seconds=2)
    for number in range(3):
        api.iam.create_user(UserName=f"user-{number}")
    settled(api.served.running)
    worker = api.served.running.workers.queries
    statement = f"SELECT eventName, count(*) AS n FROM {store} WHERE eventName = 'CreateUser' GROUP BY eventName"  # noqa: S608 - a store of ours
    query = api.trail.start_query(QueryStatement=statement)["QueryId"]
    worker.stop()
    while worker.take():
        pass

    told = api.trail.describe_query(QueryId=query)
    assert told["QueryStatus"] == "FINISHED", told
    rows = api.trail.get_query_results(QueryId=query)["QueryResultRows"]
    assert rows[0][0] == {"eventname": "CreateUser"}
    assert int(rows[0][1]["n"]) in {3, 4}  # the second in which the store was made counts whole
    assert refused(api.trail.cancel_query, QueryId=query) == "InactiveQueryException"


def test_a_query_over_no_store_is_refused(api: Api) -> None:
    pytest.importorskip("duckdb")
    missing = "SELECT * FROM 11111111-2222-3333-4444-555555555555"
    code = refused(api.trail.start_query, QueryStatement=missing)

    assert code == "EventDataStoreNotFoundException"


def test_no_signing_key_is_kept_in_clear(api: Api) -> None:
    api.bucket()
    api.trail.create_trail(Name="main", S3BucketName="logs", EnableLogFileValidation=True)
    api.trail.start_logging(Name="main")
    settled(api.served.running)
    Courier(api.served.running).deliver()

    home = api.served.running.database.directory
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert api.trail.list_public_keys()["PublicKeyList"]
    assert b"PRIVATE KEY" not in kept
