"""Callers that no signature of the request at hand proves.

Work may go on after the request that began it, in the name of who sent it; and a service may act
in a role that trusts it. Both were decided on when the work began or the role was assumed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from doorward.authn.caller import AccessKey, Acting, AuthType, Caller, Session, Signature, prove
from doorward.authn.token import InvalidToken, Tokens
from doorward.base.errors import AwsError

FindKey = Callable[[str], AccessKey | None]


class CredentialsGone(AwsError):
    """The key that began the work was deleted or deactivated since, or the session has ended."""

    code = "ExpiredToken"
    status = 403

    def __init__(self) -> None:
        super().__init__("The security token included in the request is expired")


def written(caller: Caller, tokens: Tokens) -> dict[str, Any]:
    """*caller* as values that `read` makes the same caller of; holds a session token.

    INVARIANT: whoever keeps it seals it, for it is as good as the credentials.
    """
    return {
        "key": caller.key.id if caller.key else None,
        "token": tokens.seal(caller.session) if caller.session else None,
        "region": caller.signature.region,
    }


def read(values: dict[str, Any], find_key: FindKey, tokens: Tokens, now: datetime) -> Caller:
    """The caller that *values* were written from, its credentials still good.

    Raises:
        CredentialsGone: they are not.
    """
    signature = Signature(AuthType.HEADER, values["region"])
    if key_id := values["key"]:
        key = find_key(key_id)
        if key is None or not key.active:
            raise CredentialsGone
        return prove(signature, key=key)
    try:
        session = tokens.open(values["token"] or "")
    except InvalidToken as error:
        raise CredentialsGone from error
    return good(prove(signature, session=session), find_key, now)


def good(caller: Caller, find_key: FindKey, now: datetime) -> Caller:
    """*caller*, if its key is still active and its session has not ended.

    Raises:
        CredentialsGone: it is not.
    """
    if caller.session and caller.session.expires_at <= now:
        raise CredentialsGone
    if caller.key:
        key = find_key(caller.key.id)
        if key is None or not key.active:
            raise CredentialsGone
    return caller


def service() -> Caller:
    """An AWS service itself, which has no account; whom it is, the access names (`Access.by`)."""
    return prove(Signature(AuthType.NONE))


def acting(principal: str, source_arn: str, source_account: str, region: str) -> Caller:
    """A service that acts for itself on behalf of that resource.

    What it may do, the policies of the resources that it comes to say.
    """
    found = Acting(principal, source_arn, source_account)
    return prove(Signature(AuthType.HEADER, region), acting=found)


def of_role(session: Session, region: str) -> Caller:
    """A service in a role that it has assumed. INVARIANT: the trust policy was asked before."""
    return prove(Signature(AuthType.HEADER, region), session=session)
