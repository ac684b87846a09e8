"""Contents of policies before they are kept: refused as AWS refuses them, and not too long.

What is in tag, backup and other management policies is checked to be JSON with known operators;
the settings themselves are not (their services are not here).

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.grammar import MalformedPolicyDocumentException as Malformed
from doorward.policy.grammar import PolicyType, check
from doorward.policy.json import Array, Node, Object, Scalar, String, read
from doorward.services.organizations.inheritance import CHILD_CONTROL, OPERATORS, PREFIX, VALUES
from doorward.services.organizations.policy_types import LIMITS
from doorward.services.organizations.reasons import ConstraintViolation

GRAMMARS = {
    "SERVICE_CONTROL_POLICY": PolicyType.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyType.RCP,
}


def checked(content: str, wire_type: str) -> str:
    """*content* as it stands, if it may become a policy of the type. White space counts.

    Raises:
        ConstraintViolation: it is too long.
        Malformed: it is no policy of the type.
    """
    if len(content) > min(LIMITS[wire_type].characters, POLICY_DOCUMENT_CHARACTERS):
        raise ConstraintViolation("POLICY_CONTENT_LIMIT_EXCEEDED")
    if grammar := GRAMMARS.get(wire_type):
        check(content, grammar)
        return content
    try:
        node = read(content)
    except PolicySyntaxError as error:
        raise Malformed(error.problem, error.place) from error
    if not isinstance(node, Object) or not node.members:
        raise Malformed("a policy is a JSON object with something in it", node.place)
    _operators(node)
    return content


def _operators(node: Node) -> None:
    """Refuse operators that there are not, and such as have no value of their kind."""
    if isinstance(node, Array):
        for item in node.items:
            _operators(item)
    if not isinstance(node, Object):
        return
    for key, value in node.members:
        if not key.value.startswith(PREFIX):
            _operators(value)
        elif key.value == CHILD_CONTROL:
            _child_control(value)
        elif key.value not in OPERATORS:
            raise Malformed("there is no such operator", key.place)
        elif isinstance(value, Object) or (isinstance(value, Scalar) and value.text == "null"):
            raise Malformed("an operator takes a value or a list of them", value.place)


def _child_control(node: Node) -> None:
    items = node.items if isinstance(node, Array) else ()
    if not items or not all(isinstance(one, String) and one.value in VALUES for one in items):
        raise Malformed("expected a list of operators that children may use", node.place)
