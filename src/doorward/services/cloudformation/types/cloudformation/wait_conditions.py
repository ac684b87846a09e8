"""AWS::CloudFormation::WaitConditionHandle and AWS::CloudFormation::WaitCondition.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from doorward.services.cloudformation.types.provider import (
    Call,
    Created,
    Facts,
    Properties,
    Waiting,
)
from doorward.services.cloudformation.types.refusals import InvalidRequest, NotSignalled
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import INTEGER, TEXT, structure

MOST_SECONDS = 43_200
RESOURCE = "resource"
"""The request under which SignalResource puts signals."""

DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
USUAL = "PT5M"


def create_handle(_call: Call, _properties: Properties, facts: Facts) -> Created:
    """Make an address for signals."""
    return Created(facts.signals.url(facts.suffix))


def create(_call: Call, properties: Properties, facts: Facts) -> Created:
    """Wait until there are enough signals.

    Raises:
        InvalidRequest: it is not said for what.
        NotSignalled: the time is over, or a signal tells of a failure.
        Waiting: more have to come.
    """
    if facts.creation_policy is not None:
        return _by_policy(facts)
    if "Handle" not in properties or "Timeout" not in properties:
        raise InvalidRequest("WaitCondition needs Handle and Timeout, or a CreationPolicy.")
    found = facts.signals.at(properties["Handle"])
    if found is None:
        raise InvalidRequest("Invalid WaitConditionHandle")  # assumed
    for one in found:
        if one.get("Status") != "SUCCESS":
            raise NotSignalled(
                f"WaitCondition received failed message: '{one.get('Reason') or ''}' "
                f"for uniqueId: {one['UniqueId']}"
            )
    wanted = properties.get("Count", 1)
    if len(found) >= wanted:
        data = {one["UniqueId"]: one.get("Data", "") for one in found}
        return _shown(facts, data)
    seconds = min(int(properties["Timeout"]), MOST_SECONDS)
    said = f"WaitCondition timed out. Received {len(found)} conditions when expecting {wanted}"
    raise _later(facts, seconds, said)


def _by_policy(facts: Facts) -> Created:
    """Wait for what `CreationPolicy` says, which SignalResource signals.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html
    """
    policy = facts.creation_policy
    asked = policy.get("ResourceSignal") if isinstance(policy, Mapping) else None
    asked = asked if isinstance(asked, Mapping) else {}
    wanted = int(asked.get("Count", 1))
    found: Sequence[Mapping[str, Any]] = facts.signals.of(RESOURCE)
    failed = [one for one in found if one.get("Status") != "SUCCESS"]
    if failed:
        raise NotSignalled(
            f"Received {len(failed)} FAILURE signal(s) out of {wanted}. Unable to satisfy 100% "
            "MinSuccessfulInstancesPercent requirement"
        )
    if len(found) >= wanted:
        return _shown(facts, {})
    said = f"Failed to receive {wanted} resource signal(s) within the specified duration"
    raise _later(facts, _seconds(str(asked.get("Timeout", USUAL))), said)


def _shown(facts: Facts, data: Mapping[str, Any]) -> Created:
    physical_id = facts.short_id()
    return Created(physical_id, {"Data": json.dumps(data), "Id": physical_id})


def _seconds(text: str) -> int:
    """The seconds of an ISO 8601 duration of hours, minutes and seconds.

    Raises:
        InvalidRequest: it is none.
    """
    found = DURATION.fullmatch(text)
    if found is None or text == "PT":
        raise InvalidRequest(f"Invalid Timeout in CreationPolicy: {text}")
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return min(hours * 3600 + minutes * 60 + seconds, MOST_SECONDS)


def _later(facts: Facts, seconds: int, said: str) -> Exception:
    """Wait on, or, the time being over, a failure that says so."""
    until = (facts.since or facts.now) + timedelta(seconds=seconds)
    return Waiting(until) if facts.now < until else NotSignalled(said)


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, facts: Facts
) -> Created:
    """Change nothing: what was waited for has come.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
    """
    del facts
    return Created(physical_id)


def delete(_call: Call, _physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Remove nothing."""


TYPES = (
    ResourceType(
        "AWS::CloudFormation::WaitCondition",
        structure({"Count": INTEGER, "Handle": TEXT, "Timeout": TEXT}),
        create,
        update,
        delete,
        None,
        ("Data", "Id"),
    ),
    ResourceType(
        "AWS::CloudFormation::WaitConditionHandle",
        structure({}),
        create_handle,
        update,
        delete,
        None,
    ),
)
