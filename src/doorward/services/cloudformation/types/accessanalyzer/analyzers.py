"""AWS::AccessAnalyzer::Analyzer.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-accessanalyzer-analyzer.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.cloudformation.types import spelling, tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    INTEGER,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import unless

SERVICE = "accessanalyzer"
NAME_LIMIT = 255
GONE = "ResourceNotFoundException"
UNUSED = "UnusedAccessConfiguration"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the analyzer with its archive rules, in one call."""
    rules = properties.get("ArchiveRules") or []
    wanted = tags.wanted(properties, facts)
    configuration = _configuration(properties)
    arn = call(
        SERVICE,
        "create_analyzer",
        analyzer_name=properties.get("AnalyzerName") or facts.name(NAME_LIMIT),
        type=properties["Type"],
        client_token=facts.token,
        **({"archive_rules": [_rule(one) for one in rules]} if rules else {}),
        **({"tags": wanted} if wanted else {}),
        **({"configuration": configuration} if configuration else {}),
    )["arn"]
    return _shown(arn)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring rules one by one, configuration and tags up to date."""
    who = {"analyzer_name": _name(physical_id)}
    before = {one["RuleName"]: one for one in old.get("ArchiveRules") or ()}
    after = {one["RuleName"]: one for one in new.get("ArchiveRules") or ()}
    for name in before.keys() - after.keys():
        with unless(GONE):
            call(SERVICE, "delete_archive_rule", **who, rule_name=name)
    for name, one in after.items():
        if before.get(name) != one:
            verb = "update" if name in before else "create"
            given = _rule(one)
            call(SERVICE, f"{verb}_archive_rule", **who, rule_name=name, filter=given["filter"])
    configuration = _configuration(new)
    if configuration and configuration != _configuration(old):
        call(SERVICE, "update_analyzer", **who, configuration=configuration)
    change = tags.changed(old, new, facts)
    if change.put:
        call(SERVICE, "tag_resource", resource_arn=physical_id, tags=change.put)
    if change.removed:
        call(SERVICE, "untag_resource", resource_arn=physical_id, tag_keys=change.removed)
    return _shown(physical_id)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the analyzer with its findings."""
    with unless(GONE):
        call(SERVICE, "delete_analyzer", analyzer_name=_name(physical_id))


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The analyzer as it is."""
    with unless(GONE):
        name = _name(physical_id)
        found = call(SERVICE, "get_analyzer", analyzer_name=name)["analyzer"]
        rules = call(SERVICE, "list_archive_rules", analyzer_name=name)["archiveRules"]
        return {
            "AnalyzerName": found["name"],
            "Type": found["type"],
            **({"ArchiveRules": [_shown_rule(one) for one in rules]} if rules else {}),
            **_shown_configuration(found.get("configuration") or {}),
            **tags.shown(tags.listed(found.get("tags") or {}), facts),
        }
    return None


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as the API has it: what is asked of each property, by the property."""
    criteria = {
        one["Property"]: spelling.small({k: v for k, v in one.items() if k != "Property"})
        for one in rule["Filter"]
    }
    return {"ruleName": rule["RuleName"], "filter": criteria}


def _shown_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    criteria = [{"Property": name, **spelling.large(one)} for name, one in rule["filter"].items()]
    return {"RuleName": rule["ruleName"], "Filter": criteria}


def _configuration(properties: Properties) -> dict[str, Any]:
    """What unused access is, the excluded tags as maps."""
    unused = (properties.get("AnalyzerConfiguration") or {}).get(UNUSED)
    if unused is None:
        return {}
    found: dict[str, Any] = {}
    if "UnusedAccessAge" in unused:
        found["unusedAccessAge"] = unused["UnusedAccessAge"]
    if "AnalysisRule" in unused:
        excluded = unused["AnalysisRule"].get("Exclusions") or []
        found["analysisRule"] = {"exclusions": [_exclusion(one) for one in excluded]}
    return {"unusedAccess": found}


def _exclusion(one: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "AccountIds" in one:
        found["accountIds"] = one["AccountIds"]
    if "ResourceTags" in one:
        found["resourceTags"] = [
            {tag["Key"]: tag.get("Value", "") for tag in several} for several in one["ResourceTags"]
        ]
    return found


def _shown_configuration(found: Mapping[str, Any]) -> dict[str, Any]:
    unused = found.get("unusedAccess")
    if not unused:
        return {}
    shown: dict[str, Any] = {}
    if "unusedAccessAge" in unused:
        shown["UnusedAccessAge"] = unused["unusedAccessAge"]
    if excluded := (unused.get("analysisRule") or {}).get("exclusions"):
        shown["AnalysisRule"] = {"Exclusions": [_shown_exclusion(one) for one in excluded]}
    return {"AnalyzerConfiguration": {UNUSED: shown}}


def _shown_exclusion(one: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if one.get("accountIds"):
        shown["AccountIds"] = one["accountIds"]
    if one.get("resourceTags"):
        shown["ResourceTags"] = [tags.listed(several) for several in one["resourceTags"]]
    return shown


def _shown(arn: str) -> Created:
    return Created(arn, {"Arn": arn})


FILTER = structure(
    {"Contains": TEXTS, "Eq": TEXTS, "Exists": BOOLEAN, "Neq": TEXTS, "Property": TEXT}, "Property"
)
EXCLUDED_TAGS = ListOf(ListOf(structure({"Key": TEXT, "Value": TEXT}, "Key")))
EXCLUSION = structure({"AccountIds": TEXTS, "ResourceTags": EXCLUDED_TAGS})
UNUSED_ACCESS = structure(
    {
        "AnalysisRule": structure({"Exclusions": ListOf(EXCLUSION)}),
        "UnusedAccessAge": INTEGER,
    }
)
TYPES = (
    ResourceType(
        "AWS::AccessAnalyzer::Analyzer",
        structure(
            {
                "AnalyzerConfiguration": structure(
                    {UNUSED: UNUSED_ACCESS},
                    refused={"InternalAccessConfiguration": "internal access is not analyzed"},
                ),
                "AnalyzerName": TEXT,
                "ArchiveRules": ListOf(
                    structure({"Filter": ListOf(FILTER), "RuleName": TEXT}, "Filter", "RuleName")
                ),
                "Tags": ListOf(structure({"Key": TEXT, "Value": TEXT}, "Key")),
                "Type": TEXT,
            },
            "Type",
        ),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
