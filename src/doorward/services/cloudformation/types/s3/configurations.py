"""The configurations of a bucket: by which operation each is set, and in which words.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from doorward.services.cloudformation.types.s3 import lifecycle, replication
from doorward.services.cloudformation.types.s3.lifecycle import renamed

Words = Callable[[Any], Any]
ID = {"Id": "ID"}
CORS = {
    "AllowedHeaders": "AllowedHeaders",
    "AllowedMethods": "AllowedMethods",
    "AllowedOrigins": "AllowedOrigins",
    "ExposedHeaders": "ExposeHeaders",
    "Id": "ID",
    "MaxAge": "MaxAgeSeconds",
}
RULE = {
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
    "BucketKeyEnabled": "BucketKeyEnabled",
    "BlockedEncryptionTypes": "BlockedEncryptionTypes",
}
LOG = {
    "DestinationBucketName": "TargetBucket",
    "LogFilePrefix": "TargetPrefix",
    "TargetObjectKeyFormat": "TargetObjectKeyFormat",
}
ROUTE = {"RedirectRule": "Redirect", "RoutingRuleCondition": "Condition"}
TARGETS = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}


class Configuration(NamedTuple):
    """One property that one pair of operations sets and reads.

    Attributes:
        put, get: the operations, without `put_` and `get_`.
        parameter: the parameter of *put* that has the value.
        wire: the property in S3's words.
        template: what *get* answers in the template's words; nothing where it is not set.
        delete: the operation that takes it away; where S3 has none, *nothing* is put.
        nothing: the value that stands for its absence.
    """

    put: str
    get: str
    parameter: str
    wire: Words
    template: Words
    delete: str = ""
    nothing: Any = None


def turned(names: Mapping[str, str]) -> dict[str, str]:
    """The names the other way round."""
    return {new: old for old, new in names.items()}


def _same(value: Any) -> Any:
    return value


def _member(name: str) -> Words:
    """What is under *name*, or nothing."""
    return lambda output: output.get(name)


def _rules_wire(value: Any) -> Any:
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [renamed(one, RULE) for one in rules]}


def _rules_template(output: Any) -> Any:
    rules = output["ServerSideEncryptionConfiguration"]["Rules"]
    return {"ServerSideEncryptionConfiguration": [renamed(one, turned(RULE)) for one in rules]}


def _website_wire(value: Any) -> Any:
    made: dict[str, Any] = {}
    if "IndexDocument" in value:
        made["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        made["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    if "RedirectAllRequestsTo" in value:
        made["RedirectAllRequestsTo"] = value["RedirectAllRequestsTo"]
    if "RoutingRules" in value:
        made["RoutingRules"] = [renamed(one, ROUTE) for one in value["RoutingRules"]]
    return made


def _website_template(output: Any) -> Any:
    made: dict[str, Any] = {}
    if "IndexDocument" in output:
        made["IndexDocument"] = output["IndexDocument"]["Suffix"]
    if "ErrorDocument" in output:
        made["ErrorDocument"] = output["ErrorDocument"]["Key"]
    if "RedirectAllRequestsTo" in output:
        made["RedirectAllRequestsTo"] = output["RedirectAllRequestsTo"]
    if "RoutingRules" in output:
        made["RoutingRules"] = [renamed(one, turned(ROUTE)) for one in output["RoutingRules"]]
    return made


def _notification_wire(value: Any) -> Any:
    made: dict[str, Any] = {}
    for name, (wire, target, arn) in TARGETS.items():
        if entries := value.get(name):
            made[wire] = [
                {arn: one[target], "Events": [one["Event"]], **_key_filter_wire(one)}
                for one in entries
            ]
    if value.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        made["EventBridgeConfiguration"] = {}
    return made


def _key_filter_wire(entry: Any) -> Any:
    if "Filter" not in entry:
        return {}
    return {"Filter": {"Key": {"FilterRules": entry["Filter"]["S3Key"]["Rules"]}}}


def _notification_template(output: Any) -> Any:
    made: dict[str, Any] = {}
    for name, (wire, target, arn) in TARGETS.items():
        if entries := output.get(wire):
            made[name] = [
                {target: one[arn], "Event": event, **_key_filter_template(one)}
                for one in entries
                for event in one["Events"]
            ]
    if "EventBridgeConfiguration" in output:
        made["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return made


def _key_filter_template(entry: Any) -> Any:
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules")
    if not rules:
        return {}
    plain = [{"Name": one["Name"].lower(), "Value": one["Value"]} for one in rules]
    return {"Filter": {"S3Key": {"Rules": plain}}}


def _lifecycle_template(output: Any) -> Any:
    size = "TransitionDefaultMinimumObjectSize"
    more = {size: output[size]} if size in output else {}
    return {"Rules": [lifecycle.template(one) for one in output["Rules"]], **more}


CONFIGURATIONS: Mapping[str, Configuration] = {
    "PublicAccessBlockConfiguration": Configuration(
        "public_access_block",
        "public_access_block",
        "public_access_block_configuration",
        _same,
        _member("PublicAccessBlockConfiguration"),
        "delete_public_access_block",
    ),
    "OwnershipControls": Configuration(
        "bucket_ownership_controls",
        "bucket_ownership_controls",
        "ownership_controls",
        _same,
        _member("OwnershipControls"),
        "delete_bucket_ownership_controls",
    ),
    "BucketEncryption": Configuration(
        "bucket_encryption",
        "bucket_encryption",
        "server_side_encryption_configuration",
        _rules_wire,
        _rules_template,
        "delete_bucket_encryption",
    ),
    "VersioningConfiguration": Configuration(
        "bucket_versioning",
        "bucket_versioning",
        "versioning_configuration",
        _same,
        lambda output: {"Status": output["Status"]} if "Status" in output else None,
        nothing={"Status": "Suspended"},
    ),
    "ObjectLockConfiguration": Configuration(
        "object_lock_configuration",
        "object_lock_configuration",
        "object_lock_configuration",
        _same,
        _member("ObjectLockConfiguration"),
        nothing={"ObjectLockEnabled": "Enabled"},
    ),
    "ReplicationConfiguration": Configuration(
        "bucket_replication",
        "bucket_replication",
        "replication_configuration",
        replication.wire,
        replication.template,
        "delete_bucket_replication",
    ),
    "AbacStatus": Configuration(
        "bucket_abac",
        "bucket_abac",
        "abac_status",
        lambda value: {"Status": value},
        lambda output: output.get("AbacStatus", {}).get("Status"),
        nothing={"Status": "Disabled"},
    ),
    "AccelerateConfiguration": Configuration(
        "bucket_accelerate_configuration",
        "bucket_accelerate_configuration",
        "accelerate_configuration",
        lambda value: {"Status": value["AccelerationStatus"]},
        lambda output: {"AccelerationStatus": output["Status"]} if "Status" in output else None,
        nothing={"Status": "Suspended"},
    ),
    "CorsConfiguration": Configuration(
        "bucket_cors",
        "bucket_cors",
        "cors_configuration",
        lambda value: {"CORSRules": [renamed(one, CORS) for one in value["CorsRules"]]},
        lambda output: {"CorsRules": [renamed(one, turned(CORS)) for one in output["CORSRules"]]},
        "delete_bucket_cors",
    ),
    "LifecycleConfiguration": Configuration(
        "bucket_lifecycle_configuration",
        "bucket_lifecycle_configuration",
        "lifecycle_configuration",
        lambda value: {"Rules": [lifecycle.wire(one) for one in value["Rules"]]},
        _lifecycle_template,
        "delete_bucket_lifecycle",
    ),
    "LoggingConfiguration": Configuration(
        "bucket_logging",
        "bucket_logging",
        "bucket_logging_status",
        lambda value: {"LoggingEnabled": {"TargetPrefix": "", **renamed(value, LOG)}},
        lambda output: renamed(output.get("LoggingEnabled", {}), turned(LOG)) or None,
        nothing={},
    ),
    "NotificationConfiguration": Configuration(
        "bucket_notification_configuration",
        "bucket_notification_configuration",
        "notification_configuration",
        _notification_wire,
        lambda output: _notification_template(output) or None,
        nothing={},
    ),
    "WebsiteConfiguration": Configuration(
        "bucket_website",
        "bucket_website",
        "website_configuration",
        _website_wire,
        _website_template,
        "delete_bucket_website",
    ),
}
"""In the order in which they are put: what decides about later ones comes first."""
