"""Replication rules between the template's words and S3's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationrule.html
"""

from collections.abc import Mapping
from typing import Any

RULE = {"Id": "ID", "TagFilter": "Tag", "TagFilters": "Tags"}
TURNED = {wire: name for name, wire in RULE.items()}


def wire(value: Any) -> Any:
    """The configuration as PutBucketReplication takes it."""
    return {"Role": value["Role"], "Rules": [_renamed(one, RULE) for one in value["Rules"]]}


def template(output: Any) -> Any:
    """The configuration as GetBucketReplication gives it."""
    found = output["ReplicationConfiguration"]
    return {"Role": found["Role"], "Rules": [_renamed(one, TURNED) for one in found["Rules"]]}


def _renamed(rule: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The rule with its id and the members of its filter renamed."""
    made = {names.get(name, name): value for name, value in rule.items()}
    if "Filter" in made:
        made["Filter"] = {
            names.get(name, name): (
                {names.get(inner, inner): one for inner, one in value.items()}
                if name == "And"
                else value
            )
            for name, value in made["Filter"].items()
        }
    return made
