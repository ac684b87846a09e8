"""Which events a trail or an event data store takes: basic and advanced selectors.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from doorward.services.cloudtrail.trail_errors import InvalidEventSelectors

MOST_BASIC = 5
MOST_VALUES = 250
MOST_ADVANCED_VALUES = 500
EXCLUDABLE = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
DATA_TYPES = {
    # type → the resource type in records, what stands for all of them
    "AWS::S3::Object": "arn:aws:s3",
    "AWS::Lambda::Function": "arn:aws:lambda",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb",
}
DEFAULT: Sequence[Mapping[str, Any]] = (
    {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    },
)
FIELDS = {
    "Management": {
        *("eventCategory", "eventSource", "readOnly", "eventName", "eventType"),
        *("sessionCredentialFromConsole", "userIdentity.arn"),
    },
    "Data": {
        *("eventCategory", "resources.type", "eventName", "eventSource", "eventType", "readOnly"),
        *("resources.ARN", "sessionCredentialFromConsole", "userIdentity.arn"),
    },
    "NetworkActivity": {
        *("eventCategory", "eventSource", "eventName", "errorCode", "vpcEndpointId"),
        "userIdentity.arn",
    },
    "Insight": {"eventCategory"},
}
OF_LAKE = frozenset({"Insight"})
"""Categories of events that only event data stores may select."""
LAKE_FIELDS = frozenset(
    {"eventName", "eventType", "sessionCredentialFromConsole", "userIdentity.arn"}
)
"""Fields of management events that only event data stores may select by."""
EXACT = frozenset({"eventCategory", "readOnly", "resources.type"})
REQUIRED = {"Data": "resources.type", "NetworkActivity": "eventSource"}

Test = Callable[[str, str], bool]
TESTS: dict[str, tuple[Test, bool]] = {
    "Equals": (str.__eq__, True),
    "StartsWith": (str.startswith, True),
    "EndsWith": (str.endswith, True),
    "NotEquals": (str.__eq__, False),
    "NotStartsWith": (str.startswith, False),
    "NotEndsWith": (str.endswith, False),
}


def check_basic(selectors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """*selectors* with what AWS fills in.

    Raises:
        InvalidEventSelectors: they break a rule.
    """
    if not 1 <= len(selectors) <= MOST_BASIC:
        raise InvalidEventSelectors("A trail must have between 1 and 5 event selectors.")
    values = 0
    for one in selectors:
        for excluded in one.get("ExcludeManagementEventSources") or ():
            if excluded not in EXCLUDABLE:
                raise InvalidEventSelectors(f"{excluded} cannot be excluded.")
        for resource in one.get("DataResources") or ():
            kind = resource.get("Type", "")
            if kind not in DATA_TYPES:
                raise InvalidEventSelectors(f"Data resource type {kind} is not valid.")
            given = resource.get("Values") or ()
            values += len(given)
            for value in given:
                if not value.startswith(DATA_TYPES[kind]):
                    raise InvalidEventSelectors(f"Value {value} for data resources is not valid.")
    if values > MOST_VALUES:
        raise InvalidEventSelectors("A trail cannot have more than 250 data resources.")
    return [{**DEFAULT[0], **one} for one in selectors]


def check_advanced(selectors: Sequence[Mapping[str, Any]], *, lake: bool = False) -> None:
    """Refuse advanced selectors that break a rule; *lake* says that they are of a store.

    Raises:
        InvalidEventSelectors: they do.
    """
    values = 0
    for selector in selectors:
        fields = selector["FieldSelectors"]
        names = [one["Field"] for one in fields]
        category = _category(fields)
        if category in OF_LAKE and not lake:
            raise InvalidEventSelectors(f"{category} events are not supported for trails.")
        if len(set(names)) != len(names):
            raise InvalidEventSelectors("A field can be used only once in a selector.")
        if (needed := REQUIRED.get(category)) and needed not in names:
            raise InvalidEventSelectors(f"{category} events need the field {needed}.")
        for one in fields:
            values += _check_field(one, category, lake=lake)
    if values > MOST_ADVANCED_VALUES:
        raise InvalidEventSelectors("A trail cannot have more than 500 selector values.")


def _category(fields: Sequence[Mapping[str, Any]]) -> str:
    found = next((one for one in fields if one["Field"] == "eventCategory"), {})
    values: list[str] = found.get("Equals") or []
    if len(values) != 1 or values[0] not in FIELDS:
        raise InvalidEventSelectors("Each selector needs one eventCategory that is supported.")
    return values[0]


def _check_field(one: Mapping[str, Any], category: str, *, lake: bool) -> int:
    """How many values the field has.

    Raises:
        InvalidEventSelectors: it cannot be used so.
    """
    name = one["Field"]
    operators = [operator for operator in TESTS if one.get(operator)]
    if name not in FIELDS[category]:
        raise InvalidEventSelectors(f"Field {name} is not supported for {category} events.")
    if category == "Management" and name in LAKE_FIELDS and not lake:
        raise InvalidEventSelectors(f"Field {name} is not supported for trails.")
    if not operators:
        raise InvalidEventSelectors(f"Field {name} has no operator.")
    if name in EXACT and operators != ["Equals"]:
        raise InvalidEventSelectors(f"Field {name} can only use Equals.")
    if name == "resources.type" and len(one["Equals"]) != 1:
        raise InvalidEventSelectors("resources.type must have one value.")
    if name == "readOnly" and set(one["Equals"]) - {"true", "false"}:
        raise InvalidEventSelectors("readOnly must be true or false.")
    if name == "eventSource" and category == "Management" and not lake:
        excluded = set(one.get("NotEquals") or ())
        if operators != ["NotEquals"] or excluded - EXCLUDABLE:
            raise InvalidEventSelectors("eventSource can only exclude KMS and RDS Data API events.")
    return sum(len(one[operator]) for operator in operators)


def takes(selectors: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether events like *record* are taken; without selectors, those of management."""
    if advanced := selectors.get("AdvancedEventSelectors"):
        return any(_advanced(one, record) for one in advanced)
    basic = selectors.get("EventSelectors") or DEFAULT
    return any(_basic(one, record) for one in basic)


