"""Policies made ready for deciding: matchers instead of text, an index instead of a scan."""

from collections.abc import Iterable
from typing import NamedTuple

from doorward.engine.decision import Match, PolicyKind
from doorward.engine.index import Index
from doorward.engine.request import Context
from doorward.engine.statement import Compiled
from doorward.policy.document import Policy, Statement, Version

REMEMBERED_ACTIONS = 1_024


class NamedPolicy(NamedTuple):
    """A policy with the name and ARN that reasons give it; inline ones have no ARN."""

    name: str
    policy: Policy
    arn: str | None = None


class PolicySet:
    """Policies of one kind that apply together: a statement of any of them counts.

    Made ready at the first question; remembers which statements each action concerns.
    """

    def __init__(self, kind: PolicyKind, policies: Iterable[NamedPolicy]) -> None:
        self.kind = kind
        self.policies = tuple(policies)
        self._statements: list[Compiled] | None = None
        self._indexes: dict[str, Index] = {}

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
        index = self._indexes.get(action)
        if index is None:
            index = self._index(action)
        found = [
            one
            for one in index.about(resource)
            if one.covers_resource(resource, context) and (not one.tests or one.satisfied(context))
        ]
        if len(found) > 1 and index.repeats:
            return sorted({one.order: one for one in found}.values(), key=_order)
        return found

    def _index(self, action: str) -> Index:
        index = Index([one for one in self.statements() if one.covers_action(action)])
        if len(self._indexes) >= REMEMBERED_ACTIONS:
            self._indexes.clear()
        self._indexes[action] = index
        return index

    def consulted(self, action: str, resource: str, context: Context) -> set[str]:
        """Keys that statements about this action and resource ask for and the context lacks."""
        return {
            key
            for statement in self.statements()
            if statement.covers_action(action) and statement.concerns(resource, context)
            for key in statement.wanted()
            if key not in context
        }


def _order(statement: Compiled) -> int:
    return statement.order


def compiled(statement: Statement, named: NamedPolicy, kind: PolicyKind, order: int) -> Compiled:
    """*statement* of the policy *named* made ready."""
    found = Match(
        kind=kind,
        effect=statement.effect,
        policy=named.name,
        arn=named.arn,
        sid=statement.sid.value if statement.sid else None,
        index=statement.index,
        place=statement.place,
    )
    return Compiled(statement, found, order, variables=named.policy.version is Version.NEW)
