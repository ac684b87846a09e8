"""AWS::CloudTrail::Trail.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import undone_by, unless

SERVICE = "cloudtrail"
NAME_LIMIT = 128
GONE = "TrailNotFoundException"
NOT_SET = "InsightNotEnabledException"
PLAIN = {
    "CloudWatchLogsLogGroupArn": "cloud_watch_logs_log_group_arn",
    "CloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
    "EnableLogFileValidation": "enable_log_file_validation",
    "IncludeGlobalServiceEvents": "include_global_service_events",
    "IsMultiRegionTrail": "is_multi_region_trail",
    "IsOrganizationTrail": "is_organization_trail",
    "KMSKeyId": "kms_key_id",
    "S3BucketName": "s3_bucket_name",
    "S3KeyPrefix": "s3_key_prefix",
    "SnsTopicName": "sns_topic_name",
}
WITHOUT: dict[str, Any] = {
    "EnableLogFileValidation": False,
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": False,
    "IsOrganizationTrail": False,
}
"""What a trail has of each switch that the template does not set; of texts it is nothing."""
WORDS = {**{name: name for name in PLAIN}, "EnableLogFileValidation": "LogFileValidationEnabled"}
WORDS["KMSKeyId"] = "KmsKeyId"
EVENTS, ADVANCED, INSIGHTS = "EventSelectors", "AdvancedEventSelectors", "InsightSelectors"
USUAL = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
"""The selectors of a trail that was given none: every management event.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the trail, say what it keeps, and have it begin."""
    name = properties.get("TrailName") or facts.name(NAME_LIMIT)
    wanted = tags.listed(tags.wanted(properties, facts))
    made = call(
        SERVICE,
        "create_trail",
        name=name,
        **{snake: properties[one] for one, snake in PLAIN.items() if one in properties},
        **({"tags_list": wanted} if wanted else {}),
    )
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _select(call, name, {}, properties)
        if properties["IsLogging"]:
            call(SERVICE, "start_logging", name=name)
    return _shown(name, made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring settings, selectors, logging and tags up to date."""
    changed = {one: snake for one, snake in PLAIN.items() if old.get(one) != new.get(one)}
    given = {snake: new.get(one, WITHOUT.get(one, "")) for one, snake in changed.items()}
    made = call(SERVICE, "update_trail", name=physical_id, **given)
    _select(call, physical_id, old, new)
    if old.get("IsLogging") != new["IsLogging"]:
        call(SERVICE, "start_logging" if new["IsLogging"] else "stop_logging", name=physical_id)
    change = tags.changed(old, new, facts)
    if change.put:
        call(SERVICE, "add_tags", resource_id=made["TrailARN"], tags_list=tags.listed(change.put))
    if change.removed:
        gone = [{"Key": key} for key in change.removed]
        call(SERVICE, "remove_tags", resource_id=made["TrailARN"], tags_list=gone)
    return _shown(physical_id, made)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the trail; what it has written stays in its bucket."""
    with unless(GONE):
        call(SERVICE, "delete_trail", name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The trail as it is."""
    with unless(GONE):
        found = call(SERVICE, "get_trail", name=physical_id)["Trail"]
        status = call(SERVICE, "get_trail_status", name=physical_id)
        arn = found["TrailARN"]
        (tagged,) = call(SERVICE, "list_tags", resource_id_list=[arn])["ResourceTagList"] or [{}]
        return {
            "TrailName": physical_id,
            "IsLogging": status["IsLogging"],
            **{name: found[word] for name, word in WORDS.items() if word in found},
            **_selected(call, physical_id),
            **tags.shown(tagged.get("TagsList", ()), facts),
        }
    return None


def _select(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Say which events the trail keeps; only what changed is said anew."""
    if any(old.get(one) != new.get(one) for one in (EVENTS, ADVANCED)):
        if ADVANCED in new:
            call(
                SERVICE,
                "put_event_selectors",
                trail_name=name,
                advanced_event_selectors=new[ADVANCED],
            )
        else:
            call(
                SERVICE,
                "put_event_selectors",
                trail_name=name,
                event_selectors=new.get(EVENTS, USUAL),
            )
    if old.get(INSIGHTS) != new.get(INSIGHTS):
        call(
            SERVICE,
            "put_insight_selectors",
            trail_name=name,
            insight_selectors=new.get(INSIGHTS, []),
        )


def _selected(call: Call, name: str) -> dict[str, Any]:
    found = call(SERVICE, "get_event_selectors", trail_name=name)
    shown = {one: found[one] for one in (EVENTS, ADVANCED) if found.get(one)}
    with unless(NOT_SET):
        insights = call(SERVICE, "get_insight_selectors", trail_name=name)
        if insights.get(INSIGHTS):
            shown[INSIGHTS] = insights[INSIGHTS]
    return shown


def _shown(name: str, made: dict[str, Any]) -> Created:
    return Created(name, {"Arn": made["TrailARN"], "SnsTopicArn": made.get("SnsTopicARN", "")})


FIELD = structure(
    {
        "Field": TEXT,
        **dict.fromkeys(
            ("EndsWith", "Equals", "NotEndsWith", "NotEquals", "NotStartsWith", "StartsWith"), TEXTS
        ),
    },
    "Field",
)
SELECTOR = structure(
    {
        "DataResources": ListOf(structure({"Type": TEXT, "Values": TEXTS}, "Type")),
        "ExcludeManagementEventSources": TEXTS,
        "IncludeManagementEvents": BOOLEAN,
        "ReadWriteType": TEXT,
    }
)
TYPES = (
    ResourceType(
        "AWS::CloudTrail::Trail",
        structure(
            {
                **dict.fromkeys(PLAIN, TEXT),
                **dict.fromkeys(WITHOUT, BOOLEAN),
                ADVANCED: ListOf(
                    structure({"FieldSelectors": ListOf(FIELD), "Name": TEXT}, "FieldSelectors")
                ),
                EVENTS: ListOf(SELECTOR),
                INSIGHTS: ListOf(structure({"EventCategories": TEXTS, "InsightType": TEXT})),
                "IsLogging": BOOLEAN,
                "Tags": TAGS,
                "TrailName": TEXT,
            },
            "IsLogging",
            "S3BucketName",
            refused={"AggregationConfigurations": "events are not aggregated"},
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "SnsTopicArn"),
    ),
)
