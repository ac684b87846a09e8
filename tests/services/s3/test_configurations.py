"""Configurations of a bucket: what was given comes back, and what cannot be is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.s3.service import s3
from services.s3.calls import BUCKET, add_user, call, get, put, put_policy, statement
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses

CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example.com"]}]}
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
EXPIRES = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"},
           "Expiration": {"Date": datetime(2027, 1, 1, tzinfo=UTC)}}  # fmt: skip
LOGGED = {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "log/"}}
TOPIC = {
    "Id": "one",
    "TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t",
    "Events": ["s3:ObjectCreated:*"],
}
REPLICATED = {"Role": f"arn:aws:iam::{ACCOUNT}:role/copier", "Rules": [
    {"ID": "all", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{BUCKET}"}}
]}  # fmt: skip

SINGLE = [
    # kind,                       member of PutBucket…,        given,                               what GetBucket… holds it as
    ("Cors",                      "CORSConfiguration",         CORS,                                None),
    ("Website",                   "WebsiteConfiguration",      WEBSITE,                             None),
    ("Logging",                   "BucketLoggingStatus",       LOGGED,                              None),
    ("NotificationConfiguration", "NotificationConfiguration", {"TopicConfigurations": [TOPIC]},    None),
    ("Notification",              "NotificationConfiguration", {"TopicConfigurations": [TOPIC]},    None),
    ("AccelerateConfiguration",   "AccelerateConfiguration",   {"Status": "Suspended"},             None),
    ("RequestPayment",            "RequestPaymentConfiguration", {"Payer": "Requester"},            None),
    ("Abac",                      "AbacStatus",                {"Status": "Enabled"},               "AbacStatus"),
    ("Replication",               "ReplicationConfiguration",  REPLICATED,                          "ReplicationConfiguration"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "member", "given", "wrapped"), SINGLE)
def test_what_was_given_comes_back(
    bucket: Context, kind: str, member: str, given: dict, wrapped: str | None
) -> None:
    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"})
    call(bucket, f"PutBucket{kind}", **{member: given})

    found = call(bucket, f"GetBucket{kind}")
    assert (found[wrapped] if wrapped else found) == given


def test_lifecycle_rules_come_back_with_their_dates(bucket: Context) -> None:
    given = {"LifecycleConfiguration": {"Rules": [EXPIRES]}}
    call(bucket, "PutBucketLifecycleConfiguration", **given)

    assert call(bucket, "GetBucketLifecycleConfiguration") == {
        "Rules": [EXPIRES],
        "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
    }


def test_a_rule_without_an_id_gets_one(bucket: Context) -> None:
    rule = {name: value for name, value in EXPIRES.items() if name != "ID"}
    given = {"LifecycleConfiguration": {"Rules": [rule, rule]}}
    call(bucket, "PutBucketLifecycleConfiguration", **given)

    ids = [one["ID"] for one in call(bucket, "GetBucketLifecycleConfiguration")["Rules"]]
    assert len(set(ids)) == 2


DELETED = [
    ("Cors", "Cors", "CORSConfiguration", CORS, "NoSuchCORSConfiguration"),
    ("Website", "Website", "WebsiteConfiguration", WEBSITE, "NoSuchWebsiteConfiguration"),
    ("LifecycleConfiguration", "Lifecycle", "LifecycleConfiguration", {"Rules": [EXPIRES]}, "NoSuchLifecycleConfiguration"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "deleted", "member", "given", "code"), DELETED)
def test_what_is_taken_away_is_gone_as_if_it_never_was(
    bucket: Context, kind: str, deleted: str, member: str, given: dict, code: str
) -> None:
    call(bucket, f"PutBucket{kind}", **{member: given})
    call(bucket, f"DeleteBucket{deleted}")
    call(bucket, f"DeleteBucket{deleted}")

    with pytest.raises(AwsError) as caught:
        call(bucket, f"GetBucket{kind}")
    assert caught.value.code == code


def test_a_deleted_bucket_takes_its_configurations_along(bucket: Context) -> None:
    call(bucket, "PutBucketCors", CORSConfiguration=CORS)
    call(bucket, "DeleteBucket")
    call(bucket, "CreateBucket")

    with pytest.raises(AwsError) as caught:
        call(bucket, "GetBucketCors")
    assert caught.value.code == "NoSuchCORSConfiguration"


def rule(**changed: Any) -> dict[str, Any]:
    given = {**EXPIRES, **changed}
    return {"Rules": [{name: value for name, value in given.items() if value is not None}]}


WRONG = [
    ("PutBucketCors", {"CORSConfiguration": {"CORSRules": []}}, "MalformedXML"),
    ("PutBucketCors", {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["PATCH"], "AllowedOrigins": ["*"]}]}}, "InvalidRequest"),
    ("PutBucketCors", {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*.*"]}]}}, "InvalidRequest"),
    ("PutBucketWebsite", {"WebsiteConfiguration": {}}, "InvalidArgument"),
    ("PutBucketWebsite", {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "a/b"}}}, "InvalidArgument"),
    ("PutBucketWebsite", {"WebsiteConfiguration": {**WEBSITE, "RedirectAllRequestsTo": {"HostName": "x"}}}, "InvalidRequest"),
    ("PutBucketLogging", {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "nope", "TargetPrefix": ""}}}, "InvalidTargetBucketForLogging"),
    ("PutBucketLogging", {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "theirs", "TargetPrefix": ""}}}, "InvalidTargetBucketForLogging"),
    ("PutBucketNotificationConfiguration", {"NotificationConfiguration": {"QueueConfigurations": [{"QueueArn": TOPIC["TopicArn"], "Events": ["s3:x"]}]}}, "InvalidArgument"),
    ("PutBucketNotificationConfiguration", {"NotificationConfiguration": {"TopicConfigurations": [{**TOPIC, "Events": ["x"]}]}}, "InvalidArgument"),
    ("PutBucketAccelerateConfiguration", {"AccelerateConfiguration": {}}, "MalformedXML"),
    ("PutBucketReplication", {"ReplicationConfiguration": REPLICATED}, "InvalidRequest"),
    ("PutBucketAbac", {"AbacStatus": {}}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": {"Rules": []}}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Filter=None)}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Prefix="")}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Expiration=None)}, "InvalidRequest"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Expiration={})}, "MalformedXML"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Expiration={"Days": 0})}, "InvalidArgument"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(Expiration={"Date": datetime(2027, 1, 1, 1, tzinfo=UTC)})}, "InvalidArgument"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": rule(ID="x" * 256)}, "InvalidArgument"),
    ("PutBucketLifecycleConfiguration", {"LifecycleConfiguration": {"Rules": [EXPIRES, EXPIRES]}}, "InvalidArgument"),
    ("PutBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "k"}}]}}, "InvalidArgument"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "given", "code"), WRONG)
def test_what_cannot_be_is_refused(
    world: World, bucket: Context, operation: str, given: dict, code: str
) -> None:
    call(world.root(OTHER_ACCOUNT), "CreateBucket", Bucket="theirs")
    with pytest.raises(AwsError) as caught:
        call(bucket, operation, **given)
    assert caught.value.code == code


NUMBERED = [
    ("Analytics", {"StorageClassAnalysis": {}}),
    ("Metrics", {"Filter": {"Prefix": "a"}}),
    ("Inventory", {"IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
                   "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::b", "Format": "CSV"}}}),
    ("IntelligentTiering", {"Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given"), NUMBERED)
def test_configurations_by_id(bucket: Context, kind: str, given: dict) -> None:
    member = f"{kind}Configuration"
    for name in ("b", "a"):
        document = {member: {"Id": name, **given}}
        call(bucket, f"PutBucket{member}", Id=name, **document)
    with pytest.raises(AwsError):
        call(bucket, f"PutBucket{member}", Id="c", **{member: {"Id": "d", **given}})

    assert call(bucket, f"GetBucket{member}", Id="a") == {member: {"Id": "a", **given}}
    listed = call(bucket, f"ListBucket{member}s")
    assert [one["Id"] for one in listed[f"{member}List"]] == ["a", "b"]
    call(bucket, f"DeleteBucket{member}", Id="a")
    for operation in (f"GetBucket{member}", f"DeleteBucket{member}"):
        with pytest.raises(AwsError) as caught:
            call(bucket, operation, Id="a")
        assert caught.value.code == "NoSuchConfiguration"


def test_pages_of_configurations_join_to_the_whole(bucket: Context) -> None:
    names = [f"m{number:03}" for number in range(120)]
    for name in names:
        call(bucket, "PutBucketMetricsConfiguration", Id=name, MetricsConfiguration={"Id": name})

    first = call(bucket, "ListBucketMetricsConfigurations")
    token = first["NextContinuationToken"]
    second = call(bucket, "ListBucketMetricsConfigurations", ContinuationToken=token)
    pages = first["MetricsConfigurationList"] + second["MetricsConfigurationList"]
    assert [one["Id"] for one in pages] == names
    assert second["IsTruncated"] is False


def test_replication_passes_a_role(bucket: Context) -> None:
    given = {"Bucket": BUCKET, "ReplicationConfiguration": REPLICATED}

    asked = accesses(s3, "PutBucketReplication", bucket, **given)

    assert [(one.action, one.resource) for one in asked] == [
        ("s3:PutReplicationConfiguration", f"arn:aws:s3:::{BUCKET}"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/copier"),
    ]
    assert asked[1].context["iam:passedtoservice"] == "s3.amazonaws.com"


def test_strangers_say_that_they_pay_or_are_refused(world: World, bucket: Context) -> None:
    put(bucket, "k", b"text")
    put_policy(bucket, statement())
    call(bucket, "PutBucketRequestPayment", RequestPaymentConfiguration={"Payer": "Requester"})
    bob = world.root(OTHER_ACCOUNT)

    for stranger in (bob, world.anonymous()):
        with pytest.raises(AwsError) as caught:
            get(stranger, "k")
        assert caught.value.code == "AccessDenied"
    with pytest.raises(AwsError):
        get(world.anonymous(), "k", RequestPayer="requester")
    found = call(bob, "GetObject", Key="k", RequestPayer="requester")
    assert found["RequestCharged"] == "requester"
    assert "RequestCharged" not in call(bucket, "HeadObject", Key="k", RequestPayer="requester")


def test_the_tags_of_a_bucket_decide_once_it_says_so(world: World, bucket: Context) -> None:
    call(bucket, "PutBucketTagging", Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    put(bucket, "k", b"text")
    tagged = {"StringEquals": {"aws:ResourceTag/team": "red", "s3:BucketTag/team": "red"}}
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": tagged}
    alice = add_user(world, "alice", ACCOUNT, reads)
    with pytest.raises(AwsError):
        get(alice, "k")

    call(bucket, "PutBucketAbac", AbacStatus={"Status": "Enabled"})

    assert get(alice, "k") == b"text"
    for operation, given in (
        ("PutBucketTagging", {"Tagging": {"TagSet": []}}), ("DeleteBucketTagging", {}),
    ):  # fmt: skip
        with pytest.raises(AwsError) as caught:
            call(bucket, operation, **given)
        assert caught.value.code == "BadRequest"
