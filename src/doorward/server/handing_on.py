"""Roles handed to a service: whether it gets into them, and whether moto finds them.

That the caller may pass them was decided before.
"""

from collections.abc import Mapping
from typing import Any

from doorward.base.errors import AwsError
from doorward.gateway import roles
from doorward.gateway.plan import Plan
from doorward.gateway.refusals import CannotBeAssumed, NoInstanceProfile
from doorward.gateway.sources import Sources
from doorward.server import own_roles, service_roles
from doorward.server.arrival import Arrived
from doorward.server.running import Running
from doorward.server.turn import Prepared

CHECKED_AT_CREATION = frozenset({"lambda", "stepfunctions", "ecs"})
"""Services that refuse a role which does not trust them when they are handed it."""


def hand_on(running: Running, sources: Sources, prepared: Prepared, planned: Plan) -> None:
    """See that the service lets itself into the roles that the request hands it.

    Raises:
        AwsError: it cannot.
    """
    service, facts = prepared.arrived.route.service, prepared.arrived.facts
    made = next((one.resource for one in planned.accesses), None)
    for passed in planned.passed:
        if service in CHECKED_AT_CREATION and passed.service:
            try:
                service_roles.assume(
                    running,
                    passed.service,
                    passed.arn,
                    source_arn=made,
                    source_account=planned.owner,
                    session_name=f"doorward-{service}",
                    region=facts.region,
                )
            except AwsError as error:
                raise CannotBeAssumed(service, passed.arn) from error
        roles.stand_in(sources, service, passed, facts.region)
    given = prepared.parameters.get("IamInstanceProfile")
    if service == "ec2" and isinstance(given, Mapping):
        _hand_on_profile(running, sources, given, prepared.arrived)


def _hand_on_profile(
    running: Running, sources: Sources, given: Mapping[str, Any], arrived: Arrived
) -> None:
    """See that EC2 finds the instance profile.

    Raises:
        NoInstanceProfile: there is none of that name with a role in it.
    """
    arn = own_roles.profile_arn(running, given, arrived.caller.account or "")
    role = own_roles.in_profile(running, arn) if arn else None
    if arn is None or role is None:
        raise NoInstanceProfile(str(given.get("Name") or given.get("Arn")))
    roles.stand_in_profile(sources, arn, role, arrived.facts.region)