def logs(selectors: Mapping[str, Any], category: str, *, writes: bool) -> bool:
    """Whether events of *category* are taken at all; with *writes*, those that change something.

    Selectors by other fields may still leave out most of them.
    """
    if advanced := selectors.get("AdvancedEventSelectors"):
        found = [
            {one["Field"]: one.get("Equals") or [] for one in each["FieldSelectors"]}
            for each in advanced
        ]
        return any(
            category in one["eventCategory"] and not (writes and one.get("readOnly") == ["true"])
            for one in found
        )
    for one in selectors.get("EventSelectors") or DEFAULT:
        if writes and one.get("ReadWriteType") == "ReadOnly":
            continue
        named = "DataResources" if category == "Data" else "IncludeManagementEvents"
        if one.get(named, named != "DataResources"):
            return True
    return False


def _basic(selector: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    wanted = selector.get("ReadWriteType", "All")
    if wanted != "All" and (wanted == "ReadOnly") is not bool(record["readOnly"]):
        return False
    if record.get("managementEvent", True):
        excluded = selector.get("ExcludeManagementEventSources") or ()
        wants = bool(selector.get("IncludeManagementEvents", True))
        return wants and record["eventSource"] not in excluded
    resources = selector.get("DataResources") or ()
    return any(_is_about(resource, record) for resource in resources)


def _is_about(resource: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    kind = resource.get("Type")
    names = [
        one.get("ARN") or one.get("ARNPrefix", "")
        for one in record.get("resources", ())
        if one.get("type") == kind
    ]
    values = resource.get("Values") or ()
    if kind == "AWS::S3::Object":
        return any(name.startswith(value) for name in names for value in values)
    every = DATA_TYPES.get(str(kind))
    return any(value in {every, name} for name in names for value in values)


def _advanced(selector: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    kinds = [
        one["Equals"] for one in selector["FieldSelectors"] if one["Field"] == "resources.type"
    ]
    if kinds:  # what is said of ARNs is said of resources of that type
        about = [one for one in record.get("resources", ()) if one.get("type") in kinds[0]]
        record = {**record, "resources": about}
    return all(_field(one, record) for one in selector["FieldSelectors"])


def _field(one: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether the values of the field satisfy every operator: a `Not…` that matches vetoes."""
    found = values(one["Field"], record)
    for operator, (test, positive) in TESTS.items():
        wanted = one.get(operator)
        if wanted and any(test(have, want) for have in found for want in wanted) is not positive:
            return False
    return True


def values(field: str, record: Mapping[str, Any]) -> list[str]:
    """What *record* has in a field of selectors."""
    match field:
        case "resources.type":
            return [one.get("type", "") for one in record.get("resources", ())]
        case "resources.ARN":
            return [
                one.get("ARN") or one.get("ARNPrefix", "") for one in record.get("resources", ())
            ]
        case "userIdentity.arn":
            return [record["userIdentity"].get("arn") or ""]
        case "readOnly":
            return [str(bool(record["readOnly"])).lower()]
        case "sessionCredentialFromConsole":
            return [str(record.get(field, "false"))]
        case _:
            found = record.get(field)
            return [] if found is None else [str(found)]
