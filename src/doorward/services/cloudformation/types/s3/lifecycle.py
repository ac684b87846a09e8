"""Lifecycle rules between the template's words and S3's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from doorward.services.cloudformation.types.s3 import filters

Rule = Mapping[str, Any]
SAME = ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
EXPIRATION = {
    "ExpirationDate": "Date",
    "ExpirationInDays": "Days",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}
TRANSITION = {"StorageClass": "StorageClass", "TransitionDate": "Date", "TransitionInDays": "Days"}
NONCURRENT = {
    "StorageClass": "StorageClass",
    "TransitionInDays": "NoncurrentDays",
    "NewerNoncurrentVersions": "NewerNoncurrentVersions",
}


def wire(rule: Rule) -> dict[str, Any]:
    """The rule as PutBucketLifecycleConfiguration takes it."""
    made = {name: rule[name] for name in SAME if name in rule}
    if "Id" in rule:
        made["ID"] = rule["Id"]
    if expiration := renamed(rule, EXPIRATION):
        made["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        days = rule["NoncurrentVersionExpirationInDays"]
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    if moves := _moves(rule, "Transition"):
        made["Transitions"] = [renamed(one, TRANSITION) for one in moves]
    if moves := _moves(rule, "NoncurrentVersionTransition"):
        made["NoncurrentVersionTransitions"] = [renamed(one, NONCURRENT) for one in moves]
    return {**made, "Filter": _filter(rule)}


def template(rule: Rule) -> dict[str, Any]:
    """The rule as GetBucketLifecycleConfiguration gives it, in the template's words."""
    made = {name: rule[name] for name in SAME if name in rule}
    if "ID" in rule:
        made["Id"] = rule["ID"]
    made |= renamed(rule.get("Expiration", {}), _turned(EXPIRATION))
    if moves := rule.get("Transitions"):
        made["Transitions"] = [renamed(one, _turned(TRANSITION)) for one in moves]
    if moves := rule.get("NoncurrentVersionTransitions"):
        turned = _turned(NONCURRENT)
        made["NoncurrentVersionTransitions"] = [renamed(one, turned) for one in moves]
    found = filters.template({**renamed(rule, {"Prefix": "Prefix"}), **rule.get("Filter", {})})
    return made | {name: str(one) if name in SIZES else one for name, one in found.items()}


def renamed(value: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The members of *value* that *names* has, under their new names; times as text."""
    return {new: _plain(value[old]) for old, new in names.items() if old in value}


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}


def _moves(rule: Rule, name: str) -> list[Any]:
    """The transitions of the list and the older single one."""
    return [*rule.get(f"{name}s", ()), *([rule[name]] if name in rule else ())]


def _filter(rule: Rule) -> dict[str, Any]:
    """What the rule is about, which S3 wants to be told even if it is everything."""
    plain: dict[str, Any] = {"Prefix": rule["Prefix"]} if "Prefix" in rule else {}
    plain |= {name: int(rule[name]) for name in SIZES if name in rule}
    return filters.wire(plain, rule.get("TagFilters", [])) or {"Prefix": ""}
