"""What the account that is asked does with a delegation request, up to sending the token.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
"""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from doorward.authn.caller import SessionKind
from doorward.base.clock import iso8601
from doorward.services.context import Context
from doorward.services.iam import delegation_states
from doorward.services.iam.delegation_requests import topic
from doorward.services.iam.delegation_states import (
    ACCEPTED,
    ASSIGNED,
    FINALIZED,
    PENDING,
    REJECTED,
    UNASSIGNED,
    is_owner,
    moved,
    owned,
    who,
)
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.service import iam
from doorward.services.operation import Output

TOKEN_BYTES = 48


@iam.operation(on=delegation_states.named())
def associate_delegation_request(ctx: Context, *, delegation_request_id: str) -> Output:
    """Take on a request: from now on the caller owns it, and its account is the one asked.

    Raises:
        NoSuchEntity: there is none for the caller's account.
        InvalidInput: somebody owns it already, or it expired.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AssociateDelegationRequest.html
    """
    request = owned(ctx, delegation_request_id, {UNASSIGNED})
    caller = who(ctx)
    moved(
        ctx,
        request,
        ASSIGNED,
        owner_account=ctx.account,
        owner_arn=caller.principal.arn,
        owner_id=caller.userid,
    )
    return {}


@iam.operation(on=delegation_states.named(owner_may=True))
def update_delegation_request(
    ctx: Context, *, delegation_request_id: str, notes: str | None = None
) -> Output:
    """Put a request forward to be approved by somebody else, with notes.

    Raises:
        NoSuchEntity: there is none for the caller's account.
        InvalidInput: nobody owns it yet, or it was decided on or expired.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html
    """
    request = owned(ctx, delegation_request_id, {ASSIGNED, PENDING})
    moved(ctx, request, PENDING, notes=notes if notes is not None else request.notes)
    return {}


@iam.operation(on=delegation_states.named())
def accept_delegation_request(ctx: Context, *, delegation_request_id: str) -> Output:
    """Grant what is asked; the caller's own permissions bound what the token will be good for.

    Raises:
        NoSuchEntity: there is none for the caller's account.
        InvalidInput: nobody owns it yet, or it was decided on or expired; or the caller is
            neither a user nor a role with all its permissions (assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcceptDelegationRequest.html
    """
    request = owned(ctx, delegation_request_id, {ASSIGNED, PENDING})
    moved(ctx, request, ACCEPTED, approver=_approver(ctx))
    return {}


def _approver(ctx: Context) -> dict[str, Any]:
    """The caller, as the delegated session will act for it.

    Raises:
        InvalidInput: it cannot: a root, a federated user, or a session that policies narrow.
    """
    session = ctx.caller.session
    kind = session.kind if session else SessionKind.USER
    narrowed = session is not None and (session.scoped or bool(session.narrowed))
    entity = who(ctx).entity
    if entity is None or narrowed or kind not in {SessionKind.USER, SessionKind.ROLE}:
        raise InvalidInput(
            "A delegation request can be accepted only by an IAM user or a role session without "
            "session policies."
        )
    return {
        "arn": who(ctx).principal.arn,
        "kind": kind.value,
        "id": entity.unique_id,
        "name": entity.name,
        "session": session.session_name if session else "",
    }


@iam.operation(on=delegation_states.named())
def reject_delegation_request(
    ctx: Context, *, delegation_request_id: str, notes: str | None = None
) -> Output:
    """Refuse a request, also one that was accepted while its token is not sent.

    Raises:
        NoSuchEntity: there is none for the caller's account.
        InvalidInput: nobody owns it yet, its token was sent, or it expired.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RejectDelegationRequest.html
    """
    request = owned(ctx, delegation_request_id, {ASSIGNED, PENDING, ACCEPTED})
    moved(ctx, request, REJECTED, rejection_reason=notes)
    return {}


@iam.operation(on=delegation_states.named())
def send_delegation_token(ctx: Context, *, delegation_request_id: str) -> Output:
    """Send the token of an accepted request to the requestor; the session begins now.

    The message goes to the outbox of this server, as there is no SNS (see `store.outbox`).

    Raises:
        NoSuchEntity: there is none for the caller's account.
        InvalidInput: it was not accepted or expired, only its owner may send it, or nothing here
            can deliver to its channel.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SendDelegationToken.html
    """
    request = owned(ctx, delegation_request_id, {ACCEPTED})
    if request.only_send_by_owner and not is_owner(ctx, request):
        raise InvalidInput("Only the owner of the delegation request can send its token.")
    token = base64.urlsafe_b64encode(ctx.ids.token(TOKEN_BYTES)).decode()
    digest = hashlib.sha256(token.encode()).digest()
    moved(ctx, request, FINALIZED, sent_at=ctx.now, token_digest=digest)
    ends = ctx.now + timedelta(seconds=request.duration_seconds)
    message = {
        "TopicArn": request.channel,
        "DelegationRequestId": request.id,
        "RequestorWorkflowId": request.workflow_id,
        "TradeInToken": token,
        "ExpirationTime": iso8601(ends),
    }
    _deliver(ctx, request.channel, message)
    return {}


def _deliver(ctx: Context, channel: str, message: dict[str, Any]) -> None:
    """Put *message* in the outbox, before the commit: a token that is not known is worth nothing.

    Should the transaction be taken back, so is the message.

    Raises:
        InvalidInput: there is no outbox, or it cannot be written to.
    """
    unreachable = InvalidInput(f"The notification channel {channel} cannot be reached.")
    if ctx.outbox is None:
        raise unreachable
    try:
        written = ctx.outbox.deliver(topic(channel), ctx.ids.request_id(), message)
    except OSError as error:
        raise unreachable from error
    ctx.if_undone(written.unlink)
