"""Delegation requests: the states they go through, who sees them, and how they are shown.

https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html
"""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.authz.subject import Subject, subject
from doorward.base import arn
from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import accounts, delegation_requests
from doorward.store.tables.delegation_request import DelegationRequest

UNASSIGNED, ASSIGNED, PENDING = "UNASSIGNED", "ASSIGNED", "PENDING_APPROVAL"
ACCEPTED, REJECTED, FINALIZED, EXPIRED = "ACCEPTED", "REJECTED", "FINALIZED", "EXPIRED"
OPEN_FOR = timedelta(days=1)
LASTS = timedelta(days=7)
NAME_CHARACTERS = 30


def resource(ctx: Context, request_id: str) -> str:
    """The ARN by which the caller's policies know the request."""
    return arn.iam(ctx.partition, ctx.account, f"delegation-request/{request_id}")


def named(*, owner_may: bool = False) -> Finder:
    """The request of `DelegationRequestId`; with *owner_may* its owner needs no permission."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        request_id = parameters["DelegationRequestId"]
        found = delegation_requests.find(ctx.db, ctx.account, request_id)
        access = Access(OWN_ACTION, resource(ctx, request_id))
        if found is None or found.owner_arn is None:
            return access
        access = replace(access, context={"iam:delegationrequestowner": found.owner_arn})
        return _granting(ctx, access) if owner_may and is_owner(ctx, found) else access

    return find


def _granting(ctx: Context, access: Access) -> Access:
    """*access* with a grant to the caller."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": who(ctx).principal.arn},
        "Action": ["iam:GetDelegationRequest", "iam:UpdateDelegationRequest"],
        "Resource": "*",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return replace(access, policy=resource_policy(text, "DelegationRequestOwner"))


def who(ctx: Context) -> Subject:
    """The caller."""
    return subject(ctx.world, ctx.caller, ctx.partition)


def is_owner(ctx: Context, request: DelegationRequest) -> bool:
    """Whether the caller is who owns the request: the same one, by unique id."""
    caller = who(ctx)
    owner = (request.owner_account, request.owner_arn, request.owner_id)
    return owner == (ctx.account, caller.principal.arn, caller.userid)


def found(ctx: Context, request_id: str) -> DelegationRequest:
    """The request of that id.

    Raises:
        NoSuchEntity: there is none that the caller's account may know of.
    """
    request = delegation_requests.find(ctx.db, ctx.account, request_id)
    if request is None:
        raise NoSuchEntity.saying(f"The delegation request {request_id} cannot be found.")
    return request


def owned(ctx: Context, request_id: str, states: Collection[str]) -> DelegationRequest:
    """The request of that id, if it asks for access to the caller's account and is in *states*.

    Raises:
        NoSuchEntity: there is none for the account.
        InvalidInput: it is in another state (the wording is assumed).
    """
    request = found(ctx, request_id)
    if request.owner_account not in {None, ctx.account}:
        raise NoSuchEntity.saying(f"The delegation request {request_id} cannot be found.")
    present = state(ctx, request)
    if present not in states:
        raise InvalidInput(f"The delegation request is in the state {present}.")
    return request


def state(ctx: Context, request: DelegationRequest) -> str:
    """Its state now."""
    return EXPIRED if request.expires_at <= ctx.now else request.state


def moved(ctx: Context, request: DelegationRequest, to: str, **values: Any) -> None:
    """Bring the request into the state *to*, in which it has seven days again."""
    times = {"updated_at": ctx.now, "expires_at": ctx.now + LASTS}
    delegation_requests.change(ctx.db, request.id, {"state": to, **times, **values})


def shown(ctx: Context, request: DelegationRequest) -> dict[str, Any]:
    """The request as IAM shows it, without what it has not."""
    requestor = accounts.find(ctx.db, request.requestor)
    name = (requestor.name or requestor.alias) if requestor else None
    members = {
        "DelegationRequestId": request.id,
        "OwnerAccountId": request.owner_account,
        "Description": request.description,
        "RequestMessage": request.message,
        "Permissions": request.permissions,
        "PermissionPolicy": request.policy,
        "OwnerId": request.owner_arn,
        "ApproverId": request.approver["arn"] if request.approver else None,
        "State": state(ctx, request),
        "ExpirationTime": request.expires_at,
        "RequestorId": request.requestor,
        "RequestorName": name[:NAME_CHARACTERS] if name else None,
        "CreateDate": request.created_at,
        "SessionDuration": request.duration_seconds,
        "RedirectUrl": request.redirect_url,
        "Notes": request.notes,
        "RejectionReason": request.rejection_reason,
        "OnlySendByOwner": request.only_send_by_owner,
        "UpdatedTime": request.updated_at,
    }
    return {name: value for name, value in members.items() if value is not None}
