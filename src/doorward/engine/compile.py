"""Policies made ready for deciding: matchers instead of text, an index instead of a scan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from doorward.engine import match
from doorward.engine.conditions.combine import Test, satisfied
from doorward.engine.conditions.combine import test as made_ready
from doorward.engine.decision import Match, PolicyKind
from doorward.engine.match import ANY, EarlyEnd
from doorward.engine.request import Context
from doorward.engine.variables import Template, resolve, template
from doorward.policy.document import Effect, Policy, Principals, Statement, Texts, Version

EARLY = {
    PolicyKind.IDENTITY: EarlyEnd.PAD,
    PolicyKind.BOUNDARY: EarlyEnd.PAD,
    PolicyKind.SESSION: EarlyEnd.PAD,
    PolicyKind.SCP: EarlyEnd.FINAL,
    PolicyKind.RCP: EarlyEnd.NOTHING,
}
REMEMBERED_ACTIONS = 1_024
WORTH_AN_INDEX = 8


class NamedPolicy(NamedTuple):
    """A policy with the name and ARN that reasons give it; inline ones have no ARN."""

    name: str
    policy: Policy
    arn: str | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement made ready.

    `resources` is None where the statement has no Resource element, as in trust policies; then
    `not_resources` may be what it has. `order` counts all statements of a set.
    """

    order: int
    deny: bool
    match: Match
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[Template, ...] | None
    not_resources: tuple[Template, ...] | None
    tests: tuple[Test, ...]
    principals: Principals | None
    not_principals: Principals | None
    early: EarlyEnd

    def covers_action(self, action: str) -> bool:
        """Whether the statement is about *action*, in lower case."""
        if self.actions is not None:
            return any(match.action_covers(pattern, action) for pattern in self.actions)
        if self.not_actions is not None:
            return not any(match.action_covers(pattern, action) for pattern in self.not_actions)
        return False

    def covers_resource(self, resource: str, context: Context) -> bool:
        """Whether the statement is about *resource*.

        A pattern whose variable has no value covers nothing. What a NotResource with such a
        pattern, or with an ARN that ends early, leaves over is disputed: here an Allow does not
        apply to it and a Deny does (assumed, fail closed).

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        """
        if resource == ANY:
            return self._covers_some()
        if self.resources is not None:
            return any(self._covers(pattern, resource, context) for pattern in self.resources)
        for pattern in self.not_resources or ():
            resolved = resolve(pattern, context)
            if not self.deny and (resolved is None or self._ends_early(resolved)):
                return False
            if resolved is not None and match.covers(resolved, resource, self.early):
                return False
        return self.not_resources is None or not self._void()

    def _covers(self, pattern: Template, resource: str, context: Context) -> bool:
        resolved = resolve(pattern, context)
        return resolved is not None and match.covers(resolved, resource, self.early)

    def _ends_early(self, pattern: str) -> bool:
        return match.short(pattern) and match.padded(pattern, self.early)

    def _void(self) -> bool:
        """Whether a NotResource of an SCP or RCP has an ARN that AWS refuses there."""
        return self.early in {EarlyEnd.FINAL, EarlyEnd.NOTHING} and any(
            match.short(pattern.fixed or "") for pattern in self.not_resources or ()
        )

    def _covers_some(self) -> bool:
        """For the question about some resource: an Allow needs one, a Deny must cover all."""
        if not self.deny:
            return True
        return self.not_resources is None and any(
            pattern.fixed == ANY for pattern in self.resources or ()
        )

    def satisfied(self, context: Context) -> bool:
        """Whether every condition holds.

        An operator that does not exist makes an Allow fail and a Deny hold: fail closed.
        """
        for one in self.tests:
            answer = satisfied(one, context)
            if answer is None:
                answer = self.deny
            if not answer:
                return False
        return True


class Plan:
    """The statements of a set that are about one action, found by resource.

    Statements whose every resource pattern begins with fixed text are kept under it; a request
    probes one prefix a length. The others are looked at each time.
    """

    def __init__(self, statements: Sequence[Compiled]) -> None:
        self.always: list[Compiled] = []
        self.by_prefix: dict[str, list[Compiled]] = {}
        few = len(statements) <= WORTH_AN_INDEX
        for statement in statements:
            prefixes = None if few else _prefixes(statement)
            if prefixes is None:
                self.always.append(statement)
                continue
            for prefix in prefixes:
                self.by_prefix.setdefault(prefix, []).append(statement)
        self.lengths = sorted({len(prefix) for prefix in self.by_prefix})

    def about(self, resource: str) -> Iterator[Compiled]:
        """The statements that may be about *resource*; about any, where it is `ANY`."""
        yield from self.always
        if resource == ANY:
            for statements in self.by_prefix.values():
                yield from statements
            return
        for length in self.lengths:
            if length > len(resource):
                return
            yield from self.by_prefix.get(resource[:length], ())


