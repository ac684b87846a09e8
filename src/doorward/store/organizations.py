"""Queries on organizations: the tree of units and accounts, and the policies attached to it.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_auth.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.sources import Inconsistent
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationAttachment,
    OrganizationPolicy,
    Unit,
    member_accounts,
    organization_attachments,
    organization_policies,
    organizations,
    units,
)
from doorward.store.tables.organization_delegation import (
    delegated_administrators,
    organization_resource_policies,
    trusted_services,
)
from doorward.store.tables.root_feature import root_features

SCP = "scp"
RCP = "rcp"
FULL_AWS_ACCESS = "p-FullAWSAccess"
RCP_FULL_AWS_ACCESS = "p-RCPFullAWSAccess"
DEFAULT_POLICY = {SCP: FULL_AWS_ACCESS, RCP: RCP_FULL_AWS_ACCESS}
"""What AWS attaches to the root and to every new unit and account, by kind."""

DEEPEST = 5
"""Levels of units under the root.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""


class Place(NamedTuple):
    """Where an account stands: its organization, and the targets down to it, the root first."""

    organization: Organization
    targets: tuple[str, ...]

    @property
    def path(self) -> str:
        """The account's parent as `aws:PrincipalOrgPaths` shows it, with its trailing slash."""
        return "/".join((self.organization.id, *self.targets[:-1], ""))


def add(db: Connection, made: Organization) -> None:
    """Insert an organization; its root gets the default policy of every enabled kind."""
    _insert(db, organizations, made)
    _attach_defaults(db, made, made.root_id)


def add_unit(db: Connection, organization: Organization, made: Unit) -> None:
    """Insert a unit, with the default policies attached."""
    _insert(db, units, made)
    _attach_defaults(db, organization, made.id)


def add_account(db: Connection, organization: Organization, made: MemberAccount) -> None:
    """Make an account a member, with the default policies attached."""
    _insert(db, member_accounts, made)
    _attach_defaults(db, organization, made.account)


def add_policy(db: Connection, made: OrganizationPolicy) -> None:
    """Insert a policy, attached to nothing."""
    _insert(db, organization_policies, made)


def attach(db: Connection, organization_id: str, target_id: str, policy_id: str) -> None:
    """Attach a policy to a root, unit or account that has it not yet."""
    _insert(
        db, organization_attachments, OrganizationAttachment(organization_id, target_id, policy_id)
    )


def detach(db: Connection, organization_id: str, target_id: str, policy_id: str) -> None:
    """Detach a policy from a root, unit or account."""
    columns = organization_attachments.c
    db.execute(
        delete(organization_attachments).where(
            columns.organization_id == organization_id,
            columns.target_id == target_id,
            columns.policy_id == policy_id,
        )
    )


def detach_all(db: Connection, organization_id: str, target_id: str) -> None:
    """Detach whatever is attached to a unit or account that goes."""
    columns = organization_attachments.c
    db.execute(
        delete(organization_attachments).where(
            columns.organization_id == organization_id, columns.target_id == target_id
        )
    )


def find(db: Connection, organization_id: str) -> Organization | None:
    """The organization of that id."""
    query = select(organizations).where(organizations.c.id == organization_id)
    return rows.one(db, query, Organization)


def find_unit(db: Connection, unit_id: str) -> Unit | None:
    """The unit of that id, in whatever organization."""
    return rows.one(db, select(units).where(units.c.id == unit_id), Unit)


def find_account(db: Connection, account: str) -> MemberAccount | None:
    """The membership of *account*, None where it is in no organization."""
    query = select(member_accounts).where(member_accounts.c.account == account)
    return rows.one(db, query, MemberAccount)


def find_policy(db: Connection, policy_id: str) -> OrganizationPolicy | None:
    """The customer's policy of that id, in whatever organization; AWS's are in no table."""
    query = select(organization_policies).where(organization_policies.c.id == policy_id)
    return rows.one(db, query, OrganizationPolicy)


