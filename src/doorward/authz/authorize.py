"""May this caller do this? One function that the server, the simulator and S3 all ask."""

from dataclasses import replace
from datetime import datetime

from doorward.authn.caller import Caller
from doorward.authz.access import Access, RequestFacts
from doorward.authz.compiled import policy_set
from doorward.authz.context import context
from doorward.authz.gather import gather
from doorward.authz.subject import Subject, subject
from doorward.engine.decision import Decision, PolicyKind
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

    Where a token in the request proves another, as for AssumeRoleWithSAML, that one asks.

    Raises:
        PrincipalGone: the user or role behind the credentials no longer exists.
    """
    who = access.by or who or subject(world, caller, facts.partition)
    request = Request(
        who.principal,
        access.action,
        access.resource,
        context(world, caller, who, facts, access, now),
        access.account or who.principal.account,
    )
    policies = gather(world, caller, who, access)
    decision = decide(request, policies)
    # What GetScopedCredentials narrowed needs the leave of each policy, one after the other.
    for text in caller.session.narrowed if caller.session else ():
        if not decision.allowed:
            break
        layer = policy_set(PolicyKind.SESSION, "SessionPolicy", text)
        decision = decide(request, replace(policies, session=layer))
    return decision
