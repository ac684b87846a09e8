"""What AWS::S3::Bucket takes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    INTEGER,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)

CORS_RULE = structure(
    {
        "AllowedHeaders": TEXTS,
        "AllowedMethods": TEXTS,
        "AllowedOrigins": TEXTS,
        "ExposedHeaders": TEXTS,
        "Id": TEXT,
        "MaxAge": INTEGER,
    },
    "AllowedMethods",
    "AllowedOrigins",
)
TRANSITION = structure(
    {"StorageClass": TEXT, "TransitionDate": TEXT, "TransitionInDays": INTEGER}, "StorageClass"
)
NONCURRENT_TRANSITION = structure(
    {"NewerNoncurrentVersions": INTEGER, "StorageClass": TEXT, "TransitionInDays": INTEGER},
    "StorageClass",
    "TransitionInDays",
)
LIFECYCLE_RULE = structure(
    {
        "AbortIncompleteMultipartUpload": structure(
            {"DaysAfterInitiation": INTEGER}, "DaysAfterInitiation"
        ),
        "ExpirationDate": TEXT,
        "ExpirationInDays": INTEGER,
        "ExpiredObjectDeleteMarker": BOOLEAN,
        "Id": TEXT,
        "NoncurrentVersionExpiration": structure(
            {"NewerNoncurrentVersions": INTEGER, "NoncurrentDays": INTEGER}, "NoncurrentDays"
        ),
        "NoncurrentVersionExpirationInDays": INTEGER,
        "NoncurrentVersionTransition": NONCURRENT_TRANSITION,
        "NoncurrentVersionTransitions": ListOf(NONCURRENT_TRANSITION),
        "ObjectSizeGreaterThan": TEXT,
        "ObjectSizeLessThan": TEXT,
        "Prefix": TEXT,
        "Status": TEXT,
        "TagFilters": TAGS,
        "Transition": TRANSITION,
        "Transitions": ListOf(TRANSITION),
    },
    "Status",
)
FILTER = structure(
    {
        "S3Key": structure(
            {"Rules": ListOf(structure({"Name": TEXT, "Value": TEXT}, "Name", "Value"))}, "Rules"
        )
    },
    "S3Key",
)
NOTIFICATION = structure(
    {
        "EventBridgeConfiguration": structure(
            {"EventBridgeEnabled": BOOLEAN}, "EventBridgeEnabled"
        ),
        **{
            f"{target}Configurations": ListOf(
                structure({"Event": TEXT, "Filter": FILTER, of: TEXT}, "Event", of)
            )
            for target, of in (("Lambda", "Function"), ("Queue", "Queue"), ("Topic", "Topic"))
        },
    }
)
WEBSITE = structure(
    {
        "ErrorDocument": TEXT,
        "IndexDocument": TEXT,
        "RedirectAllRequestsTo": structure({"HostName": TEXT, "Protocol": TEXT}, "HostName"),
        "RoutingRules": ListOf(
            structure(
                {
                    "RedirectRule": structure(
                        {
                            "HostName": TEXT,
                            "HttpRedirectCode": TEXT,
                            "Protocol": TEXT,
                            "ReplaceKeyPrefixWith": TEXT,
                            "ReplaceKeyWith": TEXT,
                        }
                    ),
                    "RoutingRuleCondition": structure(
                        {"HttpErrorCodeReturnedEquals": TEXT, "KeyPrefixEquals": TEXT}
                    ),
                },
                "RedirectRule",
            )
        ),
    }
)
LOGGING = structure(
    {
        "DestinationBucketName": TEXT,
        "LogFilePrefix": TEXT,
        "TargetObjectKeyFormat": structure(
            {
                "SimplePrefix": structure({}),
                "PartitionedPrefix": structure({"PartitionDateSource": TEXT}),
            }
        ),
    }
)
ENCRYPTION_RULE = structure(
    {
        "BucketKeyEnabled": BOOLEAN,
        "ServerSideEncryptionByDefault": structure(
            {"KMSMasterKeyID": TEXT, "SSEAlgorithm": TEXT}, "SSEAlgorithm"
        ),
        "BlockedEncryptionTypes": structure({"EncryptionType": TEXTS}),
    }
)
OBJECT_LOCK = structure(
    {
        "ObjectLockEnabled": TEXT,
        "Rule": structure(
            {
                "DefaultRetention": structure(
                    {"Days": INTEGER, "Mode": TEXT, "Years": INTEGER},
                    refused={"DefaultEventHold": "S3 has no event holds here"},
                )
            }
        ),
    }
)
DESTINATION = structure(
    {"BucketAccountId": TEXT, "BucketArn": TEXT, "Format": TEXT, "Prefix": TEXT},
    "BucketArn",
    "Format",
)
ANALYTICS = structure(
    {
        "Id": TEXT,
        "Prefix": TEXT,
        "StorageClassAnalysis": structure(
            {
                "DataExport": structure(
                    {"Destination": DESTINATION, "OutputSchemaVersion": TEXT},
                    "Destination",
                    "OutputSchemaVersion",
                )
            }
        ),
        "TagFilters": TAGS,
    },
    "Id",
    "StorageClassAnalysis",
)
TIERING = structure(
    {
        "Id": TEXT,
        "Prefix": TEXT,
        "Status": TEXT,
        "TagFilters": TAGS,
        "Tierings": ListOf(structure({"AccessTier": TEXT, "Days": INTEGER}, "AccessTier", "Days")),
    },
    "Id",
    "Status",
    "Tierings",
)
INVENTORY = structure(
    {
        "Destination": DESTINATION,
        "Enabled": BOOLEAN,
        "Id": TEXT,
        "IncludedObjectVersions": TEXT,
        "OptionalFields": TEXTS,
        "Prefix": TEXT,
        "ScheduleFrequency": TEXT,
    },
    "Destination",
    "Enabled",
    "Id",
    "IncludedObjectVersions",
    "ScheduleFrequency",
)
METRICS = structure({"AccessPointArn": TEXT, "Id": TEXT, "Prefix": TEXT, "TagFilters": TAGS}, "Id")
STATUS = structure({"Status": TEXT}, "Status")
MINUTES = structure({"Minutes": INTEGER}, "Minutes")
REPLICATION_RULE = structure(
    {
        "DeleteMarkerReplication": structure({"Status": TEXT}),
        "Destination": structure(
            {
                "AccessControlTranslation": structure({"Owner": TEXT}, "Owner"),
                "Account": TEXT,
                "Bucket": TEXT,
                "EncryptionConfiguration": structure({"ReplicaKmsKeyID": TEXT}, "ReplicaKmsKeyID"),
                "Metrics": structure({"EventThreshold": MINUTES, "Status": TEXT}, "Status"),
                "ReplicationTime": structure({"Status": TEXT, "Time": MINUTES}, "Status", "Time"),
                "StorageClass": TEXT,
            },
            "Bucket",
        ),
        "Filter": structure(
            {
                "And": structure({"Prefix": TEXT, "TagFilters": TAGS}),
                "Prefix": TEXT,
                "TagFilter": TAGS.item,
            }
        ),
        "Id": TEXT,
        "Prefix": TEXT,
        "Priority": INTEGER,
        "SourceSelectionCriteria": structure(
            {"ReplicaModifications": STATUS, "SseKmsEncryptedObjects": STATUS}
        ),
        "Status": TEXT,
    },
    "Destination",
    "Status",
)
BLOCK = structure(
    dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"),
        BOOLEAN,
    )
)
NO_TABLES = "S3 keeps no tables of metadata here"

BUCKET = structure(
    {
        "AbacStatus": TEXT,
        "AnalyticsConfigurations": ListOf(ANALYTICS),
        "AccelerateConfiguration": structure({"AccelerationStatus": TEXT}, "AccelerationStatus"),
        "AccessControl": TEXT,
        "BucketEncryption": structure(
            {"ServerSideEncryptionConfiguration": ListOf(ENCRYPTION_RULE)},
            "ServerSideEncryptionConfiguration",
        ),
        "BucketName": TEXT,
        "CorsConfiguration": structure({"CorsRules": ListOf(CORS_RULE)}, "CorsRules"),
        "LifecycleConfiguration": structure(
            {"Rules": ListOf(LIFECYCLE_RULE), "TransitionDefaultMinimumObjectSize": TEXT}, "Rules"
        ),
        "LoggingConfiguration": LOGGING,
        "NotificationConfiguration": NOTIFICATION,
        "IntelligentTieringConfigurations": ListOf(TIERING),
        "InventoryConfigurations": ListOf(INVENTORY),
        "MetricsConfigurations": ListOf(METRICS),
        "ObjectLockConfiguration": OBJECT_LOCK,
        "ObjectLockEnabled": BOOLEAN,
        "ReplicationConfiguration": structure(
            {"Role": TEXT, "Rules": ListOf(REPLICATION_RULE)}, "Role", "Rules"
        ),
        "OwnershipControls": structure(
            {"Rules": ListOf(structure({"ObjectOwnership": TEXT}))}, "Rules"
        ),
        "PublicAccessBlockConfiguration": BLOCK,
        "Tags": TAGS,
        "VersioningConfiguration": structure({"Status": TEXT}, "Status"),
        "WebsiteConfiguration": WEBSITE,
    },
    refused={
        "BucketNamePrefix": "give BucketName, or let the name be generated",
        "BucketNamespace": "buckets are in the global namespace here",
        "MetadataConfiguration": NO_TABLES,
        "MetadataTableConfiguration": NO_TABLES,
    },
)
