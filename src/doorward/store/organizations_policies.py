"""Queries on the policies of an organization and what they are attached to.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, union_all, update

from doorward.store import organizations, rows
from doorward.store.organizations import DEFAULT_POLICY
from doorward.store.page import Page
from doorward.store.tables.organization import (
    Organization,
    OrganizationPolicy,
    member_accounts,
    organization_attachments,
    organization_policies,
    units,
)


def named(db: Connection, organization_id: str, kind: str, name: str) -> OrganizationPolicy | None:
    """The customer's policy of that kind and name."""
    columns = organization_policies.c
    query = select(organization_policies).where(
        columns.organization_id == organization_id, columns.kind == kind, columns.name == name
    )
    return rows.one(db, query, OrganizationPolicy)


def page(
    db: Connection, organization_id: str, kind: str, *, after: str | None = None, limit: int
) -> Page[OrganizationPolicy]:
    """At most *limit* of the customer's policies of one kind, by name, after the name *after*."""
    columns = organization_policies.c
    query = select(organization_policies).where(
        columns.organization_id == organization_id, columns.kind == kind
    )
    if after is not None:
        query = query.where(columns.name > after)
    found = rows.many(db, query.order_by(columns.name).limit(limit + 1), OrganizationPolicy)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def count(db: Connection, organization_id: str, kind: str) -> int:
    """How many policies of one kind the customer made."""
    columns = organization_policies.c
    query = select(func.count()).select_from(organization_policies)
    counted = query.where(columns.organization_id == organization_id, columns.kind == kind)
    return db.execute(counted).scalar_one()


def change(db: Connection, policy_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one policy."""
    query = update(organization_policies).where(organization_policies.c.id == policy_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, policy_id: str) -> None:
    """Delete one policy, which is attached to nothing."""
    db.execute(delete(organization_policies).where(organization_policies.c.id == policy_id))


def is_attached(db: Connection, organization_id: str, target_id: str, policy_id: str) -> bool:
    """Whether a policy is attached to one target."""
    columns = organization_attachments.c
    query = select(columns.policy_id).where(
        columns.organization_id == organization_id,
        columns.target_id == target_id,
        columns.policy_id == policy_id,
    )
    return db.execute(query).first() is not None


def targets(
    db: Connection,
    organization_id: str,
    policy_id: str,
    *,
    after: str | None = None,
    limit: int,
) -> Page[str]:
    """At most *limit* ids of what a policy is attached to, in order, after the id *after*."""
    columns = organization_attachments.c
    query = select(columns.target_id).where(
        columns.organization_id == organization_id, columns.policy_id == policy_id
    )
    if after is not None:
        query = query.where(columns.target_id > after)
    found = db.execute(query.order_by(columns.target_id).limit(limit + 1)).scalars().all()
    return Page(found[:limit], found[limit - 1] if len(found) > limit else None)


def enable(db: Connection, organization: Organization, kind: str) -> None:
    """Enable a kind; the root, every unit and every account get its default policy, if any."""
    kinds = [*organization.policy_types, kind]
    organizations.change(db, organization.id, {"policy_types": kinds})
    if kind not in DEFAULT_POLICY:
        return
    every = union_all(
        select(units.c.id).where(units.c.organization_id == organization.id),
        select(member_accounts.c.account).where(
            member_accounts.c.organization_id == organization.id
        ),
    )
    found = [organization.root_id, *db.execute(every).scalars()]
    values = [
        {"organization_id": organization.id, "target_id": one, "policy_id": DEFAULT_POLICY[kind]}
        for one in found
    ]
    db.execute(insert(organization_attachments), values)


def disable(db: Connection, organization: Organization, kind: str) -> None:
    """Disable a kind; its policies are detached from everything."""
    kinds = [one for one in organization.policy_types if one != kind]
    organizations.change(db, organization.id, {"policy_types": kinds})
    columns = organization_policies.c
    own = select(columns.id).where(columns.organization_id == organization.id, columns.kind == kind)
    attached = organization_attachments.c
    defaults: Collection[str] = [DEFAULT_POLICY[kind]] if kind in DEFAULT_POLICY else []
    for which in (attached.policy_id.in_(own), attached.policy_id.in_(defaults)):
        db.execute(
            delete(organization_attachments).where(
                attached.organization_id == organization.id, which
            )
        )
