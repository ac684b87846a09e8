"""Queries on trusted services, delegated administrators and the organization's own policy.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.organization_delegation import (
    DelegatedAdministrator,
    OrganizationResourcePolicy,
    TrustedService,
    delegated_administrators,
    organization_resource_policies,
    trusted_services,
)


def trust(db: Connection, made: TrustedService) -> None:
    """Give a service trusted access."""
    values = {name: getattr(made, name) for name in TrustedService.__slots__}
    db.execute(insert(trusted_services).values(values))


def trusted(db: Connection, organization_id: str) -> Sequence[TrustedService]:
    """The services with trusted access, by name; few."""
    columns = trusted_services.c
    query = select(trusted_services).where(columns.organization_id == organization_id)
    return rows.many(db, query.order_by(columns.service), TrustedService)


def distrust(db: Connection, organization_id: str, service: str) -> None:
    """End a service's trusted access."""
    columns = trusted_services.c
    db.execute(
        delete(trusted_services).where(
            columns.organization_id == organization_id, columns.service == service
        )
    )


def delegate(db: Connection, made: DelegatedAdministrator) -> None:
    """Make an account administer a service."""
    values = {name: getattr(made, name) for name in DelegatedAdministrator.__slots__}
    db.execute(insert(delegated_administrators).values(values))


def delegated(
    db: Connection,
    organization_id: str,
    *,
    account: str | None = None,
    service: str | None = None,
) -> Sequence[DelegatedAdministrator]:
    """Who administers what, by account and service: all, or of one account or service; few."""
    columns = delegated_administrators.c
    query = select(delegated_administrators).where(columns.organization_id == organization_id)
    if account is not None:
        query = query.where(columns.account == account)
    if service is not None:
        query = query.where(columns.service == service)
    ordered = query.order_by(columns.account, columns.service)
    return rows.many(db, ordered, DelegatedAdministrator)


def relieve(db: Connection, made: DelegatedAdministrator) -> None:
    """Make an account administer a service no longer."""
    columns = delegated_administrators.c
    db.execute(
        delete(delegated_administrators).where(
            columns.organization_id == made.organization_id,
            columns.account == made.account,
            columns.service == made.service,
        )
    )


def resource_policy(db: Connection, organization_id: str) -> OrganizationResourcePolicy | None:
    """The organization's own policy."""
    columns = organization_resource_policies.c
    query = select(organization_resource_policies).where(columns.organization_id == organization_id)
    return rows.one(db, query, OrganizationResourcePolicy)


def add_resource_policy(db: Connection, made: OrganizationResourcePolicy) -> None:
    """Give an organization that has none its own policy."""
    values = {name: getattr(made, name) for name in OrganizationResourcePolicy.__slots__}
    db.execute(insert(organization_resource_policies).values(values))


def change_resource_policy(db: Connection, organization_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of the organization's own policy."""
    columns = organization_resource_policies.c
    query = update(organization_resource_policies).where(columns.organization_id == organization_id)
    db.execute(query.values(dict(values)))


def remove_resource_policy(db: Connection, organization_id: str) -> None:
    """Delete the organization's own policy."""
    columns = organization_resource_policies.c
    db.execute(
        delete(organization_resource_policies).where(columns.organization_id == organization_id)
    )
