"""What principals gain or lose by a change, proved over all requests, each with an example."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from doorward.analysis import universe
from doorward.analysis.account import asking, reach
from doorward.analysis.account.asking import Asked
from doorward.analysis.account.effective import Effective
from doorward.analysis.account.examples import Examples, Groups
from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.narrowing import SOME, Place
from doorward.analysis.account.standing import Block, Standing, union
from doorward.analysis.prove import Verdict, Witness, split
from doorward.analysis.questions import no_new_access
from doorward.analysis.rules import Rule
from doorward.analysis.words import Exhausted
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Policy

MOST_PLACES = 50
MOST_TRIES = 300
MOST_WAYS = 64
BY_THE_RESOURCE = ("sts:", "kms:")
"""Actions that the policy of each resource must allow as well."""

Way = Literal["gains", "loses"]
_Side = tuple[Effective, Standing]


@dataclass(frozen=True, slots=True)
class Gain:
    """Actions that somebody `gains` or `loses` on something, with a request as the example.

    `example` is None, and `reason` says why, where it could not be told.
    """

    principal: str
    way: Way
    actions: int
    example: Witness | None
    reason: str = ""


def gains(old: Held, new: Held, tell: Callable[[int], None]) -> Iterator[Gain]:
    """What becomes of the access of everybody in *old*; *new* is held beside it."""
    before, after = Effective(old), Effective(new)
    changed = _targets(old, new)
    rcps = {one for one in new.rcps if _ids(new.rcps[one]) != _ids(old.rcps.get(one, ()))}
    examples = Examples()
    for arn, who in old.standings.items():
        tell(1)
        then = new.standings[arn]
        mask = _differing(who, then)
        if who.account in rcps:
            mask |= _between(old.rcps.get(who.account, ()), new.rcps[who.account])
        pairs: tuple[tuple[Way, _Side, _Side], ...] = (
            ("gains", (after, then), (before, who)),
            ("loses", (before, who), (after, then)),
        )
        for way, one, other in pairs:
            comparing = _Comparing(examples, *one, *other)
            missing = ", ".join(dict.fromkeys((*who.unread, *then.unread)))
            untold = f"the dump lacks the document of {missing}" if missing else ""
            for actions, example, reason in comparing.found(mask, changed):
                yield Gain(arn, way, actions, example, reason or untold)
    for resource in changed:
        yield from _outsiders(old, new, resource)


def _targets(old: Held, new: Held) -> dict[str, int]:
    """The resources and roles whose policies differ, with the actions these are about."""
    found = {}
    for arn in old.targets.keys() | new.targets.keys():
        one, other = old.targets.get(arn), new.targets.get(arn)
        policies = [(each.policy or ()) if each is not None else () for each in (one, other)]
        mask = _between([policies[0]], [policies[1]])
        if mask:
            found[arn] = mask
    return dict(sorted(found.items()))


def _ids(levels: Iterable[Sequence[Block]]) -> list[list[int]]:
    return [[id(one) for one in level] for level in levels]


def _between(old: Iterable[Sequence[Block]], new: Iterable[Sequence[Block]]) -> int:
    """The actions that the blocks that are only in one of the two are about."""
    was = {id(one): one for level in old for one in level}
    will = {id(one): one for level in new for one in level}
    differing = [one for key, one in {**was, **will}.items() if (key in was) != (key in will)]
    return union(rule.actions for one in differing for rule in one.rules)


def _differing(old: Standing, new: Standing) -> int:
    """The actions about which the policies of somebody differ."""
    found = _between([old.identity], [new.identity])
    if old.boundary is not None and new.boundary is not None:
        found |= _between([old.boundary], [new.boundary])
    elif (old.boundary is None) != (new.boundary is None):
        found |= universe.everything()
    if (old.scps is None) != (new.scps is None) or len(old.scps or ()) != len(new.scps or ()):
        return found | universe.everything()
    return found | _between(old.scps or (), new.scps or ())


class _Comparing:
    """What one may do and another may not."""

    def __init__(
        self,
        examples: Examples,
        one: Effective,
        who: Standing,
        other: Effective,
        then: Standing,
    ) -> None:
        self.examples = examples
        self.one, self.who = one, who
        self.other, self.then = other, then

    def found(
        self, mask: int, changed: dict[str, int]
    ) -> Iterator[tuple[int, Witness | None, str]]:
        """The actions, with an example or why it could not be told."""
        yield from self._by_parts(mask & self.who.may, None)
        for arn, actions in changed.items():
            yield from self._by_parts(actions, arn)

    def _by_parts(
        self, actions: int, resource: str | None
    ) -> Iterator[tuple[int, Witness | None, str]]:
        try:
            parts = split(actions, self._masks(resource)) if actions else []
        except Exhausted as error:
            yield actions, None, str(error)
            return
        for part in parts:
            found = self._part(part, resource)
            if found is not None:
                yield part, *found

    def _masks(self, resource: str | None) -> Iterator[int]:
        for who in (self.who, self.then):
            for level in who.limited_by():
                yield from (rule.actions for block in level for rule in block.rules)
        for effective in (self.one, self.other):
            target = effective.held.targets.get(resource or "")
            for block in (target.policy or ()) if target is not None else ():
                yield from (rule.actions for rule in block.rules)

    def _part(self, part: int, resource: str | None) -> tuple[Witness | None, str] | None:
        """An example for one of the actions of *part*; None where there is none.

        The same rules are about all of them, so what holds of no resource at all of the first holds
        of none, and actions on the same types of resources need not be looked at twice.
        """
        reason = ""
        looked_at: set[object] = set()
        for action in universe.members(part):
            if not looked_at and resource is None and self._nowhere(action):
                return None
            for place in self._places(action, resource):
                key = self._asked(action, place)[0].where if place == SOME else place
                if key in looked_at:
                    continue
                if len(looked_at) == MOST_TRIES:
                    return None, reason or f"more than {MOST_TRIES} types of resources to look at"
                looked_at.add(key)
                try:
                    witness = self._example(*self._asked(action, place))
                except Exhausted as error:
                    reason = reason or str(error)
                    continue
                if witness is not None:
                    return witness, ""
        return (None, reason) if reason else None

    def _nowhere(self, action: str) -> bool:
        """Whether there is no such request, whatever the resource."""
        if action.startswith(BY_THE_RESOURCE):
            return False
        mine, theirs = (replace(one, where=Place()) for one in self._asked(action, SOME))
        try:
            return self._example(mine, theirs) is None
        except Exhausted:
            return False

    def _asked(self, action: str, resource: str) -> tuple[Asked, Asked]:
        bit = universe.covered(action, loose=False)
        mine, theirs = (
            asking.asked(effective.held, who, action, bit, resource, {}, None)
            for effective, who in ((self.one, self.who), (self.other, self.then))
        )
        return mine, theirs

    def _places(self, action: str, resource: str | None) -> Sequence[str]:
        if resource is None:
            return reach.places(self.one, action, SOME)[:MOST_PLACES]
        inside = [f"{resource}/*"] if resource.split(":")[2] == "s3" else []
        return [resource, *inside]

    def _example(self, mine: Asked, theirs: Asked) -> Witness | None:
        """A request that is allowed to the one and not to the other.

        Raises:
            Exhausted: it cannot be told.
        """
        if self.one.not_held(self.who, mine):
            return None  # the same of both, and nothing is known of it
        if self.one.basis(self.who, mine) == self.other.basis(self.then, theirs):
            return None
        denies = self.one.denies(self.who, mine)
        if any(one.always for one in denies):
            return None
        for groups in self.one.ways(self.who, mine, assume=False):
            for apply, avoid in self._escapes(theirs):
                found = self.examples.find(
                    mine,
                    [*groups, *apply],
                    [*denies, *avoid],
                    lambda example: (
                        self.one.replays(self.who, mine, example)
                        and not self.other.replays(self.then, theirs, example)
                    ),
                )
                if found is not None:
                    return found
        return None

    def _escapes(self, theirs: Asked) -> Iterator[tuple[Groups, list[Rule]]]:
        """What keeps a request from the other: rules to apply, and rules that must not.

        Raises:
            Exhausted: there are too many combinations.
        """
        ways = [one for one in self.other.ways(self.then, theirs, assume=False) if all(one) and one]
        count = 1
        for one in ways:
            count *= len(one)
        if count > MOST_WAYS:
            raise Exhausted("policies that can allow it together in very many ways")
        for chosen in product(*ways):
            avoid = [rule for group in chosen for rule in group]
            if not any(one.always for one in avoid):
                yield [], avoid
        for deny in self.other.denies(self.then, theirs):
            yield [[deny]], []


def _outsiders(old: Held, new: Held, arn: str) -> Iterator[Gain]:
    """What somebody from outside gains or loses by the policy of a resource."""
    pairs: tuple[tuple[Way, Held, Held], ...] = (("gains", new, old), ("loses", old, new))
    for way, one, other in pairs:
        mine, theirs = (_policies(each.targets.get(arn)) for each in (one, other))
        kind = PolicyKind.TRUST if ":role/" in arn else PolicyKind.RESOURCE
        found = no_new_access(mine, theirs, kind)
        caller = found.caller
        if found.answer.verdict is Verdict.PROVED or caller is None:
            continue
        if caller.principal.account in old.accounts:
            continue
        witness = found.answer.witness
        bit = universe.covered(witness.action, loose=False) if witness else 0
        yield Gain(f"{caller.name} (from outside)", way, bit, witness, found.answer.reason)


def _policies(target: Target | None) -> list[Policy]:
    return [one.named.policy for one in (target.policy or ())] if target is not None else []
