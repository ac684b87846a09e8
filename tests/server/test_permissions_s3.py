"""Each operation of S3 asks for the permissions that AWS names for it, and anonymous callers for all.

Generated from the operations that are declared: whoever may do everything but one action is refused
that one, in its name. An operation without a row in `rows_s3` fails, and so does one whose action
is neither its name nor in the table below.
"""

import json
from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from server import rows
from server.place import Answer, Place, Side
from server.rows import NAMES
from server.things import Call, called

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
ACTIONS = {
    "CompleteMultipartUpload": ("PutObject",),
    # With the tags of its source, which an object with tags has.
    "CopyObject": ("PutObject", "GetObject", "GetObjectTagging", "PutObjectTagging"),
    "CreateMultipartUpload": ("PutObject",),
    "DeleteBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
    "DeleteBucketCors": ("PutBucketCORS",),
    "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
    "DeleteBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
    "DeleteBucketInventoryConfiguration": ("PutInventoryConfiguration",),
    "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
    "DeleteBucketMetricsConfiguration": ("PutMetricsConfiguration",),
    "DeleteBucketOwnershipControls": ("PutBucketOwnershipControls",),
    "DeleteBucketReplication": ("PutReplicationConfiguration",),
    "DeleteBucketTagging": ("PutBucketTagging",),
    "DeleteObjects": ("DeleteObject",),
    "DeletePublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "GetBucketAnalyticsConfiguration": ("GetAnalyticsConfiguration",),
    "GetBucketCors": ("GetBucketCORS",),
    "GetBucketEncryption": ("GetEncryptionConfiguration",),
    "GetBucketIntelligentTieringConfiguration": ("GetIntelligentTieringConfiguration",),
    "GetBucketInventoryConfiguration": ("GetInventoryConfiguration",),
    "GetBucketLifecycle": ("GetLifecycleConfiguration",),
    "GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
    "GetBucketMetricsConfiguration": ("GetMetricsConfiguration",),
    "GetBucketNotification": ("GetBucketNotification",),
    "GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "GetBucketReplication": ("GetReplicationConfiguration",),
    "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
    "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "HeadBucket": ("ListBucket",),
    "HeadObject": ("GetObject",),
    "ListBucketAnalyticsConfigurations": ("GetAnalyticsConfiguration",),
    "ListBucketIntelligentTieringConfigurations": ("GetIntelligentTieringConfiguration",),
    "ListBucketInventoryConfigurations": ("GetInventoryConfiguration",),
    "ListBucketMetricsConfigurations": ("GetMetricsConfiguration",),
    "ListBuckets": ("ListAllMyBuckets",),
    "ListMultipartUploads": ("ListBucketMultipartUploads",),
    "ListObjectVersions": ("ListBucketVersions",),
    "ListObjects": ("ListBucket",),
    "ListObjectsV2": ("ListBucket",),
    "ListParts": ("ListMultipartUploadParts",),
    "PostObject": ("PutObject",),
    "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
    "PutBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
    "PutBucketCors": ("PutBucketCORS",),
    "PutBucketEncryption": ("PutEncryptionConfiguration",),
    "PutBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
    "PutBucketInventoryConfiguration": ("PutInventoryConfiguration",),
    "PutBucketLifecycle": ("PutLifecycleConfiguration",),
    "PutBucketLifecycleConfiguration": ("PutLifecycleConfiguration",),
    "PutBucketMetricsConfiguration": ("PutMetricsConfiguration",),
    "PutBucketNotification": ("PutBucketNotification",),
    "PutBucketNotificationConfiguration": ("PutBucketNotification",),
    "PutBucketReplication": ("PutReplicationConfiguration", "iam:PassRole"),
    "PutObjectLockConfiguration": ("PutBucketObjectLockConfiguration",),
    "PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "UploadPart": ("PutObject",),
    "UploadPartCopy": ("PutObject", "GetObject"),
}
OPERATIONS = [name for service, name in NAMES if service == "s3"]


def actions(operation: str) -> list[str]:
    """What the operation asks for, with the service's prefix."""
    found = ACTIONS.get(operation, (operation,))
    return [one if ":" in one else f"s3:{one}" for one in found]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


@pytest.fixture
def side(place: Place) -> Iterator[Side]:
    yield place.side()
    place.empty()


def all_but(side: Side, action: str) -> None:
    """Let nobody do everything but *action*."""
    statement = {"Effect": "Allow", "NotAction": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    side.call("iam", "PutUserPolicy", UserName="nobody", PolicyName="all", PolicyDocument=document)


def refusals(side: Side, operation: str, call: Call, by: Credentials | None) -> tuple[Answer, str]:
    """The answer, and what the trail says of why it was refused; of DeleteObjects, the answer."""
    before = side.place.last_event()
    answer = side.place_call("s3", operation, call.parameters, by)
    if operation == "DeleteObjects":
        return answer, str(answer.output.get("Errors"))
    found = side.place.events(before)
    return answer, found[0].get("errorMessage", "") if found else ""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whoever_may_do_everything_but_that_is_refused_that(side: Side, operation: str) -> None:
    call = called(rows.row(("s3", operation)), side)
    for action in actions(operation):
        all_but(side, action)
        before = side.place.state()

        answer, why = refusals(side, operation, call, side.nobody)

        assert f"not authorized to perform: {action} " in why, (answer, why)
        assert answer.status == 403 or operation == "DeleteObjects"
        assert side.place.state() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_more_than_that_is_asked_for(side: Side, operation: str) -> None:
    call = called(rows.row(("s3", operation)), side)
    statement = {"Effect": "Allow", "Action": actions(operation), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    side.call("iam", "PutUserPolicy", UserName="nobody", PolicyName="some", PolicyDocument=document)

    answer, why = refusals(side, operation, call, side.nobody)

    assert answer.status < 400, (answer, why)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_did_not_sign_is_refused(side: Side, operation: str) -> None:
    call = called(rows.row(("s3", operation)), side)
    before = side.place.state()

    answer = side.place_call("s3", operation, call.parameters, None)

    if operation == "DeleteObjects":
        assert [one["Code"] for one in answer.output["Errors"]] == ["AccessDenied"]
    else:
        assert answer.status == 403, answer
    assert side.place.state() == before


def test_the_table_is_of_operations() -> None:
    assert set(ACTIONS) <= set(OPERATIONS)
