"""EC2: condition keys whose values stand in requests.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import shape_of
from doorward.gateway.mapping.call import Call

TEXTS = {
    "AvailabilityZone": "ec2:availabilityzone",
    "KeyName": "ec2:keypairname",
    "KeyType": "ec2:keypairtype",
    "ServiceName": "ec2:vpceservicename",
    "KmsKeyId": "ec2:kmskeyid",
}
"""Members to the keys that they fill; a key counts only for resources that have it."""

ARNS = {
    "VpcId": ("ec2:vpc", "vpc"),
    "SubnetId": ("ec2:subnet", "subnet"),
}
PARENTS = {
    "CreateVolume": ("SnapshotId", "ec2:parentsnapshot", "snapshot"),
    "CreateSnapshot": ("VolumeId", "ec2:parentvolume", "volume"),
}
GIVEN = frozenset({"DryRun", "Attribute", "Value", "OperationType", "UserIds", "UserGroups"})
"""Members of a request to change an attribute that name no attribute."""


def of_request(call: Call) -> dict[str, Value]:
    """The keys that the members of the request fill."""
    found: dict[str, Value] = {
        key: text for member, key in TEXTS.items() if (text := call.text(member))
    }
    for member, (key, kind) in ARNS.items():
        if text := call.text(member):
            found[key] = _arn(call, kind, text)
    if call.operation in PARENTS:
        member, key, kind = PARENTS[call.operation]
        if text := call.text(member):
            found[key] = _arn(call, kind, text)
    if call.operation == "CreateVpcPeeringConnection":
        found.update(_peering(call))
    if call.operation.startswith("Modify") and call.operation.endswith("Attribute"):
        found.update(_attributes(call))
    return found


def _arn(call: Call, kind: str, given: str, owner: str = "", region: str = "") -> str:
    shape = shape_of("ec2", kind)
    if shape is None:
        return given
    place = call.place._replace(
        account=owner or call.place.account, region=region or call.place.region
    )
    return shape.arn(place, dict.fromkeys(shape.variables, given))


def _peering(call: Call) -> Iterator[tuple[str, Value]]:
    if text := call.text("VpcId"):
        yield "ec2:requestervpc", _arn(call, "vpc", text)
    if text := call.text("PeerVpcId"):
        peer = _arn(call, "vpc", text, call.text("PeerOwnerId"), call.text("PeerRegion"))
        yield "ec2:acceptervpc", peer


def _attributes(call: Call) -> Iterator[tuple[str, Value]]:
    """`ec2:Attribute`, and for each attribute its new value.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
    """
    named = call.text("Attribute")
    if named:
        name = named[:1].upper() + named[1:]
        yield "ec2:attribute", name
        if value := call.text("Value"):
            yield f"ec2:attribute/{name.lower()}", value
    for member, value in call.parameters.items():
        if member in GIVEN or member.endswith("Id"):
            continue
        if not named:
            yield "ec2:attribute", member
        inner = value.get("Value") if isinstance(value, Mapping) else value
        if isinstance(inner, (str, int)):
            shown = str(inner).lower() if isinstance(inner, bool) else str(inner)
            yield f"ec2:attribute/{member.lower()}", shown
    yield from _shared(call)


def _shared(call: Call) -> Iterator[tuple[str, Value]]:
    """With whom a snapshot or an image is shared, or no longer: `ec2:Add/userId` and the like."""
    how = {"add": "add", "remove": "remove"}.get(call.text("OperationType"))
    if how:
        yield from _who(how, call.parameters.get("UserIds"), call.parameters.get("UserGroups"))
        yield from _who(how, None, call.parameters.get("GroupNames"))
    for member in ("CreateVolumePermission", "LaunchPermission"):
        changes = call.parameters.get(member)
        for name, key in (("Add", "add"), ("Remove", "remove")):
            given = (changes.get(name) if isinstance(changes, Mapping) else None) or ()
            users = [one["UserId"] for one in given if one.get("UserId")]
            groups = [one["Group"] for one in given if one.get("Group")]
            yield from _who(key, users, groups)


def _who(how: str, users: Any, groups: Any) -> Iterator[tuple[str, Value]]:
    """The key of one user or group; of several there is no telling which AWS compares."""
    for kind, given in (("userid", fill.texts(users)), ("group", fill.texts(groups))):
        if given:
            yield f"ec2:{how}/{kind}", given[0] if len(given) == 1 else UNKNOWN
