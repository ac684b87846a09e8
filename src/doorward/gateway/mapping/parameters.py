"""Systems Manager: parameters with and without a leading slash, paths, documents and nodes.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
"""

from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call

BY_TYPE = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "Parameter": "parameter",
    "PatchBaseline": "patchbaseline",
}
NODES = {"instance": "i-", "managed-instance": "mi-"}


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """Parameters by name or path, and what `ResourceType` says of `ResourceId`."""
    if "ResourceType" in call.parameters and "ResourceId" in call.parameters:
        if BY_TYPE.get(call.text("ResourceType")) != shape.type:
            return []
        return [of_type(call, shape, call.text("ResourceId"))]
    if shape.type == "parameter":
        given = [call.parameters.get(member) for member in ("Name", "Names", "Path")]
        found = [parameter(call, shape, one) for value in given for one in fill.texts(value)]
        return found or None
    if shape.type in NODES:
        return nodes(call, shape)
    if shape.type == "document":
        return documents(call, shape)
    return None


def of_type(call: Call, shape: ArnShape, given: str) -> str:
    """The ARN of *given*, of which the request says the type."""
    if shape.type == "parameter":
        return parameter(call, shape, given)
    return shape.arn(call.place, {shape.variables[0]: given})


def parameter(call: Call, shape: ArnShape, given: str) -> str:
    """The ARN of a parameter; of a path, that of the path itself.

    A version or label after a colon is no part of it. Of the root path there is only the slash.
    """
    if given.startswith("arn:"):
        name, _, after = given.partition(":parameter/")
        bare = f"{name}:parameter/{after.partition(':')[0]}"
        return bare if shape.fits(bare) else UNKNOWN
    bare = given.partition(":")[0].removeprefix("/")
    return shape.arn(call.place, {"ParameterNameWithoutLeadingSlash": bare})


def nodes(call: Call, shape: ArnShape) -> list[str] | None:
    """The nodes whose ids are of this kind; of no kind where targets are found by tags."""
    given = [call.parameters.get(member) for member in ("InstanceIds", "InstanceId", "Target")]
    ids = [one for value in given for one in fill.texts(value)]
    start = NODES[shape.type]
    found = [shape.arn(call.place, {"InstanceId": one}) for one in ids if one.startswith(start)]
    if not ids and call.parameters.get("Targets"):
        return [shape.arn(call.place, {})]
    return found


def documents(call: Call, shape: ArnShape) -> list[str] | None:
    """The documents; those of AWS belong to no account.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/security_iam_service-with-iam.html
    """
    given = call.text("DocumentName") or call.text("Name")
    if not given.startswith(("AWS-", "Amazon", "AWS")):
        return (
            None
            if not given or given.startswith("arn:")
            else [shape.arn(call.place, {"DocumentName": given})]
        )
    return [shape.arn(call.place._replace(account=""), {"DocumentName": given})]
