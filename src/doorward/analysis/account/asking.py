"""A question about an account, with all that is known of the request before it is solved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.narrowing import CLOSED, Known, Place, place
from doorward.analysis.account.standing import Standing
from doorward.authz import offline
from doorward.base.arn import Arn, is_account
from doorward.engine.request import Value

ASSUMING = "sts:"
ABSENT = ("aws:principalservicename",)


@dataclass(frozen=True)
class Asked:
    """One question, with what is known of it."""

    action: str
    bit: int
    where: Place
    known: Known
    target: Target | None
    owner: str | None


def asked(
    held: Held,
    who: Standing,
    action: str,
    bit: int,
    resource: str,
    given: Mapping[str, Value | None],
    target: Target | None,
) -> Asked:
    """The question, with what follows from *who* asks about what; *given* is certain besides."""
    target = target or held.target(resource)
    if target is not None and target.entity and not action.startswith(ASSUMING):
        target = replace(target, policy=None)  # a trust policy is about assuming only
    parsed = Arn.parse(resource)
    owner = target.account if target else parsed.account if parsed else None
    owner = owner if owner and is_account(owner) else None
    settled: dict[str, Value | None] = dict.fromkeys(ABSENT)
    settled |= dict(offline.keys(who.principal))
    closed = set()
    if who.principal.unique_id and "aws:username" in settled:
        settled["aws:userid"] = who.principal.unique_id
    if "aws:username" not in settled:
        settled["aws:username"] = None
    if who.tags is not None and not who.free_tags:
        closed.add(CLOSED[0])
        settled |= {f"aws:principaltag/{key}": value for key, value in who.tags.items()}
    settled["aws:resourceaccount"] = owner or who.account
    for key, account in (("principal", who.account), ("resource", owner or who.account)):
        if organization := held.organizations.get(account):
            settled[f"aws:{key}orgid"] = organization
    if target is not None and target.entity:
        settled["iam:permissionsboundary"] = target.boundary_arn
        if target.tags is not None:
            for family in CLOSED[1:]:
                closed.add(family)
                settled |= {f"{family}{key}": value for key, value in target.tags.items()}
    settled |= given
    partition = parsed.partition if parsed else "aws"
    where = place(action, resource, account=who.account, partition=partition)
    return Asked(action, bit, where, Known(settled, closed), target, owner)
