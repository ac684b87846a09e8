"""Whose resource it is, and whether the caller is an account's root user."""

from doorward.base.arn import Arn, is_account
from doorward.engine.request import Principal, PrincipalKind, Request


def owner(request: Request) -> str | None:
    """The account that owns the resource: told, or in the ARN, or else the caller's own.

    What belongs to AWS, such as `arn:aws:iam::aws:policy/…`, is reached from every account.
    """
    if request.resource_account:
        return request.resource_account
    found = Arn.parse(request.resource)
    if found is not None and is_account(found.account):
        return found.account
    return request.principal.account


def is_root(caller: Principal) -> bool:
    """Whether *caller* is an account's root user, by key or by a federated session of its own."""
    if caller.kind is PrincipalKind.ROOT:
        return True
    federated = caller.kind is PrincipalKind.FEDERATED_USER and caller.unique_id is None
    return federated and (caller.user_arn or "").endswith(":root")
