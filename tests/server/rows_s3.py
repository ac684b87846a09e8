"""For each operation of S3, a call that does its work, and the making of what it needs.

An operation that is declared and has no row here makes the tests fail that read this table.
"""

import json
from datetime import UTC, datetime
from typing import Any

from server import things as make
from server.place import Side
from server.things import Row

TEXT = b"text"
KEY = "a.txt"


def call(side: Side, operation: str, **parameters: Any) -> dict[str, Any]:
    return side.call("s3", operation, **parameters)


def bucket(side: Side) -> dict[str, str]:
    """A bucket whose objects may have ACLs."""
    given = {"Bucket": f"{side.new('bucket')}-{side.account}"}
    call(side, "CreateBucket", **given, ObjectOwnership="BucketOwnerPreferred")
    return given


def stored(side: Side) -> dict[str, str]:
    """An object."""
    given = {**bucket(side), "Key": KEY}
    body = f"of {side.account}".encode()
    call(side, "PutObject", **given, Body=body, Tagging=f"team=team-{side.account}")
    return given


def upload(side: Side) -> dict[str, str]:
    """An upload in parts that has begun."""
    given = {**bucket(side), "Key": KEY}
    return {**given, "UploadId": call(side, "CreateMultipartUpload", **given)["UploadId"]}


def uploaded(side: Side) -> dict[str, Any]:
    """An upload of which the only part is there."""
    given = upload(side)
    part = call(side, "UploadPart", **given, PartNumber=1, Body=TEXT)
    return {**given, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}


def after(operation: str, *left: str, **given: Any) -> Row:
    """A bucket on which *operation* was called with *given*; *left* stays in the parameters."""

    def row(side: Side) -> dict[str, Any]:
        made = bucket(side)
        call(side, operation, **made, **given)
        return made | {name: given[name] for name in left}

    return row


def on_bucket(**more: Any) -> Row:
    return lambda side: {**bucket(side), **more}


def on_object(**more: Any) -> Row:
    return lambda side: {**stored(side), **more}


def policy(side: Side) -> dict[str, str]:
    made = bucket(side)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": side.account},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{made['Bucket']}/*",
    }
    document = {"Version": "2012-10-17", "Statement": statement}
    return {**made, "Policy": json.dumps(document)}


def with_policy(side: Side) -> dict[str, str]:
    made = policy(side)
    call(side, "PutBucketPolicy", **made)
    return {"Bucket": made["Bucket"]}


def copied(side: Side) -> dict[str, str]:
    source = stored(side)
    return {**bucket(side), "Key": "copy", "CopySource": f"{source['Bucket']}/{KEY}"}


def part_copied(side: Side) -> dict[str, Any]:
    source = stored(side)
    given = {"PartNumber": 1, "CopySource": f"{source['Bucket']}/{KEY}"}
    return {**upload(side), **given}


TAGS = {"Tagging": {"TagSet": [{"Key": "new", "Value": "tag"}]}}
BLOCK = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
OWNERSHIP = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
ENCRYPTION = {
    "ServerSideEncryptionConfiguration": {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    }
}
ID = {"Id": "one"}
DELETE = {"Delete": {"Objects": [{"Key": KEY}]}}


def settings(*without: str) -> dict[str, Row]:
    """Rows that put, get and delete each setting of a bucket."""
    found: dict[str, Row] = {}
    for what, given in SETTINGS.items():
        put = PUT.get(what, f"Put{what}")
        found[put] = on_bucket(**given)
        found[f"Get{what}"] = after(put, *(name for name in given if name == "Id"), **given)
        if what not in KEPT:
            found[f"Delete{what}"] = after(put, *(name for name in given if name == "Id"), **given)
    return {name: row for name, row in found.items() if name not in without}


def lockable(side: Side) -> dict[str, str]:
    """An object of a bucket whose objects may be locked."""
    given = {"Bucket": f"{side.new('bucket')}-{side.account}"}
    call(side, "CreateBucket", **given, ObjectLockEnabledForBucket=True)
    given["Key"] = KEY
    call(side, "PutObject", **given, Body=TEXT)
    return given


