"""The part of a seed that is an organization."""

from sqlalchemy import Connection

from doorward.base.errors import BadInput
from doorward.base.ids import Ids
from doorward.server.seed.model import Seed, SeedOrganization, SeedUnit
from doorward.server.seed.tools import Tools
from doorward.store import accounts, organizations
from doorward.store.organizations import FULL_AWS_ACCESS, RCP, SCP
from doorward.store.tables.organization import (
    MemberAccount,
    Organization,
    OrganizationPolicy,
    Unit,
)


def add(db: Connection, seed: Seed, wanted: SeedOrganization, tools: Tools) -> None:
    """Write the organization *wanted*; its accounts are made where they are not there.

    Raises:
        BadInput: an account of it is in an organization already.
    """
    kinds = [SCP, RCP] if wanted.resource_control_policies else [SCP]
    ids = tools.ids
    made = Organization(
        f"o-{token(ids, 10)}", wanted.management, f"r-{token(ids, 4)}", tools.now,
        policy_types=kinds,
    )  # fmt: skip
    organizations.add(db, made)
    policies = _policies(db, made, wanted, tools)
    _account(db, seed, made, wanted.management, made.root_id, tools)
    _fill(db, seed, made, made.root_id, wanted.root, policies, tools)
    for account, names in wanted.account_policies.items():
        for name in names:
            organizations.attach(db, made.id, account, policies[name])


def _policies(
    db: Connection, made: Organization, wanted: SeedOrganization, tools: Tools
) -> dict[str, str]:
    """The ids of the policies, by name."""
    found: dict[str, str] = {}
    for kind, documents in (
        (SCP, wanted.service_control_policies),
        (RCP, wanted.resource_control_policies),
    ):
        for name, document in documents.items():
            found[name] = f"p-{token(tools.ids, 8)}"
            organizations.add_policy(
                db,
                OrganizationPolicy(found[name], made.id, kind, name, "", document.text, tools.now),
            )
    return found


def _fill(
    db: Connection,
    seed: Seed,
    made: Organization,
    target: str,
    unit: SeedUnit,
    policies: dict[str, str],
    tools: Tools,
) -> None:
    """Attach the policies of *unit* to *target* and put what it holds under it."""
    for name in unit.policies:
        organizations.attach(db, made.id, target, policies[name])
    if not unit.full_access:
        organizations.detach(db, made.id, target, FULL_AWS_ACCESS)
    for account in unit.accounts:
        _account(db, seed, made, account, target, tools)
    for inner in unit.units:
        unit_id = f"ou-{made.root_id.removeprefix('r-')}-{token(tools.ids, 8)}"
        organizations.add_unit(db, made, Unit(unit_id, made.id, target, inner.name, tools.now))
        _fill(db, seed, made, unit_id, inner, policies, tools)


def _account(
    db: Connection, seed: Seed, made: Organization, account: str, parent: str, tools: Tools
) -> None:
    if organizations.find_account(db, account):
        problem = f"account {account} is in an organization already"
        raise BadInput(seed.file, problem, "use an empty --data-dir, or --memory")
    accounts.create(db, account, tools.now)
    organizations.add_account(db, made, MemberAccount(account, made.id, parent, tools.now))


def token(ids: Ids, length: int) -> str:
    """*length* random characters of those that ids of organizations are made of."""
    alphabet = "abcdefghijklmnopqrstuvwxyz012345"
    return "".join(alphabet[byte % len(alphabet)] for byte in ids.token(length))