def change(db: Connection, organization_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one organization."""
    query = update(organizations).where(organizations.c.id == organization_id)
    db.execute(query.values(dict(values)))


def change_account(db: Connection, account: str, values: Mapping[str, Any]) -> None:
    """Set columns of one membership."""
    query = update(member_accounts).where(member_accounts.c.account == account)
    db.execute(query.values(dict(values)))


def remove_account(db: Connection, member: MemberAccount) -> None:
    """End a membership; what was attached to the account, and what it administered, goes too."""
    detach_all(db, member.organization_id, member.account)
    columns = delegated_administrators.c
    db.execute(
        delete(delegated_administrators).where(
            columns.organization_id == member.organization_id, columns.account == member.account
        )
    )
    db.execute(delete(member_accounts).where(member_accounts.c.account == member.account))


def remove(db: Connection, organization_id: str) -> None:
    """Delete an organization with all that is in it."""
    for table in (
        organization_attachments,
        organization_policies,
        units,
        member_accounts,
        trusted_services,
        delegated_administrators,
        organization_resource_policies,
        root_features,
    ):
        db.execute(delete(table).where(table.c.organization_id == organization_id))
    db.execute(delete(organizations).where(organizations.c.id == organization_id))


def members(
    db: Connection,
    organization_id: str,
    *,
    parent_id: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[MemberAccount]:
    """At most *limit* member accounts by id, all or those directly under *parent_id*."""
    query = select(member_accounts).where(member_accounts.c.organization_id == organization_id)
    if parent_id is not None:
        query = query.where(member_accounts.c.parent_id == parent_id)
    if after is not None:
        query = query.where(member_accounts.c.account > after)
    query = query.order_by(member_accounts.c.account).limit(limit + 1)
    found = rows.many(db, query, MemberAccount)
    return Page(found[:limit], found[limit - 1].account if len(found) > limit else None)


def count_members(db: Connection, organization_id: str) -> int:
    """How many accounts the organization has, the management account included."""
    query = select(func.count()).select_from(member_accounts)
    counted = query.where(member_accounts.c.organization_id == organization_id)
    return db.execute(counted).scalar_one()


def place(db: Connection, account: str) -> Place | None:
    """Where *account* stands, None where it is in no organization.

    Raises:
        Inconsistent: its line of units does not end at the root; without it nothing is allowed.
    """
    member = find_account(db, account)
    if member is None:
        return None
    organization = find(db, member.organization_id)
    if organization is None:
        raise Inconsistent(f"the organization of account {account} is gone")
    line = above(db, organization, member.parent_id)
    if line is None:
        raise Inconsistent(f"the units above account {account} do not lead to the root")
    return Place(organization, (*line, member.account))


def above(db: Connection, organization: Organization, target_id: str) -> tuple[str, ...] | None:
    """The ids from the root down to *target_id*, a root or unit; None where they do not lead there.

    *target_id* itself is the last of them.
    """
    line: list[str] = []
    here = target_id
    while here != organization.root_id and len(line) < DEEPEST:
        unit = find_unit(db, here)
        if unit is None or unit.organization_id != organization.id:
            return None
        line.append(unit.id)
        here = unit.parent_id
    return (organization.root_id, *reversed(line)) if here == organization.root_id else None


def attached_to(
    db: Connection, organization_id: str, target_id: str
) -> Sequence[tuple[str, OrganizationPolicy | None]]:
    """The ids of the policies attached to one target, in order; AWS's own have no row."""
    attached, policy = organization_attachments, organization_policies
    query = (
        select(attached.c.policy_id, *policy.c)
        .outerjoin(policy, policy.c.id == attached.c.policy_id)
        .where(attached.c.organization_id == organization_id, attached.c.target_id == target_id)
        .order_by(attached.c.policy_id)
    )
    return [
        (row[0], None if row[1] is None else OrganizationPolicy(*row[1:]))
        for row in db.execute(query)
    ]


def _attach_defaults(db: Connection, organization: Organization, target_id: str) -> None:
    for kind in organization.policy_types:
        if kind in DEFAULT_POLICY:
            attach(db, organization.id, target_id, DEFAULT_POLICY[kind])


def _insert(db: Connection, table: Table, made: Any) -> None:
    db.execute(insert(table).values({name: getattr(made, name) for name in made.__slots__}))
