"""Identity-based policies, and session policies, which IAM and STS check alike.

What is refused, and which fault is named where there are several, is observed, not documented,
unless a page is named.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from collections.abc import Iterator

from doorward.policy.document import Policy, Statement, Text, Version
from doorward.policy.errors import InvalidValue, PolicySyntaxError, shown
from doorward.policy.grammar.actions import action_fault
from doorward.policy.grammar.conditions import bad_dates, unknown_operators
from doorward.policy.grammar.refusal import MalformedPolicyDocument
from doorward.policy.grammar.resources import fails_legacy_parsing, resource_fault
from doorward.policy.grammar.sids import repeated_sid, wrong_sid
from doorward.policy.parse import structure

SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
SHORTEST_ARN = 6


def check_identity(text: str, *, versioned: bool = True) -> Policy:
    """The identity-based policy that *text* spells; *versioned* ones need the newer language.

    Raises:
        MalformedPolicyDocument: IAM would refuse it.
    """
    policy, miscased = syntax(text)
    if versioned and policy.version is not Version.NEW:
        raise MalformedPolicyDocument("Policy document must be version 2012-10-17 or greater.")
    _no_principals(policy)
    _legacy(policy, miscased)
    _sids(policy)
    _actions_exist(policy)
    _resources(policy)
    _actions(policy)
    _resources_exist(policy)
    return policy


def check_session(text: str) -> Policy:
    """The session policy that *text* spells. Short ARNs are refused, not padded.

    Which sentence that refusal has is assumed.

    Raises:
        MalformedPolicyDocument: STS would refuse it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    policy = check_identity(text, versioned=False)
    for resource in _resource_texts(policy):
        if (
            resource.value != "*"
            and len(resource.value.split(":", SHORTEST_ARN - 1)) < SHORTEST_ARN
        ):
            sentence = f'Resource {resource.value} must be in ARN format or "*".'
            raise MalformedPolicyDocument(sentence, resource.place)
    return policy


def syntax(text: str) -> tuple[Policy, tuple[InvalidValue, ...]]:
    """The policy and its Effects that are wrong by case only.

    Raises:
        MalformedPolicyDocument: no JSON, no policy, no statement, or an unknown operator.
    """
    try:
        policy, miscased = structure(text)
    except PolicySyntaxError as error:
        raise MalformedPolicyDocument(SYNTAX, error.place, error.problem) from error
    if not policy.statements:
        raise MalformedPolicyDocument(SYNTAX, problem="there is no statement")
    for operator in unknown_operators(policy):
        problem = f"there is no condition operator `{shown(operator.value)}`"
        raise MalformedPolicyDocument(SYNTAX, operator.place, problem)
    return policy, miscased


def _no_principals(policy: Policy) -> None:
    """Such a policy applies to whoever it is attached to.

    https://github.com/hashicorp/terraform/issues/13449
    """
    for statement in policy.statements:
        if principals := statement.principals or statement.not_principals:
            sentence = "Policy document should not specify a principal."
            raise MalformedPolicyDocument(sentence, principals.place)


def _legacy(policy: Policy, miscased: tuple[InvalidValue, ...]) -> None:
    """An older parser looks at Effects, dates and some ARNs before anything else is asked."""
    for error in miscased:
        raise MalformedPolicyDocument(LEGACY, error.place, error.problem)
    for resource in _resource_texts(policy):
        if fails_legacy_parsing(resource.value):
            problem = f"`{shown(resource.value)}` is not a complete ARN"
            raise MalformedPolicyDocument(LEGACY, resource.place, problem)
    for value in bad_dates(policy):
        problem = f"`{shown(value.value)}` is not a date of ISO 8601, nor seconds since 1970"
        raise MalformedPolicyDocument(LEGACY, value.place, problem)


def _sids(policy: Policy) -> None:
    """Sids have letters and digits only, and none repeats.

    GAP: underscores pass. The sentence says that AWS refuses them; a recorded acceptance says not.

    https://github.com/aws-cloudformation/cfn-lint/issues/708
    """
    if sid := wrong_sid(policy, underscores=True):
        sentence = (
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )
        raise MalformedPolicyDocument(sentence, sid.place)
    if sid := repeated_sid(policy):
        sentence = "Statement IDs (SID) in a single policy must be unique."
        raise MalformedPolicyDocument(sentence, sid.place)


def _actions_exist(policy: Policy) -> None:
    for statement in policy.statements:
        if not any(True for _ in actions_of(statement)):
            sentence = "Policy statement must contain actions."
            raise MalformedPolicyDocument(sentence, statement.place)


def _resources_exist(policy: Policy) -> None:
    for statement in policy.statements:
        if not any(True for _ in resources_of(statement)):
            sentence = "Policy statement must contain resources."
            raise MalformedPolicyDocument(sentence, statement.place)


def _resources(policy: Policy) -> None:
    for resource in _resource_texts(policy):
        if sentence := resource_fault(resource.value):
            raise MalformedPolicyDocument(sentence, resource.place)


def _actions(policy: Policy) -> None:
    for statement in policy.statements:
        for action in actions_of(statement):
            if sentence := action_fault(action.value):
                raise MalformedPolicyDocument(sentence, action.place)


def actions_of(statement: Statement) -> Iterator[Text]:
    """The entries of Action or NotAction."""
    for texts in (statement.actions, statement.not_actions):
        yield from texts.items if texts else ()


def resources_of(statement: Statement) -> Iterator[Text]:
    """The entries of Resource or NotResource."""
    for texts in (statement.resources, statement.not_resources):
        yield from texts.items if texts else ()


def _resource_texts(policy: Policy) -> Iterator[Text]:
    """The resources that are strings: a null among them passes."""
    for statement in policy.statements:
        yield from (text for text in resources_of(statement) if text.json is None)
