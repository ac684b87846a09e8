"""Configurations of which a bucket has several, each by its id.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from doorward.services.cloudformation.types.provider import Call, Properties
from doorward.services.cloudformation.types.s3 import filters
from doorward.services.cloudformation.types.steps import unless

Words = Callable[[Any], dict[str, Any]]
GONE = "NoSuchConfiguration"


class Identified(NamedTuple):
    """One property; *kind* as in `put_bucket_{kind}_configuration`, *wire* and *template* words."""

    kind: str
    member: str
    wire: Words
    template: Words


def bring(call: Call, bucket: str, name: str, old: Properties, new: Properties) -> None:
    """Put what is new or changed, then delete what is gone."""
    one = IDENTIFIED[name]
    before = {entry["Id"]: entry for entry in old.get(name, ())}
    after = {entry["Id"]: entry for entry in new.get(name, ())}
    for own_id, entry in after.items():
        if before.get(own_id) != entry:
            value = {f"{one.kind}_configuration": one.wire(entry)}
            operation = f"put_bucket_{one.kind}_configuration"
            call("s3", operation, bucket=bucket, id=own_id, **value)
    for own_id in before.keys() - after.keys():
        with unless(GONE):
            call("s3", f"delete_bucket_{one.kind}_configuration", bucket=bucket, id=own_id)


def read(call: Call, bucket: str, name: str) -> list[dict[str, Any]]:
    """All of them as they are."""
    one = IDENTIFIED[name]
    operation = f"list_bucket_{one.kind}_configurations"
    output = call("s3", operation, bucket=bucket)
    found = list(output.get(one.member, ()))
    while token := output.get("NextContinuationToken"):
        output = call("s3", operation, bucket=bucket, continuation_token=token)
        found += output.get(one.member, ())
    return [one.template(entry) for entry in found]


def _filtered(entry: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """The filter, if there is any condition."""
    plain = {name: entry[name] for name in ("Prefix", *more) if name in entry}
    tags = entry.get("TagFilters", [])
    return {"Filter": filters.wire(plain, tags)} if plain or tags else {}


def _metrics_wire(entry: Any) -> dict[str, Any]:
    return {"Id": entry["Id"], **_filtered(entry, "AccessPointArn")}


def _metrics_template(entry: Any) -> dict[str, Any]:
    return {"Id": entry["Id"], **filters.template(entry.get("Filter", {}))}


def _tiering_wire(entry: Any) -> dict[str, Any]:
    same = {name: entry[name] for name in ("Id", "Status", "Tierings")}
    return {**same, **_filtered(entry)}


def _tiering_template(entry: Any) -> dict[str, Any]:
    same = {name: entry[name] for name in ("Id", "Status", "Tierings")}
    return {**same, **filters.template(entry.get("Filter", {}))}


DESTINATION = {
    "BucketArn": "Bucket",
    "Format": "Format",
    "Prefix": "Prefix",
}


def _to(destination: Any, account: str) -> dict[str, Any]:
    """Where a report goes; S3 has two words for the account."""
    words = {**DESTINATION, "BucketAccountId": account}
    return {"S3BucketDestination": {words[name]: one for name, one in destination.items()}}


def _from(destination: Any, account: str) -> dict[str, Any]:
    words = {wire: name for name, wire in DESTINATION.items()} | {account: "BucketAccountId"}
    found = destination["S3BucketDestination"]
    return {words[name]: one for name, one in found.items() if name in words}


def _analytics_wire(entry: Any) -> dict[str, Any]:
    export = entry["StorageClassAnalysis"].get("DataExport")
    analysis = (
        {
            "DataExport": {
                "OutputSchemaVersion": export["OutputSchemaVersion"],
                "Destination": _to(export["Destination"], "BucketAccountId"),
            }
        }
        if export
        else {}
    )
    return {"Id": entry["Id"], **_filtered(entry), "StorageClassAnalysis": analysis}


def _analytics_template(entry: Any) -> dict[str, Any]:
    export = entry.get("StorageClassAnalysis", {}).get("DataExport")
    analysis = (
        {
            "DataExport": {
                "OutputSchemaVersion": export["OutputSchemaVersion"],
                "Destination": _from(export["Destination"], "BucketAccountId"),
            }
        }
        if export
        else {}
    )
    conditions = filters.template(entry.get("Filter", {}))
    return {"Id": entry["Id"], **conditions, "StorageClassAnalysis": analysis}


SAME = ("Id", "IncludedObjectVersions", "OptionalFields")


def _inventory_wire(entry: Any) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in SAME if name in entry},
        **({"Filter": {"Prefix": entry["Prefix"]}} if "Prefix" in entry else {}),
        "Destination": _to(entry["Destination"], "AccountId"),
        "IsEnabled": entry["Enabled"],
        "Schedule": {"Frequency": entry["ScheduleFrequency"]},
    }


def _inventory_template(entry: Any) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in SAME if name in entry},
        **filters.template(entry.get("Filter", {})),
        "Destination": _from(entry["Destination"], "AccountId"),
        "Enabled": entry["IsEnabled"],
        "ScheduleFrequency": entry["Schedule"]["Frequency"],
    }


IDENTIFIED = {
    "AnalyticsConfigurations": Identified(
        "analytics", "AnalyticsConfigurationList", _analytics_wire, _analytics_template
    ),
    "IntelligentTieringConfigurations": Identified(
        "intelligent_tiering",
        "IntelligentTieringConfigurationList",
        _tiering_wire,
        _tiering_template,
    ),
    "InventoryConfigurations": Identified(
        "inventory", "InventoryConfigurationList", _inventory_wire, _inventory_template
    ),
    "MetricsConfigurations": Identified(
        "metrics", "MetricsConfigurationList", _metrics_wire, _metrics_template
    ),
}
