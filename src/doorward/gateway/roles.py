"""Roles in moto's own IAM, where its services look whether a role exists.

The roles are Doorward's. What a request hands to a service was decided on before; moto gets a
stand-in of the same ARN that trusts that service, and nothing else knows of it.
"""

from doorward.base.arn import Arn
from doorward.gateway.memory import Scope
from doorward.gateway.plan import Passed
from doorward.gateway.refusals import UpstreamUnavailable
from doorward.gateway.sources import Sources
from doorward.wire.client import Refused

LOOKING = frozenset({"lambda", "batch", "codepipeline", "ses", "ec2"})
"""Services of moto that look for a role or an instance profile."""

EXISTS = "EntityAlreadyExists"
LIMIT = "LimitExceeded"
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "%s"}}]}'
)


def stand_in(sources: Sources, service: str, passed: Passed, region: str) -> None:
    """Make the stand-in of a role that is handed to *service*, if moto looks for it.

    Raises:
        UpstreamUnavailable: moto does not take it.
    """
    arn = Arn.parse(passed.arn)
    if service not in LOOKING or arn is None or not sources.upstreams.by_moto(service):
        return
    kind, _, rest = arn.resource.partition("/")
    if kind != "role":
        return
    path, name = _split(rest)
    scope = Scope("iam", arn.account, region)
    trust = TRUST % (passed.service or f"{service}.amazonaws.com")
    parameters = {"RoleName": name, "Path": path, "AssumeRolePolicyDocument": trust}
    _make(sources, scope, "CreateRole", parameters)


def stand_in_profile(sources: Sources, profile: str, role: str, region: str) -> None:
    """Make the stand-in of an instance profile that holds a role, and of that role.

    Raises:
        UpstreamUnavailable: moto does not take them.
    """
    arn, held = Arn.parse(profile), Arn.parse(role)
    if arn is None or held is None or not sources.upstreams.by_moto("ec2"):
        return
    stand_in(sources, "ec2", Passed(role, "ec2.amazonaws.com"), region)
    path, name = _split(arn.resource.partition("/")[2])
    scope = Scope("iam", arn.account, region)
    named = {"InstanceProfileName": name}
    _make(sources, scope, "CreateInstanceProfile", {**named, "Path": path})
    role_name = _split(held.resource.partition("/")[2])[1]
    _make(sources, scope, "AddRoleToInstanceProfile", {**named, "RoleName": role_name})


def _make(sources: Sources, scope: Scope, operation: str, parameters: dict[str, str]) -> None:
    try:
        sources.ask("iam", operation, parameters, scope)
    except Refused as error:
        if error.code not in {EXISTS, LIMIT}:
            raise UpstreamUnavailable("iam") from error


def _split(rest: str) -> tuple[str, str]:
    """The path, with its slashes, and the name."""
    before, _, name = rest.rpartition("/")
    return (f"/{before}/" if before else "/"), name
