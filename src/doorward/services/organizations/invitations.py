"""Accounts asked to join an organization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from doorward.base.arn import is_account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    account_creation,
    handshake_states,
    resources,
    service_roles,
    standing,
)
from doorward.services.organizations import (
    tags as tag_lists,
)
from doorward.services.organizations.errors import DuplicateHandshake, HandshakeNotFound
from doorward.services.organizations.handshake_states import ACCEPTED, ENABLE_ALL_FEATURES, INVITE
from doorward.services.organizations.reasons import HandshakeConstraintViolation, InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_accounts, organizations_handshakes
from doorward.store.tables.organization import MemberAccount, Organization
from doorward.store.tables.organization_handshake import Handshake

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
RATE_PERIOD = timedelta(hours=24)
RATE = account_creation.ACCOUNTS
"""Invitations in 24 hours, those accepted not counted: as many as an organization has accounts.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""


@service.answer(to=Audience.MANAGEMENT, on=resources.tagged_invitation)
def invite_account_to_organization(
    ctx: Context,
    *,
    target: dict[str, str],
    notes: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Ask an account, by its id or e-mail address, to join; it has 15 days to answer.

    Whether there is such an account is not told. No mail is sent.

    Raises:
        InvalidInput: the target is no account or address, or a tag is not right.
        HandshakeConstraintViolation: the account is in this organization, there is no room, too
            many were asked today, or the organization is changing to all features.
        DuplicateHandshake: it was asked already.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
    """
    found = standing.organization(ctx)
    account = recipient(ctx, target)
    checked = tag_lists.checked(tags)
    if handshake_states.unanswered(ctx, found.id, ENABLE_ALL_FEATURES):
        raise HandshakeConstraintViolation("INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES")
    member = organizations.find_account(ctx.db, account) if account else None
    if member and member.organization_id == found.id:
        raise HandshakeConstraintViolation("ALREADY_IN_AN_ORGANIZATION")
    waiting = handshake_states.unanswered(ctx, found.id, INVITE)
    refuse_duplicate(waiting, target["Id"], account)
    _require_room(ctx, found, len(waiting))
    made = handshake_states.new(
        ctx,
        found,
        INVITE,
        (target["Type"], target["Id"]),
        account=account,
        state=handshake_states.OPEN,
        notes=notes,
        tags=checked,
    )
    return {"Handshake": handshake_states.shape(ctx, made)}


def recipient(ctx: Context, target: dict[str, str]) -> str | None:
    """The account that *target* means, None where it is an address that no account has.

    Raises:
        InvalidInput: it is neither an account nor an address.
    """
    match target["Type"]:
        case "ACCOUNT":
            if not is_account(target["Id"]):
                raise InvalidInput("INVALID_PATTERN")
            return target["Id"]
        case "EMAIL":
            if not EMAIL.fullmatch(target["Id"]):
                raise InvalidInput("INVALID_EMAIL_ADDRESS_TARGET")
            account = organizations_accounts.by_email(ctx.db, target["Id"])
            return account.id if account else None
        case _:
            raise InvalidInput("INVALID_PARTY_TYPE_TARGET")


def refuse_duplicate(waiting: Sequence[Handshake], id: str, account: str | None) -> None:
    """Refuse to ask the same party twice.

    Raises:
        DuplicateHandshake: one of *waiting* asks it.
    """
    if any(one.party_id == id or (account and one.account == account) for one in waiting):
        raise DuplicateHandshake


def _require_room(ctx: Context, found: Organization, waiting: int) -> None:
    if organizations.count_members(ctx.db, found.id) + waiting >= account_creation.ACCOUNTS:
        raise HandshakeConstraintViolation("ACCOUNT_NUMBER_LIMIT_EXCEEDED")
    since = ctx.now - RATE_PERIOD
    sent = organizations_handshakes.count_sent(
        ctx.db, found.id, INVITE, since, leaving_out=ACCEPTED
    )
    if sent >= RATE:
        raise HandshakeConstraintViolation("HANDSHAKE_RATE_LIMIT_EXCEEDED")


def join(ctx: Context, one: Handshake) -> None:
    """Put the caller's account under the root of the organization that asked it.

    Raises:
        HandshakeConstraintViolation: it is in an organization, or there is no room.
        HandshakeNotFound: the organization is gone.
        AccessDeniedForDependency: the caller may not have the service-linked role made.
    """
    if standing.member(ctx):
        raise HandshakeConstraintViolation("ALREADY_IN_AN_ORGANIZATION")
    found = organizations.find(ctx.db, one.organization_id)
    if found is None:
        raise HandshakeNotFound
    if organizations.count_members(ctx.db, found.id) >= account_creation.ACCOUNTS:
        raise HandshakeConstraintViolation("ACCOUNT_NUMBER_LIMIT_EXCEEDED")
    if found.feature_set == "ALL":
        service_roles.require_linked(ctx)
    member = MemberAccount(ctx.account, found.id, found.root_id, ctx.now, "INVITED", dict(one.tags))
    organizations.add_account(ctx.db, found, member)
