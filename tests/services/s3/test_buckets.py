"""Buckets: names, regions, owners, lists, deletion, and configurations that are not set."""

from dataclasses import replace

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.store.tables.bucket import Bucket, buckets
from doorward.store.tables.upload import Part, Upload, parts, uploads
from services.s3.calls import BUCKET, add_user, call, put
from services.support import NOW, OTHER_ACCOUNT, World

NAMES = [
    # name                          valid
    ("abc",                         True),
    ("a-b.c1",                      True),
    ("a" * 63,                      True),
    ("1.2.3",                       True),
    ("ab",                          False),
    ("a" * 64,                      False),
    ("Abc",                         False),
    ("a_b",                         False),
    ("-abc",                        False),
    ("abc-",                        False),
    ("a..b",                        False),
    ("192.168.5.4",                 False),
    ("xn--abc",                     False),
    ("abc-s3alias",                 False),
    ("abc--ol-s3",                  False),
    ("äbc",                         False),
    ("abc\n",                       False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "valid"), NAMES)
def test_which_names_a_bucket_may_have(world: World, name: str, valid: bool) -> None:
    if valid:
        answer = call(world.root(), "CreateBucket", Bucket=name)
        assert answer == {"Location": f"/{name}", "BucketArn": f"arn:aws:s3:::{name}"}
        return
    with pytest.raises(AwsError) as caught:
        call(world.root(), "CreateBucket", Bucket=name)
    assert caught.value.code == "InvalidBucketName"


REGIONS = [
    # endpoint      constraint      region of the bucket, or the code of the refusal
    ("us-east-1",   None,           "us-east-1"),
    ("us-east-1",   "eu-west-1",    "eu-west-1"),
    ("us-east-1",   "EU",           "eu-west-1"),
    ("us-east-1",   "us-east-1",    "InvalidLocationConstraint"),
    ("us-east-1",   "moon",         "InvalidLocationConstraint"),
    ("eu-west-1",   "eu-west-1",    "eu-west-1"),
    ("eu-west-1",   "EU",           "eu-west-1"),
    ("eu-west-1",   None,           "IllegalLocationConstraintException"),
    ("eu-west-1",   "us-west-2",    "IllegalLocationConstraintException"),
]  # fmt: skip


@pytest.mark.parametrize(("endpoint", "constraint", "region"), REGIONS)
def test_the_region_of_a_new_bucket(
    world: World, endpoint: str, constraint: str | None, region: str
) -> None:
    root = world.root()
    root = replace(root, facts=replace(root.facts, region=endpoint))
    given = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}

    if "Constraint" in region:
        with pytest.raises(AwsError) as caught:
            call(root, "CreateBucket", **given)
        assert caught.value.code == region
        return
    call(root, "CreateBucket", **given)
    assert call(root, "HeadBucket")["BucketRegion"] == region
    expected = {} if region == "us-east-1" else {"LocationConstraint": region}
    assert call(root, "GetBucketLocation") == expected


def test_a_name_is_unique_over_all_accounts(world: World, bucket: Context) -> None:
    other = world.root(OTHER_ACCOUNT)

    with pytest.raises(AwsError) as caught:
        call(other, "CreateBucket")
    assert (caught.value.code, caught.value.status) == ("BucketAlreadyExists", 409)
    assert call(bucket, "CreateBucket")["Location"] == "/reports"


def test_a_bucket_elsewhere_than_in_us_east_1_is_not_made_again(world: World) -> None:
    root = world.root()
    there = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    call(root, "CreateBucket", **there)

    with pytest.raises(AwsError) as caught:
        call(root, "CreateBucket", **there)
    assert caught.value.code == "BucketAlreadyOwnedByYou"


