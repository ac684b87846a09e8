"""How a handshake stands, and what the wire shows of it.

One that nobody answers in time has expired, without anybody writing that down.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from doorward.services.context import Context
from doorward.services.organizations import arns, ids
from doorward.store import accounts, organizations_accounts, organizations_handshakes
from doorward.store.tables.organization import Organization
from doorward.store.tables.organization_handshake import Handshake, ResponsibilityTransfer

INVITE = "INVITE"
ENABLE_ALL_FEATURES = "ENABLE_ALL_FEATURES"
APPROVE_ALL_FEATURES = "APPROVE_ALL_FEATURES"
TRANSFER_RESPONSIBILITY = "TRANSFER_RESPONSIBILITY"

REQUESTED, OPEN = "REQUESTED", "OPEN"
ACCEPTED, DECLINED, CANCELED, EXPIRED = "ACCEPTED", "DECLINED", "CANCELED", "EXPIRED"
UNANSWERED = (REQUESTED, OPEN)

DAYS = {
    INVITE: 15,
    ENABLE_ALL_FEATURES: 90,
    APPROVE_ALL_FEATURES: 90,
    TRANSFER_RESPONSIBILITY: 15,
}
"""How long a handshake waits for its answer, by action.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

SHOWN_AFTER = timedelta(days=30)
"""How long an ended handshake is still listed."""


def new(
    ctx: Context,
    found: Organization,
    action: str,
    party: tuple[str, str],
    *,
    account: str | None = None,
    state: str = REQUESTED,
    notes: str | None = None,
    parent_id: str | None = None,
    tags: dict[str, str] | None = None,
) -> Handshake:
    """A handshake that *found* sends to *party*, its type and id; kept."""
    made = Handshake(
        id=f"h-{ids.token(ctx.ids, ids.LONG)}",
        organization_id=found.id,
        management_account=found.management_account,
        action=action,
        state=state,
        feature_set=found.feature_set,
        party_type=party[0],
        party_id=party[1],
        requested_at=ctx.now,
        expires_at=ctx.now + timedelta(days=DAYS[action]),
        account=account,
        notes=notes,
        parent_id=parent_id,
        tags=tags or {},
    )
    organizations_handshakes.add(ctx.db, made)
    return made


def state(ctx: Context, one: Handshake) -> str:
    """The state now."""
    late = one.state in UNANSWERED and one.expires_at <= ctx.now
    return EXPIRED if late else one.state


def listed(ctx: Context, one: Handshake) -> bool:
    """Whether lists still show it: 30 days after its end they do not."""
    if state(ctx, one) in UNANSWERED:
        return True
    return ctx.now - (one.ended_at or one.expires_at) < SHOWN_AFTER


def unanswered(ctx: Context, organization_id: str, action: str) -> Sequence[Handshake]:
    """The handshakes of one action that an organization waits for."""
    return organizations_handshakes.open_ones(ctx.db, organization_id, action, UNANSWERED, ctx.now)


def transfers_in_force(ctx: Context) -> list[ResponsibilityTransfer]:
    """The transfers that the caller's account takes part in and that have not ended."""
    found: list[ResponsibilityTransfer] = []
    for inbound in (True, False):
        page = organizations_handshakes.transfers(
            ctx.db, ctx.account, inbound=inbound, limit=ids.ACCOUNTS
        )
        found += page.items
    return [one for one in found if one.status in {REQUESTED, ACCEPTED}]


def shape(ctx: Context, one: Handshake) -> dict[str, Any]:
    """The handshake as both sides see it."""
    return {
        "Id": one.id,
        "Arn": arns.handshake(
            ctx.partition, one.management_account, one.organization_id, one.action, one.id
        ),
        "Parties": _parties(one),
        "State": state(ctx, one),
        "RequestedTimestamp": one.requested_at,
        "ExpirationTimestamp": one.expires_at,
        "Action": one.action,
        "Resources": _resources(ctx, one),
    }


def _parties(one: Handshake) -> list[dict[str, str]]:
    sender = {"Id": one.organization_id, "Type": "ORGANIZATION"}
    if one.party_type == "ORGANIZATION":
        return [sender]
    return [sender, {"Id": one.party_id, "Type": one.party_type}]


def _resources(ctx: Context, one: Handshake) -> list[dict[str, Any]]:
    sender = accounts.find(ctx.db, one.management_account)
    about: list[dict[str, Any]] = []
    if sender:
        about += [
            {"Type": "MASTER_EMAIL", "Value": organizations_accounts.email(sender)},
            {"Type": "MASTER_NAME", "Value": organizations_accounts.name(sender)},
        ]
    about.append({"Type": "ORGANIZATION_FEATURE_SET", "Value": one.feature_set})
    found: list[dict[str, Any]] = [
        {"Type": "ORGANIZATION", "Value": one.organization_id, "Resources": about}
    ]
    if one.party_type != "ORGANIZATION":
        found.append({"Type": one.party_type, "Value": one.party_id})
    if one.notes:
        found.append({"Type": "NOTES", "Value": one.notes})
    if one.parent_id:
        found.append({"Type": "PARENT_HANDSHAKE", "Value": one.parent_id})
    if transfer := organizations_handshakes.transfer_of(ctx.db, one.id):
        found += [
            {"Type": "RESPONSIBILITY_TRANSFER", "Value": transfer.id},
            {"Type": "TRANSFER_TYPE", "Value": "BILLING"},
            {
                "Type": "TRANSFER_START_TIMESTAMP",
                "Value": str(int(transfer.starts_at.timestamp())),
            },
        ]
    return found
