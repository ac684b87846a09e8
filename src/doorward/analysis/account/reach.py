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
from doorward.policy.document import Policy

BY_THE_RESOURCE = ("kms:*", "sts:*")
"""What the policy of a key or role has to allow, too, so that nothing is allowed everywhere."""

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
        for each in _places_for(effective, who, action, resource):
            found = effective.allows(who, action, each, given)
            if found.allowed:
                return found
            if best is None or best.verdict is Verdict.REFUSED:
                best = found
    return best or Reach(Verdict.REFUSED, reason="nothing to do it on")


def _places_for(effective: Effective, who: Standing, action: str, resource: str) -> Sequence[str]:
    """As `places`, without the roles that are not open to *who*, whom its own policies let nothing.

    Who may not assume any role by itself is let in only where a trust policy names it.
    """
    found = places(effective, action, resource)
    bit = universe.covered(action.lower(), loose=False)
    if len(found) == 1 or not action.lower().startswith("sts:") or who.might(bit):
        return found
    if effective.named is None:
        effective.named = _by_name(effective)
    named = {*effective.named.get(who.arn, ()), *effective.named.get("", ())}
    return [one for one in sorted(named) if matches(resource, one)]


def _by_name(effective: Effective) -> dict[str, list[str]]:
    """The roles by the names in their trust policies; under no name those that may mean anybody."""
    found: dict[str, list[str]] = {}
    for arn, target in effective.held.targets.items():
        if not target.entity:
            continue
        for name in {one for block in target.policy or () for one in _names(block.named.policy)}:
            found.setdefault(name, []).append(arn)
    return found


def _names(policy: Policy) -> Iterator[str]:
    """The ARNs that *policy* names; an empty name for everybody, and for all but some."""
    for statement in policy.statements:
        element = statement.principals
        if element is None or element.everyone:
            yield ""
            continue
        for entry in element.entries:
            for value in entry.values.items:
                plain = value.value.startswith("arn:") and not is_pattern(value.value)
                yield value.value if plain and ":sts:" not in value.value else ""


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
    if service == "iam":
        return [resource]  # trust policies are about assuming only
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
    for service in BY_THE_RESOURCE:
        wide &= ~universe.covered(wild(service), loose=False)
    some = []
    for number, action in enumerate(universe.members(who.may & ~wide), 1):
        found = can(effective, who, action)
        if found.verdict is not Verdict.REFUSED:
            some.append((action, found))
        if not number % 100:
            tell(100)
    return What(wide, tuple(some))
