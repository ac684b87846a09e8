"""Statements as rules over requests: a set of actions, and questions that must all be answered yes.

A question is about one thing only: the resource, or one condition key. So each thing can be chosen
by itself, as long as no policy variable ties it to another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

from doorward.analysis import universe, words
from doorward.analysis.words import Pattern
from doorward.engine.compile import PolicySet
from doorward.engine.conditions.combine import Test
from doorward.engine.match import ANY, EarlyEnd, padded, short
from doorward.engine.statement import ATTACHED, Compiled, Resource
from doorward.engine.variables import Template

RESOURCE = ""
"""What questions about the resource are about; condition keys have names."""


@dataclass(frozen=True, slots=True)
class Where:
    """Whether the resource is one of some, or with *excepted* none of them.

    `fixed` are the patterns without policy variables, `written` the others as written. `early` says
    what ARNs mean that end early. With *needy*, a variable without a value makes it no.
    """

    fixed: frozenset[str]
    written: frozenset[Template]
    early: EarlyEnd
    excepted: bool
    needy: bool = False

    about = RESOURCE

    @property
    def tied(self) -> bool:
        """Whether policy variables tie it to condition keys."""
        return bool(self.written)

    def patterns(self) -> list[Pattern]:
        """The patterns without variables."""
        return self.ready(self.fixed)

    def ready(self, patterns: Iterable[str]) -> list[Pattern]:
        """*patterns* made ready, without those that cover nothing."""
        found = (words.resource(one, self.early) for one in patterns)
        return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class When:
    """Whether a condition holds; with *loose*, also where that cannot be told, as for a Deny."""

    test: Test
    loose: bool

    @property
    def about(self) -> str:
        """The condition key."""
        return self.test.key

    @property
    def tied(self) -> bool:
        """Whether policy variables tie it to other condition keys."""
        return self.test.texts is None


Question = Where | When


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One statement: it applies to *actions* where every question is answered yes.

    `statement` is what the engine has of it.
    """

    statement: Compiled
    actions: int
    questions: tuple[Question, ...]

    @property
    def deny(self) -> bool:
        """Whether it denies."""
        return self.statement.deny

    @property
    def always(self) -> bool:
        """Whether it asks nothing but for the action."""
        return not self.questions


def rules(policies: PolicySet) -> list[Rule]:
    """The statements of *policies* that can apply to anything at all."""
    return [one for one in candidates(policies) if one.actions]


def candidates(policies: PolicySet) -> list[Rule]:
    """The statements that can apply to a resource, with actions that nobody knows too."""
    made = (rule(one) for one in policies.statements())
    return [one for one in made if one is not None]


def rule(statement: Compiled) -> Rule | None:
    """*statement* as a rule; None where it covers no resource."""
    asked = where(statement)
    if asked is False:
        return None
    found: list[Question] = [When(one, statement.deny) for one in statement.tests]
    if isinstance(asked, Where):
        found.insert(0, asked)
    return Rule(statement, actions(statement), tuple(found))


def actions(statement: Compiled) -> int:
    """The actions that *statement* is about."""
    if statement.actions is not None:
        return _union(statement.actions, loose=statement.deny)
    if statement.not_actions is not None:
        return universe.everything() & ~_union(statement.not_actions, loose=not statement.deny)
    return 0


def _union(patterns: Iterable[str], *, loose: bool) -> int:
    return reduce(int.__or__, (universe.covered(one, loose=loose) for one in patterns), 0)


def where(statement: Compiled) -> Where | bool:
    """The question that *statement* asks about the resource; True for any, False for none.

    Word for word what `Compiled.covers_resource` does for a resource that is wholly known.
    """
    if statement.resources is not None:
        return _among(statement.resources, statement.early)
    if statement.not_resources is None:
        return statement.deny or statement.match.kind in ATTACHED
    fixed = list(_fixed(statement.not_resources))
    if not statement.deny and any(short(one) and padded(one, statement.early) for one in fixed):
        return False
    if statement.early in {EarlyEnd.FINAL, EarlyEnd.NOTHING} and any(map(short, fixed)):
        return False
    tied = _tied(statement.not_resources)
    if ANY in fixed:
        return False
    if not fixed and not tied:
        return True
    needy = bool(tied) and not statement.deny
    return Where(frozenset(fixed), tied, statement.early, excepted=True, needy=needy)


def _among(resources: tuple[Resource, ...], early: EarlyEnd) -> Where | bool:
    fixed = frozenset(_fixed(resources))
    if ANY in fixed:
        return True
    tied = _tied(resources)
    return Where(fixed, tied, early, excepted=False) if fixed or tied else False


def _fixed(resources: Iterable[Resource]) -> Iterator[str]:
    return (one.written.fixed for one in resources if one.written.fixed is not None)


def _tied(resources: Iterable[Resource]) -> frozenset[Template]:
    return frozenset(one.written for one in resources if one.written.fixed is None)
