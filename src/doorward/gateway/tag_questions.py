"""Services whose tags are read by an operation with a name or a member of its own."""

from collections.abc import Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.gateway.question import Output, Parameters, Question, member, whole


def _stream(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"DeliveryStreamName": name} if kind == "deliverystream" else None


def _file_system(arn: Arn) -> Parameters | None:
    name = arn.resource.partition("/")[2]
    return {"ResourceId": name} if name else None


def _group(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("autoScalingGroupName/")
    if not kind.startswith("autoScalingGroup:") or not name:
        return None
    return {"Filters": [{"Name": "auto-scaling-group", "Values": [name]}]}


def _balancer(arn: Arn) -> Parameters | None:
    """A load balancer of the newer kinds, a target group, a listener or a rule."""
    return {"ResourceArns": [str(arn)]} if arn.resource.count("/") > 1 else None


def _classic(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"LoadBalancerNames": [name]} if kind == "loadbalancer" and "/" not in name else None


def _described(output: Output) -> Any:
    return next((one.get("Tags") for one in output.get("TagDescriptions", ())), ())


def _project(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"names": [name]} if kind == "project" else None


def _cluster(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"ClusterId": name} if kind == "cluster" else None


TAGS: Mapping[str, Question] = {
    "rds": Question("ListTagsForResource", whole("ResourceName"), member("TagList")),
    "neptune": Question("ListTagsForResource", whole("ResourceName"), member("TagList")),
    "docdb": Question("ListTagsForResource", whole("ResourceName"), member("TagList")),
    "elasticache": Question("ListTagsForResource", whole("ResourceName"), member("TagList")),
    "redshift": Question(
        "DescribeTags",
        whole("ResourceName"),
        lambda output: [one.get("Tag", {}) for one in output.get("TaggedResources", ())],
    ),
    "firehose": Question("ListTagsForDeliveryStream", _stream, member("Tags")),
    "cloudfront": Question(
        "ListTagsForResource", whole("Resource"), lambda output: output.get("Tags", {}).get("Items")
    ),
    "efs": Question("ListTagsForResource", _file_system, member("Tags")),
    "autoscaling": Question("DescribeTags", _group, member("Tags")),
    "elbv2": Question("DescribeTags", _balancer, _described),
    "elb": Question("DescribeTags", _classic, _described),
    "codebuild": Question(
        "BatchGetProjects",
        _project,
        lambda output: next((one.get("tags") for one in output.get("projects", ())), ()),
    ),
    "emr": Question(
        "DescribeCluster", _cluster, lambda output: output.get("Cluster", {}).get("Tags")
    ),
}
"""By botocore's name of the service."""
