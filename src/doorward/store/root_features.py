"""Queries on centralized root access: what is switched on, and who administers it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from doorward.store import organizations_delegation
from doorward.store.tables.organization import Organization
from doorward.store.tables.root_feature import root_features

CREDENTIALS, SESSIONS = "RootCredentialsManagement", "RootSessions"
IAM = "iam.amazonaws.com"

_columns = root_features.c


def of(db: Connection, organization_id: str) -> Sequence[str]:
    """The features that are on, by name."""
    query = select(_columns.feature).where(_columns.organization_id == organization_id)
    return list(db.execute(query.order_by(_columns.feature)).scalars())


def enable(db: Connection, organization_id: str, feature: str, now: datetime) -> None:
    """Switch on a feature that is off."""
    values = {"organization_id": organization_id, "feature": feature, "enabled_at": now}
    db.execute(insert(root_features).values(values))


def disable(db: Connection, organization_id: str, feature: str) -> None:
    """Switch off a feature."""
    db.execute(
        delete(root_features).where(
            _columns.organization_id == organization_id, _columns.feature == feature
        )
    )


def is_trusted(db: Connection, organization_id: str) -> bool:
    """Whether the organization trusts IAM."""
    trusted = organizations_delegation.trusted(db, organization_id)
    return any(one.service == IAM for one in trusted)


def administers(db: Connection, organization: Organization, account: str) -> bool:
    """Whether *account* manages the organization or administers IAM for it."""
    if organization.management_account == account:
        return True
    return bool(
        organizations_delegation.delegated(db, organization.id, account=account, service=IAM)
    )
