"""Service and resource control policies of Organizations.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from doorward.catalog.actions import rcp_services
from doorward.policy.document import Effect, Policy, Principals, Statement
from doorward.policy.errors import PolicySyntaxError, shown
from doorward.policy.grammar.actions import action_fault
from doorward.policy.grammar.conditions import bad_dates, unknown_operators
from doorward.policy.grammar.identity import actions_of, resources_of
from doorward.policy.grammar.refusal import MalformedPolicyDocumentException as Malformed
from doorward.policy.grammar.resources import fails_legacy_parsing, resource_fault
from doorward.policy.grammar.sids import repeated_sid, wrong_sid
from doorward.policy.parse import parse


def check_scp(text: str) -> Policy:
    """The service control policy that *text* spells.

    It may use the whole language but principals. A missing or old Version is accepted (assumed:
    so it is for resource control policies).

    Raises:
        MalformedPolicyDocumentException: Organizations would refuse it.
    """
    policy = _structure(text)
    for statement in policy.statements:
        if found := statement.principals or statement.not_principals:
            raise Malformed("a service control policy names no principals", found.place)
        _body(statement)
    return policy


def check_rcp(text: str) -> Policy:
    """The resource control policy that *text* spells: Deny only, of everyone.

    Observed, not documented: a missing or old Version, NotResource, and actions that do not exist
    are accepted.

    Raises:
        MalformedPolicyDocumentException: Organizations would refuse it.
    """
    policy = _structure(text)
    for statement in policy.statements:
        if statement.effect is not Effect.DENY:
            raise Malformed("a resource control policy only denies", statement.place)
        if statement.principals is None or not _is_everyone(statement.principals):
            problem = 'a resource control policy needs `"Principal": "*"`'
            raise Malformed(problem, statement.place)
        if statement.not_actions is not None:
            raise Malformed("a resource control policy has no NotAction", statement.place)
        _body(statement)
        _supported(statement)
    return policy


def _structure(text: str) -> Policy:
    try:
        policy = parse(text)
    except PolicySyntaxError as error:
        raise Malformed(error.problem, error.place) from error
    if not policy.statements:
        raise Malformed("there is no statement")
    for operator in unknown_operators(policy):
        problem = f"there is no condition operator `{shown(operator.value)}`"
        raise Malformed(problem, operator.place)
    for value in bad_dates(policy):
        raise Malformed(f"`{shown(value.value)}` is not a date", value.place)
    if sid := wrong_sid(policy) or repeated_sid(policy):
        raise Malformed("a Sid has letters and digits only, and none repeats", sid.place)
    return policy


def _body(statement: Statement) -> None:
    """Actions and resources must be there and well-formed."""
    actions, resources = list(actions_of(statement)), list(resources_of(statement))
    if not actions:
        raise Malformed("a statement needs Action or NotAction", statement.place)
    if not resources:
        raise Malformed("a statement needs Resource or NotResource", statement.place)
    for action in actions:
        if sentence := action_fault(action.value):
            raise Malformed(sentence, action.place)
    for resource in resources:
        if resource.json is not None or fails_legacy_parsing(resource.value):
            raise Malformed("a resource must be a complete ARN", resource.place)
        if sentence := resource_fault(resource.value):
            raise Malformed(sentence, resource.place)


def _is_everyone(principals: Principals) -> bool:
    """Whether it is `"*"` or `{"AWS": "*"}`."""
    if principals.everyone:
        return True
    values = [value.value for entry in principals.entries for value in entry.values.items]
    return {entry.kind.value for entry in principals.entries} == {"AWS"} and values == ["*"]


def _supported(statement: Statement) -> None:
    """The actions are of services that resource control policies know; the case is free."""
    for action in actions_of(statement):
        vendor = action.value.partition(":")[0].lower()
        if vendor not in rcp_services():
            problem = f"resource control policies do not reach `{shown(action.value)}`"
            raise Malformed(problem, action.place)
