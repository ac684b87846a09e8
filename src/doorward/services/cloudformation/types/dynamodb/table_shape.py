"""What AWS::DynamoDB::Table takes, and the words of CreateTable for it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from typing import Any

from doorward.services.cloudformation.types.provider import Properties
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    INTEGER,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)

SAME = {
    "AttributeDefinitions": "attribute_definitions",
    "BillingMode": "billing_mode",
    "DeletionProtectionEnabled": "deletion_protection_enabled",
    "OnDemandThroughput": "on_demand_throughput",
    "ProvisionedThroughput": "provisioned_throughput",
    "TableClass": "table_class",
}
"""Properties that CreateTable and UpdateTable take as they are."""

AT_CREATION = {
    "GlobalSecondaryIndexes": "global_secondary_indexes",
    "KeySchema": "key_schema",
    "LocalSecondaryIndexes": "local_secondary_indexes",
}
STREAM, SEALING = "StreamSpecification", "SSESpecification"
NO_WARMTH = "tables are always warm here"
NO_INSIGHTS = "no use of tables is recorded"

KEY_SCHEMA = ListOf(structure({"AttributeName": TEXT, "KeyType": TEXT}, "AttributeName", "KeyType"))
PROJECTION = structure({"NonKeyAttributes": TEXTS, "ProjectionType": TEXT})
THROUGHPUT = structure(
    {"ReadCapacityUnits": INTEGER, "WriteCapacityUnits": INTEGER},
    "ReadCapacityUnits",
    "WriteCapacityUnits",
)
ON_DEMAND = structure({"MaxReadRequestUnits": INTEGER, "MaxWriteRequestUnits": INTEGER})
INDEX = ("IndexName", "KeySchema", "Projection")

TABLE = structure(
    {
        "AttributeDefinitions": ListOf(
            structure(
                {"AttributeName": TEXT, "AttributeType": TEXT}, "AttributeName", "AttributeType"
            )
        ),
        "BillingMode": TEXT,
        "DeletionProtectionEnabled": BOOLEAN,
        "GlobalSecondaryIndexes": ListOf(
            structure(
                {
                    "IndexName": TEXT,
                    "KeySchema": KEY_SCHEMA,
                    "OnDemandThroughput": ON_DEMAND,
                    "Projection": PROJECTION,
                    "ProvisionedThroughput": THROUGHPUT,
                },
                *INDEX,
                refused={
                    "ContributorInsightsSpecification": NO_INSIGHTS,
                    "WarmThroughput": NO_WARMTH,
                },
            )
        ),
        "KeySchema": KEY_SCHEMA,
        "LocalSecondaryIndexes": ListOf(
            structure(
                {"IndexName": TEXT, "KeySchema": KEY_SCHEMA, "Projection": PROJECTION}, *INDEX
            )
        ),
        "OnDemandThroughput": ON_DEMAND,
        "PointInTimeRecoverySpecification": structure(
            {"PointInTimeRecoveryEnabled": BOOLEAN, "RecoveryPeriodInDays": INTEGER}
        ),
        "ProvisionedThroughput": THROUGHPUT,
        "ResourcePolicy": structure({"PolicyDocument": DOCUMENT}, "PolicyDocument"),
        SEALING: structure(
            {"KMSMasterKeyId": TEXT, "SSEEnabled": BOOLEAN, "SSEType": TEXT}, "SSEEnabled"
        ),
        STREAM: structure(
            {"StreamViewType": TEXT},
            "StreamViewType",
            refused={
                "ResourcePolicy": "streams have no policy of their own here",
                "Tags": "streams have no tags of their own here",
            },
        ),
        "TableClass": TEXT,
        "TableName": TEXT,
        "Tags": TAGS,
        "TimeToLiveSpecification": structure(
            {"AttributeName": TEXT, "Enabled": BOOLEAN}, "Enabled"
        ),
    },
    "KeySchema",
    refused={
        "ContributorInsightsSpecification": NO_INSIGHTS,
        "ImportSourceSpecification": "tables are made empty",
        "KinesisStreamSpecification": "no stream of Kinesis is fed",
        "VectorIndexes": "tables have no such indexes here",
        "WarmThroughput": NO_WARMTH,
    },
)


def said(properties: Properties) -> dict[str, Any]:
    """What CreateTable and UpdateTable are told alike."""
    made = {snake: properties[name] for name, snake in SAME.items() if name in properties}
    if STREAM in properties:
        made["stream_specification"] = {"StreamEnabled": True, **properties[STREAM]}
    if SEALING in properties:
        words = {"SSEEnabled": "Enabled"}
        given = properties[SEALING]
        made["sse_specification"] = {words.get(one, one): v for one, v in given.items()}
    return made


DEFAULTS: dict[str, Any] = {
    "billing_mode": "PROVISIONED",
    "deletion_protection_enabled": False,
    "sse_specification": {"Enabled": False},
    "stream_specification": {"StreamEnabled": False},
    "table_class": "STANDARD",
}
"""What UpdateTable is told where a property is gone."""
