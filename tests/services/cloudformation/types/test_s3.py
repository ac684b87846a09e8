"""The types of S3, against a running server."""

from typing import Any

import pytest

from services.cloudformation.types import lifecycle
from services.cloudformation.types.support import Calls, Sample

BLOCK = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
TAGS = [{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}]
NAME = {"BucketName": "reports"}


def policy(action: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "123456789012"},
                "Action": action,
                "Resource": "arn:aws:s3:::reports/*",
            }
        ],
    }


def bucket(call: Calls) -> dict[str, str]:
    call("s3", "create_bucket", bucket="reports")
    return {}


def copies(call: Calls) -> dict[str, str]:
    call("s3", "create_bucket", bucket="copies")
    versioning = {"Status": "Enabled"}
    call("s3", "put_bucket_versioning", bucket="copies", versioning_configuration=versioning)
    return {}


def encryption(algorithm: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": algorithm}
    return {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": "false"}
            ]
        }
    }


def owned(by: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": by}]}}


RULES = [
    {
        "Id": "old",
        "Status": "Enabled",
        "Prefix": "logs/",
        "ExpirationInDays": 30,
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 7}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
    },
    {
        "Id": "versions",
        "Status": "Disabled",
        "TagFilters": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}],
        "ObjectSizeGreaterThan": "1000",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 9, "NewerNoncurrentVersions": 2},
        "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 5}],
    },
    {"Id": "markers", "Status": "Enabled", "ExpiredObjectDeleteMarker": True},
]
CORS = {
    "AllowedMethods": ["GET"],
    "AllowedOrigins": ["https://example.com"],
    "AllowedHeaders": ["*"],
    "ExposedHeaders": ["x-amz-request-id"],
    "Id": "one",
    "MaxAge": 60,
}
WEBSITE = {
    "IndexDocument": "index.html",
    "ErrorDocument": "error.html",
    "RoutingRules": [
        {
            "RoutingRuleCondition": {"KeyPrefixEquals": "old/"},
            "RedirectRule": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "301"},
        }
    ],
}


def configured(**properties: Any) -> Sample:
    """A bucket with the configuration, then with it taken away."""
    return Sample("AWS::S3::Bucket", NAME | properties, [NAME], label="-" + "-".join(properties))


SAMPLES = [
    Sample("AWS::S3::Bucket", {}),
    Sample(
        "AWS::S3::Bucket",
        {
            **NAME,
            **owned("ObjectWriter"),
            **encryption("AES256"),
            "AccessControl": "PublicRead",
            "PublicAccessBlockConfiguration": dict.fromkeys(BLOCK, "false"),
            "VersioningConfiguration": {"Status": "Enabled"},
            "Tags": TAGS,
        },
        [
            {
                **NAME,
                **owned("BucketOwnerPreferred"),
                **encryption("aws:kms"),
                "AccessControl": "Private",
                "PublicAccessBlockConfiguration": dict.fromkeys(BLOCK, True),
                "VersioningConfiguration": {"Status": "Suspended"},
                "Tags": TAGS[:1],
            },
            {**NAME, "VersioningConfiguration": {"Status": "Suspended"}},
        ],
        unread=("AccessControl", "BucketEncryption"),
        label="-full",
    ),
    configured(LifecycleConfiguration={"Rules": RULES}),
    configured(CorsConfiguration={"CorsRules": [CORS]}),
    configured(WebsiteConfiguration=WEBSITE),
    configured(LoggingConfiguration={"DestinationBucketName": "reports", "LogFilePrefix": "log/"}),
    configured(
        NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    ),
    configured(AccelerateConfiguration={"AccelerationStatus": "Enabled"}),
    Sample(
        "AWS::S3::Bucket",
        {**NAME, "AbacStatus": "Enabled", "Tags": TAGS},
        [{**NAME, "AbacStatus": "Enabled", "Tags": TAGS[1:]}, {**NAME, "Tags": TAGS}],
        label="-abac",
    ),
    configured(MetricsConfigurations=[{"Id": "all"}, {"Id": "logs", "Prefix": "logs/"}]),
    configured(
        IntelligentTieringConfigurations=[
            {
                "Id": "cold",
                "Status": "Enabled",
                "TagFilters": TAGS,
                "Prefix": "old/",
                "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": "90"}],
            }
        ]
    ),
    configured(
        AnalyticsConfigurations=[
            {
                "Id": "use",
                "TagFilters": TAGS[:1],
                "StorageClassAnalysis": {
                    "DataExport": {
                        "OutputSchemaVersion": "V_1",
                        "Destination": {"BucketArn": "arn:aws:s3:::reports", "Format": "CSV"},
                    }
                },
            }
        ]
    ),
    configured(
        InventoryConfigurations=[
            {
                "Id": "daily",
                "Enabled": True,
                "IncludedObjectVersions": "Current",
                "ScheduleFrequency": "Daily",
                "OptionalFields": ["Size"],
                "Prefix": "in/",
                "Destination": {
                    "BucketArn": "arn:aws:s3:::reports",
                    "BucketAccountId": "123456789012",
                    "Format": "CSV",
                    "Prefix": "lists/",
                },
            }
        ]
    ),
    Sample(
        "AWS::S3::Bucket",
        {
            **NAME,
            "VersioningConfiguration": {"Status": "Enabled"},
            "ReplicationConfiguration": {
                "Role": "arn:aws:iam::123456789012:role/replicates",
                "Rules": [
                    {
                        "Id": "one",
                        "Status": "Enabled",
                        "Priority": 1,
                        "Filter": {"And": {"Prefix": "a/", "TagFilters": TAGS[:1]}},
                        "DeleteMarkerReplication": {"Status": "Disabled"},
                        "Destination": {"Bucket": "arn:aws:s3:::copies"},
                    }
                ],
            },
        },
        [{**NAME}],
        given=copies,
        label="-replication",
    ),
    Sample(
        "AWS::S3::Bucket",
        {
            **NAME,
            "ObjectLockEnabled": True,
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
            },
        },
        [{**NAME, "ObjectLockEnabled": True}],
        unread=("ObjectLockEnabled",),
        label="-lock",
    ),
    Sample(
        "AWS::S3::BucketPolicy",
        {"Bucket": "reports", "PolicyDocument": policy("s3:GetObject")},
        [{"Bucket": "reports", "PolicyDocument": policy("s3:PutObject")}],
        given=bucket,
    ),
]


def snapshot(call: Calls) -> Any:
    """Every bucket and its policy."""
    names = [one["Name"] for one in call("s3", "list_buckets")["Buckets"]]
    return names, [
        lifecycle.found(Sample("AWS::S3::BucketPolicy", {})).read(call, name, lifecycle.facts())
        for name in names
    ]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_resource_is_made_read_changed_and_removed(sample: Sample, call: Calls) -> None:
    lifecycle.lives(sample, call, lambda: snapshot(call))


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_creation_that_is_refused_midway_leaves_nothing(sample: Sample, call: Calls) -> None:
    assert lifecycle.leaves_nothing(sample, call, lambda: snapshot(call))
