"""Whether a principal may do something, by every policy that applies: yes, no, or not to be told.

A yes comes with a request that the engine lets by. What is not known of a request is free: tags of
the resource, the address, the time, MFA. So a yes says that there is such a request, a no that
there is none. What a dump does not hold, such as the policy of a resource in another account, makes
it `UNKNOWN`, which is never a no.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from doorward.analysis import universe
from doorward.analysis.account import asking
from doorward.analysis.account.asking import ASSUMING, Asked
from doorward.analysis.account.examples import Examples, Groups
from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.narrowing import SOME, keys, narrowed
from doorward.analysis.account.standing import Block, Standing, policy_set
from doorward.analysis.prove import Witness
from doorward.analysis.rules import Rule
from doorward.analysis.solve import Example
from doorward.analysis.words import Exhausted
from doorward.catalog import actions as catalogue
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide, restricted
from doorward.engine.match import UNKNOWN
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Principal, Request, Value
from doorward.engine.reserved import kept_by_aws

WITHIN = "iam:"
"""Actions on what has no policy of its own that could let others in."""


class Verdict(Enum):
    """Whether a request is possible."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """An answer: with an example where it is a yes, with the reason where it is none."""

    verdict: Verdict
    example: Witness | None = None
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether there is a request that is allowed."""
        return self.verdict is Verdict.ALLOWED


