"""An account as a graph: who is in which group, who may assume or become whom, who is let in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from doorward.analysis.account import trust
from doorward.analysis.account.effective import Effective, Verdict
from doorward.analysis.account.escalation import Escalations, escalations
from doorward.analysis.account.external import External, external
from doorward.analysis.account.held import Held
from doorward.analysis.account.paths import paths
from doorward.analysis.account.reach import Tell
from doorward.analysis.account.standing import Standing
from doorward.base.arn import Arn
from doorward.engine.decision import PolicyKind
from doorward.engine.request import PrincipalKind

Kind = Literal["outside", "service", "user", "group", "role", "resource"]
Relation = Literal["member", "assumes", "trusts", "escalates", "reaches"]


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody or something; `id` is an ARN, an account, or a name."""

    id: str
    label: str
    kind: Kind
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """What *source* has to do with *target*; `label` says how, `certain` whether that is sure."""

    source: str
    target: str
    relation: Relation
    label: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in the order of columns, and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def around(self, ids: frozenset[str]) -> "Graph":
        """What of it is one edge from *ids*."""
        edges = tuple(one for one in self.edges if one.source in ids or one.target in ids)
        near = {one.source for one in edges} | {one.target for one in edges} | ids
        return Graph(tuple(one for one in self.nodes if one.id in near), edges)


def graph(held: Held, tell: Tell) -> Graph:
    """The graph of what is held."""
    found = escalations(held, tell)
    outside = list(external(held, lambda _: None))
    edges = [
        *_members(held),
        *_assumptions(Effective(held), tell),
        *_services(held),
        *_escalations(found),
        *(_reached(one) for one in outside),
    ]
    nodes = {one.id: one for one in _nodes(held, outside, edges)}
    for edge in edges:  # who is named by a policy and not in the dump
        for each in (edge.source, edge.target):
            nodes.setdefault(each, Node(each, _short(each), "resource"))
    if len(held.accounts) > 1:
        nodes = {key: _placed(one) for key, one in nodes.items()}
    return Graph(tuple(nodes.values()), tuple(edges))


def _nodes(held: Held, outside: Sequence[External], edges: Sequence[Edge]) -> Iterator[Node]:
    """The nodes, from the left to the right."""
    for one in outside:
        yield Node(one.who, _short(one.who), "outside")
    for edge in edges:
        if edge.relation == "trusts":
            yield Node(edge.source, edge.source, "service")
    everyone = held.standings.values()
    yield from (_node(one, "user") for one in everyone if _is_user(one))
    yield from (Node(one, _short(one), "group") for one in held.groups)
    yield from (_node(one, "role") for one in everyone if not _is_user(one))
    for target in held.targets.values():
        if not target.entity and target.policy:
            yield Node(target.arn, _short(target.arn), "resource")


def _is_user(standing: Standing) -> bool:
    return standing.principal.kind is PrincipalKind.USER


def _node(standing: Standing, kind: Kind) -> Node:
    return Node(standing.arn, _short(standing.arn), kind, standing.administrator)


def _short(name: str) -> str:
    """How a node is called in a picture."""
    found = Arn.parse(name)
    if found is None:
        return name
    return found.resource.rpartition("/")[2] or found.resource


def _placed(node: Node) -> Node:
    """*node* with its account in the label, where several are held."""
    found = Arn.parse(node.id)
    account = found.account if found is not None else ""
    return replace(node, label=f"{account} {node.label}") if account else node


def _members(held: Held) -> Iterator[Edge]:
    for standing in held.standings.values():
        for group in standing.groups:
            yield Edge(standing.arn, group, "member", "is in")


def _assumptions(effective: Effective, tell: Tell) -> Iterator[Edge]:
    """Who may assume which role; administrators may change every role of their own account."""
    held = effective.held
    roles = [
        one
        for one in held.targets.values()
        if one.policy and one.policy[0].kind is PolicyKind.TRUST
    ]
    for standing in held.standings.values():
        tell(1)
        for role in roles:
            own = standing.administrator and role.account == standing.account
            if own or role.arn == standing.arn:
                continue
            found = effective.allows(standing, trust.ASSUME, role.arn)
            if found.verdict is not Verdict.REFUSED:
                yield Edge(standing.arn, role.arn, "assumes", "may assume", found.allowed)


def _services(held: Held) -> Iterator[Edge]:
    """The services of the catalogue of ways that roles let in."""
    services = sorted({one.service for one in paths() if one.service})
    for target in held.targets.values():
        if target.policy and target.policy[0].kind is PolicyKind.TRUST:
            for service in services:
                found = trust.lets_in(target, service)
                if found.verdict is not Verdict.REFUSED:
                    yield Edge(service, target.arn, "trusts", "may assume", found.allowed)


def _escalations(found: Escalations) -> Iterator[Edge]:
    for one in found.findings:
        # How principals assume roles is there already.
        if one.path.id != "assume-role":
            certain = not (one.untold or one.assumes)
            yield Edge(one.principal, one.target, "escalates", one.path.id, certain)


def _reached(one: External) -> Edge:
    label = one.example.action if one.example else "may reach"
    return Edge(one.who, one.resource, "reaches", label, one.example is not None)
