"""Transfers of responsibility: one organization's bills, paid by another.

There are no bills here; invitations, states, dates and names are kept as AWS shows them.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteOrganizationToTransferResponsibility.html
"""

from datetime import datetime, time, timedelta

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    entities,
    handshake_states,
    ids,
    invitations,
    paging,
    standing,
    transfer_finders,
    transfer_states,
)
from doorward.services.organizations import (
    tags as tag_lists,
)
from doorward.services.organizations.errors import (
    InvalidTransferTransition,
    TransferAlreadyInStatus,
    TransferNotFound,
)
from doorward.services.organizations.handshake_states import (
    ACCEPTED,
    REQUESTED,
    TRANSFER_RESPONSIBILITY,
)
from doorward.services.organizations.reasons import (
    ConstraintViolation,
    HandshakeConstraintViolation,
    InvalidInput,
)
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import accounts, organizations_accounts, organizations_handshakes
from doorward.store.page import Page
from doorward.store.tables.organization_handshake import Handshake, ResponsibilityTransfer

WITHDRAWN = "WITHDRAWN"


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.invited)
def invite_organization_to_transfer_responsibility(
    ctx: Context,
    *,
    type: str,
    target: dict[str, str],
    start_timestamp: datetime,
    source_name: str,
    notes: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Ask another organization's management account to let this one pay its bills.

    Raises:
        InvalidInput: the start is not the first moment of a month to come, the target is no
            account or address, or a tag is not right.
        HandshakeConstraintViolation: it is the caller's own account, or one was agreed before.
        DuplicateHandshake: it was asked already.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteOrganizationToTransferResponsibility.html
    """
    del type
    found = standing.organization(ctx)
    _require_start(ctx, start_timestamp)
    checked = tag_lists.checked(tags)
    source = invitations.recipient(ctx, target)
    if source == ctx.account:
        raise HandshakeConstraintViolation("SOURCE_AND_TARGET_CANNOT_MATCH")
    waiting = handshake_states.unanswered(ctx, found.id, TRANSFER_RESPONSIBILITY)
    invitations.refuse_duplicate(waiting, target["Id"], source)
    if any(
        one.status == ACCEPTED and one.source_account == source
        for one in handshake_states.transfers_in_force(ctx)
    ):
        raise HandshakeConstraintViolation("RESPONSIBILITY_TRANSFER_ALREADY_EXISTS")
    handshake = handshake_states.new(
        ctx,
        found,
        TRANSFER_RESPONSIBILITY,
        (target["Type"], target["Id"]),
        account=source,
        notes=notes,
    )
    account = accounts.find(ctx.db, source) if source else None
    organizations_handshakes.add_transfer(
        ctx.db,
        ResponsibilityTransfer(
            id=f"rt-{ids.token(ctx.ids, ids.USUAL)}",
            organization_id=found.id,
            management_account=ctx.account,
            source_account=source,
            source_email=organizations_accounts.email(account) if account else target["Id"],
            name=source_name,
            status=REQUESTED,
            starts_at=start_timestamp,
            handshake_id=handshake.id,
            tags=checked,
        ),
    )
    return {"Handshake": handshake_states.shape(ctx, handshake)}


def _require_start(ctx: Context, start: datetime) -> None:
    if start.time() != time():
        raise InvalidInput("START_DATE_NOT_BEGINNING_OF_DAY")
    if start.day != 1:
        raise InvalidInput("START_DATE_NOT_BEGINNING_OF_MONTH")
    if start <= ctx.now:
        raise InvalidInput("START_DATE_TOO_EARLY")


def begin(ctx: Context, one: Handshake) -> None:
    """The caller's organization agrees to a transfer.

    Raises:
        HandshakeConstraintViolation: the caller's account manages no organization.
    """
    found = standing.known(ctx)
    if found is None or not standing.manages(ctx, found):
        raise HandshakeConstraintViolation("TARGET_ACCOUNT_VALIDATION_FAILURE")
    transfer = organizations_handshakes.transfer_of(ctx.db, one.id)
    if transfer is not None:
        source = {"source_account": ctx.account}
        organizations_handshakes.change_transfer(ctx.db, transfer.id, source)


def follow(ctx: Context, one: Handshake, state: str) -> None:
    """Give the transfer that a handshake is about, if any, the handshake's new *state*."""
    transfer = organizations_handshakes.transfer_of(ctx.db, one.id)
    if transfer is not None:
        organizations_handshakes.change_transfer(ctx.db, transfer.id, {"status": state})


def _known(ctx: Context, id: str) -> ResponsibilityTransfer:
    one = entities.transfer(ctx.db, ctx.account, id)
    if one is None:
        raise TransferNotFound
    return one


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.transfer)
def describe_responsibility_transfer(ctx: Context, *, id: str) -> Output:
    """Show a transfer to or from the caller's organization.

    Raises:
        TransferNotFound: it takes part in no such transfer.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResponsibilityTransfer.html
    """
    return {"ResponsibilityTransfer": transfer_states.shape(ctx, _known(ctx, id))}


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.transfer)
def update_responsibility_transfer(ctx: Context, *, id: str, name: str) -> Output:
    """Rename a transfer that is asked for or in force.

    Raises:
        TransferNotFound: the caller's organization takes part in no such transfer.
        ConstraintViolation: it has ended.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateResponsibilityTransfer.html
    """
    one = _known(ctx, id)
    if transfer_states.status(ctx, one) not in {REQUESTED, ACCEPTED}:
        raise ConstraintViolation("TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED")
    organizations_handshakes.change_transfer(ctx.db, id, {"name": name})
    return {"ResponsibilityTransfer": transfer_states.shape(ctx, _known(ctx, id))}


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.transfer)
def terminate_responsibility_transfer(
    ctx: Context, *, id: str, end_timestamp: datetime | None = None
) -> Output:
    """End a transfer with a month, the present one where none is named (assumed).

    Raises:
        TransferNotFound: the caller's organization takes part in no such transfer.
        TransferAlreadyInStatus: it was ended before.
        InvalidTransferTransition: it is not in force.
        InvalidInput: the end is not the last moment of a month, or has gone by.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_TerminateResponsibilityTransfer.html
    """
    one = _known(ctx, id)
    status = transfer_states.status(ctx, one)
    if status == WITHDRAWN:
        raise TransferAlreadyInStatus
    if status != ACCEPTED:
        raise InvalidTransferTransition
    ends_at = end_timestamp or _month_end(ctx.now)
    if ends_at.replace(microsecond=0) != _month_end(ends_at):
        raise InvalidInput("END_DATE_NOT_END_OF_MONTH")
    if ends_at < ctx.now:
        raise InvalidInput("END_DATE_TOO_EARLY")
    ended = {"status": WITHDRAWN, "ends_at": ends_at}
    organizations_handshakes.change_transfer(ctx.db, id, ended)
    return {"ResponsibilityTransfer": transfer_states.shape(ctx, _known(ctx, id))}


