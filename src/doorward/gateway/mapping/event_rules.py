"""EventBridge: rules on the default bus and on others, buses, and what events say.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape, shape_of
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.requirement import Requirement

DEFAULT = "default"
PATTERN_KEYS = (
    ("events:source", ("source",)),
    ("events:detail-type", ("detail-type",)),
    ("events:detail.service", ("detail", "service")),
    ("events:detail.eventtypecode", ("detail", "eventTypeCode")),
    ("events:detail.useridentity.principalid", ("detail", "userIdentity", "principalId")),
)
SOURCED = {"StartReplay": "EventSourceArn", "CreateArchive": "EventSourceArn"}


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The rule under its bus, or the bus; the buses of the new API are not meant."""
    match shape.type:
        case "rule-on-custom-event-bus" | "rule-on-default-event-bus":
            return rules(call, shape)
        case "event-bus":
            return buses(call, shape)
        case "event-busv2" | "event-sourcev2" | "subscriber":
            return []
        case _:
            return None


def rules(call: Call, shape: ArnShape) -> list[str] | None:
    """The rule, where its bus is of this type of rule."""
    name = call.text("Name") or call.text("Rule")
    bus = bus_name(call.text("EventBusName"))
    custom = bus != DEFAULT
    if not name or custom is not shape.type.endswith("custom-event-bus"):
        return []
    values = {"RuleName": name, "EventBusName": bus} if bus else {"RuleName": name}
    return [shape.arn(call.place, values)]


def buses(call: Call, shape: ArnShape) -> list[str] | None:
    """The buses that names or ARNs mean."""
    if member := SOURCED.get(call.operation):
        named = [call.text(member)]
        named += [str((call.parameters.get("Destination") or {}).get("Arn") or "")]
    else:
        named = fill.texts(call.parameters.get("Name") or call.parameters.get("EventBusName"))
        named = named or ([DEFAULT] if call.operation.endswith("EventBus") else [])
    return list(dict.fromkeys(_bus(call, shape, one) for one in named if one))


def _bus(call: Call, shape: ArnShape, given: str) -> str:
    if given.startswith("arn:"):
        return given if shape.fits(given) else UNKNOWN
    return shape.arn(call.place, {"EventBusName": given})


def bus_name(given: str) -> str:
    """The name in the name or ARN of a bus; none where it is something else."""
    if not given.startswith("arn:"):
        return given or DEFAULT
    return given.partition(":event-bus/")[2]


def put_events(call: Call) -> Iterator[Requirement]:
    """PutEvents: each kind of event on its bus, since a policy may tell them apart."""
    shape = shape_of("events", "event-bus")
    seen: dict[tuple[str, str, str], None] = {}
    for one in call.members("Entries"):
        bus, source = str(one.get("EventBusName") or DEFAULT), str(one.get("Source") or "")
        seen[bus, source, str(one.get("DetailType") or "")] = None
    for bus, source, detail in seen or {(DEFAULT, "", ""): None}:
        keys: dict[str, Value] = {"events:eventbusinvocation": "false"}
        keys |= {"events:source": source} if source else {}
        keys |= {"events:detail-type": detail} if detail else {}
        arn = UNKNOWN if shape is None else _bus(call, shape, bus)
        yield exactly("events:PutEvents", "event-bus", [arn], keys)


def context(call: Call) -> dict[str, Value]:
    """What the pattern of a rule asks for, and the rule's targets.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    """
    found: dict[str, Value] = {}
    pattern = _pattern(call.text("EventPattern"))
    for key, path in PATTERN_KEYS:
        if told := _at(pattern, path):
            found[key] = tuple(dict.fromkeys(told))
    targets = [str(one["Arn"]) for one in call.members("Targets") if one.get("Arn")]
    if targets:
        found["events:targetarn"] = tuple(targets)
    found["events:creatoraccount"] = call.place.account
    return found


def _pattern(text: str) -> Any:
    try:
        return json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}


def _at(pattern: Any, path: tuple[str, ...]) -> list[str]:
    for name in path:
        pattern = pattern.get(name) if isinstance(pattern, Mapping) else None
    return fill.texts(pattern)


OPERATIONS = {"PutEvents": put_events}