def locked(operation: str, **given: Any) -> Row:
    """An object on which *operation* was called with *given*."""

    def row(side: Side) -> dict[str, Any]:
        made = lockable(side)
        call(side, operation, **made, **given)
        return made

    return row


def replication(side: Side) -> dict[str, Any]:
    """A rule for a versioned bucket, whose objects go to another one."""
    names = [bucket(side)["Bucket"], bucket(side)["Bucket"]]
    for name in names:
        versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
        call(side, "PutBucketVersioning", Bucket=name, **versioned)
    rule = {
        "ID": "all",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{names[1]}"},
    }
    role = side.arn(f"role/{make.role(side)}")
    return {"Bucket": names[0], "ReplicationConfiguration": {"Role": role, "Rules": [rule]}}


def replicated(side: Side) -> dict[str, str]:
    made = replication(side)
    call(side, "PutBucketReplication", **made)
    return {"Bucket": made["Bucket"]}


def annotated(side: Side) -> dict[str, str]:
    given = {**stored(side), "AnnotationName": "note"}
    call(side, "PutObjectAnnotation", **given, AnnotationPayload=TEXT)
    return given


DESTINATION = {"Bucket": "arn:aws:s3:::reports", "Format": "CSV"}
ANALYSIS = {"StorageClassAnalysis": {}}
INVENTORY = {
    "IsEnabled": True,
    "IncludedObjectVersions": "All",
    "Schedule": {"Frequency": "Daily"},
    "Destination": {"S3BucketDestination": DESTINATION},
}
TIERING = {"Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
EXPIRY = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "a"}, "Expiration": {"Days": 9}}
OLD_EXPIRY = {"ID": "old", "Status": "Enabled", "Prefix": "a", "Expiration": {"Days": 9}}
SETTINGS: dict[str, dict[str, Any]] = {
    "BucketAbac": {"AbacStatus": {"Status": "Enabled"}},
    "BucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": "Enabled"}},
    "BucketAnalyticsConfiguration": ID | {"AnalyticsConfiguration": ID | ANALYSIS},
    "BucketCors": {
        "CORSConfiguration": {
            "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://example.com"]}]
        }
    },
    "BucketIntelligentTieringConfiguration": (
        ID | {"IntelligentTieringConfiguration": ID | TIERING}
    ),
    "BucketInventoryConfiguration": ID | {"InventoryConfiguration": ID | INVENTORY},
    "BucketLifecycle": {"LifecycleConfiguration": {"Rules": [OLD_EXPIRY]}},
    "BucketLifecycleConfiguration": {"LifecycleConfiguration": {"Rules": [EXPIRY]}},
    "BucketLogging": {"BucketLoggingStatus": {}},
    "BucketMetricsConfiguration": ID | {"MetricsConfiguration": ID},
    "BucketNotification": {"NotificationConfiguration": {}},
    "BucketNotificationConfiguration": {"NotificationConfiguration": {}},
    "BucketRequestPayment": {"RequestPaymentConfiguration": {"Payer": "Requester"}},
    "BucketWebsite": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
}
# What can only be put and got.
KEPT = {
    "BucketAbac",
    "BucketAccelerateConfiguration",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketNotification",
    "BucketNotificationConfiguration",
    "BucketRequestPayment",
}
PUT = {
    # What is put by the older of two names is written in its older form.
    "BucketLifecycle": "PutBucketLifecycleConfiguration",
    "BucketNotification": "PutBucketNotificationConfiguration",
}
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
RETENTION = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": UNTIL}}
HOLD = {"LegalHold": {"Status": "ON"}}
LOCK = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}


