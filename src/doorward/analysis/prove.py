"""Whether some policies allow anything that others do not: proved, or refuted by an example.

`difference(new, old)` is PROVED where every request that *new* allows, *old* allows too. It is
REFUTED by a request that the engine itself lets by under *new* and not under *old*. It is UNKNOWN
where neither could be found within the work that is allowed, and why; that is never a yes.

Actions are those that the catalogue knows. Condition keys are taken to be independent of each
other, each present or absent, with values of its type.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from doorward.analysis import settling, universe
from doorward.analysis.access import Access, union
from doorward.analysis.rules import Question, Rule
from doorward.analysis.solve import Example, Solver, variables
from doorward.analysis.values import Settled
from doorward.analysis.words import Exhausted
from doorward.engine.request import Value

MOST_PARTS = 4_096


class Verdict(Enum):
    """How a question was answered."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Witness:
    """A request: an action in lower case, a resource, values of condition keys."""

    action: str
    resource: str
    context: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict; `witness` refutes, `reason` says why nothing is known."""

    verdict: Verdict
    witness: Witness | None = None
    reason: str = ""


PROVED = Answer(Verdict.PROVED)


@dataclass(frozen=True, slots=True)
class Part:
    """Actions about which the same rules have something to say."""

    actions: int
    new_allows: Sequence[Rule]
    new_denies: Sequence[Rule]
    old_allows: Sequence[Rule]
    old_denies: Sequence[Rule]

    @property
    def size(self) -> int:
        """How many rules there are to look at."""
        return (
            len(self.new_allows) * (1 + len(self.old_denies))
            + len(self.new_denies)
            + len(self.old_allows)
        )

    def questions(self) -> Iterator[tuple[tuple[Rule, ...], tuple[Rule, ...]]]:
        """Which rules are to apply and which not, for each way to be in *new* and not in *old*."""
        for one in self.new_allows:
            yield (one,), (*self.new_denies, *self.old_allows)
        for one in self.new_allows:
            for deny in self.old_denies:
                yield (one, deny), tuple(self.new_denies)


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of every request: values of keys, and questions that are answered yes."""

    settled: Settled = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


NOTHING = Given()


def difference(new: Access, old: Access, given: Given = NOTHING) -> Answer:
    """Whether *new* allows nothing that *old* does not, of the requests of which *given* holds."""
    reason = ""
    solver = Solver(given.settled)
    try:
        found = parts(new, old)
    except Exhausted as error:
        return Answer(Verdict.UNKNOWN, reason=str(error))
    for part in found:
        for apply, avoid in part.questions():
            try:
                witness = witnessed(solver, part.actions, apply, avoid, new, old, given)
            except Exhausted as error:
                reason = reason or str(error)
                continue
            if witness is not None:
                return Answer(Verdict.REFUTED, witness)
    return Answer(Verdict.UNKNOWN, reason=reason) if reason else PROVED


def witnessed(
    solver: Solver,
    actions: int,
    apply: Sequence[Rule],
    avoid: Sequence[Rule],
    new: Access,
    old: Access,
    given: Given,
) -> Witness | None:
    """A request that *new* allows and *old* does not, of those to which *apply* applies.

    Raises:
        Exhausted: it cannot be told.
    """
    example = solver.example(apply, avoid, given.questions)
    if example is None:
        return None
    action = universe.first(actions)
    if _replays(action, example, new, old):
        return Witness(action, example.resource, example.context)
    if not example.loose:
        raise Exhausted(f"the policies decide the example for {action} in another way")
    rules = (*apply, *avoid)
    names = variables(rules) - given.settled.keys()
    for settled in settling.choices(names, rules):
        tried = Solver({**settled, **given.settled}).example(apply, avoid, given.questions)
        if tried is not None and _replays(action, tried, new, old):
            return Witness(action, tried.resource, tried.context)
    written = ", ".join(f"${{{one}}}" for one in sorted(names))
    raise Exhausted(f"policy variables {written} could take values that were not tried")


def _replays(action: str, example: Example, new: Access, old: Access) -> bool:
    """Whether the engine agrees."""
    resource, context = example.resource, example.context
    return new.holds(action, resource, context) and not old.holds(action, resource, context)


def parts(new: Access, old: Access) -> list[Part]:
    """The actions that are in question, those with the fewest rules first.

    Raises:
        Exhausted: there are too many combinations of rules.
    """
    open_ = union(new.allows)
    open_ &= ~union(one for one in new.denies if one.always)
    allowed = union(one for one in old.allows if one.always)
    open_ &= ~(allowed & ~union(old.denies))
    masks = (one.actions for one in (*new.allows, *new.denies, *old.allows, *old.denies))
    made = (_part(one, new, old) for one in split(open_, masks))
    return sorted(made, key=lambda one: one.size)


def split(actions: int, masks: Iterable[int]) -> list[int]:
    """*actions* in parts, of each of which a mask takes in all or nothing.

    Raises:
        Exhausted: there are too many.
    """
    found = [actions] if actions else []
    for mask in set(masks):
        if actions & mask not in {0, actions}:
            found = [part for one in found for part in (one & mask, one & ~mask) if part]
            if len(found) > MOST_PARTS:
                raise Exhausted("the statements overlap in too many ways")
    return found


def _part(actions: int, new: Access, old: Access) -> Part:
    def about(rules: Iterable[Rule]) -> tuple[Rule, ...]:
        return tuple(one for one in rules if one.actions & actions)

    return Part(actions, about(new.allows), about(new.denies), about(old.allows), about(old.denies))
