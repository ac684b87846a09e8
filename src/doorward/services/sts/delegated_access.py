"""GetDelegatedAccessToken: credentials for the token of a delegation request.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
"""

import hashlib
from datetime import timedelta

from doorward.authn.caller import Session, SessionKind
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sts import credentials
from doorward.services.sts.caller_identity import anything
from doorward.services.sts.service import sts
from doorward.services.sts.token_errors import ExpiredTradeInToken
from doorward.store import delegation_requests


@sts.operation(on=anything)
def get_delegated_access_token(ctx: Context, *, trade_in_token: str) -> Output:
    """Issue credentials of who accepted the request, narrowed to what was asked.

    They end when the time that was asked for is over, counted from when the token was sent.

    Raises:
        ExpiredTradeInToken: that is over, or the caller's account got no such token.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
    """
    digest = hashlib.sha256(trade_in_token.encode()).digest()
    request = delegation_requests.by_token(ctx.db, digest)
    if request is None or request.requestor != ctx.account:
        raise ExpiredTradeInToken
    approver, account, sent_at = request.approver, request.owner_account, request.sent_at
    if approver is None or account is None or sent_at is None:
        raise ExpiredTradeInToken
    ends = sent_at + timedelta(seconds=request.duration_seconds)
    if ends <= ctx.now:
        raise ExpiredTradeInToken
    session = Session(
        kind=SessionKind(approver["kind"]),
        access_key_id=ctx.ids.access_key_id(credentials.TEMPORARY, account),
        secret=ctx.ids.secret(),
        account=account,
        principal_id=approver["id"],
        principal_name=approver["name"],
        session_name=approver["session"],
        issued_at=ctx.now,
        expires_at=ends,
        policies=(request.policy,),
        scoped=True,
        delegated=True,
    )
    issued = credentials.shown(ctx, session)["Credentials"]
    return {"Credentials": issued, "AssumedPrincipal": approver["arn"]}
