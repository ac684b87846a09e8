"""Whether some policies allow anything that others do not: proved, or refuted by an example.

`difference(new, old)` is PROVED where every request that *new* allows, *old* allows too. It is
REFUTED by a request that the engine itself lets by under *new* and not under *old*. It is UNKNOWN
where neither could be found within the work that is allowed, and why; that is never a yes.

Actions are those that the catalogue knows, or those of another world (`open_world`). Condition keys
are taken to be independent of each other, each present or absent, with values of its type.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from doorward.analysis import residue, settling
from doorward.analysis.access import Access, union
from doorward.analysis.open_world import CATALOGUE, World
from doorward.analysis.rules import Question, Rule
from doorward.analysis.solve import Example, Solver, variables
from doorward.analysis.values import Settled
from doorward.analysis.words import Exhausted
from doorward.engine.request import Value

MOST_PARTS = 4_096
MOST_ASKED = 4
"""How many parts Z3 is asked about for one answer."""


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


def difference(
    new: Access, old: Access, given: Given = NOTHING, world: World = CATALOGUE
) -> Answer:
    """Whether *new* allows nothing that *old* does not, of the requests of which *given* holds.

    The requests are for actions of *world*.
    """
    reason = ""
    new, old = world.of(new), world.of(old)
    solver = Solver(given.settled)
    try:
        found = parts(new, old)
    except Exhausted as error:
        return Answer(Verdict.UNKNOWN, reason=str(error))
    left = MOST_ASKED
    for part in found:
        action = world.first(part.actions)
        try:
            witness = _of_part(solver, action, part, new, old, given)
        except Exhausted as error:
            try:
                left -= 1
                witness = _settled_by_z3(action, part, new, old, given) if left >= 0 else None
            except residue.Untold as untold:
                reason = reason or residue.hinted(str(error), untold)
                continue
            if left < 0:
                reason = reason or str(error)
                continue
        if witness is not None:
            return Answer(Verdict.REFUTED, witness)
    return Answer(Verdict.UNKNOWN, reason=reason) if reason else PROVED


def _of_part(
    solver: Solver, action: str, part: Part, new: Access, old: Access, given: Given
) -> Witness | None:
    """A request of *part* that *new* allows and *old* does not; None where there is none.

    Raises:
        Exhausted: it cannot be told.
    """
    untold: Exhausted | None = None
    for apply, avoid in part.questions():
        try:
            witness = witnessed(solver, action, apply, avoid, new, old, given)
        except Exhausted as error:
            untold = untold or error
            continue
        if witness is not None:
            return witness
    if untold is not None:
        raise untold
    return None


def _settled_by_z3(
    action: str, part: Part, new: Access, old: Access, given: Given
) -> Witness | None:
    """As `_of_part`, by one question to Z3.

    Raises:
        Untold: Z3 does not know, what it found is no example, or it is not installed.
    """
    sides = (part.new_allows, part.new_denies), (part.old_allows, part.old_denies)
    found = residue.example(*sides, given.settled, given.questions)
    if found is None:
        return None
    if not _replays(action, found, new, old):
        raise residue.Untold("what Z3 found does not replay")
    return Witness(action, found.resource, found.context)


def witnessed(
    solver: Solver,
    action: str,
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
    if _replays(action, example, new, old):
        return Witness(action, example.resource, example.context)
    if not example.loose:
        raise Exhausted(f"the policies decide the example for {action} in another way")
    rules = (*apply, *avoid)
    names = variables(rules) - given.settled.keys()
    examples = []
    for absent, present in settling.absences(names):
        found = Solver({**absent, **given.settled}, present).example(apply, avoid, given.questions)
        if found is not None and _replays(action, found, new, old):
            return Witness(action, found.resource, found.context)
        examples += [found] if found is not None else []
    if not examples:
        return None
    for settled in settling.choices(names, rules, examples):
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
