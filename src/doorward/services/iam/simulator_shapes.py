"""Results of the policy simulator as it shows them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Match, Outcome
from doorward.policy.document import Policy, Position
from doorward.services.iam.simulated_resource import template
from doorward.services.iam.simulation import SOURCES, Simulation, Verdict, strictest

Shape = dict[str, Any]


def result(
    simulation: Simulation, action: str, verdicts: Sequence[Verdict], missing: Sequence[str]
) -> Shape:
    """The result for one action: what holds for all resources together, and for each.

    `EvalResourceName` is the kind of resource; which resources were meant stands in the specific
    results. Keys that are missing are told at both levels.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
    """
    outcome = strictest([verdict.outcome for verdict in verdicts])
    deciding = [verdict for verdict in verdicts if verdict.outcome is outcome]
    matched = dict.fromkeys(match for verdict in deciding for match in verdict.matched)
    shown: Shape = {
        "EvalActionName": action,
        "EvalResourceName": template(action, [verdict.resource for verdict in verdicts]),
        "EvalDecision": outcome.value,
        "MatchedStatements": statements(simulation, matched),
        "MissingContextValues": list(missing),
    }
    shown |= _organization(verdicts) | _boundary(verdicts) | _details(verdicts)
    specific = [verdict for verdict in verdicts if verdict.resource != "*"]
    if specific:
        shown["ResourceSpecificResults"] = [
            _specific(simulation, verdict, missing) for verdict in specific
        ]
    return shown


def _specific(simulation: Simulation, verdict: Verdict, missing: Sequence[str]) -> Shape:
    shown: Shape = {
        "EvalResourceName": verdict.resource,
        "EvalResourceDecision": verdict.outcome.value,
        "MatchedStatements": statements(simulation, verdict.matched),
        "MissingContextValues": list(missing),
    }
    return shown | _boundary([verdict]) | (_details([verdict]) if verdict.details else {})


def _organization(verdicts: Sequence[Verdict]) -> Shape:
    told = [verdict.by_organization for verdict in verdicts if verdict.by_organization is not None]
    return {"OrganizationsDecisionDetail": {"AllowedByOrganizations": all(told)}} if told else {}


def _boundary(verdicts: Sequence[Verdict]) -> Shape:
    told = [verdict.by_boundary for verdict in verdicts if verdict.by_boundary is not None]
    detail = {"AllowedByPermissionsBoundary": all(told)}
    return {"PermissionsBoundaryDecisionDetail": detail} if told else {}


def _details(verdicts: Sequence[Verdict]) -> Shape:
    told = [verdict.details for verdict in verdicts if verdict.details is not None]
    if not told:
        return {}
    kinds = dict.fromkeys(kind for details in told for kind in details)
    return {"EvalDecisionDetails": {kind: _together(kind, told).value for kind in kinds}}


def _together(kind: str, told: Sequence[Mapping[str, Outcome]]) -> Outcome:
    return strictest([details[kind] for details in told if kind in details])


def statements(simulation: Simulation, matches: Iterable[Match]) -> list[Shape]:
    """The statements that decided, with where they stand in their policy."""
    trees = _trees(simulation)
    return [
        {
            "SourcePolicyId": match.policy,
            "SourcePolicyType": SOURCES[match.kind],
            "StartPosition": _position(start(tree, match.index)),
            "EndPosition": _position(tree.position(match.place.end)),
        }
        for match in matches
        if (tree := trees.get((match.kind, match.policy, match.arn)))
    ]


def _trees(simulation: Simulation) -> Mapping[tuple[str, str, str | None], Policy]:
    sets: list[PolicySet | None] = [
        simulation.identity,
        simulation.resource,
        simulation.boundary,
    ]
    return {
        (one.kind, named.name, named.arn): named.policy
        for one in sets
        if one
        for named in one.policies
    }


def start(policy: Policy, index: int) -> Position:
    """Where the simulator says that a statement begins: just after the token before its members.

    Observed, not documented: after its `{` where Statement is one object, after the `[` for the
    first of a list. After the statement before it for a later one (assumed).
    """
    place = policy.statements[index].place
    if not policy.listed:
        return policy.position(place.start + 1)
    if index > 0:
        return policy.position(policy.statements[index - 1].place.end)
    return policy.position(policy.text.rfind("[", 0, place.start) + 1)


def _position(position: Position) -> Shape:
    return {"Line": position.line, "Column": position.column}
