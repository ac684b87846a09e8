"""An organization for billing only becomes one with all features, if its invited members agree.

Each of them gets a handshake, children of the one that EnableAllFeatures answers; once all have
accepted, the management account gets the last one. Accepting that, or the parent, ends it.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
"""

from collections.abc import Iterator

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import handshake_states, resources, service_roles, standing
from doorward.services.organizations.errors import HandshakeNotFound, InvalidHandshakeTransition
from doorward.services.organizations.handshake_states import (
    ACCEPTED,
    APPROVE_ALL_FEATURES,
    ENABLE_ALL_FEATURES,
    OPEN,
    UNANSWERED,
)
from doorward.services.organizations.reasons import HandshakeConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_handshakes
from doorward.store.tables.organization import MemberAccount, Organization
from doorward.store.tables.organization_handshake import Handshake

ALL = "ALL"
PAGE = 1_000


@service.answer(to=Audience.MANAGEMENT, on=resources.everything)
def enable_all_features(ctx: Context) -> Output:
    """Begin to enable all features; without invited members only the last step is left.

    Raises:
        HandshakeConstraintViolation: the organization has all features, or has begun already.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAllFeatures.html
    """
    found = standing.organization(ctx)
    if found.feature_set == ALL:
        raise HandshakeConstraintViolation("ORGANIZATION_ALREADY_HAS_ALL_FEATURES")
    if handshake_states.unanswered(ctx, found.id, ENABLE_ALL_FEATURES):
        raise HandshakeConstraintViolation("ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION")
    parent = handshake_states.new(ctx, found, ENABLE_ALL_FEATURES, ("ORGANIZATION", found.id))
    for member in _every(ctx, found):
        if member.joined_method == "INVITED" and member.account != found.management_account:
            handshake_states.new(
                ctx,
                found,
                ENABLE_ALL_FEATURES,
                ("ACCOUNT", member.account),
                account=member.account,
                parent_id=parent.id,
            )
    _ask_management(ctx, found, parent)
    return {"Handshake": handshake_states.shape(ctx, parent)}


def agree(ctx: Context, one: Handshake) -> None:
    """An invited member accepts; or the management account ends it by accepting the parent.

    Raises:
        InvalidHandshakeTransition: the parent cannot be accepted while a member has not agreed.
        HandshakeNotFound: the organization or the process is gone.
    """
    if one.parent_id is None:
        _enable(ctx, one)
        return
    accepted = {"state": ACCEPTED, "ended_at": ctx.now}
    organizations_handshakes.change(ctx.db, one.id, accepted)
    found = organizations.find(ctx.db, one.organization_id)
    parent = organizations_handshakes.find(ctx.db, one.parent_id)
    if found is None or parent is None:
        raise HandshakeNotFound
    _ask_management(ctx, found, parent)


def finish(ctx: Context, one: Handshake) -> None:
    """The management account accepts the last handshake.

    Raises:
        InvalidHandshakeTransition: the process was taken back.
        HandshakeNotFound: the organization or the process is gone.
    """
    parent = organizations_handshakes.find(ctx.db, one.parent_id or "")
    if parent is None:
        raise HandshakeNotFound
    if handshake_states.state(ctx, parent) not in UNANSWERED:
        raise InvalidHandshakeTransition
    _enable(ctx, parent)


def _ask_management(ctx: Context, found: Organization, parent: Handshake) -> None:
    """Send the management account the last handshake, if every member has agreed."""
    if not all(one.state == ACCEPTED for one in _members(ctx, parent)):
        return
    organizations_handshakes.change(ctx.db, parent.id, {"state": OPEN})
    handshake_states.new(
        ctx,
        found,
        APPROVE_ALL_FEATURES,
        ("ACCOUNT", found.management_account),
        account=found.management_account,
        state=OPEN,
        parent_id=parent.id,
    )


def _members(ctx: Context, parent: Handshake) -> list[Handshake]:
    """What the members were sent; those who left since need not agree."""
    return [
        one
        for one in organizations_handshakes.children(ctx.db, parent.id)
        if one.action == ENABLE_ALL_FEATURES
        and (member := organizations.find_account(ctx.db, one.account or ""))
        and member.organization_id == parent.organization_id
    ]


def _enable(ctx: Context, parent: Handshake) -> None:
    if not all(one.state == ACCEPTED for one in _members(ctx, parent)):
        raise InvalidHandshakeTransition
    found = organizations.find(ctx.db, parent.organization_id)
    if found is None:
        raise HandshakeNotFound
    organizations.change(ctx.db, found.id, {"feature_set": ALL})
    for member in _every(ctx, found):
        service_roles.make_linked(ctx, member.account)
    ended = {"state": ACCEPTED, "ended_at": ctx.now}
    for one in (parent, *organizations_handshakes.children(ctx.db, parent.id)):
        if one.state in UNANSWERED:
            organizations_handshakes.change(ctx.db, one.id, ended)


def _every(ctx: Context, found: Organization) -> Iterator[MemberAccount]:
    """All members."""
    after: str | None = None
    while True:
        page = organizations.members(ctx.db, found.id, after=after, limit=PAGE)
        yield from page.items
        after = page.last
        if after is None:
            return
