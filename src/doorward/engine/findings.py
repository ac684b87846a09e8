"""What the policies of one kind say about a request."""

from typing import NamedTuple

from doorward.engine.compile import PolicySet
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Request
from doorward.engine.statement import Compiled


class Findings(NamedTuple):
    """The Allow statements that apply, and how closely any of them names the caller."""

    allows: list[Compiled]
    grade: Grade


NONE: list[Compiled] = []
"""No statement. INVARIANT: what is found is not changed once it is returned."""

UNNAMED = Grade.NONE
NOTHING = Findings(NONE, UNNAMED)
"""What no policy says."""


def denies(request: Request, action: str, policies: PolicySet | None) -> list[Compiled]:
    """The Deny statements that apply, of policies without a Principal element.

    *action* is that of *request* in lower case, here and below.
    """
    if policies is None:
        return NONE
    return policies.denying(action, request.resource, request.context)


def allows(request: Request, action: str, policies: PolicySet | None) -> list[Compiled]:
    """The Allow statements that apply, of policies without a Principal element."""
    if policies is None:
        return NONE
    return policies.allowing(action, request.resource, request.context)


def denies_caller(
    request: Request, action: str, policies: PolicySet | None, *, has_boundary: bool
) -> list[Compiled]:
    """The Deny statements that apply and name the caller."""
    if policies is None:
        return NONE
    found = policies.denying(action, request.resource, request.context)
    if not found:
        return NONE
    return [
        one
        for one in found
        if grade(one, request.principal, has_boundary=has_boundary) is not UNNAMED
    ]


def allows_caller(request: Request, action: str, policies: PolicySet | None) -> Findings:
    """The Allow statements that apply and name the caller, and how closely."""
    if policies is None:
        return NOTHING
    found = policies.allowing(action, request.resource, request.context)
    if not found:
        return NOTHING
    named: list[Compiled] = []
    closest = UNNAMED
    for one in found:
        close = grade(one, request.principal, has_boundary=False)
        if close is UNNAMED:
            continue
        named.append(one)
        if close is not closest:
            closest = max(closest, close)
    return Findings(named, closest)