class Effective:
    """Answers for the principals of what is held."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.covered: dict[tuple[str, str], list[str]] = {}
        self.named: dict[str, list[str]] | None = None
        self._examples = Examples()

    def allows(
        self,
        who: Standing,
        action: str,
        resource: str = SOME,
        given: Mapping[str, Value | None] | None = None,
        target: Target | None = None,
    ) -> Reach:
        """Whether *who* may do *action* on *resource*, an ARN, a pattern, or `*` for any.

        *given* are values of condition keys that are certain. *target* stands for the resource in
        place of the one that is held, such as a role as it would be with another trust policy.
        """
        bit = universe.covered(action.lower(), loose=False)
        if not bit:
            return Reach(Verdict.UNKNOWN, reason=f"`{action}` is no action of the catalogue")
        if target is None and not who.might(bit) and self.held.target(resource) is None:
            return self._unread(who, Reach(Verdict.REFUSED, reason=self._ruled_out(who, bit)))
        asked = asking.asked(self.held, who, action.lower(), bit, resource, given or {}, target)
        try:
            found = self._answer(who, asked)
        except Exhausted as error:
            return Reach(Verdict.UNKNOWN, reason=str(error))
        return self._unread(who, found)

    def _unread(self, who: Standing, found: Reach) -> Reach:
        if not who.unread:
            return found
        missing = ", ".join(who.unread)
        return Reach(Verdict.UNKNOWN, reason=f"the dump lacks the document of {missing}")

    def _ruled_out(self, who: Standing, bit: int) -> str:
        """Why an action cannot be done on anything."""
        if not any(one.allows_some(bit) for one in who.identity):
            return "no identity-based policy allows it"
        if who.boundary is not None and not any(one.allows_some(bit) for one in who.boundary):
            return "the permissions boundary does not allow it"
        if any(not any(one.allows_some(bit) for one in level) for level in who.controls()):
            return "a service control policy does not allow it"
        every = (block for blocks in who.limited_by() for block in blocks)
        denies = [rule for block in every for rule in block.about(bit) if rule.deny and rule.always]
        return f"an explicit deny applies to every request: {_shown(denies)}"

    def _answer(self, who: Standing, asked: Asked) -> Reach:
        """The answer.

        Raises:
            Exhausted: it cannot be told.
        """
        if asked.where.literal and kept_by_aws(asked.action, asked.where.literal):
            return Reach(Verdict.REFUSED, reason="AWS keeps it to itself")
        if asked.target is not None and asked.target.restricted:
            request = Request(who.principal, asked.action, asked.target.arn, {}, asked.owner)
            if restricted(request, self.applicable(who, asked)):
                return Reach(Verdict.REFUSED, reason="RestrictPublicBuckets keeps it out")
        across = asked.owner is not None and asked.owner != who.account
        if across and asked.action.startswith(WITHIN):
            return Reach(Verdict.REFUSED, reason="it is never done across accounts")
        untold = self.not_held(who, asked)
        denies = self.denies(who, asked)
        if any(one.always for one in denies):
            return Reach(Verdict.REFUSED, reason=f"an explicit deny applies: {_shown(denies)}")
        replays = None if untold else partial(self.replays, who, asked)
        ways = list(self.ways(who, asked, assume=bool(untold)))
        for groups in ways:
            example = self._examples.find(asked, groups, denies, replays)
            if example is not None:
                if untold:
                    return Reach(Verdict.UNKNOWN, example, untold)
                return Reach(Verdict.ALLOWED, example)
        return Reach(Verdict.REFUSED, reason=self._why(who, asked, ways, denies))

    def not_held(self, who: Standing, asked: Asked) -> str:
        """What would have to allow as well and is not known, in words; empty where nothing is."""
        target = asked.target
        of_key = asked.action.startswith("kms:")  # no key is without a policy
        if target is not None and (target.policy is not None or (target.bare and not of_key)):
            return ""
        if asked.owner is not None and asked.owner != who.account:
            return f"the policy of a resource in account {asked.owner} is not in the dump"
        if asked.action.startswith(ASSUMING):
            return "the role's trust policy is not in the dump"
        if of_key and asked.where.literal != SOME:
            return "the key's policy is not in the dump"
        return ""

    def denies(self, who: Standing, asked: Asked) -> list[Rule]:
        """Every Deny that may apply, of whatever kind of policy."""
        found = [one for blocks in who.limited_by() for one in self._about(blocks, asked)]
        bounded = who.boundary is not None
        target = asked.target
        if target is not None and target.policy:
            found += [
                one
                for one in self._about(target.policy, asked)
                if _grade(one, who.principal, bounded=bounded) is not Grade.NONE
            ]
        for level in self._rcps(who, asked):
            found += self._about(level, asked)
        return [one for one in found if one.deny]

    def _rcps(self, who: Standing, asked: Asked) -> Sequence[tuple[Block, ...]]:
        if who.principal.service_linked or not catalogue.limited_by_rcps(asked.action):
            return ()
        return self.held.rcps.get(asked.owner or who.account, ())

    def _about(self, blocks: Iterable[Block], asked: Asked) -> Iterator[Rule]:
        for block in blocks:
            about = block.about(asked.bit)
            if about:
                yield from narrowed(about, asked.where, asked.known)

    def ways(self, who: Standing, asked: Asked, *, assume: bool) -> Iterator[Groups]:
        """The ways to be let in: groups of Allows, of each of which one has to apply.

        With *assume*, what is not known is taken to allow.
        """
        controls = [self._allowing(one, asked) for one in who.controls()]
        bound = [] if who.boundary is None else [self._allowing(who.boundary, asked)]
        identity = self._allowing(who.identity, asked)
        close: dict[Grade, list[Rule]] = {}
        if asked.target is not None and asked.target.policy:
            for one in self._allowing(asked.target.policy, asked):
                close.setdefault(_grade(one, who.principal, bounded=False), []).append(one)
        across = asked.owner is not None and asked.owner != who.account
        named = [one for found, rules in close.items() if found is not Grade.NONE for one in rules]
        if across or self._must_allow(asked):
            yield [identity, *([] if assume else [named]), *bound, *controls]
        else:
            yield [identity, *bound, *controls]
        if not across:
            yield [close.get(Grade.DIRECT, []), *controls]
            yield [close.get(Grade.ROLE, []), *bound, *controls]

    def _must_allow(self, asked: Asked) -> bool:
        if asked.target is None or not asked.target.policy:
            return False
        trust = asked.target.policy[0].kind is PolicyKind.TRUST
        return trust or asked.action.startswith("kms:")

    def _allowing(self, blocks: Iterable[Block], asked: Asked) -> list[Rule]:
        return [one for one in self._about(blocks, asked) if not one.deny]

    def basis(self, who: Standing, asked: Asked) -> tuple[object, ...]:
        """What an answer hangs on: equal ones of two models have the same answer.

        Of models that share their blocks, that is; a model keeps its statements alive.
        """
        target = asked.target
        levels = (
            who.identity,
            who.boundary or (),
            *who.controls(),
            (target.policy or ()) if target is not None else (),
            *self._rcps(who, asked),
        )
        return (
            tuple(tuple(id(one.statement) for one in self._about(each, asked)) for each in levels),
            who.boundary is None,
            target is not None and target.restricted,
            who.unread,
            self.not_held(who, asked),
        )

    def surely(self, who: Standing, asked: Asked, resource: str) -> bool:
        """Whether the engine allows it whatever is not known of it.

        *resource* may be a template of what is not wholly known.
        """
        if who.unread or self.not_held(who, asked):
            return False
        unknown = dict.fromkeys(self.open_keys(who, asked), UNKNOWN)
        context = {**asked.known.context, **unknown}
        request = Request(who.principal, asked.action, resource, context, asked.owner)
        return decide(request, self.applicable(who, asked)).allowed

    def open_keys(self, who: Standing, asked: Asked) -> set[str]:
        """The condition keys that policies ask for and nothing is known of."""
        target = asked.target
        rcps = self._rcps(who, asked)
        every = (*who.limited_by(), (target.policy or ()) if target is not None else (), *rcps)
        about = (one for blocks in every for one in self._about(blocks, asked))
        wanted = {key for rule in about for one in rule.questions for key in keys(one)}
        return {key for key in wanted if not asked.known.has(key)}

    def replays(self, who: Standing, asked: Asked, example: Example) -> bool:
        """Whether the engine lets the example by."""
        resource = asked.where.literal or example.resource
        context = {**asked.known.context, **example.context}
        request = Request(who.principal, asked.action, resource, context, asked.owner)
        return decide(request, self.applicable(who, asked)).allowed

    def applicable(self, who: Standing, asked: Asked) -> Applicable:
        """The policies that apply, as the engine takes them."""
        target = asked.target
        resource = None
        if target is not None and target.policy:
            resource = policy_set(target.policy[0].kind, target.policy)
        return Applicable(
            identity=who.identity_set,
            resource=resource,
            boundary=who.boundary_set,
            scps=who.scp_sets,
            rcps=tuple(policy_set(PolicyKind.RCP, one) for one in self._rcps(who, asked)),
            restrict_public=target.restricted if target else False,
        )

    def _why(self, who: Standing, asked: Asked, ways: list[Groups], denies: list[Rule]) -> str:
        """Why there is no such request, in the order in which policies are looked at."""
        if any(all(groups) for groups in ways) and denies:
            return f"every request that is allowed meets an explicit deny: {_shown(denies)}"
        for level in who.controls():
            if not self._allowing(level, asked):
                return "a service control policy does not allow it"
        across = asked.owner is not None and asked.owner != who.account
        if (across or self._must_allow(asked)) and not ways[0][1]:
            return "the policy of the resource does not let it in"
        if not self._allowing(who.identity, asked):
            return "no identity-based policy allows it"
        if who.boundary is not None and not self._allowing(who.boundary, asked):
            return "the permissions boundary does not allow it"
        return "the conditions of the policies that allow it exclude one another"


def _grade(rule: Rule, caller: Principal, *, bounded: bool) -> Grade:
    return grade(rule.statement, caller, has_boundary=bounded)


def _shown(denies: Sequence[Rule]) -> str:
    """The first Deny in words."""
    first = next((one for one in denies if one.always), denies[0]).statement.match
    sid = f" `{first.sid}`" if first.sid else ""
    return f"statement {first.index + 1}{sid} of `{first.policy}`"