def _month_end(moment: datetime) -> datetime:
    """The last second of the month of *moment*."""
    in_next = moment.replace(day=28) + timedelta(days=4)
    first = in_next.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first - timedelta(seconds=1)


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.inbound)
def list_inbound_responsibility_transfers(
    ctx: Context,
    *,
    type: str,
    id: str | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the transfers to the caller's organization, by id.

    Raises:
        TransferNotFound: *id* names none of them.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListInboundResponsibilityTransfers.html
    """
    del type
    scope = f"ListInboundResponsibilityTransfers {id or ''}"
    if id is not None:
        one = _known(ctx, id)
        if one.management_account != ctx.account:
            raise TransferNotFound
        return _listed(ctx, scope, Page([one]))
    after = paging.after(ctx, scope, next_token)
    page = organizations_handshakes.transfers(
        ctx.db, ctx.account, inbound=True, after=after, limit=max_results
    )
    return _listed(ctx, scope, page)


@service.answer(to=Audience.MANAGEMENT, on=transfer_finders.outbound)
def list_outbound_responsibility_transfers(
    ctx: Context, *, type: str, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the transfers from the caller's organization, by id.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOutboundResponsibilityTransfers.html
    """
    del type
    scope = "ListOutboundResponsibilityTransfers"
    after = paging.after(ctx, scope, next_token)
    page = organizations_handshakes.transfers(
        ctx.db, ctx.account, inbound=False, after=after, limit=max_results
    )
    return _listed(ctx, scope, page)


def _listed(ctx: Context, scope: str, page: Page[ResponsibilityTransfer]) -> Output:
    shown = [transfer_states.shape(ctx, one) for one in page.items]
    return {"ResponsibilityTransfers": shown} | paging.end(ctx, scope, page)
