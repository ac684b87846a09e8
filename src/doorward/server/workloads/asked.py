"""What a request for a workload's credentials says.

INVARIANT: nothing in it is believed but that the caller said so: the caller must be allowed to
pass the role to the service, and the id of the workload is made here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.server.workloads.services import EC2, SERVICES
from doorward.services.iam.errors import ValidationError

LINKED = "role/aws-service-role/"
NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
WORKLOAD = re.compile(r"[0-9a-f]{32}", re.ASCII)
DELIVERIES = ("1.0", "2.0")
SECONDS = range(900, 43_201)
KINDS: Mapping[str, type] = {
    "RoleArn": str,
    "Service": str,
    "DurationSeconds": int,
    "RoleSessionName": str,
    "Workload": str,
    "RoleDelivery": str,
}


def members(body: bytes) -> Mapping[str, Any]:
    """The members of the request.

    Raises:
        ValidationError: it is no JSON object, or a member is missing, unknown or wrong.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationError("The body is not JSON") from error
    if not isinstance(found, dict):
        raise ValidationError("The body is not a JSON object")
    for name, value in found.items():
        if name not in KINDS or type(value) is not KINDS[name]:
            raise ValidationError(f"{name[:64]} is not known, or of another type")
    found = {"DurationSeconds": 3_600, "RoleDelivery": "2.0", **found}
    _require("RoleArn", valid=_is_role(found.get("RoleArn", "")))
    _require("Service", valid=found.get("Service") in SERVICES)
    _require("DurationSeconds", valid=found["DurationSeconds"] in SECONDS)
    _require("RoleDelivery", valid=found["RoleDelivery"] in DELIVERIES)
    named = SERVICES[found["Service"]].name is not None
    wanted, pattern = ("Workload", WORKLOAD) if named else ("RoleSessionName", NAME)
    other = "RoleSessionName" if named else "Workload"
    _require(wanted, valid=bool(pattern.fullmatch(found.get(wanted, ""))))
    _require(other, valid=other not in found)
    return found


def _is_role(text: str) -> bool:
    """Whether *text* is the ARN of a role that may be handed on at all."""
    name = Arn.parse(text)
    if name is None or name.service != "iam" or not arn.is_account(name.account):
        return False
    return name.resource.startswith("role/") and not name.resource.startswith(LINKED)


def _require(name: str, *, valid: bool) -> None:
    if not valid:
        raise ValidationError(f"{name} is missing, or cannot be used here")


def lasting(members: Mapping[str, Any], instance: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The condition keys that the session keeps: EC2 says which instance it is, and how it asked.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
    """
    if members["Service"] != EC2:
        return ()
    return (
        ("ec2:roledelivery", (members["RoleDelivery"],)),
        ("ec2:sourceinstancearn", (instance,)),
    )
