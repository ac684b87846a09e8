"""May this caller do this? One function that the server, the simulator and S3 all ask."""

from datetime import datetime

from doorward.authn.caller import Caller
from doorward.authz.access import Access, RequestFacts
from doorward.authz.context import context
from doorward.authz.gather import gather
from doorward.authz.subject import Subject, subject
from doorward.engine.decision import Decision
from doorward.engine.evaluate import decide
from doorward.engine.request import Request
from doorward.world.source import World


def authorize(
    world: World,
    caller: Caller,
    facts: RequestFacts,
    access: Access,
    now: datetime,
    *,
    who: Subject | None = None,
) -> Decision:
    """The decision on *access* for *caller*; *who* spares a second look-up of the subject.

    Raises:
        PrincipalGone: the user or role behind the credentials no longer exists.
    """
    who = who or subject(world, caller, facts.partition)
    request = Request(
        who.principal,
        access.action,
        access.resource,
        context(world, caller, who, facts, access, now),
        access.account or who.principal.account,
    )
    return decide(request, gather(world, caller, who, access))
