"""Policies made ready for deciding: matchers instead of text, an index instead of a scan."""

from collections.abc import Iterable
from typing import NamedTuple

from doorward.engine.decision import Match, PolicyKind
from doorward.engine.index import Index, order
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
        self._allowing: dict[str, Index] = {}
        self._denying: dict[str, Index] = {}

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
        found = self.denying(action, resource, context) + self.allowing(action, resource, context)
        return sorted(found, key=order)

    def denying(self, action: str, resource: str, context: Context) -> list[Compiled]:
        """The Deny statements that apply, as `applicable`; the list is not to be changed."""
        index = self._denying.get(action)
        if index is None:
            index = self._index(action, self._denying, deny=True)
        return index.applicable(resource, context)

    def allowing(self, action: str, resource: str, context: Context) -> list[Compiled]:
        """The Allow statements that apply, as `applicable`; the list is not to be changed."""
        index = self._allowing.get(action)
        if index is None:
            index = self._index(action, self._allowing, deny=False)
        return index.applicable(resource, context)

    def _index(self, action: str, indexes: dict[str, Index], *, deny: bool) -> Index:
        about = [one for one in self.statements() if one.deny is deny and one.covers_action(action)]
        if len(indexes) >= REMEMBERED_ACTIONS:
            indexes.clear()
        indexes[action] = index = Index(about)
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
