"""Trust policies of roles.

Sentences marked `assumed` come from other implementations of IAM; the rest were seen on AWS.
Whether a user, role or service exists is asked by whoever stores the policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator
from typing import NamedTuple

from doorward.policy.document import Effect, Policy, Principals, Statement, Text
from doorward.policy.errors import (
    InvalidJson,
    InvalidValue,
    MissingElement,
    PolicySyntaxError,
    UnknownElement,
    shown,
)
from doorward.policy.grammar.conditions import unknown_operators
from doorward.policy.grammar.identity import SYNTAX, actions_of
from doorward.policy.grammar.principals import is_aws, is_federated
from doorward.policy.grammar.refusal import MalformedPolicyDocument
from doorward.policy.grammar.shared_issuers import unscoped_issuer
from doorward.policy.grammar.sids import repeated_sid
from doorward.policy.parse import structure

# Wildcards are refused, `sts:*` too; other spellings of the case pass (assumed).
ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setcontext",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)


class PrincipalValue(NamedTuple):
    """One principal of a policy: its type such as `AWS`, and its value with its place."""

    kind: str
    value: Text


def principals(policy: Policy) -> Iterator[PrincipalValue]:
    """Every principal written in *policy*, in order; the bare `"*"` is none of them."""
    for statement in policy.statements:
        for found in (statement.principals, statement.not_principals):
            for kind, values in found.entries if found else ():
                yield from (PrincipalValue(kind.value, value) for value in values.items)


def check_trust(text: str) -> Policy:
    """The trust policy that *text* spells, of either version or none.

    Raises:
        MalformedPolicyDocument: IAM would refuse it.
    """
    try:
        policy, miscased = structure(text)
    except PolicySyntaxError as error:
        raise MalformedPolicyDocument(_sentence(error), error.place, error.problem) from error
    for wrong in miscased:
        raise MalformedPolicyDocument(_sentence(wrong), wrong.place, wrong.problem)
    if not policy.statements:  # assumed
        raise MalformedPolicyDocument("Could not parse the policy: Statement is empty!")
    for operator in unknown_operators(policy):
        problem = f"there is no condition operator `{shown(operator.value)}`"
        raise MalformedPolicyDocument(SYNTAX, operator.place, problem)
    for statement in policy.statements:
        _principals(statement)
        _actions(statement)
        _no_resources(statement)
    if sid := repeated_sid(policy):  # assumed
        sentence = "The Statement Ids in the policy are not unique"
        raise MalformedPolicyDocument(sentence, sid.place)
    return policy


def _sentence(error: PolicySyntaxError) -> str:
    """AWS's words for a fault of structure; all but those of JSON and fields are assumed."""
    match error:
        case InvalidJson():
            return "This policy contains invalid Json"
        case UnknownElement():
            return f"Unknown field {error.element}"
        case MissingElement():
            return f"Missing required field {error.element}"
        case InvalidValue(element="Version"):
            return "The policy must contain a valid version string"
        case InvalidValue(element="Effect", value=str()):
            return f"Invalid effect: {error.value}"
        case InvalidValue(element="Principal" | "NotPrincipal", value=str()):
            return f'Invalid principal in policy: "{error.value}"'
        case _:
            return SYNTAX


def _principals(statement: Statement) -> None:
    found = statement.principals
    if statement.not_principals is not None:  # assumed
        sentence = "AssumeRole policy must not contain NotPrincipal field."
        if statement.effect is Effect.ALLOW:
            sentence = "Allow with NotPrincipal is not allowed."
        raise MalformedPolicyDocument(sentence, statement.not_principals.place)
    if found is None:
        raise MalformedPolicyDocument("Missing required field Principal", statement.place)
    if found.everyone:  # https://github.com/aws/aws-cdk/issues/5732
        sentence = 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'
        raise MalformedPolicyDocument(sentence, found.place)
    _principals_exist(found)
    for kind, values in found.entries:
        for value in values.items:
            _principal(kind.value, value)
    if issuer := unscoped_issuer(statement):
        raise MalformedPolicyDocument(issuer.sentence, issuer.place)


def _principals_exist(found: Principals) -> None:
    """Refuse a Principal that names nobody.

    https://github.com/terraform-aws-modules/terraform-aws-iam/issues/47
    """
    if not found.entries:  # assumed
        sentence = "Missing required field Principal cannot be empty!"
        raise MalformedPolicyDocument(sentence, found.place)
    if not any(entry.values.items for entry in found.entries):
        sentence = (
            "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: "
            "The passed in policy has a statement with no principals!"
        )
        raise MalformedPolicyDocument(sentence, found.place)


def _principal(kind: str, value: Text) -> None:
    """Refuse a principal whose form is wrong.

    https://github.com/terraform-aws-modules/terraform-aws-emr/pull/15
    """
    if kind == "Federated" and not is_federated(value.value):
        sentence = "Federated principals must be valid domain names or SAML metadata ARNs"
        raise MalformedPolicyDocument(sentence, value.place)
    wrong = kind == "CanonicalUser" or (kind == "AWS" and not is_aws(value.value))
    if wrong or (kind == "Service" and set("*?") & set(value.value)):
        sentence = f'Invalid principal in policy: "{kind.upper()}":"{value.value}"'
        raise MalformedPolicyDocument(sentence, value.place)


def _actions(statement: Statement) -> None:
    actions = list(actions_of(statement))
    if not actions:
        raise MalformedPolicyDocument("Missing required field Action", statement.place)
    for action in actions:
        if statement.not_actions is not None or action.value.lower() not in ACTIONS:
            sentence = "AssumeRole policy may only specify STS AssumeRole actions."
            raise MalformedPolicyDocument(sentence, action.place)


def _no_resources(statement: Statement) -> None:
    if statement.resources is not None:
        raise MalformedPolicyDocument("Has prohibited field Resource", statement.resources.place)
    if statement.not_resources is not None:  # assumed
        sentence = "AssumeRole policy must not contain resources."
        raise MalformedPolicyDocument(sentence, statement.not_resources.place)
