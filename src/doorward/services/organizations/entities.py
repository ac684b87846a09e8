"""The things of an organization by their ids, which tell their kinds: `r-`, `ou-`, `p-`, digits.

INVARIANT: an id of another organization finds nothing.
"""

from sqlalchemy import Connection

from doorward.base.arn import is_account
from doorward.services.organizations import arns
from doorward.store import organizations, organizations_delegation, organizations_handshakes
from doorward.store.membership import AWS_POLICIES
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationPolicy,
    Unit,
)
from doorward.store.tables.organization_delegation import OrganizationResourcePolicy
from doorward.store.tables.organization_handshake import ResponsibilityTransfer


def member(db: Connection, found: Organization, account: str) -> MemberAccount | None:
    """The member account of that id."""
    joined = organizations.find_account(db, account)
    return joined if joined and joined.organization_id == found.id else None


def unit(db: Connection, found: Organization, id: str) -> Unit | None:
    """The unit of that id."""
    one = organizations.find_unit(db, id)
    return one if one and one.organization_id == found.id else None


def policy(db: Connection, found: Organization, id: str) -> OrganizationPolicy | None:
    """The customer's policy of that id."""
    one = organizations.find_policy(db, id)
    return one if one and one.organization_id == found.id else None


def policy_kind(db: Connection, found: Organization, id: str) -> str | None:
    """The kind of the policy of that id, AWS's or the customer's."""
    if id in AWS_POLICIES:
        return AWS_POLICIES[id][0]
    one = policy(db, found, id) if id.startswith("p-") else None
    return one.kind if one else None


def resource_policy(db: Connection, found: Organization) -> OrganizationResourcePolicy | None:
    """The organization's own policy."""
    return organizations_delegation.resource_policy(db, found.id)


def transfer(db: Connection, account: str, id: str) -> ResponsibilityTransfer | None:
    """The transfer of that id which *account*, a management account, takes part in."""
    one = organizations_handshakes.find_transfer(db, id)
    return one if one and account in (one.management_account, one.source_account) else None


def is_target(db: Connection, found: Organization, id: str) -> bool:
    """Whether the id is that of the root, a unit or an account."""
    return id == found.root_id or bool(
        member(db, found, id) if is_account(id) else unit(db, found, id)
    )


def is_parent(db: Connection, found: Organization, id: str) -> bool:
    """Whether the id is that of the root or a unit."""
    return id == found.root_id or unit(db, found, id) is not None


def tags(db: Connection, found: Organization, id: str) -> dict[str, str] | None:
    """The tags of what has that id, None where nothing taggable has it."""
    if id == found.root_id:
        return found.root_tags
    one: (
        MemberAccount
        | Unit
        | OrganizationPolicy
        | OrganizationResourcePolicy
        | ResponsibilityTransfer
        | None
    )
    match id.partition("-")[0]:
        case "ou":
            one = unit(db, found, id)
        case "p":
            one = policy(db, found, id)
        case "rp":
            one = resource_policy(db, found)
            one = one if one and one.id == id else None
        case "rt":
            one = transfer(db, found.management_account, id)
        case _:
            one = member(db, found, id)
    return one.tags if one else None


def arn(db: Connection, partition: str, found: Organization, id: str, account: str) -> str:
    """The ARN of what has that id, or would have; *account* is who asks."""
    match id.partition("-")[0]:
        case "r":
            return arns.inside(partition, found, "root", id)
        case "ou":
            return arns.inside(partition, found, "ou", id)
        case "p":
            its_kind = policy_kind(db, found, id)
            if id in AWS_POLICIES:
                return arns.aws_policy(partition, AWS_POLICIES[id][0], id)
            # A policy that is not there would have some type.
            return arns.policy(partition, found, its_kind or "*", id)
        case "rp":
            return arns.inside(partition, found, "resourcepolicy", id)
        case "rt":
            one = transfer(db, account, id)
            inbound = one is None or one.management_account == account
            return arns.transfer(partition, found.management_account, found.id, id, inbound=inbound)
        case _:
            return arns.inside(partition, found, "account", id)
