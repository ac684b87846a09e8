"""EC2: ids of whatever kind, tags at creation, and the many resources of RunInstances.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.catalog import actions
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import fill, generic, instance_keys, tags
from doorward.gateway.mapping.arn_shape import ArnShape, shape_of
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.generic import Subject
from doorward.gateway.mapping.requirement import How, Requirement

BY_ID = {
    "acl": "network-acl", "ami": "image", "cagw": "carrier-gateway", "cgw": "customer-gateway",
    "cr": "capacity-reservation", "dopt": "dhcp-options", "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip", "eni": "network-interface", "fl": "vpc-flow-log",
    "h": "dedicated-host", "i": "instance", "igw": "internet-gateway", "lt": "launch-template",
    "nat": "natgateway", "pcx": "vpc-peering-connection", "pl": "prefix-list",
    "rtb": "route-table", "sg": "security-group", "sgr": "security-group-rule",
    "sir": "spot-instances-request", "snap": "snapshot", "subnet": "subnet",
    "tgw": "transit-gateway", "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table", "vgw": "vpn-gateway", "vol": "volume", "vpc": "vpc",
    "vpce": "vpc-endpoint", "vpce-svc": "vpc-endpoint-service", "vpn": "vpn-connection",
}  # fmt: skip
"""What begins the ids of EC2 to their resource types."""

NAMED_MORE_LOOSELY = {
    "security-group": ("GroupId", "GroupIds", "SecurityGroupId", "SecurityGroupIds"),
    "placement-group": ("GroupName",),
}
LAUNCHED = ("instance", "network-interface", "volume")
INSTANCE_KEYS = {
    "ec2:instancetype": ("InstanceType",),
    "ec2:ebsoptimized": ("EbsOptimized",),
    "ec2:tenancy": ("Placement", "Tenancy"),
    "ec2:availabilityzone": ("Placement", "AvailabilityZone"),
    "ec2:metadatahttptokens": ("MetadataOptions", "HttpTokens"),
    "ec2:metadatahttpendpoint": ("MetadataOptions", "HttpEndpoint"),
    "ec2:metadatahttpputresponsehoplimit": ("MetadataOptions", "HttpPutResponseHopLimit"),
    "ec2:instancemarkettype": ("InstanceMarketOptions", "MarketType"),
    "ec2:instanceprofile": ("IamInstanceProfile", "Arn"),
}
VOLUME_KEYS = {
    "ec2:encrypted": "Encrypted",
    "ec2:volumesize": "VolumeSize",
    "ec2:volumetype": "VolumeType",
    "ec2:volumeiops": "Iops",
    "ec2:volumethroughput": "Throughput",
}


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """Resources by members whose names do not say the type, where the id does."""
    if call.operation in {"CreateTags", "DeleteTags"}:
        ids = fill.texts(call.parameters.get("Resources"))
        found = [of_id(one) for one in ids]
        if None not in found:
            return [
                _arn(call, shape, one)
                for one, kind in zip(ids, found, strict=True)
                if kind == shape.type
            ]
        return []
    if call.operation == "CreateFlowLogs" and shape.type != "vpc-flow-log":
        ids = fill.texts(call.parameters.get("ResourceIds"))
        return [_arn(call, shape, one) for one in ids if of_id(one) == shape.type]
    members = NAMED_MORE_LOOSELY.get(shape.type)
    if members is None or call.operation.startswith("Create"):
        return None
    given = [one for name in members for one in fill.texts(call.parameters.get(name))]
    if shape.type == "placement-group" and "SecurityGroup" in call.operation:
        return None
    return [_arn(call, shape, one) for one in given] or None


def of_id(given: str) -> str | None:
    """The resource type of an id such as `vol-0123`, or None."""
    return BY_ID.get(given.rpartition("-")[0])


def _arn(call: Call, shape: ArnShape, given: str) -> str:
    return shape.arn(call.place, dict.fromkeys(shape.variables, given))


def tags_of(call: Call) -> dict[str, dict[str, str]]:
    """The tags that `TagSpecifications` gives to new resources, by type."""
    found: dict[str, dict[str, str]] = {}
    for one in (*call.members("TagSpecifications"), *call.members("TagSpecification")):
        wanted = tags.pairs(one.get("Tags") or ())
        if wanted:
            found.setdefault(str(one.get("ResourceType") or ""), {}).update(wanted)
    return found


def context(call: Call) -> dict[str, Value]:
    """The region, the tags of whatever is made, and what a volume will be."""
    found: dict[str, Value] = {"ec2:region": call.place.region}
    together: dict[str, str] = {}
    for wanted in tags_of(call).values():
        together.update(wanted)
    found.update(tags.context(together))
    for key, member in VOLUME_KEYS.items():
        value = call.parameters.get(member)
        if value is not None:
            found[key] = str(value).lower() if isinstance(value, bool) else str(value)
    found.update(instance_keys.of_request(call))
    return found


def more(call: Call) -> Iterator[Requirement]:
    """CreateTags for the tags that new resources get.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    for kind, wanted in tags_of(call).items():
        keys: dict[str, Value] = {**tags.context(wanted), "ec2:createaction": call.operation}
        keys["ec2:region"] = call.place.region
        yield exactly("ec2:CreateTags", kind, [call.arn("ec2", kind)], keys)


