"""Resource-based policies in general, and those of VPC endpoints.

Services word their refusals differently and check more: S3's bucket policies are S3's. The
sentences here are S3's for the same faults (assumed for other services).

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from doorward.policy.document import Policy, Statement
from doorward.policy.grammar.actions import action_fault
from doorward.policy.grammar.identity import SYNTAX, actions_of, resources_of, syntax
from doorward.policy.grammar.principals import is_aws
from doorward.policy.grammar.refusal import MalformedPolicyDocument
from doorward.policy.grammar.trust import principals


def check_resource(text: str) -> Policy:
    """The resource-based policy that *text* spells.

    Raises:
        MalformedPolicyDocument: it has no principal or action, or one of a wrong form.
    """
    policy, miscased = syntax(text)
    for error in miscased:
        raise MalformedPolicyDocument(SYNTAX, error.place, error.problem)
    for statement in policy.statements:
        _needs(statement, "Principal", bool(statement.principals or statement.not_principals))
        _needs(statement, "Action", any(True for _ in actions_of(statement)))
        for action in actions_of(statement):
            if sentence := action_fault(action.value):
                raise MalformedPolicyDocument(sentence, action.place)
    for kind, value in principals(policy):
        if (kind == "AWS" and not is_aws(value.value)) or (
            kind == "Service" and set("*?") & set(value.value)
        ):
            raise MalformedPolicyDocument("Invalid principal in policy", value.place)
    return policy


def check_endpoint(text: str) -> Policy:
    """The policy of a VPC endpoint that *text* spells. It must name principals and resources.

    Raises:
        MalformedPolicyDocument: it is no resource-based policy, or has no resource.
    """
    policy = check_resource(text)
    for statement in policy.statements:
        _needs(statement, "Resource", any(True for _ in resources_of(statement)))
    return policy


def _needs(statement: Statement, element: str, there: bool) -> None:
    if not there:
        sentence = f"Missing required field {element}"
        raise MalformedPolicyDocument(sentence, statement.place)