def _prefixes(statement: Compiled) -> set[str] | None:
    """What each resource pattern begins with; None where one begins with a wildcard."""
    if statement.resources is None:
        return None
    found = set()
    for pattern in statement.resources:
        if pattern.fixed is not None:
            prefix = match.literal_prefix(pattern.fixed)
        else:
            first = pattern.parts[0]
            prefix = match.literal_prefix(first) if isinstance(first, str) else ""
        if not prefix:
            return None
        found.add(prefix)
    return found


class PolicySet:
    """Policies of one kind that apply together: a statement of any of them counts.

    Made ready at the first question; remembers which statements each action concerns.
    """

    def __init__(self, kind: PolicyKind, policies: Iterable[NamedPolicy]) -> None:
        self.kind = kind
        self.policies = tuple(policies)
        self._statements: list[Compiled] | None = None
        self._plans: dict[str, Plan] = {}

    def statements(self) -> list[Compiled]:
        """Every statement, made ready, in the order written."""
        if self._statements is None:
            made: list[Compiled] = []
            for named in self.policies:
                for statement in named.policy.statements:
                    made.append(compiled(statement, named, self.kind, len(made)))
            self._statements = made
        return self._statements

    def applicable(self, action: str, resource: str, context: Context) -> list[Compiled]:
        """The statements that apply, whoever asks, in the order written.

        *action* is lower case. Whether the Principal element includes the caller is not looked at.
        """
        plan = self._plans.get(action)
        if plan is None:
            if len(self._plans) >= REMEMBERED_ACTIONS:
                self._plans.clear()
            plan = Plan([one for one in self.statements() if one.covers_action(action)])
            self._plans[action] = plan
        found = [
            one
            for one in plan.about(resource)
            if one.covers_resource(resource, context) and one.satisfied(context)
        ]
        if len(found) > 1:
            found = sorted({one.order: one for one in found}.values(), key=_order)
        return found

    def consulted(self, action: str, resource: str, context: Context) -> set[str]:
        """Keys that statements about this action and resource ask for and the context lacks."""
        return {
            one.key
            for statement in self.statements()
            if statement.covers_action(action) and statement.covers_resource(resource, context)
            for one in statement.tests
            if one.key not in context
        }


def _order(statement: Compiled) -> int:
    return statement.order


def compiled(statement: Statement, named: NamedPolicy, kind: PolicyKind, order: int) -> Compiled:
    """*statement* of the policy *named* made ready."""
    variables = named.policy.version is Version.NEW
    return Compiled(
        order=order,
        deny=statement.effect is Effect.DENY,
        match=Match(
            kind=kind,
            effect=statement.effect,
            policy=named.name,
            arn=named.arn,
            sid=statement.sid.value if statement.sid else None,
            index=statement.index,
            place=statement.place,
        ),
        actions=_actions(statement.actions),
        not_actions=_actions(statement.not_actions),
        resources=_resources(statement.resources, variables=variables),
        not_resources=_resources(statement.not_resources, variables=variables),
        tests=tuple(made_ready(one, variables=variables) for one in statement.conditions or ()),
        principals=statement.principals,
        not_principals=statement.not_principals,
        early=EARLY.get(kind, EarlyEnd.WILD),
    )


def _actions(texts: Texts | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    return tuple(match.wild(text.value.lower()) for text in texts.items)


def _resources(texts: Texts | None, *, variables: bool) -> tuple[Template, ...] | None:
    """Resource patterns; variables stand only after the fifth colon, elsewhere they are text."""
    if texts is None:
        return None
    found = []
    for text in texts.items:
        early = text.value.find("${")
        after_fifth = early >= 0 and text.value.count(":", 0, early) >= match.FIELDS - 1
        found.append(template(text.value, wildcards=True, variables=variables and after_fifth))
    return tuple(found)
