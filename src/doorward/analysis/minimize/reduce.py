"""A policy with fewer and shorter statements that decides every request as before.

Each step is proved as it is taken, over all strings that an action may be, so that actions which
AWS adds later are decided alike too; what cannot be proved stays as it was. At the end old and new
are compared as wholes, and `prove` looks for a request of which they are not alike; where that
fails nothing is changed at all.

Beside any other policies it makes no difference which of the two is attached: both deny the same
requests, and both allow the same ones of those that they do not deny.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.minimize import dropping, elements, merging
from doorward.analysis.minimize import wildcards as shortening
from doorward.analysis.minimize.proof import Prover, of
from doorward.analysis.questions import no_new_access
from doorward.analysis.words import Exhausted
from doorward.engine.decision import PolicyKind
from doorward.engine.public import is_public
from doorward.policy.document import Effect, Policy, Statement
from doorward.policy.grammar.sizes import size
from doorward.policy.render import render

Grouping = Iterator[tuple[list[int], Statement]]


@dataclass(frozen=True, slots=True)
class Minimized:
    """A policy made smaller.

    Attributes:
        policy: the smaller one, or *original* where it was not proved that they decide alike.
        original: what was given.
        changes: what was done, in words.
        untold: why some things were left, or why everything was.
        catalogue: the two are equal over the actions that the catalogue knows, and no others.
    """

    policy: Policy
    original: Policy
    changes: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    catalogue: bool = False

    @property
    def equal_over(self) -> str:
        """Over which actions the two decide alike, in words."""
        if self.catalogue:
            return "the actions of today's catalogue, not those that AWS may add"
        return "all actions, those that AWS may add too"

    @property
    def before(self) -> int:
        """The size of the original as AWS counts it: characters without white space."""
        return size(render(self.original))

    @property
    def after(self) -> int:
        """The size of the smaller one."""
        return size(render(self.policy))

    @property
    def smaller(self) -> bool:
        """Whether anything was gained."""
        return self.after < self.before


def minimize(
    policy: Policy, kind: PolicyKind = PolicyKind.IDENTITY, *, wildcards: bool = False
) -> Minimized:
    """*policy* with nothing in it that is known to be needless.

    With *wildcards*, lists of actions are shortened too: equal over the catalogue only.
    """
    found = _minimized(policy, kind)
    if not wildcards:
        return found
    short = shortening.shortened(found.policy)
    if render(short) == render(found.policy):
        return found
    reason = refuted([found.policy], [short], kind)
    if reason:
        return replace(found, untold=(*found.untold, reason))
    again = _minimized(short, kind)
    changes = (*found.changes, "shortened lists of actions by wildcards", *again.changes)
    return Minimized(again.policy, policy, changes, found.untold + again.untold, catalogue=True)


def _minimized(policy: Policy, kind: PolicyKind) -> Minimized:
    try:
        prover = Prover([policy], kind)
    except Exhausted as error:
        return Minimized(policy, policy, untold=(str(error),))
    work = _Work(list(policy.statements), prover)
    work.run()
    statements = tuple(
        replace(elements.compact(one), index=at) for at, one in enumerate(work.statements)
    )
    made = replace(policy, statements=statements, listed=policy.listed or len(statements) != 1)
    reason = alike([policy], [made], kind)
    untold = tuple(dict.fromkeys(prover.untold))
    if reason:
        return Minimized(policy, policy, untold=(reason, *untold))
    return Minimized(made, policy, tuple(work.changes), untold)


def alike(some: Sequence[Policy], others: Sequence[Policy], kind: PolicyKind) -> str:
    """Why it is not proved that both decide every request alike; empty where it is."""
    one, other = (
        [each for policy in side for each in policy.statements] for side in (some, others)
    )
    if sorted(map(_written, one)) == sorted(map(_written, other)):
        return ""
    try:
        prover = Prover([*some, *others], kind)
    except Exhausted as error:
        return str(error)
    if not prover.same(one, other):
        return next(iter(prover.untold), "the statements as a whole could not be compared")
    if reason := refuted(some, others, kind):
        return reason
    if kind is PolicyKind.RESOURCE and any(map(is_public, some)) is not any(map(is_public, others)):
        return "S3 would no longer hold the policy for as public as before"
    return ""


def _written(statement: Statement) -> str:
    """*statement* as text, but for what has no meaning."""
    return render(Policy((replace(elements.compact(statement), sid=None),)))


def refuted(some: Sequence[Policy], others: Sequence[Policy], kind: PolicyKind) -> str:
    """What is told where `prove` finds a request of which the two sides are not alike.

    It never should: this asks a second time, in other ways, what was proved already. Where `prove`
    itself cannot tell, which policy variables make harder for it, the first proof stands.
    """
    for new, old in ((some, others), (others, some)):
        answer = no_new_access(new, old, kind).answer
        if answer.witness is not None:
            witness = answer.witness
            return f"they differ over {witness.action} on {witness.resource}"
    return ""


class _Work:
    """The statements as they become fewer, and what was done to them."""

    def __init__(self, statements: list[Statement], prover: Prover) -> None:
        self.statements = statements
        self.prover = prover
        self.changes: list[str] = []

    def run(self) -> None:
        """Do what can be done, until a whole round changes nothing."""
        while True:
            before = list(self.statements)
            self._each(self._shorter, "left out what the same statement says twice")
            self._merge(merging.over_actions, "actions")
            self._merge(merging.over_resources, "resources")
            self._merge(lambda found: merging.over_principals(found, self.prover), "principals")
            self._merge(lambda found: merging.over_values(found, self.prover), "condition values")
            self._drop()
            self._each(self._without_items, "left out what other statements say")
            self._each(self._without_conditions, "left out a condition that changes nothing")
            if self.statements == before:
                return

    def _each(self, smaller: Callable[[int], Statement | None], said: str) -> None:
        for at in reversed(range(len(self.statements))):
            made = smaller(at)
            while made is not None:
                self.changes.append(f"{_name(self.statements[at])}: {said}")
                self.statements[at] = made
                made = smaller(at)

    def _shorter(self, at: int) -> Statement | None:
        one = self.statements[at]
        return (
            dropping.covered_actions(one, self.prover)
            or dropping.covered_resources(one, self.prover)
            or dropping.repeated_principals(one, self.prover)
        )

    def _merge(self, groups: Callable[[Sequence[Statement]], Grouping], what: str) -> None:
        gone: set[int] = set()
        for group, made in list(groups(self.statements)):
            if gone.intersection(group):
                continue  # it was merged another way; the next round looks again
            names = ", ".join(_name(self.statements[at]) for at in group)
            self.changes.append(f"merged {names}, alike but for their {what}")
            self.statements[group[0]] = made
            gone.update(group[1:])
        self.statements = [one for at, one in enumerate(self.statements) if at not in gone]

    def _drop(self) -> None:
        """Leave out whole statements, the shortest first, of equals the last."""
        order = sorted(self.statements, key=lambda one: (_length(one), -self.statements.index(one)))
        for one in order:
            at = next(at for at, each in enumerate(self.statements) if each is one)
            others, denies = self._rest(at)
            if len(self.statements) == 1 or self.prover.ineffective(one):
                continue  # a policy needs a statement; what says nothing is for `validate` to tell
            if self.prover.within(one, others, denies):
                cause = "others say it already"
                if denies and self.prover.within(one, [], denies):
                    cause = "a Deny takes all of it away"
                self.changes.append(f"dropped {_name(one)}: {cause}")
                del self.statements[at]

    def _without_items(self, at: int) -> Statement | None:
        return dropping.needless_items(self.statements[at], *self._rest(at), self.prover)

    def _without_conditions(self, at: int) -> Statement | None:
        return dropping.needless_conditions(self.statements[at], *self._rest(at), self.prover)

    def _rest(self, at: int) -> tuple[list[Statement], list[Statement]]:
        """The others with the effect of the one at that place; the Denies, if it is an Allow."""
        one = self.statements[at]
        rest = [each for place, each in enumerate(self.statements) if place != at]
        denies = of(Effect.DENY, rest) if one.effect is Effect.ALLOW else []
        return of(one.effect, rest), denies


def _length(one: Statement) -> int:
    return size(render(Policy((replace(one, sid=None),))))


def _name(one: Statement) -> str:
    """How people find the statement in what they wrote."""
    number = f"statement {one.index + 1}"
    return f"{number} ({one.sid.value})" if one.sid is not None and one.sid.value else number