def test_pages_of_buckets_join_to_the_accounts_own(world: World) -> None:
    root = world.root()
    for name in ("b-2", "a-1", "b-1", "c-1"):
        call(root, "CreateBucket", Bucket=name)
    call(world.root(OTHER_ACCOUNT), "CreateBucket", Bucket="b-0")

    found, more = [], {}
    while True:
        page = call(root, "ListBuckets", MaxBuckets=1, **more)
        found += [one["Name"] for one in page["Buckets"]]
        if "ContinuationToken" not in page:
            break
        more = {"ContinuationToken": page["ContinuationToken"]}
    assert found == ["a-1", "b-1", "b-2", "c-1"]
    assert [one["Name"] for one in call(root, "ListBuckets", Prefix="b-")["Buckets"]] == [
        "b-1",
        "b-2",
    ]
    assert call(root, "ListBuckets", BucketRegion="eu-west-1")["Buckets"] == []
    assert page["Buckets"][0] == {
        "Name": "c-1", "CreationDate": NOW, "BucketRegion": "us-east-1",
        "BucketArn": "arn:aws:s3:::c-1",
    }  # fmt: skip
    with pytest.raises(AwsError) as caught:
        call(world.root(OTHER_ACCOUNT), "ListBuckets", **more)
    assert caught.value.code == "InvalidArgument"


def test_a_bucket_with_objects_or_markers_is_not_deleted(bucket: Context) -> None:
    put(bucket, "k")
    with pytest.raises(AwsError) as caught:
        call(bucket, "DeleteBucket")
    assert caught.value.message == "The bucket you tried to delete is not empty"

    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"})
    call(bucket, "DeleteObject", Key="k", VersionId="null")
    call(bucket, "DeleteObject", Key="k")
    with pytest.raises(AwsError) as caught:
        call(bucket, "DeleteBucket")
    assert caught.value.message.endswith("You must delete all versions in the bucket.")


def test_a_deleted_bucket_leaves_its_name_free(world: World, bucket: Context) -> None:
    call(bucket, "DeleteBucket")

    with pytest.raises(AwsError) as caught:
        call(bucket, "HeadBucket")
    assert caught.value.code == "NoSuchBucket"
    call(world.root(OTHER_ACCOUNT), "CreateBucket")


ABSENT = [
    ("GetBucketCors", "NoSuchCORSConfiguration"),
    ("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
    ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
    ("GetBucketReplication", "ReplicationConfigurationNotFoundError"),
    ("GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
    ("GetBucketTagging", "NoSuchTagSet"),
    ("GetBucketPolicy", "NoSuchBucketPolicy"),
    ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
]


@pytest.mark.parametrize(("operation", "code"), ABSENT)
def test_what_a_fresh_bucket_does_not_have(bucket: Context, operation: str, code: str) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, operation)
    assert (caught.value.code, caught.value.status) == (code, 404)
    assert caught.value.details == {"BucketName": BUCKET}


PRESENT = [
    ("GetBucketVersioning", {}),
    ("GetBucketLogging", {}),
    ("GetBucketAccelerateConfiguration", {}),
    ("GetBucketNotificationConfiguration", {}),
    ("GetBucketRequestPayment", {"Payer": "BucketOwner"}),
    ("GetBucketAbac", {"AbacStatus": {"Status": "Disabled"}}),
    ("GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}),
    ("GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False},
    ]}}),
    ("ListBucketAnalyticsConfigurations", {"IsTruncated": False}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "answer"), PRESENT)
def test_what_a_fresh_bucket_answers(bucket: Context, operation: str, answer: dict) -> None:
    assert call(bucket, operation) == answer


def test_a_configuration_by_id_is_not_there(bucket: Context) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, "GetBucketMetricsConfiguration", Id="x")
    assert (caught.value.code, caught.value.details) == ("NoSuchConfiguration", {})


def test_tags_of_a_bucket(bucket: Context) -> None:
    tags = [{"Key": "Team", "Value": "red"}, {"Key": "team", "Value": "blue"}]
    call(bucket, "PutBucketTagging", Tagging={"TagSet": tags})
    assert call(bucket, "GetBucketTagging") == {"TagSet": tags}

    call(bucket, "DeleteBucketTagging")
    with pytest.raises(AwsError):
        call(bucket, "GetBucketTagging")


