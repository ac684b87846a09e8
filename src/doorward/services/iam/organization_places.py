"""A place in an organization, as its path names it: its policies and its accounts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Policy
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.store import organizations
from doorward.store.membership import AWS_POLICIES
from doorward.store.organizations import SCP
from doorward.store.tables.organization import Organization

PER_READ = 1_000


class NoPlace(Exception):
    """The path leads nowhere in the organization, or it has no such policy there."""


class Place(NamedTuple):
    """The root, a unit or an account: `line` are the ids from the root down to it."""

    organization: Organization
    line: tuple[str, ...]

    @property
    def is_management(self) -> bool:
        """Whether this is the management account, which no policy limits."""
        return self.line[-1] == self.organization.management_account


def of(ctx: Context, organization: Organization, path: str) -> Place:
    """The place of *path*, such as `o-…/r-…/ou-…/123456789012`.

    Raises:
        NoPlace: it leads nowhere.
    """
    first, *line = path.strip("/").split("/")
    account = line[-1] if line and line[-1].isdigit() else None
    above = line[:-1] if account else line
    found = organizations.above(ctx.db, organization, above[-1]) if above else None
    if first != organization.id or found is None or found != tuple(above):
        raise NoPlace
    if account:
        member = organizations.find_account(ctx.db, account)
        if member is None or (member.organization_id, member.parent_id) != (first, above[-1]):
            raise NoPlace
    return Place(organization, tuple(line))


def levels(ctx: Context, place: Place) -> list[Sequence[Policy]]:
    """The service control policies at each level down to the place, the root first."""
    return [_attached(ctx, place.organization, target) for target in place.line]


def attached(ctx: Context, place: Place, policy_id: str) -> Policy:
    """One service control policy, which is attached to the place or above it.

    Raises:
        NoPlace: it is not.
    """
    for target in place.line:
        for found, policy in _named(ctx, place.organization, target):
            if found == policy_id:
                return policy
    raise NoPlace


def _attached(ctx: Context, organization: Organization, target: str) -> list[Policy]:
    return [policy for _, policy in _named(ctx, organization, target)]


def _named(ctx: Context, organization: Organization, target: str) -> Iterator[tuple[str, Policy]]:
    for policy_id, row in organizations.attached_to(ctx.db, organization.id, target):
        kind, text = AWS_POLICIES.get(policy_id, ("", None))
        if row is not None and row.kind == SCP:
            yield policy_id, parse(row.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
        elif text is not None and kind == SCP:
            yield policy_id, parse(text.text, limit=AWS_POLICY_DOCUMENT_CHARACTERS)


def accounts(ctx: Context, place: Place) -> Iterator[tuple[str, str]]:
    """Every account at or under the place, with its path."""
    after = None
    while True:
        page = organizations.members(ctx.db, place.organization.id, after=after, limit=PER_READ)
        for member in page.items:
            above = organizations.above(ctx.db, place.organization, member.parent_id) or ()
            line = (*above, member.account)
            if line[: len(place.line)] == place.line:
                yield member.account, "/".join((place.organization.id, *line))
        if (after := page.last) is None:
            return
