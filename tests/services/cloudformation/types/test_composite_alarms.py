"""A composite alarm comes to CloudWatch, which is played here, for moto does not have them."""

from typing import Any

import pytest

from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.refusals import AlreadyExists
from services.cloudformation.types.support import facts

PROPERTIES = {
    "AlarmName": "both",
    "AlarmRule": 'ALARM("one") AND ALARM("two")',
    "ActionsEnabled": False,
    "ActionsSuppressor": "maintenance",
    "ActionsSuppressorWaitPeriod": 60,
    "Tags": [{"Key": "team", "Value": "red"}],
}


class Played:
    """CloudWatch, with composite alarms only."""

    def __init__(self) -> None:
        self.alarms: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, str] = {}

    def __call__(self, service: str, operation: str, /, **given: Any) -> dict[str, Any]:
        assert service == "cloudwatch"
        found: dict[str, Any] | None = getattr(self, operation)(**given)
        return found or {}

    def put_composite_alarm(self, *, alarm_name: str, tags: Any = (), **given: Any) -> None:
        words = {name: "".join(part.title() for part in name.split("_")) for name in given}
        self.alarms[alarm_name] = {words[name]: one for name, one in given.items()}
        self.tags |= {one["Key"]: one["Value"] for one in tags}

    def describe_alarms(self, *, alarm_names: list[str], alarm_types: list[str]) -> Any:
        assert alarm_types == ["CompositeAlarm"]
        return {"CompositeAlarms": [self.alarms[one] for one in alarm_names if one in self.alarms]}

    def list_tags_for_resource(self, *, resource_arn: str) -> Any:
        assert resource_arn == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:both"
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()]}

    def untag_resource(self, *, resource_arn: str, tag_keys: list[str]) -> None:
        assert resource_arn.endswith(":alarm:both")
        self.tags = {key: one for key, one in self.tags.items() if key not in tag_keys}

    def delete_alarms(self, *, alarm_names: list[str]) -> None:
        for one in alarm_names:
            del self.alarms[one]


def test_a_composite_alarm_is_made_read_changed_and_removed() -> None:
    call, kind = Played(), registry.find("AWS::CloudWatch::CompositeAlarm")
    assert kind
    made = kind.create(call, PROPERTIES, facts())

    assert made.physical_id == "both"
    assert kind.read(call, "both", facts()) == PROPERTIES
    with pytest.raises(AlreadyExists):
        kind.create(call, PROPERTIES, facts())

    changed = {"AlarmName": "both", "AlarmRule": 'ALARM("one")'}
    kind.update(call, "both", PROPERTIES, changed, facts(previous_tags=facts().tags))
    assert kind.read(call, "both", facts()) == changed

    kind.delete(call, "both", changed, facts())
    assert kind.read(call, "both", facts()) is None
    kind.delete(call, "both", changed, facts())
