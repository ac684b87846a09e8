"""Lambda: functions by name, by parts of an ARN, with versions and aliases.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
"""

import re

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call
from doorward.gateway.mapping.requirement import Place

NAMED = re.compile(
    r"(?:arn:(?P<partition>[\w-]+):lambda:(?P<region>[\w-]+):)?(?:(?P<account>\d{12}):)?"
    r"(?:function:)?(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>[A-Za-z0-9$_-]+))?"
)
LAYER = re.compile(r"(?P<layer>arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:[\w-]+)(?::(?P<version>\d+))?")
FUNCTIONS = frozenset({"function", "function alias", "function version"})
LAYERS = {"layer", "layerVersion"}


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The function with its qualifier, if it is given one; or the layer."""
    if shape.type in FUNCTIONS:
        return functions(call, shape)
    if shape.type in LAYERS and (
        layer := LAYER.fullmatch(call.text("LayerName") or call.text("Arn"))
    ):
        version = layer["version"] or str(call.parameters.get("VersionNumber") or "")
        if shape.type == "layer":
            return [layer["layer"]]
        return [f"{layer['layer']}:{version}"] if version else None
    return None


def functions(call: Call, shape: ArnShape) -> list[str]:
    """The function that `FunctionName` means; none where it is not given.

    Only one of the types counts, so that a qualified function is asked about once.
    """
    given = call.text("FunctionName")
    qualified = bool(call.text("Qualifier"))
    if not given or (shape.type != "function" and not qualified):
        return []
    return [function(given, call.text("Qualifier"), call.place)]


def function(given: str, qualifier: str, place: Place) -> str:
    """The ARN of a function, from any of the forms that name one; else of any function."""
    found = NAMED.fullmatch(given)
    partition = (found and found["partition"]) or place.partition
    region = (found and found["region"]) or place.region
    account = (found and found["account"]) or place.account
    if found is None:
        return f"arn:{partition}:lambda:{region}:{account}:function:{UNKNOWN}"
    qualifier = qualifier or found["qualifier"] or ""
    arn = f"arn:{partition}:lambda:{region}:{account}:function:{found['name']}"
    return f"{arn}:{qualifier}" if qualifier else arn


def context(call: Call) -> dict[str, Value]:
    """`lambda:FunctionArn`, the layers and the network of a function.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    """
    found: dict[str, Value] = {}
    if given := call.text("FunctionName"):
        found["lambda:functionarn"] = function(given, "", call.place)
    layers = call.parameters.get("Layers") or ()
    if layers:
        found["lambda:layer"] = tuple(str(one) for one in layers)
    network = call.parameters.get("VpcConfig") or {}
    for key, member in (
        ("lambda:subnetids", "SubnetIds"),
        ("lambda:securitygroupids", "SecurityGroupIds"),
    ):
        if network.get(member):
            found[key] = tuple(network[member])
    return found
