"""The zone of trust of an analyzer, as its organization stands now."""

from sqlalchemy import Connection

from doorward.analysis.findings.zone import Zone
from doorward.store import accounts, organizations
from doorward.store.tables.analyzer import Analyzer

PAGE = 500


def of(db: Connection, analyzer: Analyzer, owner: str) -> Zone:
    """Who is trusted by *analyzer* with resources of the account *owner*."""
    joined = organizations.find_account(db, owner)
    home = joined.organization_id if joined else ""
    members = frozenset(_members(db, home)) if home else frozenset()
    trusted = members if analyzer.organization else frozenset({analyzer.account})
    return Zone(
        trusted,
        analyzer.organization,
        frozenset(accounts.canonical_id(one) for one in trusted),
        home,
        members,
    )


def organization_of(db: Connection, account: str) -> str:
    """The id of the account's organization; empty where it is in none."""
    joined = organizations.find_account(db, account)
    return joined.organization_id if joined else ""


def _members(db: Connection, organization: str) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = organizations.members(db, organization, after=after, limit=PAGE)
        found += [one.account for one in page.items]
        after = page.last
        if after is None:
            return found
