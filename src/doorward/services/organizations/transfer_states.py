"""How a transfer of responsibility stands, and what the wire shows of it.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ResponsibilityTransfer.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.organizations import arns, handshake_states, standing
from doorward.services.organizations.handshake_states import REQUESTED
from doorward.store import accounts, organizations_accounts, organizations_handshakes
from doorward.store.tables.organization_handshake import ResponsibilityTransfer


def status(ctx: Context, one: ResponsibilityTransfer) -> str:
    """The status now: one that nobody answered in time has expired."""
    if one.status != REQUESTED:
        return one.status
    handshake = organizations_handshakes.find(ctx.db, one.handshake_id)
    return handshake_states.state(ctx, handshake) if handshake else one.status


def shape(ctx: Context, one: ResponsibilityTransfer) -> dict[str, Any]:
    """A transfer as the caller's side sees it."""
    payer = accounts.find(ctx.db, one.management_account)
    own = standing.organization(ctx)
    now = status(ctx, one)
    return {
        "Arn": arns.transfer(
            ctx.partition,
            ctx.account,
            own.id,
            one.id,
            inbound=one.management_account == ctx.account,
        ),
        "Name": one.name,
        "Id": one.id,
        "Type": "BILLING",
        "Status": now,
        "Source": {
            "ManagementAccountId": one.source_account,
            "ManagementAccountEmail": one.source_email or None,
        },
        "Target": {
            "ManagementAccountId": one.management_account,
            "ManagementAccountEmail": organizations_accounts.email(payer) if payer else None,
        },
        "StartTimestamp": one.starts_at,
        "EndTimestamp": one.ends_at,
        "ActiveHandshakeId": one.handshake_id if now == REQUESTED else None,
    }