def test_tags_of_a_bucket_decide_nothing_while_abac_is_off(world: World, bucket: Context) -> None:
    call(bucket, "PutBucketTagging", Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    condition = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    alice = add_user(world, "alice", bucket.account, {
        "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": condition,
    })  # fmt: skip

    with pytest.raises(AwsError) as caught:
        call(alice, "ListObjectsV2")
    assert caught.value.code == "AccessDenied"


WRONG_TAGS = [
    ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "InvalidTag"),
    ([{"Key": "aws:a", "Value": "1"}], "InvalidTag"),
    ([{"Key": "", "Value": "1"}], "InvalidTag"),
    ([{"Key": "a" * 129, "Value": "1"}], "InvalidTag"),
    ([{"Key": "a", "Value": "1" * 257}], "InvalidTag"),
    ([{"Key": "a<", "Value": "1"}], "InvalidTag"),
    ([{"Key": f"k{n}", "Value": ""} for n in range(51)], "BadRequest"),
]


@pytest.mark.parametrize(("tags", "code"), WRONG_TAGS)
def test_tags_that_cannot_be_are_refused(bucket: Context, tags: list, code: str) -> None:
    put(bucket, "k")
    for operation, more in ("PutBucketTagging", {}), ("PutObjectTagging", {"Key": "k"}):
        with pytest.raises(AwsError) as caught:
            call(bucket, operation, Tagging={"TagSet": tags}, **more)
        assert caught.value.code == code


def test_tags_of_an_object(bucket: Context) -> None:
    put(bucket, "k", Tagging="a=1")
    tags = [{"Key": "b", "Value": ""}]

    assert call(bucket, "GetObjectTagging", Key="k") == {"TagSet": [{"Key": "a", "Value": "1"}]}
    call(bucket, "PutObjectTagging", Key="k", Tagging={"TagSet": tags})
    assert call(bucket, "GetObjectTagging", Key="k") == {"TagSet": tags}
    call(bucket, "DeleteObjectTagging", Key="k")
    assert call(bucket, "GetObjectTagging", Key="k") == {"TagSet": []}


def test_the_default_encryption_is_that_of_new_objects(bucket: Context) -> None:
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
        "BucketKeyEnabled": True,
    }
    call(bucket, "PutBucketEncryption", ServerSideEncryptionConfiguration={"Rules": [rule]})

    answer = put(bucket, "k")
    assert answer["ServerSideEncryption"] == "aws:kms"
    assert answer["BucketKeyEnabled"]
    assert put(bucket, "k", ServerSideEncryption="AES256")["ServerSideEncryption"] == "AES256"
    found = call(bucket, "GetBucketEncryption")["ServerSideEncryptionConfiguration"]
    assert found == {"Rules": [rule]}
    call(bucket, "DeleteBucketEncryption")
    assert put(bucket, "k")["ServerSideEncryption"] == "AES256"
    for wrong in [], [rule, rule], [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "x"}}]:
        with pytest.raises(AwsError) as caught:
            call(bucket, "PutBucketEncryption", ServerSideEncryptionConfiguration={"Rules": wrong})
        assert caught.value.code == "MalformedXML"


def test_versioning_is_enabled_or_suspended(bucket: Context) -> None:
    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Suspended"})

    assert call(bucket, "GetBucketVersioning") == {"Status": "Suspended"}
    with pytest.raises(AwsError) as caught:
        call(bucket, "PutBucketVersioning", VersioningConfiguration={})
    assert caught.value.code == "IllegalVersioningConfigurationException"
    with pytest.raises(AwsError) as caught:
        call(bucket, "PutBucketVersioning", VersioningConfiguration={
            "Status": "Enabled", "MFADelete": "Enabled",
        })  # fmt: skip
    assert caught.value.code == "NotImplemented"


def test_ownership_controls_may_be_set_and_deleted(bucket: Context) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    call(bucket, "PutBucketOwnershipControls", OwnershipControls=rules)
    assert call(bucket, "GetBucketOwnershipControls") == {"OwnershipControls": rules}

    call(bucket, "DeleteBucketOwnershipControls")
    with pytest.raises(AwsError) as caught:
        call(bucket, "GetBucketOwnershipControls")
    assert caught.value.code == "OwnershipControlsNotFoundError"


@pytest.mark.parametrize(("table", "row"), [(buckets, Bucket), (uploads, Upload), (parts, Part)])
def test_the_columns_of_a_table_are_the_fields_of_its_row(table: object, row: type) -> None:
    assert tuple(column.name for column in table.columns) == row.__slots__
