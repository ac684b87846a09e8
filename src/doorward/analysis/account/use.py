"""Findings about what is there and nobody uses: roles, and permissions by service."""

from collections.abc import Iterator
from datetime import datetime

from doorward.analysis.account.finding import (
    Check,
    Finding,
    Gravity,
    Thresholds,
    age,
    aws,
    listed,
    several,
)
from doorward.analysis.account.model import Account, Group, Role

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
    for role in account.roles:
        yield from _role(account, role, limits, now)
    for entity in account.entities():
        if isinstance(entity, Group) or (isinstance(entity, Role) and entity.of_a_service):
            continue
        yield from _permissions(account, entity.arn, entity.created_at, limits, now)


def _role(account: Account, role: Role, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    if not role.use_told or role.of_a_service:
        return
    since = role.last_used_at or role.created_at
    if since is None or (days := age(since, now)) <= limits.unused_role:
        return
    told = (
        f"The role was not used in the last 400 days; it was made {several(days, 'day')} ago."
        if role.last_used_at is None
        else f"The role was last used on {since:%Y-%m-%d}, {several(days, 'day')} ago."
    )
    yield Finding(UNUSED_ROLE, role.arn, told, tuple(_removal(account, role)))


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


def _permissions(
    account: Account, arn: str, created_at: datetime | None, limits: Thresholds, now: datetime
) -> Iterator[Finding]:
    uses = (account.accessed or {}).get(arn, ())
    if created_at is not None and age(created_at, now) <= limits.unused_permissions:
        return  # it had no time to use them
    unused = [
        one.namespace
        for one in uses
        if one.last_at is None or age(one.last_at, now) > limits.unused_permissions
    ]
    if unused:
        told = (
            f"{len(unused)} of {several(len(uses), 'service')} that it may use were not used "
            f"in {several(limits.unused_permissions, 'day')}: {listed(sorted(unused))}."
        )
        details = aws("iam", "generate-service-last-accessed-details", "--arn", arn)
        job = aws("iam", "get-service-last-accessed-details", "--job-id", "JOB_ID")
        yield Finding(UNUSED_PERMISSIONS, arn, told, (details, job))
