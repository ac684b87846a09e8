"""Internal access: which actions a user or role of the zone may do on a critical resource.

All policies that apply are looked at: its own, its boundary, the resource's, SCPs and RCPs. What
requests are like besides, such as their address, is free, so findings have no conditions (weaker
than AWS's, which tell them).

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view-internal.html
"""

from dataclasses import replace

from doorward.analysis import universe
from doorward.analysis.account.effective import Effective, Verdict
from doorward.analysis.account.held import hold
from doorward.analysis.account.model import Account, Document, Resource
from doorward.analysis.findings import subject as subjects
from doorward.analysis.findings.subject import BELOW, Subject
from doorward.catalog import actions
from doorward.policy.document import Policy, Version

ITSELF = frozenset({"bucket", "table", "function", "queue", "topic", "key", "Secret", "repository"})
"""What the catalogue calls the resources themselves, and not what is in them."""


def internal(subject: Subject, principal: Account, owner: Account) -> tuple[str, ...]:
    """The actions on *subject* of the only user or role of *principal*, as policies write them.

    *owner* is the account that has the resource. What cannot be told counts as allowed.
    """
    resource = Resource(subject.arn, Document("resource policy", _policy(subject)))
    if principal.id == owner.id:
        accounts = [replace(principal, resources=(resource,))]
    else:
        accounts = [principal, replace(owner, resources=(resource,))]
    effective = Effective(hold(accounts))
    (who,) = effective.held.standings.values()
    found = []
    for name in universe.members(subjects.actions_on(subject.type)):
        places = _places(subject, name)
        if any(effective.allows(who, name, one).verdict is not Verdict.REFUSED for one in places):
            found.append(name)
    known = (actions.find(one) for one in found)
    return tuple(one.full_name for one in known if one is not None)


def _policy(subject: Subject) -> Policy:
    """The policy of the resource; where only its refusals count, those."""
    own = [one for one in subject.grantings if one.source == subjects.OF_POLICY]
    return own[0].policy if own else Policy(subject.denying, Version.NEW)


def _places(subject: Subject, action: str) -> tuple[str, ...]:
    """What the action is done on: the resource itself, or what is in it."""
    known = actions.find(action)
    kinds = {one.name for one in known.resource_types} if known else set()
    inside = subject.type in BELOW and not kinds & ITSELF
    return (subject.arn + BELOW[subject.type],) if inside else (subject.arn,)