def run_instances(call: Call) -> Iterator[Requirement]:
    """RunInstances: what it makes, and each thing that it makes it of or puts it into.

    A launch template may say more than the request. What the request leaves out, such as the
    default subnet, is unknown.
    """
    action = actions.find("ec2:RunInstances")
    if action is None:
        return
    targets = {one.shape.type: one for one in generic.targets(action.full_name, None)}
    given = tags_of(call)
    base = {"ec2:region": call.place.region, **_launch_template(call)}
    for kind, arns in launched(call).items():
        target = targets.get(kind)
        keys: dict[str, Value] = {
            **base,
            **_keys_of(call, kind),
            **tags.context(given.get(kind, {})),
        }
        kept = generic.fitting_keys(action, Subject(arns[0], target), keys)
        how = How.EXACT if not call.parameters.get("LaunchTemplate") else How.DERIVED
        yield exactly(action.full_name, kind, arns, {key: keys[key] for key in kept}, how)
    yield from more(call)


def launched(call: Call) -> dict[str, list[str]]:
    """The resources of a launch, by type."""
    found = {kind: [call.arn("ec2", kind)] for kind in LAUNCHED}
    template = call.parameters.get("LaunchTemplate") or {}
    interfaces = call.members("NetworkInterfaces")
    _add(call, found, "image", [call.text("ImageId")], unknown=True)
    subnets = [call.text("SubnetId"), *(str(one.get("SubnetId") or "") for one in interfaces)]
    _add(call, found, "subnet", subnets, unknown=True)
    groups = fill.texts(call.parameters.get("SecurityGroupIds"))
    groups += [one for held in interfaces for one in fill.texts(held.get("Groups"))]
    names = bool(call.parameters.get("SecurityGroups"))
    _add(call, found, "security-group", groups, unknown=True)
    if names and groups:
        found["security-group"].append(call.arn("ec2", "security-group"))
    _add(call, found, "key-pair", [call.text("KeyName")])
    _add(call, found, "launch-template", [str(template.get("LaunchTemplateId") or "")])
    if template and not template.get("LaunchTemplateId"):
        found["launch-template"] = [call.arn("ec2", "launch-template")]
    placement = call.parameters.get("Placement") or {}
    _add(
        call,
        found,
        "placement-group",
        [str(placement.get("GroupName") or placement.get("GroupId") or "")],
    )
    disks = [one.get("Ebs") or {} for one in call.members("BlockDeviceMappings")]
    _add(call, found, "snapshot", [str(one.get("SnapshotId") or "") for one in disks])
    existing = [str(one.get("NetworkInterfaceId") or "") for one in interfaces]
    _add(call, found, "network-interface", existing)
    if any(existing) and not all(existing):
        found["network-interface"].append(call.arn("ec2", "network-interface"))
    return found


def _add(
    call: Call, found: dict[str, list[str]], kind: str, ids: list[str], *, unknown: bool = False
) -> None:
    shape = shape_of("ec2", kind)
    arns = [UNKNOWN if shape is None else _arn(call, shape, one) for one in ids if one]
    if arns:
        found[kind] = list(dict.fromkeys(arns))
    elif unknown:
        found[kind] = [call.arn("ec2", kind)]


def _launch_template(call: Call) -> dict[str, Value]:
    template = call.parameters.get("LaunchTemplate") or {}
    given = str(template.get("LaunchTemplateId") or "")
    if not given:
        return {}
    return {"ec2:launchtemplate": call.arn("ec2", "launch-template", LaunchTemplateId=given)}


def _keys_of(call: Call, kind: str) -> dict[str, Value]:
    match kind:
        case "instance":
            found = {key: _at(call.parameters, path) for key, path in INSTANCE_KEYS.items()}
            wanted: dict[str, Value] = {
                key: value for key, value in found.items() if value is not None
            }
            if not call.parameters.get("LaunchTemplate"):
                wanted.setdefault("ec2:tenancy", "default")
            return wanted
        case "volume":
            disks = [one.get("Ebs") or {} for one in call.members("BlockDeviceMappings")]
            told = (
                {key: _at(disks[0], (name,)) for key, name in VOLUME_KEYS.items()} if disks else {}
            )
            return {key: value for key, value in told.items() if value is not None}
        case "network-interface":
            subnet, shape = call.text("SubnetId"), shape_of("ec2", "subnet")
            return {"ec2:subnet": _arn(call, shape, subnet)} if subnet and shape else {}
        case _:
            return {}


def _at(value: Any, path: tuple[str, ...]) -> str | None:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


OPERATIONS = {"RunInstances": run_instances}
