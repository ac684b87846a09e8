"""The policy simulator: what policies would decide, asked of the engine that decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.grammar import PolicyType
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.iam import (
    context_keys,
    identity_policies,
    managed,
    paging,
    policy_finders,
    resources,
    simulated_caller,
    simulator_input,
    simulator_shapes,
)
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.holders import Holder
from doorward.services.iam.service import iam
from doorward.services.iam.simulated_caller import Caller
from doorward.services.iam.simulation import Simulation
from doorward.services.iam.simulator_exclusions import Exclusions
from doorward.services.operation import Output

BOUNDARY_INPUT = "PermissionsBoundaryPolicyInputList"


class Given(NamedTuple):
    """What both operations take alike: actions, resources and what is known of the request."""

    action_names: Sequence[str]
    resource_arns: Sequence[str] | None
    resource_policy: str | None
    resource_owner: str | None
    caller_arn: str | None
    context_entries: Sequence[simulator_input.Entry] | None
    resource_handling_option: str | None


@iam.operation(on=resources.anything)
def simulate_custom_policy(
    ctx: Context,
    *,
    policy_input_list: list[str],
    action_names: list[str],
    permissions_boundary_policy_input_list: list[str] | None = None,
    ordered_organization_policy_input_list: list[Mapping[str, Any]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: list[Mapping[str, Any]] | None = None,
    resource_handling_option: str | None = None,
    max_items: int = 100,
    marker: str | None = None,
) -> Output:
    """Decide actions on resources by documents that are given.

    Raises:
        InvalidInput: a document is refused, or something given cannot be simulated.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
    """
    given = Given(
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        caller_arn,
        context_entries,
        resource_handling_option,
    )
    caller = simulated_caller.caller(
        ctx, caller_arn, None, has_resource_policy=resource_policy is not None
    )
    simulation = _simulation(
        given,
        caller,
        simulator_input.numbered(policy_input_list, "PolicyInputList"),
        boundary_given(permissions_boundary_policy_input_list),
        organization_given(ordered_organization_policy_input_list),
    )
    return _page(ctx, "SimulateCustomPolicy", given, simulation, marker, max_items)


@iam.operation(on=policy_finders.source("PolicySourceArn"))
def simulate_principal_policy(
    ctx: Context,
    *,
    policy_source_arn: str,
    action_names: list[str],
    policy_input_list: list[str] | None = None,
    permissions_boundary_policy_input_list: list[str] | None = None,
    policy_exclusion_list: list[Mapping[str, Any]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: list[Mapping[str, Any]] | None = None,
    resource_handling_option: str | None = None,
    max_items: int = 100,
    marker: str | None = None,
) -> Output:
    """Decide actions on resources by the policies of a user, group or role.

    A user's groups count. Documents given come on top; a boundary given replaces the entity's.

    Raises:
        NoSuchEntity: the account has no such user, group or role.
        InvalidInput: a document is refused, or something given cannot be simulated.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    given = Given(
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        caller_arn,
        context_entries,
        resource_handling_option,
    )
    source = identity_policies.holder(ctx, policy_source_arn)
    caller = simulated_caller.caller(
        ctx, caller_arn, source, has_resource_policy=resource_policy is not None
    )
    excluded = Exclusions.of(policy_exclusion_list or [])
    held = [one for one in identity_policies.of(ctx, source) if not excluded.covers(one)]
    identity = [simulator_input.kept(one) for one in held]
    identity += simulator_input.numbered(policy_input_list or [], "PolicyInputList")
    boundary = boundary_given(permissions_boundary_policy_input_list)
    if boundary is None and not excluded.boundary:
        boundary = boundary_held(ctx, source)
    scps = () if excluded.scps else organization_of(ctx, caller)
    simulation = _simulation(given, caller, identity, boundary, scps)
    return _page(ctx, "SimulatePrincipalPolicy", given, simulation, marker, max_items)


