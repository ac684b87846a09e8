"""`iam:PassRole`: the roles that a request hands to the service it calls.

Found by value: a member whose name speaks of a role and which holds the ARN of one, at whatever
depth, in a request that changes something.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import service_principals
from doorward.gateway.mapping.call import Call, Wanted, walk
from doorward.gateway.mapping.requirement import How, Requirement

ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/\S+")
PROFILE = re.compile(r"arn:[\w-]+:iam::\d{12}:instance-profile/\S+")
SETTINGS = (("Name", "Value"), ("AttributeName", "AttributeValue"))
READS = ("Get", "List", "Describe", "Search", "Lookup", "Delete", "Head", "Query", "Scan", "Filter")
ELSEWHERE = frozenset({"iam", "sts", "sso", "eks-auth", "kms", "organizations"})
"""Services in which a role in a request is asked for, or spoken of, and not passed."""

NOT_PASSED = frozenset(
    {
        "externalrolearn", "assumerolearn", "crossaccountrolearn", "principalrolearn",
        "rolearntoassume", "allowedrolearn",
    }
)  # fmt: skip
BY_NAME = {
    "ecs": frozenset({"taskRoleArn", "executionRoleArn", "role"}),
    "ssm": frozenset({"IamRole", "ServiceRoleArn"}),
    "emr": frozenset({"ServiceRole", "JobFlowRole", "AutoScalingRole"}),
    "rds": frozenset({"DomainIAMRoleName"}),
}
"""Members that may hold the name of a role in place of its ARN."""

ROLES_BY_ANOTHER_NAME = frozenset({"DeliverLogsPermissionArn"})
PROFILES = frozenset(
    {
        "CustomIamInstanceProfile", "IamInstanceProfile", "InstanceProfileArn",
        "iamInstanceProfile", "iamInstanceProfileArn", "instanceProfileName",
    }
)  # fmt: skip


def requirements(call: Call, own: Sequence[Requirement]) -> Iterator[Requirement]:
    """One PassRole for each role and service that it is passed to.

    *own* are the other requirements of the request; the resource of the first is what the role
    will belong to, for `iam:AssociatedResourceArn`, where it is one and known.
    """
    if call.service in ELSEWHERE or call.operation.startswith(READS):
        return
    seen: dict[tuple[str, str], None] = {}
    for member, role in roles(call):
        seen[role, service_principals.passed_to(call.service, call.operation, member)] = None
    for role, principal in seen:
        context: dict[str, Value] = {"iam:passedtoservice": principal}
        if own and own[0].known and len(own[0].resources) == 1 and own[0].resources != ("*",):
            context["iam:associatedresourcearn"] = own[0].resources[0]
        yield Requirement("iam:PassRole", (role,), ("role",), context, How.DERIVED)


def roles(call: Call) -> Iterator[tuple[str, str]]:
    """The roles in the request, each with the member that holds it."""
    names = BY_NAME.get(call.service, frozenset())
    for member, value in walk(call.parameters):
        if member in PROFILES:
            yield member, of_profile(call, value)
        elif isinstance(value, str) and value:
            if _speaks_of_role(member) and ROLE.fullmatch(value):
                yield member, value
            elif _speaks_of_role(member) and PROFILE.fullmatch(value):
                yield member, of_profile(call, value)
            elif member in names:
                place = call.place
                yield member, f"arn:{place.partition}:iam::{place.account}:role/{value}"
    yield from _mapped(call.parameters)
    yield from _settings(call.parameters)


def _mapped(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Roles in a map, such as those of an identity pool, whose keys say nothing of roles."""
    for member, value in parameters.items():
        if _speaks_of_role(member) and isinstance(value, dict):
            for name, one in value.items():
                if isinstance(one, str) and not _speaks_of_role(str(name)) and ROLE.fullmatch(one):
                    yield member, one


def _settings(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Roles in settings that are given as a name and a value."""
    found = [parameters, *(value for _, value in walk(parameters) if isinstance(value, dict))]
    for one in found:
        for name, value in SETTINGS:
            said, role = str(one.get(name)), str(one.get(value))
            if _speaks_of_role(said) and ROLE.fullmatch(role):
                yield said, role


def _speaks_of_role(member: str) -> bool:
    folded = member.lower()
    if member in ROLES_BY_ANOTHER_NAME:
        return True
    return "role" in folded and folded not in NOT_PASSED


def of_profile(call: Call, value: Any) -> str:
    """The role in an instance profile, by its name or ARN; unknown without a look-up."""
    given = value
    if isinstance(value, dict):
        given = value.get("Arn") or value.get("arn") or value.get("Name") or value.get("name")
    place = call.place
    any_role = f"arn:{place.partition}:iam::{place.account}:role/{UNKNOWN}"
    if not isinstance(given, str) or not given:
        return any_role
    if not PROFILE.fullmatch(given):
        given = f"arn:{place.partition}:iam::{place.account}:instance-profile/{given}"
    return call.lookup(Wanted.ROLE, given) or any_role
