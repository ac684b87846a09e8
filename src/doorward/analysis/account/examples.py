"""A request to which some rules apply and others do not, for one principal after the other.

What was found is remembered, since many principals have policies that differ in nothing but names.
"""

from collections.abc import Callable, Sequence
from itertools import product

from doorward.analysis import settling
from doorward.analysis.account.asking import Asked
from doorward.analysis.prove import Witness
from doorward.analysis.rules import Rule
from doorward.analysis.solve import Example, Solver, variables
from doorward.analysis.values import Settled
from doorward.analysis.words import Exhausted

MOST_WAYS = 5_000

Replays = Callable[[Example], bool]
"""Whether the engine lets a request by."""

Problem = tuple[object, ...]
"""What an example hangs on; equal ones of two principals have the same answer."""

Groups = list[list[Rule]]
"""Of each, one rule has to apply."""


class Examples:
    """Finds requests, and remembers them."""

    def __init__(self) -> None:
        self._known: dict[Problem, Example | Exhausted | None] = {}

    def find(
        self, asked: Asked, groups: Groups, denies: Sequence[Rule], replays: Replays | None
    ) -> Witness | None:
        """A request to which one rule of each group applies and none of *denies*.

        Raises:
            Exhausted: it cannot be told.
        """
        if not all(groups):
            return None
        if not denies and all(any(one.always for one in group) for group in groups):
            return Witness(asked.action, asked.where.shown, asked.known.context)
        open_ = [_few(group) for group in groups]
        size = 1
        for group in open_:
            size *= len(group)
        if size > MOST_WAYS:
            raise Exhausted("statements that can allow it together in very many ways")
        untold: Exhausted | None = None
        for chosen in product(*open_):
            try:
                found = self._example(asked, chosen, denies, replays)
            except Exhausted as error:
                untold = error
                continue
            if found is not None:
                return found
        if untold is not None:
            raise untold
        return None

    def _example(
        self,
        asked: Asked,
        apply: Sequence[Rule],
        avoid: Sequence[Rule],
        replays: Replays | None,
    ) -> Witness | None:
        rules = (*apply, *avoid)
        settled = asked.known.over(rules)
        problem = (
            asked.action,
            tuple(one.questions for one in apply),
            frozenset(one.questions for one in avoid),
            asked.where,
            frozenset(settled.items()),
        )
        if problem not in self._known:
            try:
                found = _fresh(asked, apply, avoid, settled, replays)
            except Exhausted as error:
                self._known[problem] = error
                raise
            self._known[problem] = found
        told = self._known[problem]
        if isinstance(told, Exhausted):
            raise told
        if told is None:
            return None
        resource = asked.where.literal or told.resource
        return Witness(asked.action, resource, {**asked.known.context, **told.context})


def _fresh(
    asked: Asked,
    apply: Sequence[Rule],
    avoid: Sequence[Rule],
    settled: Settled,
    replays: Replays | None,
) -> Example | None:
    """An example that the engine lets by.

    Raises:
        Exhausted: it cannot be told.
    """
    given = asked.where.asked
    found = Solver(settled).example(apply, avoid, given)
    if found is None or replays is None or replays(found):
        return found
    if not found.loose:
        raise Exhausted(f"the example for {asked.action} does not replay")
    rules = (*apply, *avoid)
    names = variables(rules) - settled.keys()
    for chosen in settling.choices(names, rules):
        tried = Solver({**chosen, **settled}).example(apply, avoid, given)
        if tried is not None and replays(tried):
            return tried
    raise Exhausted("policy variables could take values that were not tried")


def _few(group: list[Rule]) -> list[Rule]:
    """*group* without what a rule that asks nothing makes needless."""
    for one in group:
        if one.always:
            return [one]
    return group
