"""Handshakes answered, taken back and listed.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
"""

from collections.abc import Callable, Mapping

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.services.organizations import (
    all_features,
    arns,
    handshake_states,
    invitations,
    paging,
    resources,
    standing,
    transfers,
)
from doorward.services.organizations.errors import (
    AccessDenied,
    HandshakeAlreadyInState,
    HandshakeNotFound,
    InvalidHandshakeTransition,
)
from doorward.services.organizations.handshake_states import (
    ACCEPTED,
    APPROVE_ALL_FEATURES,
    CANCELED,
    DECLINED,
    ENABLE_ALL_FEATURES,
    INVITE,
    TRANSFER_RESPONSIBILITY,
    UNANSWERED,
)
from doorward.services.organizations.reasons import InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import accounts, organizations_accounts, organizations_handshakes
from doorward.store.page import Page
from doorward.store.tables.organization_handshake import Handshake

ACCEPTING: Mapping[str, Callable[[Context, Handshake], None]] = {
    INVITE: invitations.join,
    ENABLE_ALL_FEATURES: all_features.agree,
    APPROVE_ALL_FEATURES: all_features.finish,
    TRANSFER_RESPONSIBILITY: transfers.begin,
}
"""What happens when a handshake of an action is accepted."""


def handshake(ctx: Context, parameters: Parameters) -> Access:
    """The handshake of `HandshakeId`; one that is no business of the caller is not told of."""
    handshake_id = parameters["HandshakeId"]
    one = organizations_handshakes.find(ctx.db, handshake_id)
    if one is None or not (_is_sender(ctx, one) or _is_recipient(ctx, one)):
        return Access(
            OWN_ACTION, arns.of(ctx.partition, ctx.account, f"handshake/*/*/{handshake_id}")
        )
    arn = arns.handshake(
        ctx.partition, one.management_account, one.organization_id, one.action, one.id
    )
    return Access(OWN_ACTION, arn)


def _is_sender(ctx: Context, one: Handshake) -> bool:
    return one.management_account == ctx.account


def _is_recipient(ctx: Context, one: Handshake) -> bool:
    """Whether the handshake was sent to the caller's account; the parent of others is its own."""
    if one.party_type == "ORGANIZATION":
        return _is_sender(ctx, one)
    if one.account is not None:
        return one.account == ctx.account
    return one.party_id.lower() == _email(ctx).lower()


def _email(ctx: Context) -> str:
    account = accounts.find(ctx.db, ctx.account)
    return organizations_accounts.email(account) if account else ""


def _known(ctx: Context, id: str) -> Handshake:
    one = organizations_handshakes.find(ctx.db, id)
    if one is None or not (_is_sender(ctx, one) or _is_recipient(ctx, one)):
        raise HandshakeNotFound
    return one


def _end(ctx: Context, one: Handshake, state: str) -> Output:
    """The handshake in its final *state*.

    Raises:
        HandshakeAlreadyInState: that is what it is.
        InvalidHandshakeTransition: it has ended otherwise.
    """
    now = handshake_states.state(ctx, one)
    if now == state:
        raise HandshakeAlreadyInState
    if now not in UNANSWERED:
        raise InvalidHandshakeTransition
    if state == ACCEPTED:
        ACCEPTING[one.action](ctx, one)
    ended = {"state": state, "ended_at": ctx.now}
    organizations_handshakes.change(ctx.db, one.id, ended)
    transfers.follow(ctx, one, state)
    changed = organizations_handshakes.find(ctx.db, one.id) or one
    return {"Handshake": handshake_states.shape(ctx, changed)}


@service.answer(to=Audience.ANYBODY, on=handshake)
def accept_handshake(ctx: Context, *, handshake_id: str) -> Output:
    """Accept what an organization asks of the caller's account: to join, or all features.

    Raises:
        HandshakeNotFound: the account takes part in no such handshake.
        AccessDenied: it is the sender.
        HandshakeAlreadyInState: it was accepted before.
        InvalidHandshakeTransition: it ended otherwise, or what it waits for has not happened.
        HandshakeConstraintViolation: the account is in an organization, or there is no room.
        AccessDeniedForDependency: the caller may not have the service-linked role made.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
    """
    one = _known(ctx, handshake_id)
    if not _is_recipient(ctx, one):
        raise AccessDenied
    return _end(ctx, one, ACCEPTED)