ROWS: dict[str, Row] = {
    **settings(),
    "DeleteBucketReplication": replicated,
    "GetObjectLegalHold": locked("PutObjectLegalHold", **HOLD),
    "GetObjectLockConfiguration": lambda side: {"Bucket": lockable(side)["Bucket"]},
    "GetObjectRetention": locked("PutObjectRetention", **RETENTION),
    "PutBucketLifecycle": on_bucket(LifecycleConfiguration={"Rules": [OLD_EXPIRY]}),
    "PutBucketNotification": on_bucket(NotificationConfiguration={}),
    "PutBucketReplication": replication,
    "PutObjectLegalHold": lambda side: {**lockable(side), **HOLD},
    "PutObjectLockConfiguration": lambda side: {"Bucket": lockable(side)["Bucket"], **LOCK},
    "PutObjectRetention": lambda side: {**lockable(side), **RETENTION},
    # Not answered yet where this was written.
    "DeleteObjectAnnotation": annotated,
    "GetObjectAnnotation": annotated,
    "GetObjectTorrent": stored,
    "ListObjectAnnotations": lambda side: {
        name: value for name, value in annotated(side).items() if name != "AnnotationName"
    },
    "PutObjectAnnotation": lambda side: {
        **stored(side),
        "AnnotationName": "note",
        "AnnotationPayload": TEXT,
    },
    "AbortMultipartUpload": upload,
    "CompleteMultipartUpload": uploaded,
    "CopyObject": copied,
    "CreateBucket": lambda side: {"Bucket": f"new-{side.new('bucket')}-{side.account}"},
    "CreateMultipartUpload": on_bucket(Key=KEY),
    "DeleteBucket": bucket,
    "DeleteBucketEncryption": after("PutBucketEncryption", **ENCRYPTION),
    "DeleteBucketOwnershipControls": bucket,
    "DeleteBucketPolicy": with_policy,
    "DeleteBucketTagging": after("PutBucketTagging", **TAGS),
    "DeleteObject": stored,
    "DeleteObjectTagging": stored,
    "DeleteObjects": lambda side: {"Bucket": stored(side)["Bucket"], **DELETE},
    "DeletePublicAccessBlock": after("PutPublicAccessBlock", **BLOCK),
    "GetBucketAcl": bucket,
    "GetBucketEncryption": bucket,
    "GetBucketLocation": bucket,
    "GetBucketOwnershipControls": bucket,
    "GetBucketPolicy": with_policy,
    "GetBucketPolicyStatus": with_policy,
    "GetBucketReplication": replicated,
    "GetBucketTagging": after("PutBucketTagging", **TAGS),
    "GetBucketVersioning": bucket,
    "GetObject": stored,
    "GetObjectAcl": stored,
    "GetObjectAttributes": on_object(ObjectAttributes=["ETag"]),
    "GetObjectTagging": stored,
    "GetPublicAccessBlock": after("PutPublicAccessBlock", **BLOCK),
    "HeadBucket": bucket,
    "HeadObject": stored,
    "ListBucketAnalyticsConfigurations": bucket,
    "ListBucketIntelligentTieringConfigurations": bucket,
    "ListBucketInventoryConfigurations": bucket,
    "ListBucketMetricsConfigurations": bucket,
    "ListBuckets": lambda side: bucket(side) and {},
    "ListMultipartUploads": lambda side: {"Bucket": upload(side)["Bucket"]},
    "ListObjectVersions": lambda side: {"Bucket": stored(side)["Bucket"]},
    "ListObjects": lambda side: {"Bucket": stored(side)["Bucket"]},
    "ListObjectsV2": lambda side: {"Bucket": stored(side)["Bucket"]},
    "ListParts": upload,
    "PostObject": on_bucket(Key="new", Body=TEXT),
    "PutBucketAcl": on_bucket(ACL="private"),
    "PutBucketEncryption": on_bucket(**ENCRYPTION),
    "PutBucketOwnershipControls": on_bucket(**OWNERSHIP),
    "PutBucketPolicy": policy,
    "PutBucketTagging": on_bucket(**TAGS),
    "PutBucketVersioning": on_bucket(VersioningConfiguration={"Status": "Enabled"}),
    "PutObject": on_bucket(Key="new", Body=TEXT),
    "PutObjectAcl": on_object(ACL="bucket-owner-full-control"),
    "PutObjectTagging": on_object(**TAGS),
    "PutPublicAccessBlock": on_bucket(**BLOCK),
    "UploadPart": lambda side: {**upload(side), "PartNumber": 1, "Body": TEXT},
    "UploadPartCopy": part_copied,
}
