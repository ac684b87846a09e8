"""Where accounts stand in an organization, and what is attached above them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete

from doorward.store import (
    accounts,
    membership,
    organizations,
    organizations_accounts,
    organizations_delegation,
    organizations_handshakes,
    organizations_policies,
    organizations_units,
)
from doorward.store.database import Database
from doorward.store.organizations import FULL_AWS_ACCESS, RCP, RCP_FULL_AWS_ACCESS, SCP
from doorward.store.sources import Inconsistent
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationPolicy,
    Unit,
    organization_policies,
    units,
)
from doorward.store.tables.organization_delegation import (
    DelegatedAdministrator,
    OrganizationResourcePolicy,
    TrustedService,
)
from doorward.store.tables.organization_handshake import (
    AccountCreation,
    Handshake,
    ResponsibilityTransfer,
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


UNITS = "ou-root-outer000"


@pytest.fixture
def full(organized: Database, now: datetime) -> Database:
    """The organization with accounts of other ones around it, and one row of every table."""

    def fill(db: Connection) -> None:
        for account in (MANAGEMENT, MEMBER):
            accounts.create(db, account, now)
        made = AccountCreation("car-aaaaaaaa", "o-abcdefghij", "name", "SUCCEEDED", now)
        organizations_accounts.add_creation(db, made)
        organizations_handshakes.add(
            db,
            Handshake(
                "h-aaaaaaaa", "o-abcdefghij", MANAGEMENT, "INVITE", "OPEN", "ALL", "ACCOUNT",
                OUTSIDER, now, now + timedelta(days=15), account=OUTSIDER, parent_id="h-parent00",
            ),
        )  # fmt: skip
        organizations_handshakes.add_transfer(
            db,
            ResponsibilityTransfer(
                "rt-aaaaaaaa", "o-abcdefghij", MANAGEMENT, OUTSIDER, "", "name", "REQUESTED", now,
                "h-aaaaaaaa",
            ),
        )  # fmt: skip
        organizations_delegation.trust(db, TrustedService("o-abcdefghij", "a.amazonaws.com", now))
        organizations_delegation.delegate(
            db, DelegatedAdministrator("o-abcdefghij", MEMBER, "a.amazonaws.com", now)
        )
        policy = OrganizationResourcePolicy("o-abcdefghij", "rp-aaaa", "{}")
        organizations_delegation.add_resource_policy(db, policy)

    organized.write(fill)
    return organized


def test_every_list_of_an_organization_has_an_index(full: Database, now: datetime) -> None:
    organization = "o-abcdefghij"
    with full.read() as db:
        with plans.watched(db) as seen:
            organizations.members(db, organization, after="1", limit=9)
            organizations.members(db, organization, parent_id=UNITS, after="1", limit=9)
            organizations.count_members(db, organization)
            organizations_units.page(db, organization, UNITS, after="a", limit=9)
            organizations_units.count(db, organization)
            organizations_units.is_empty(db, UNITS)
            organizations_units.named(db, UNITS, "inner")
            organizations_policies.page(db, organization, SCP, after="a", limit=9)
            organizations_policies.count(db, organization, SCP)
            organizations_policies.targets(db, organization, FULL_AWS_ACCESS, after="1", limit=9)
            organizations_accounts.by_email(db, "a@example.org")
            organizations_accounts.closed_since(db, organization, now)
            organizations_accounts.every_one_of(db, [MEMBER])
            organizations_accounts.creations(
                db, organization, states=["FAILED"], after="a", limit=9
            )
            organizations_handshakes.sent(db, organization, after="h", limit=9)
            organizations_handshakes.received(db, OUTSIDER, "a@example.org", after="h", limit=9)
            organizations_handshakes.children(db, "h-parent00")
            organizations_handshakes.open_ones(db, organization, "INVITE", ["OPEN"], now)
            organizations_handshakes.transfer_of(db, "h-aaaaaaaa")
            organizations_handshakes.transfers(db, OUTSIDER, inbound=False, after="a", limit=9)
            organizations_delegation.trusted(db, organization)
            organizations_delegation.delegated(db, organization, account=MEMBER)
            organizations_delegation.delegated(db, organization, service="a.amazonaws.com")
            organizations_delegation.resource_policy(db, organization)
        found = plans.scans(db, seen)

    assert found == []


def test_what_was_kept_is_read_again(full: Database) -> None:
    with full.read() as db:
        handshake = organizations_handshakes.find(db, "h-aaaaaaaa")
        transfer = organizations_handshakes.find_transfer(db, "rt-aaaaaaaa")
        creation = organizations_accounts.find_creation(db, "car-aaaaaaaa")
        [trusted] = organizations_delegation.trusted(db, "o-abcdefghij")
        found = organizations.find(db, "o-abcdefghij")

    assert handshake is not None
    assert (handshake.account, handshake.parent_id, handshake.tags) == (OUTSIDER, "h-parent00", {})
    assert transfer is not None
    assert transfer.source_account == OUTSIDER
    assert creation is not None
    assert creation.state == "SUCCEEDED"
    assert trusted.service == "a.amazonaws.com"
    assert found is not None
    assert found.root_tags == {}


def test_an_enabled_kind_reaches_everything_and_a_disabled_one_nothing(full: Database) -> None:
    def targets() -> list[str]:
        with full.read() as db:
            page = organizations_policies.targets(db, "o-abcdefghij", RCP_FULL_AWS_ACCESS, limit=9)
            return list(page.items)

    def change(how: Callable[[Connection, Organization, str], None]) -> None:
        def job(db: Connection) -> None:
            found = organizations.find(db, "o-abcdefghij")
            assert found is not None
            how(db, found, RCP)

        full.write(job)

    change(organizations_policies.enable)
    assert targets() == sorted(
        [MANAGEMENT, MEMBER, "r-root", "ou-root-inner000", "ou-root-outer000"]
    )
    change(organizations_policies.disable)
    assert targets() == []


def test_kinds_without_meaning_for_decisions_are_no_levels(full: Database) -> None:
    def attach(db: Connection) -> None:
        found = organizations.find(db, "o-abcdefghij")
        assert found is not None
        organizations_policies.enable(db, found, "tag_policy")
        tags = OrganizationPolicy(
            "p-tags0000", found.id, "tag_policy", "tags", "", '{"tags":{}}', found.created_at
        )
        organizations.add_policy(db, tags)
        organizations.attach(db, found.id, found.root_id, tags.id)

    full.write(attach)

    with full.read() as db:
        found = membership.compiled(membership.source(db, MEMBER))
    assert found is not None
    assert found.scps is not None
    assert found.rcps is None


def test_a_removed_organization_leaves_nothing_that_decides(full: Database) -> None:
    full.write(lambda db: organizations.remove(db, "o-abcdefghij"))

    with full.read() as db:
        assert organizations.find(db, "o-abcdefghij") is None
        assert membership.compiled(membership.source(db, MEMBER)) is None
        assert organizations_delegation.trusted(db, "o-abcdefghij") == []


def test_an_account_is_found_by_its_address_whatever_the_case(full: Database) -> None:
    full.write(
        lambda db: organizations_accounts.describe(
            db, MEMBER, named="member", address="Member@example.org"
        )
    )

    with full.read() as db:
        found = organizations_accounts.by_email(db, "MEMBER@EXAMPLE.ORG")
        made_up = organizations_accounts.by_email(db, f"{MANAGEMENT}@example.com")
        no_more = organizations_accounts.by_email(db, f"{MEMBER}@example.com")

    assert found is not None
    assert (found.id, found.email) == (MEMBER, "Member@example.org")
    assert made_up is not None
    assert made_up.id == MANAGEMENT
    assert no_more is None
