"""Findings about what is there and nobody uses: roles, and permissions by service."""

from collections.abc import Iterator
from datetime import datetime

from doorward.analysis.account.finding import (
    Check,
    Finding,
    Gravity,
    Thresholds,
    aws,
    listed,
    several,
)
from doorward.analysis.account.model import Account, Role
from doorward.analysis.account.unused import UnusedPermissions, UnusedRole, permissions, roles

UNUSED_ROLE = Check(
    "unused-role",
    Gravity.MEDIUM,
    "A role is not used",
    "It can be taken on by all whom its trust policy names, and nobody would notice.",
    "Ask its owner, then delete it. To try that first, deny everything to it: the policy "
    "AWSDenyAll can be attached and detached at any time.",
)
UNUSED_PERMISSIONS = Check(
    "unused-permissions",
    Gravity.LOW,
    "Permissions are not used",
    "What is allowed and never needed only helps somebody else.",
    "Take the services out of its policies. What it does use is told by "
    "get-service-last-accessed-details.",
)


def findings(account: Account, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    """The findings about unused roles and permissions."""
    for one in roles(account, limits.unused_role + 1, now):
        yield _role(account, one)
    for each in permissions(account, limits.unused_permissions + 1, now):
        yield from _permissions(each, limits)


def _role(account: Account, found: UnusedRole) -> Finding:
    days = several(found.days, "day")
    told = (
        f"The role was not used in the last 400 days; it was made {days} ago."
        if found.last_accessed is None
        else f"The role was last used on {found.last_accessed:%Y-%m-%d}, {days} ago."
    )
    return Finding(UNUSED_ROLE, found.arn, told, tuple(_removal(account, found.role)))


def _removal(account: Account, role: Role) -> Iterator[str]:
    """The commands that remove a role, in the only order in which IAM takes them."""
    name = ("--role-name", role.name)
    deny = f"arn:{account.partition}:iam::aws:policy/AWSDenyAll"
    yield f"{aws('iam', 'attach-role-policy', *name, '--policy-arn', deny)}  # to try it first"
    for document in role.attached:
        yield aws("iam", "detach-role-policy", *name, "--policy-arn", document.arn or "")
    for arn in role.unread:
        yield aws("iam", "detach-role-policy", *name, "--policy-arn", arn)
    yield aws("iam", "detach-role-policy", *name, "--policy-arn", deny)
    for profile in role.profiles:
        where = ("--instance-profile-name", profile)
        yield aws("iam", "remove-role-from-instance-profile", *where, *name)
    for document in role.inline:
        yield aws("iam", "delete-role-policy", *name, "--policy-name", document.name)
    yield aws("iam", "delete-role", *name)


def _permissions(found: UnusedPermissions, limits: Thresholds) -> Iterator[Finding]:
    whole = sorted(one.namespace for one in found.services if not one.actions)
    if whole:
        told = (
            f"{len(whole)} of {several(found.allowed, 'service')} that it may use were not used "
            f"in {several(limits.unused_permissions, 'day')}: {listed(whole)}."
        )
        details = aws("iam", "generate-service-last-accessed-details", "--arn", found.arn)
        job = aws("iam", "get-service-last-accessed-details", "--job-id", "JOB_ID")
        yield Finding(UNUSED_PERMISSIONS, found.arn, told, (details, job))
