"""Who can do something, and what somebody can do, over all that is held."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from doorward.analysis import universe
from doorward.analysis.account.effective import Effective, Reach, Verdict
from doorward.analysis.account.narrowing import SOME, is_pattern
from doorward.analysis.account.standing import Standing, union
from doorward.analysis.values import Settled
from doorward.catalog.globs import matches
from doorward.engine.match import wild

Tell = Callable[[int], None]
"""Told how much further the work is."""


def _nobody(_advance: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Who:
    """A principal, and the answer about it."""

    standing: Standing
    reach: Reach


def who_can(
    effective: Effective, actions: Sequence[str], resource: str = SOME, tell: Tell = _nobody
) -> Iterator[Who]:
    """The principals that may do any of *actions* on *resource*, and those of whom it is not told.

    Root users are not among them: they may do everything in their account that no SCP denies.
    """
    for number, standing in enumerate(effective.held.standings.values(), 1):
        found = _best(effective, standing, actions, resource)
        if found.verdict is not Verdict.REFUSED:
            yield Who(standing, found)
        if not number % 100:
            tell(100)


def _best(
    effective: Effective,
    who: Standing,
    actions: Sequence[str],
    resource: str,
    given: Settled | None = None,
) -> Reach:
    """The answer for the first of *actions* that is allowed, or else not told."""
    best: Reach | None = None
    for action in actions:
        for each in places(effective, action, resource):
            found = effective.allows(who, action, each, given)
            if found.allowed:
                return found
            if best is None or best.verdict is Verdict.REFUSED:
                best = found
    return best or Reach(Verdict.REFUSED, reason="nothing to do it on")


def places(effective: Effective, action: str, resource: str) -> Sequence[str]:
    """*resource*, or for a pattern also the resources held that it covers and whose policies count.

    Who assumes roles is let in by each role's trust policy, so they are asked about one by one.
    """
    if not is_pattern(resource):
        return [resource]
    key = (action.partition(":")[0].lower(), resource)
    known = effective.covered.get(key)
    if known is None:
        effective.covered[key] = known = _places(effective, *key)
    return known


def _places(effective: Effective, service: str, resource: str) -> list[str]:
    of = "iam" if service == "sts" else service
    covered = [
        arn
        for arn, one in effective.held.targets.items()
        if one.policy and arn.split(":")[2] == of and matches(resource, arn)
    ]
    inside = [f"{arn}/*" for arn in covered if of == "s3"]
    return [*covered, *inside, *([] if service == "sts" and covered else [resource])]


def can(
    effective: Effective,
    who: Standing,
    action: str,
    resource: str = SOME,
    given: Settled | None = None,
) -> Reach:
    """Whether *who* may do *action* on *resource*; of several resources, on any of them."""
    return _best(effective, who, [action], resource, given)


@dataclass(frozen=True, slots=True)
class What:
    """What a principal may do by its own policies.

    `everywhere` are the actions that are allowed on every resource without a condition, as bits;
    `somewhere` has those that are allowed on some, or perhaps, each with the answer.
    """

    everywhere: int
    somewhere: tuple[tuple[str, Reach], ...]


def what_can(effective: Effective, who: Standing, tell: Tell = _nobody) -> What:
    """What *who* may do by the policies that are attached to it, within all that limits it.

    What only the policy of a resource gives is not in it.
    """
    wide = 0 if who.unread else union(one.grants for one in who.identity)
    for level in who.limits():
        wide &= union(one.grants for one in level)
    for blocks in who.limited_by():
        wide &= ~union(one.denies for one in blocks)
    keys = universe.covered(wild("kms:*"), loose=False)
    keys |= universe.covered(wild("sts:*"), loose=False)
    wide &= ~keys
    some = []
    for number, action in enumerate(universe.members(who.may & ~wide), 1):
        found = can(effective, who, action)
        if found.verdict is not Verdict.REFUSED:
            some.append((action, found))
        if not number % 100:
            tell(100)
    return What(wide, tuple(some))
