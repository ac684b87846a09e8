"""Making a role of a permission set in an account, and unmaking it.

The role is `AWSReservedSSO_NAME_0123456789abcdef` under a path that the account cannot change. On
AWS it trusts a SAML provider of Identity Center; here it trusts the service itself (assumed), since
a provider that is not there could be made by anybody who may make providers.

https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from doorward.base import arn
from doorward.base.ids import Ids
from doorward.services.sso_admin import durations
from doorward.store import (
    attachments,
    inline_policies,
    permission_sets,
    policies,
    roles,
)
from doorward.store.tables.permission_set import PermissionSet, Provision
from doorward.store.tables.role import Role

SERVICE = "sso.amazonaws.com"
PATH = f"/aws-reserved/{SERVICE}/"
HOME_REGION = "us-east-1"
INLINE = "AwsSSOInlinePolicy"
SUFFIX_BYTES = 8
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SERVICE},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    },
    separators=(",", ":"),
)


class NotProvisioned(Exception):
    """The account lacks a policy that the permission set names; the text says which."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What roles are made with, and the partition and the instance's Region."""

    ids: Ids
    now: datetime
    partition: str
    region: str


def customer_managed(partition: str, target: str, reference: str) -> str:
    """The ARN in the account *target* of a policy that is known by path and name."""
    return arn.iam(partition, target, f"policy{reference}")


def provision(db: Connection, tools: Tools, one: PermissionSet, target: str) -> Provision:
    """Make the role in the account *target*, or make it what the permission set is now.

    Raises:
        NotProvisioned: a customer managed policy is not in that account; nothing was done.
    """
    named = [_present(db, tools, target, reference) for reference in one.customer_managed]
    wanted = [*one.managed, *named]
    boundary = one.boundary
    if boundary and not boundary.startswith("arn:"):
        boundary = _present(db, tools, target, boundary)
    known = permission_sets.provision(db, one.account, one.id, target)
    role_id = known.role_id if known else _new_role(db, tools, one, target)
    seconds = durations.seconds(one.session_duration)
    description = one.description or None
    roles.change(
        db,
        role_id,
        {
            "boundary": boundary,
            "max_session_duration": seconds,
            "description": description,
        },
    )
    _permit(db, tools, target, role_id, wanted, one.inline_policy)
    made = Provision(one.account, one.id, target, role_id, one.version)
    permission_sets.keep_provision(db, made)
    return made


def deprovision(db: Connection, found: Provision) -> None:
    """Delete the role, which ends every session of it."""
    for attached in attachments.of(db, found.target, found.role_id):
        attachments.detach(db, found.target, found.role_id, attached)
    for inline in inline_policies.of(db, found.target, found.role_id):
        inline_policies.remove(db, found.target, found.role_id, inline.name)
    roles.remove(db, found.role_id)
    permission_sets.forget_provision(db, found)


def _present(db: Connection, tools: Tools, target: str, reference: str) -> str:
    """The ARN of the customer managed policy *reference* in the account *target*.

    Raises:
        NotProvisioned: it is not there.
    """
    policy = customer_managed(tools.partition, target, reference)
    if policies.find(db, target, policy) is None:
        raise NotProvisioned(f"The policy {policy} does not exist in account {target}.")
    return policy


def _new_role(db: Connection, tools: Tools, one: PermissionSet, target: str) -> str:
    name = f"AWSReservedSSO_{one.name}_{tools.ids.token(SUFFIX_BYTES).hex()}"
    path = PATH if tools.region == HOME_REGION else f"{PATH}{tools.region}/"
    role = Role(
        id=tools.ids.unique_id("AROA"),
        account=target,
        name=name,
        name_key=name.lower(),
        path=path,
        created_at=tools.now,
        trust=TRUST,
    )
    roles.add(db, role)
    return role.id


def _permit(
    db: Connection,
    tools: Tools,
    target: str,
    role_id: str,
    wanted: list[str],
    inline: str | None,
) -> None:
    """Have exactly the policies *wanted* and *inline* on the role."""
    present = set(attachments.of(db, target, role_id))
    for one in present.difference(wanted):
        attachments.detach(db, target, role_id, one)
    for one in dict.fromkeys(wanted):
        if one not in present:
            attachments.attach(db, target, role_id, one, tools.now)
    if inline is not None:
        inline_policies.put(db, target, role_id, INLINE, inline)
    else:
        inline_policies.remove(db, target, role_id, INLINE)
