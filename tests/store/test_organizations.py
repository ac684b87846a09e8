"""Where accounts stand in an organization, and what is attached above them."""

from datetime import datetime

import pytest
from sqlalchemy import Connection, delete

from doorward.store import membership, organizations
from doorward.store.database import Database
from doorward.store.organizations import FULL_AWS_ACCESS, RCP, SCP
from doorward.store.sources import Inconsistent
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationPolicy,
    Unit,
    organization_policies,
    units,
)
from store import plans

MANAGEMENT, MEMBER, OUTSIDER = "111122223333", "444455556666", "777788889999"
DENY = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'


def build(db: Connection, now: datetime, kinds: list[str]) -> None:
    """The management account under the root, the member two units deep with a policy on each."""
    made = Organization("o-abcdefghij", MANAGEMENT, "r-root", now, policy_types=kinds)
    organizations.add(db, made)
    outer = Unit("ou-root-outer000", made.id, made.root_id, "outer", now)
    inner = Unit("ou-root-inner000", made.id, outer.id, "inner", now)
    organizations.add_unit(db, made, outer)
    organizations.add_unit(db, made, inner)
    for account, parent in ((MANAGEMENT, made.root_id), (MEMBER, inner.id)):
        member = MemberAccount(account, made.id, parent, now)
        organizations.add_account(db, made, member)
    policy = OrganizationPolicy("p-deny0000", made.id, SCP, "deny", "", DENY, now)
    organizations.add_policy(db, policy)
    organizations.attach(db, made.id, outer.id, policy.id)
    organizations.detach(db, made.id, inner.id, FULL_AWS_ACCESS)


@pytest.fixture
def organized(either: Database, now: datetime) -> Database:
    either.write(lambda db: build(db, now, [SCP]))
    return either


def names(levels: tuple[membership.Level, ...] | None) -> list[list[str]] | None:
    return None if levels is None else [[policy.name for policy in level] for level in levels]


def test_the_path_of_an_account_leads_from_the_organization_to_its_parent(
    organized: Database,
) -> None:
    with organized.read() as db:
        member = organizations.place(db, MEMBER)
        management = organizations.place(db, MANAGEMENT)

    assert member is not None
    assert member.path == "o-abcdefghij/r-root/ou-root-outer000/ou-root-inner000/"
    assert management is not None
    assert management.path == "o-abcdefghij/r-root/"


def test_every_level_holds_what_is_attached_to_it_root_first(organized: Database) -> None:
    with organized.read() as db:
        found = membership.source(db, MEMBER)

    assert names(found.scps) == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "deny"],
        [],
        ["FullAWSAccess"],
    ]
    assert found.rcps is None


def test_kinds_that_are_enabled_have_levels_of_their_own(either: Database, now: datetime) -> None:
    either.write(lambda db: build(db, now, [SCP, RCP]))
    with either.read() as db:
        found = membership.source(db, MEMBER)

    assert names(found.rcps) == [["RCPFullAWSAccess"]] * 4
    assert names(found.scps) == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "deny"],
        [],
        ["FullAWSAccess"],
    ]


def test_policies_carry_the_arns_of_the_management_account_and_of_aws(organized: Database) -> None:
    with organized.read() as db:
        found = membership.source(db, MEMBER)

    assert found.scps is not None
    assert [policy.arn for policy in found.scps[1]] == [
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        f"arn:aws:organizations::{MANAGEMENT}:policy/o-abcdefghij/service_control_policy/p-deny0000",
    ]


def test_no_policy_limits_the_management_account(organized: Database) -> None:
    with organized.read() as db:
        found = membership.compiled(membership.source(db, MANAGEMENT))

    assert found is not None
    assert (found.scps, found.rcps) == (None, None)


def test_an_account_outside_has_no_membership(organized: Database) -> None:
    with organized.read() as db:
        found = membership.compiled(membership.source(db, OUTSIDER))

    assert found is None


def test_an_account_whose_units_do_not_lead_to_the_root_is_not_judged(organized: Database) -> None:
    organized.write(lambda db: db.execute(delete(units).where(units.c.name == "outer")))

    with organized.read() as db, pytest.raises(Inconsistent):
        organizations.place(db, MEMBER)


def test_an_attached_policy_that_is_gone_is_not_passed_over(organized: Database) -> None:
    organized.write(lambda db: db.execute(delete(organization_policies)))

    with organized.read() as db, pytest.raises(Inconsistent):
        membership.source(db, MEMBER)


def test_every_query_of_organizations_has_an_index(organized: Database) -> None:
    with organized.read() as db:
        with plans.watched(db) as seen:
            membership.source(db, MEMBER)
            organizations.find_policy(db, "p-deny0000")
        found = plans.scans(db, seen)

    assert found == []
