"""AWS::Logs::MetricFilter.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.cloudformation.types import spelling
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    NUMBER,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import unless

NAME_LIMIT = 512
GONE = "ResourceNotFoundException"
PLAIN = {
    "ApplyOnTransformedLogs": "apply_on_transformed_logs",
    "EmitSystemFieldDimensions": "emit_system_field_dimensions",
    "FieldSelectionCriteria": "field_selection_criteria",
    "FilterPattern": "filter_pattern",
}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Put the filter on its log group."""
    name = properties.get("FilterName") or facts.name(NAME_LIMIT)
    _put(call, name, properties)
    return Created(name)


def update(
    call: Call, physical_id: str, _old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Put the filter over the old one."""
    _put(call, physical_id, new)
    return Created(physical_id)


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Delete the filter; it goes with its log group, too."""
    group = properties["LogGroupName"]
    with unless(GONE):
        call("logs", "delete_metric_filter", log_group_name=group, filter_name=physical_id)


def _put(call: Call, name: str, properties: Properties) -> None:
    call(
        "logs",
        "put_metric_filter",
        log_group_name=properties["LogGroupName"],
        filter_name=name,
        metric_transformations=[_wire(one) for one in properties["MetricTransformations"]],
        **{snake: properties[one] for one, snake in PLAIN.items() if one in properties},
    )


def _wire(transformation: Mapping[str, Any]) -> dict[str, Any]:
    """A transformation as Logs spells it, its dimensions as a map."""
    found: dict[str, Any] = spelling.small(transformation)
    if "dimensions" in found:
        found["dimensions"] = {one["key"]: one["value"] for one in found["dimensions"]}
    return found


TRANSFORMATION = structure(
    {
        "DefaultValue": NUMBER,
        "Dimensions": ListOf(structure({"Key": TEXT, "Value": TEXT}, "Key", "Value")),
        "MetricName": TEXT,
        "MetricNamespace": TEXT,
        "MetricValue": TEXT,
        "Unit": TEXT,
    },
    "MetricName",
    "MetricNamespace",
    "MetricValue",
)
TYPES = (
    ResourceType(
        "AWS::Logs::MetricFilter",
        structure(
            {
                "ApplyOnTransformedLogs": BOOLEAN,
                "EmitSystemFieldDimensions": TEXTS,
                "FieldSelectionCriteria": TEXT,
                "FilterName": TEXT,
                "FilterPattern": TEXT,
                "LogGroupName": TEXT,
                "MetricTransformations": ListOf(TRANSFORMATION),
            },
            "FilterPattern",
            "LogGroupName",
            "MetricTransformations",
        ),
        create,
        update,
        delete,
        None,
    ),
)
