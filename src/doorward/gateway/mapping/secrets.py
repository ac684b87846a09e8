"""Secrets Manager: secrets by name and ARN, whose ARNs end in six characters that AWS adds.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
"""

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN, UNKNOWN_CHARACTER
from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call, Wanted

ADDED = "-" + UNKNOWN_CHARACTER * 6


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The secrets; the end of the ARN is unknown where only the name is given."""
    given = fill.texts(call.parameters.get("SecretIdList"))
    given = given or [call.text("SecretId") or call.text("Name")]
    return [secret(call, shape, one) for one in given if one] or None


def secret(call: Call, shape: ArnShape, given: str) -> str:
    """The ARN of the secret that *given*, a name or an ARN with its end or without, means."""
    if given.startswith("arn:"):
        if not shape.fits(given) or ":secretsmanager:" not in given:
            return UNKNOWN
        if _ended(given):
            return given
        arn = given
    else:
        arn = shape.arn(call.place, {"SecretId": given})
    new = call.operation == "CreateSecret"
    known = None if new else call.lookup(Wanted.SECRET, arn)
    return known or arn + ADDED


def _ended(arn: str) -> bool:
    """Whether *arn* ends in a hyphen and six characters, as that of every secret does."""
    found = Arn.parse(arn)
    return found is not None and found.resource[-7:-6] == "-"


def context(call: Call) -> dict[str, Value]:
    """`secretsmanager:SecretId` and the regions of replicas."""
    found: dict[str, Value] = {}
    if given := call.text("SecretId"):
        found["secretsmanager:secretid"] = given
    regions = [one.get("Region") for one in call.members("AddReplicaRegions")]
    if regions:
        found["secretsmanager:addreplicaregions"] = tuple(str(one) for one in regions if one)
    return found