@service.answer(to=Audience.ANYBODY, on=handshake)
def decline_handshake(ctx: Context, *, handshake_id: str) -> Output:
    """Decline what an organization asks of the caller's account.

    Raises:
        HandshakeNotFound: the account takes part in no such handshake.
        AccessDenied: it is the sender.
        HandshakeAlreadyInState: it was declined before.
        InvalidHandshakeTransition: it ended otherwise.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
    """
    one = _known(ctx, handshake_id)
    if not _is_recipient(ctx, one) or one.party_type == "ORGANIZATION":
        raise AccessDenied
    return _end(ctx, one, DECLINED)


@service.answer(to=Audience.ANYBODY, on=handshake)
def cancel_handshake(ctx: Context, *, handshake_id: str) -> Output:
    """Take back what the caller's organization asks; what belongs to it is taken back too.

    Raises:
        HandshakeNotFound: the account takes part in no such handshake.
        AccessDenied: it is not the sender.
        HandshakeAlreadyInState: it was taken back before.
        InvalidHandshakeTransition: it ended otherwise.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
    """
    one = _known(ctx, handshake_id)
    if not _is_sender(ctx, one):
        raise AccessDenied
    output = _end(ctx, one, CANCELED)
    for child in organizations_handshakes.children(ctx.db, one.id):
        if handshake_states.state(ctx, child) in UNANSWERED:
            _end(ctx, child, CANCELED)
    return output


@service.answer(to=Audience.ANYBODY, on=handshake)
def describe_handshake(ctx: Context, *, handshake_id: str) -> Output:
    """Show a handshake that the caller's account sent or received.

    Raises:
        HandshakeNotFound: the account takes part in no such handshake.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
    """
    return {"Handshake": handshake_states.shape(ctx, _known(ctx, handshake_id))}


@service.answer(to=Audience.ANYBODY, on=resources.everything)
def list_handshakes_for_account(
    ctx: Context,
    *,
    filter: dict[str, str] | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List what was asked of the caller's account, by id.

    Raises:
        InvalidInput: the filter names both an action and a parent.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
    """
    scope = _scope("ListHandshakesForAccount", filter)
    after = paging.after(ctx, scope, next_token)
    page = organizations_handshakes.received(
        ctx.db, ctx.account, _email(ctx), after=after, limit=max_results
    )
    return _shown(ctx, scope, page, filter or {})


@service.answer(to=Audience.READERS, on=resources.everything)
def list_handshakes_for_organization(
    ctx: Context,
    *,
    filter: dict[str, str] | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List what the caller's organization asks of accounts, by id.

    Raises:
        InvalidInput: the filter names both an action and a parent.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
    """
    scope = _scope("ListHandshakesForOrganization", filter)
    found = standing.organization(ctx)
    after = paging.after(ctx, scope, next_token)
    page = organizations_handshakes.sent(ctx.db, found.id, after=after, limit=max_results)
    return _shown(ctx, scope, page, filter or {})


def _scope(operation: str, filter: Mapping[str, str] | None) -> str:
    if filter and len(filter) > 1:
        raise InvalidInput("MAX_LIMIT_EXCEEDED_FILTER")
    return " ".join((operation, *(f"{key}={value}" for key, value in (filter or {}).items())))


def _shown(ctx: Context, scope: str, page: Page[Handshake], filter: Mapping[str, str]) -> Output:
    """A page of handshakes without those that the filter leaves out or that ended long ago."""
    action, parent = filter.get("ActionType"), filter.get("ParentHandshakeId")
    shown = [
        handshake_states.shape(ctx, one)
        for one in page.items
        if (action is None or one.action == action)
        and (parent is None or one.parent_id == parent)
        and handshake_states.listed(ctx, one)
    ]
    return {"Handshakes": shown} | paging.end(ctx, scope, page)
