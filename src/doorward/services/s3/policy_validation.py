"""What S3 refuses in a bucket policy, in its order and with its sentences; the first fault counts.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

from doorward.base.limits import BUCKET_POLICY_BYTES
from doorward.policy.document import Effect, Policy, Principals, Statement
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.json import Array, Node, Object, String, read
from doorward.policy.parse import ELEMENTS, TOP, parse
from doorward.services.s3 import policy_actions, policy_conditions, policy_text
from doorward.services.s3.errors import MalformedPolicy

VERSIONS = ("2008-10-17", "2012-10-17")
EFFECTS = ("Allow", "Deny")
RAW_CHARACTERS = 8 * BUCKET_POLICY_BYTES
KINDS = frozenset({"AWS", "CanonicalUser", "Service", "Federated"})

SYNTAX = "Invalid policy syntax."
PRINCIPAL = "Invalid principal in policy"
SIZE = f"Normalized policy document exceeds the maximum allowed size of {BUCKET_POLICY_BYTES} bytes"


def validated(text: str, bucket: str, partition: str) -> Policy:
    """The policy that *text* spells for *bucket*, in S3's spelling.

    Whether principals exist is not looked at.

    Raises:
        MalformedPolicy: S3 refuses it.
    """
    if not text.startswith("{"):
        raise MalformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    if len(text) > RAW_CHARACTERS:
        raise MalformedPolicy(SIZE)
    try:
        _check_form(read(text))
        policy = parse(text)
    except PolicySyntaxError as error:
        raise MalformedPolicy(_sentence(text)) from error
    for statement in policy.statements:
        _check_principals(statement)
        kinds = policy_actions.resource_kinds(statement, bucket, partition)
        actions = policy_actions.covered(statement)
        policy_conditions.check_keys(statement)
        policy_actions.check_pairs(statement, kinds)
        policy_conditions.check_pairs(statement, actions)
    written = policy_text.normalized(policy)
    if len(written.encode()) > BUCKET_POLICY_BYTES:
        raise MalformedPolicy(SIZE)
    return parse(written)


def _sentence(text: str) -> str:
    """What is wrong with a text that is no policy: not JSON, or not the JSON of a policy."""
    try:
        read(text)
    except PolicySyntaxError:
        return "This policy contains invalid Json"
    return SYNTAX


def _check_form(node: Node) -> None:
    """Check which elements are there and what they hold, in S3's order."""
    members = _members(node)
    if "Statement" not in members:
        raise MalformedPolicy("Missing required field Statement")
    if members.keys() - TOP:
        raise MalformedPolicy(SYNTAX)
    version = members.get("Version")
    if version is not None and _text(version) not in VERSIONS:
        raise MalformedPolicy("The policy must contain a valid version string")
    found = members["Statement"]
    statements = found.items if isinstance(found, Array) else (found,)
    if not statements:
        raise MalformedPolicy("Could not parse the policy: Statement is empty!")
    for statement in statements:
        _check_statement(_members(statement))


def _check_statement(members: dict[str, Node]) -> None:
    if members.keys() - ELEMENTS:
        raise MalformedPolicy(SYNTAX)
    if "Effect" not in members:
        raise MalformedPolicy("Missing required field Effect")
    effect = _text(members["Effect"])
    if effect not in EFFECTS:
        raise MalformedPolicy(f"Invalid effect: {effect}")
    if not members.keys() & {"Principal", "NotPrincipal"}:
        raise MalformedPolicy("Missing required field Principal")
    for element in ("Principal", "NotPrincipal"):
        _check_kinds(members.get(element))
    if not members.keys() & {"Action", "NotAction"}:
        raise MalformedPolicy("Missing required field Action")
    if not members.keys() & {"Resource", "NotResource"}:
        raise MalformedPolicy("Statement is missing required element")


def _check_kinds(node: Node | None) -> None:
    """Refuse a Principal of no kind that there is; only `*` stands alone."""
    if isinstance(node, String) and node.value != "*":
        raise invalid_principal("AWS", node.value)
    if not isinstance(node, Object):
        return
    for key, _ in node.members:
        if key.value not in KINDS:
            raise invalid_principal(key.value, "")
    if not node.members:
        raise MalformedPolicy(PRINCIPAL)


def _members(node: Node) -> dict[str, Node]:
    if not isinstance(node, Object):
        raise MalformedPolicy(SYNTAX)
    return {key.value: member for key, member in node.members}


def _text(node: Node) -> str:
    if not isinstance(node, String):
        raise MalformedPolicy(SYNTAX)
    return node.value


def _check_principals(statement: Statement) -> None:
    """Refuse forms of Principal that mean nobody."""
    if statement.not_principals is not None and statement.effect is Effect.ALLOW:
        # assumed: AWS's sentence is not known.
        raise MalformedPolicy("Allow with NotPrincipal is not allowed.")
    principals: Principals | None = statement.principals or statement.not_principals
    for entry in principals.entries if principals else ():
        if not entry.values.items:
            raise invalid_principal(entry.kind.value, "")


def invalid_principal(kind: str, value: str) -> MalformedPolicy:
    """The refusal of one principal, which it names."""
    return MalformedPolicy(PRINCIPAL, f'"{kind}" : "{value}"')
