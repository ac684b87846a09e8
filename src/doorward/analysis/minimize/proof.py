"""Whether some statements of a policy say all that another one says: for sure, or not known.

Actions are all strings there may be. Where policies name principals, each caller that makes a
difference is looked at by itself, and how closely a statement names it counts as well: an account
that is named delegates to its own policies, a user who is named needs none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.callers import callers
from doorward.analysis.minimize.atoms import Actions
from doorward.analysis.prove import split
from doorward.analysis.questions import WITH_PRINCIPALS
from doorward.analysis.rules import Question, Rule, When, Where, where
from doorward.analysis.solve import Solver
from doorward.analysis.words import Exhausted
from doorward.engine.compile import NamedPolicy, compiled
from doorward.engine.conditions.combine import Test
from doorward.engine.decision import PolicyKind
from doorward.engine.match import wild
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Principal
from doorward.engine.statement import Compiled
from doorward.policy.document import Effect, Policy, Statement

MOST_EXHAUSTED = 12


@dataclass(frozen=True, slots=True)
class View:
    """One caller as the search sees it; `caller` is None where policies name no principals."""

    caller: Principal | None
    has_boundary: bool
    solver: Solver
    given: tuple[Question, ...] = ()


class Prover:
    """Answers about the statements of *policies* of one kind, and what can be made of their parts.

    `untold` are the reasons for which something could not be told. After `MOST_EXHAUSTED` of them
    nothing hard is tried any more.

    Raises:
        Exhausted: the actions cannot be told apart.
    """

    def __init__(self, policies: Sequence[Policy], kind: PolicyKind) -> None:
        self.kind = kind
        self.untold: list[str] = []
        self._policies = policies
        self._named = NamedPolicy("policy", policies[0])
        excepted = any(one.not_actions is not None for each in policies for one in each.statements)
        self.actions = Actions(_patterns(policies), excepted=excepted)
        self._views = tuple(_views(policies, kind))
        self._rules: dict[int, tuple[Statement, Rule | None]] = {}

    def compiled(self, statement: Statement) -> Compiled:
        """*statement* as the engine has it."""
        return compiled(statement, self._named, self.kind, 0)

    def rule(self, statement: Statement) -> Rule | None:
        """*statement* as a rule; None where it covers no resource."""
        known = self._rules.get(id(statement))
        if known is None:
            # INVARIANT: what is kept with its rule lives on, so its id is of no other statement.
            known = self._rules[id(statement)] = (statement, self._fresh(statement))
        return known[1]

    def _fresh(self, statement: Statement) -> Rule | None:
        made = self.compiled(statement)
        asked = where(made)
        if asked is False:
            return None
        found: list[Question] = [When(one, made.deny) for one in made.tests]
        if isinstance(asked, Where):
            found.insert(0, asked)
        return Rule(made, self.actions.of(made), tuple(found))

    def ineffective(self, statement: Statement) -> bool:
        """Whether *statement* covers no action or no resource at all, as it is written."""
        rule = self.rule(statement)
        return rule is None or not rule.actions

    def within(
        self, one: Statement, others: Sequence[Statement], denies: Sequence[Statement] = ()
    ) -> bool:
        """Whether it is sure that one of *others* or *denies* applies wherever *one* does.

        *others* have the effect of *one*. Where that cannot be told it is noted in `untold`.
        """
        rule = self.rule(one)
        if rule is None or not rule.actions:
            return True
        near = [found for each in others if (found := self._near(rule, each)) is not None]
        against = [found for each in denies if (found := self._near(rule, each)) is not None]
        if rule.actions & ~_union((*near, *against)) or len(self.untold) >= MOST_EXHAUSTED:
            return False
        try:
            return all(_within(view, rule, near, against) for view in self._views)
        except Exhausted as error:
            self.untold.append(str(error))
            return False

    def _near(self, rule: Rule, other: Statement) -> Rule | None:
        found = self.rule(other)
        return found if found is not None and found.actions & rule.actions else None

    def people(self) -> Iterator[Principal]:
        """The callers that make a difference; none where policies name no principals."""
        yield from dict.fromkeys(one.caller for one in self._views if one.caller is not None)

    def same(self, one: Sequence[Statement], other: Sequence[Statement]) -> bool:
        """Whether it is sure that both lists of statements decide alike, beside any policies.

        They deny the same, and of what they do not deny they allow the same.
        """
        return self._as_much(one, other) and self._as_much(other, one)

    def _as_much(self, one: Sequence[Statement], other: Sequence[Statement]) -> bool:
        """Whether *other* denies all that *one* does, and allows it or denies it."""
        allows, denies = of(Effect.ALLOW, other), of(Effect.DENY, other)
        return all(self.within(each, denies) for each in of(Effect.DENY, one)) and all(
            self.within(each, allows, denies) for each in of(Effect.ALLOW, one)
        )


def of(effect: Effect, statements: Iterable[Statement]) -> list[Statement]:
    """Those of *statements* that have the effect."""
    return [one for one in statements if one.effect is effect]


def _patterns(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        for statement in policy.statements:
            for texts in (statement.actions, statement.not_actions):
                yield from (wild(one.value.lower()) for one in (texts.items if texts else ()))


def _views(policies: Sequence[Policy], kind: PolicyKind) -> Iterator[View]:
    if kind not in WITH_PRINCIPALS:
        yield View(None, has_boundary=False, solver=Solver())
        return
    # Only a NotPrincipal looks at the caller's boundary.
    excepting = any(one.not_principals is not None for each in policies for one in each.statements)
    for one in callers(policies):
        for bounded in (False, True) if excepting else (False,):
            solver = Solver(one.given.settled)
            yield View(one.principal, bounded, solver, one.given.questions)


def _within(view: View, rule: Rule, near: Sequence[Rule], against: Sequence[Rule]) -> bool:
    """As `Prover.within`, in one view.

    Raises:
        Exhausted: it cannot be told.
    """
    if view.caller is not None:
        caller = view.caller
        closest = grade(rule.statement, caller, has_boundary=view.has_boundary)
        if closest is Grade.NONE:
            return True
        least = Grade.ACCOUNT if rule.deny else closest
        near = [
            one
            for one in near
            if grade(one.statement, caller, has_boundary=view.has_boundary) >= least
        ]
        against = [
            one for one in against if grade(one.statement, caller, has_boundary=view.has_boundary)
        ]
    return all(_covered(view, part, [*near, *against]) for part in _pieces(rule))


def _pieces(rule: Rule) -> Iterator[Rule]:
    """*rule* for each of its resources by itself: what covers all the pieces covers the whole."""
    first = rule.questions[0] if rule.questions else None
    if not isinstance(first, Where) or first.excepted:
        yield rule
        return
    rest = rule.questions[1:]
    for one in sorted(first.fixed):
        piece = replace(first, fixed=frozenset((one,)), written=frozenset())
        yield replace(rule, questions=(piece, *rest))
    for written in first.written:
        piece = replace(first, fixed=frozenset(), written=frozenset((written,)))
        yield replace(rule, questions=(piece, *rest))


def _covered(view: View, rule: Rule, others: Sequence[Rule]) -> bool:
    left: list[Rule] = []
    actions = rule.actions
    for one in others:
        asked = tuple(each for each in one.questions if not _answered(each, rule.questions))
        if not asked:
            actions &= ~one.actions
        else:
            left.append(replace(one, questions=asked))
    for part in split(actions, [one.actions for one in left]):
        about = [one for one in left if one.actions & part]
        if not about or view.solver.example((rule,), about, view.given) is not None:
            return False
    return True


def _union(rules: Iterable[Rule]) -> int:
    found = 0
    for one in rules:
        found |= one.actions
    return found


def _answered(question: Question, yes: Iterable[Question]) -> bool:
    """Whether *question* is seen at a glance to be answered yes where each of *yes* is."""
    return any(
        one == question
        or (isinstance(one, Where) and isinstance(question, Where) and _inside(one, question))
        or (
            isinstance(one, When)
            and isinstance(question, When)
            and one.loose == question.loose
            and _narrower(one.test, question.test)
        )
        for one in yes
    )


def _inside(one: Where, other: Where) -> bool:
    return (
        not one.excepted
        and not other.excepted
        and one.early is other.early
        and one.fixed <= other.fixed
        and one.written <= other.written
    )


def _narrower(one: Test, other: Test) -> bool:
    """Whether *one* asks for fewer values, or rules out more, in the same words."""
    if (one.key, one.operator, one.qualifier, one.if_exists) != (
        other.key,
        other.operator,
        other.qualifier,
        other.if_exists,
    ):
        return False
    if one.operator is None or not one.known:
        return False
    fewer, more = (other, one) if one.operator.negated else (one, other)
    return set(fewer.values) <= set(more.values)
