"""Credentials shown whole instead of by a signature: to the sign-in endpoints, and nowhere else."""

import hmac
from datetime import datetime

from doorward.authn.caller import AuthType, Caller, Session, Signature, prove
from doorward.authn.token import InvalidToken, Tokens

SHOWN = Signature(AuthType.NONE, service="signin")


def temporary(
    tokens: Tokens, access_key_id: str, secret: str, token: str, now: datetime
) -> Caller | None:
    """Who holds these three, None where they do not belong together or are over."""
    try:
        session = tokens.open(token)
    except InvalidToken:
        return None
    if not (access_key_id.isascii() and secret.isascii()):
        return None
    same_id = hmac.compare_digest(session.access_key_id, access_key_id)
    same_secret = hmac.compare_digest(session.secret, secret)
    if not (same_id and same_secret) or session.expires_at <= now:
        return None
    return prove(SHOWN, session=session)


def signed_in(session: Session) -> Caller:
    """Whom *session* stands for.

    INVARIANT: the session was sealed by this server, or made right after its user was proved by
    password and one-time code.
    """
    return prove(SHOWN, session=session)
