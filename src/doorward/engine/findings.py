"""What the policies of one kind say about a request."""

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Match
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Request


class Findings:
    """The statements that apply, and how closely those that allow name the caller."""

    __slots__ = ("allows", "denies", "grade")

    def __init__(self) -> None:
        self.allows: list[Match] = []
        self.denies: list[Match] = []
        self.grade = Grade.NONE


NOTHING = Findings()
"""What no policy says. INVARIANT: findings are not changed once they are returned."""


def findings(request: Request, action: str, policies: PolicySet | None) -> Findings:
    """What policies without a Principal element say; *action* is that of *request*, lower case."""
    if policies is None:
        return NOTHING
    applicable = policies.applicable(action, request.resource, request.context)
    if not applicable:
        return NOTHING
    found = Findings()
    for one in applicable:
        (found.denies if one.deny else found.allows).append(one.match)
    return found


def addressed(
    request: Request, action: str, policies: PolicySet | None, *, has_boundary: bool
) -> Findings:
    """What a policy with Principal elements says about this caller."""
    if policies is None:
        return NOTHING
    found = Findings()
    for one in policies.applicable(action, request.resource, request.context):
        close = grade(one, request.principal, has_boundary=has_boundary)
        if close is Grade.NONE:
            continue
        if one.deny:
            found.denies.append(one.match)
            continue
        found.allows.append(one.match)
        found.grade = max(found.grade, close)
    return found
