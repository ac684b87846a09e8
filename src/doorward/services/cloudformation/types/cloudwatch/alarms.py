"""AWS::CloudWatch::Alarm and AWS::CloudWatch::CompositeAlarm.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import AlreadyExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    Shape,
    structure,
)

SERVICE = "cloudwatch"
NAME_LIMIT = 255
COMMON = {
    "ActionsEnabled": "actions_enabled",
    "AlarmActions": "alarm_actions",
    "AlarmDescription": "alarm_description",
    "InsufficientDataActions": "insufficient_data_actions",
    "OKActions": "ok_actions",
}
OF_METRIC = {
    "ComparisonOperator": "comparison_operator",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "Dimensions": "dimensions",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentile",
    "EvaluationPeriods": "evaluation_periods",
    "ExtendedStatistic": "extended_statistic",
    "MetricName": "metric_name",
    "Metrics": "metrics",
    "Namespace": "namespace",
    "Period": "period",
    "Statistic": "statistic",
    "Threshold": "threshold",
    "ThresholdMetricId": "threshold_metric_id",
    "TreatMissingData": "treat_missing_data",
    "Unit": "unit",
}
OF_COMPOSITE = {
    "ActionsSuppressor": "actions_suppressor",
    "ActionsSuppressorExtensionPeriod": "actions_suppressor_extension_period",
    "ActionsSuppressorWaitPeriod": "actions_suppressor_wait_period",
    "AlarmRule": "alarm_rule",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two: its operation, the parameters of its properties, where it is listed."""

    type_name: str
    put: str
    names: Mapping[str, str]
    listed: str
    listed_as: str

    def create(self, call: Call, properties: Properties, facts: Facts) -> Created:
        """Put a new alarm.

        Raises:
            AlreadyExists: there is one of that name, which would be put over.
        """
        name = properties.get("AlarmName") or facts.name(NAME_LIMIT)
        if "AlarmName" in properties and self.find(call, name) is not None:
            raise AlreadyExists(self.type_name, name)
        wanted = tags.listed(tags.wanted(properties, facts))
        self._put(call, name, properties, **({"tags": wanted} if wanted else {}))
        return self._shown(name, facts)

    def update(
        self, call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts
    ) -> Created:
        """Put the alarm over the old one, and bring tags up to date."""
        self._put(call, physical_id, new)
        arn = self._arn(physical_id, facts)
        tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_arn=arn)
        return self._shown(physical_id, facts)

    def delete(self, call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
        """Delete the alarm; CloudWatch does not mind where it is gone."""
        if self.find(call, physical_id) is not None:
            call(SERVICE, "delete_alarms", alarm_names=[physical_id])

    def read(self, call: Call, physical_id: str, facts: Facts) -> Properties | None:
        """The alarm as it is."""
        found = self.find(call, physical_id)
        if found is None:
            return None
        arn = self._arn(physical_id, facts)
        tagged = call(SERVICE, "list_tags_for_resource", resource_arn=arn)["Tags"]
        shown = {one: found[one] for one in self.names if found.get(one) not in (None, [], "")}
        return {"AlarmName": physical_id, **shown, **tags.shown(tagged, facts)}

    def find(self, call: Call, name: str) -> dict[str, Any] | None:
        """The alarm of that name and kind."""
        output = call(SERVICE, "describe_alarms", alarm_names=[name], alarm_types=[self.listed_as])
        return next(iter(output.get(self.listed) or ()), None)

    def _put(self, call: Call, name: str, properties: Properties, **more: Any) -> None:
        said = {snake: properties[one] for one, snake in self.names.items() if one in properties}
        call(SERVICE, self.put, alarm_name=name, **said, **more)

    def _arn(self, name: str, facts: Facts) -> str:
        return facts.arn(SERVICE, f"alarm:{name}")

    def _shown(self, name: str, facts: Facts) -> Created:
        return Created(name, {"Arn": self._arn(name, facts)})


ALARM = Kind(
    "AWS::CloudWatch::Alarm",
    "put_metric_alarm",
    COMMON | OF_METRIC,
    "MetricAlarms",
    "MetricAlarm",
)
COMPOSITE = Kind(
    "AWS::CloudWatch::CompositeAlarm",
    "put_composite_alarm",
    COMMON | OF_COMPOSITE,
    "CompositeAlarms",
    "CompositeAlarm",
)
DIMENSIONS = ListOf(structure({"Name": TEXT, "Value": TEXT}, "Name", "Value"))
METRIC = structure({"Dimensions": DIMENSIONS, "MetricName": TEXT, "Namespace": TEXT})
STATISTIC = structure(
    {"Metric": METRIC, "Period": INTEGER, "Stat": TEXT, "Unit": TEXT}, "Metric", "Period", "Stat"
)
QUERY = structure(
    {
        "AccountId": TEXT,
        "Expression": TEXT,
        "Id": TEXT,
        "Label": TEXT,
        "MetricStat": STATISTIC,
        "Period": INTEGER,
        "ReturnData": BOOLEAN,
    },
    "Id",
)
SHARED: dict[str, Shape] = {
    "ActionsEnabled": BOOLEAN,
    "AlarmActions": TEXTS,
    "AlarmDescription": TEXT,
    "AlarmName": TEXT,
    "InsufficientDataActions": TEXTS,
    "OKActions": TEXTS,
    "Tags": TAGS,
}
NO_SUCH = "alarms do not have it here"
TYPES = (
    ResourceType(
        ALARM.type_name,
        structure(
            {
                **SHARED,
                **dict.fromkeys(OF_METRIC, TEXT),
                "DatapointsToAlarm": INTEGER,
                "Dimensions": DIMENSIONS,
                "EvaluationPeriods": INTEGER,
                "Metrics": ListOf(QUERY),
                "Period": INTEGER,
                "Threshold": NUMBER,
            },
            refused={
                "ActionConfiguration": NO_SUCH,
                "EvaluationCriteria": NO_SUCH,
                "EvaluationInterval": NO_SUCH,
                "EvaluationWindow": NO_SUCH,
                "WarmUpConfiguration": NO_SUCH,
            },
        ),
        ALARM.create,
        ALARM.update,
        ALARM.delete,
        ALARM.read,
        ("Arn",),
    ),
    ResourceType(
        COMPOSITE.type_name,
        structure(
            {
                **SHARED,
                "ActionsSuppressor": TEXT,
                "ActionsSuppressorExtensionPeriod": INTEGER,
                "ActionsSuppressorWaitPeriod": INTEGER,
                "AlarmRule": TEXT,
            },
            "AlarmRule",
            refused={"ActionConfiguration": NO_SUCH},
        ),
        COMPOSITE.create,
        COMPOSITE.update,
        COMPOSITE.delete,
        COMPOSITE.read,
        ("Arn",),
    ),
)
