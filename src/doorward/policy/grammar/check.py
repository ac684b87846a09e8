"""The way into the grammars."""

from enum import Enum
from typing import assert_never

from doorward.policy.document import Policy
from doorward.policy.grammar.identity import check_identity, check_session
from doorward.policy.grammar.organizations import check_rcp, check_scp
from doorward.policy.grammar.resource_based import check_endpoint, check_resource
from doorward.policy.grammar.trust import check_trust


class PolicyType(Enum):
    """What a document is to become; each type is refused for other faults.

    INLINE is an identity-based policy that lives in one user, group or role.
    """

    IDENTITY = "identity"
    INLINE = "inline"
    TRUST = "trust"
    RESOURCE = "resource"
    SCP = "scp"
    RCP = "rcp"
    SESSION = "session"
    ENDPOINT = "endpoint"


def check(text: str, kind: PolicyType) -> Policy:
    """The policy that *text* spells, if AWS would accept it as one of *kind*.

    The old language passes as INLINE (assumed: only managed policies were seen to need the new).
    How long it may be is asked elsewhere, by `size`.

    Raises:
        Refusal: AWS would refuse it, with AWS's sentence, code and the place.
    """
    match kind:
        case PolicyType.IDENTITY:
            return check_identity(text)
        case PolicyType.INLINE:
            return check_identity(text, versioned=False)
        case PolicyType.TRUST:
            return check_trust(text)
        case PolicyType.RESOURCE:
            return check_resource(text)
        case PolicyType.SCP:
            return check_scp(text)
        case PolicyType.RCP:
            return check_rcp(text)
        case PolicyType.SESSION:
            return check_session(text)
        case PolicyType.ENDPOINT:
            return check_endpoint(text)
        case _:
            assert_never(kind)