def boundary_given(texts: Sequence[str] | None) -> NamedPolicy | None:
    """The permissions boundary to simulate.

    Raises:
        InvalidInput: there is more than one, or it is refused.
    """
    if not texts:
        return None
    if len(texts) > 1:
        raise InvalidInput("Only one permissions boundary policy can be simulated.")
    return simulator_input.numbered(texts, BOUNDARY_INPUT)[0]


def boundary_held(ctx: Context, source: Holder) -> NamedPolicy | None:
    """The permissions boundary that a user or role has."""
    if source.boundary is None:
        return None
    policy = managed.known(ctx, source.boundary)
    document = managed.document(ctx, policy)
    return NamedPolicy(
        policy.name, parse(document, limit=AWS_POLICY_DOCUMENT_CHARACTERS), policy.arn
    )


def organization_given(levels: Sequence[Mapping[str, Any]] | None) -> tuple[PolicySet, ...] | None:
    """The service control policies given, one set a level, root first; None where none are.

    Raises:
        InvalidInput: one of them is refused.
    """
    if not levels:
        return None
    name = "ServiceControlPolicyInputList"
    trees = [simulator_input.documents(level.get(name) or [], PolicyType.SCP) for level in levels]
    return tuple(
        PolicySet(PolicyKind.SCP, [NamedPolicy(name, tree) for tree in level]) for level in trees
    )


def organization_of(ctx: Context, caller: Caller) -> tuple[PolicySet, ...] | None:
    """The service control policies on the caller; None where its account is in no organization.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    membership = ctx.world.membership(caller.account)
    if membership is None:
        return None
    if membership.management_account == caller.account or membership.scps is None:
        return ()
    return membership.scps


def _simulation(
    given: Given,
    caller: Caller,
    identity: Sequence[NamedPolicy],
    boundary: NamedPolicy | None,
    scps: tuple[PolicySet, ...] | None,
) -> Simulation:
    arns = simulator_input.resources(given.resource_arns)
    simulator_input.actions(given.action_names)
    simulator_input.check_handling(given.resource_handling_option, arns)
    resource = None
    if given.resource_policy is not None:
        tree = simulator_input.documents([given.resource_policy], PolicyType.RESOURCE)[0]
        simulator_input.check_applies(tree, arns)
        resource = PolicySet(PolicyKind.RESOURCE, [NamedPolicy("ResourcePolicy", tree)])
    return Simulation(
        principal=caller.principal,
        owner=simulator_input.owner(given.resource_owner, caller.account),
        identity=PolicySet(PolicyKind.IDENTITY, identity),
        boundary=None if boundary is None else PolicySet(PolicyKind.BOUNDARY, [boundary]),
        resource=resource,
        scps=scps,
        context=caller.keys | simulator_input.context(given.context_entries),
    )


def _page(
    ctx: Context,
    operation: str,
    given: Given,
    simulation: Simulation,
    marker: str | None,
    max_items: int,
) -> Output:
    """The results for some of the actions; only those of this page are decided."""
    arns = simulator_input.resources(given.resource_arns)
    missing = missing_keys(simulation)
    scope = f"{operation} {given.action_names} {arns}"
    places = [f"{place:06d}" for place in range(len(given.action_names))]
    page = paging.of_few(places, str, paging.after(ctx, scope, marker), max_items)
    shown = []
    for place in page.items:
        action = given.action_names[int(place)]
        verdicts = [simulation.verdict(action, name) for name in arns]
        shown.append(simulator_shapes.result(simulation, action, verdicts, missing))
    return {"EvaluationResults": shown} | paging.end(ctx, scope, page)


def missing_keys(simulation: Simulation) -> list[str]:
    """Condition keys that the policies ask for and nobody gave, as first spelled."""
    sets = [simulation.identity, simulation.boundary, simulation.resource]
    trees = [named.policy for one in sets if one for named in one.policies]
    return [key for key in context_keys.asked(trees) if key.lower() not in simulation.context]
