"""The key behind an access key id: a long-term key of the store, or that of a session token."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from doorward.authn.caller import AccessKey, Caller, Session, Signature, prove
from doorward.authn.errors import ExpiredToken, Family, Unauthenticated, UnknownKey, WrongToken
from doorward.authn.token import InvalidToken, Tokens

FindKey = Callable[[str], AccessKey | None]
"""The access key of an id, secret in clear, or None; an inactive one is found too."""

TEMPORARY = "ASIA"

# An id that nobody has is checked against this, so that it takes as long as one that exists.
DUMMY = "never-the-secret-of-any-access-key-in-use"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A secret to check a signature with, and what to answer if the signature is right.

    `refusal` is set where the request must fail whatever its signature is.
    """

    secret: str = field(repr=False)
    key: AccessKey | None = None
    session: Session | None = None
    refusal: Unauthenticated | None = None

    def prove(self, signature: Signature) -> Caller:
        """The caller. INVARIANT: called after the signature was found to be right."""
        if self.refusal:
            raise self.refusal
        return prove(signature, key=self.key, session=self.session)


def resolve(
    access_key_id: str,
    token: str | None,
    *,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
    family: Family,
) -> Credentials:
    """What to check a signature of *access_key_id* with.

    Temporary keys are those of their token and of nothing else; a long-term key comes without
    a token.

    Raises:
        ExpiredToken: the session is over, which S3 tells before it looks at the signature.
    """
    if token is not None:
        return _temporary(access_key_id, token, find_key, tokens, now, family)
    key = None if access_key_id.startswith(TEMPORARY) else find_key(access_key_id)
    if key is None or not key.active:
        return Credentials(DUMMY, refusal=UnknownKey(family, access_key_id))
    return Credentials(key.secret, key)


def _temporary(
    access_key_id: str,
    token: str,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
    family: Family,
) -> Credentials:
    try:
        session = tokens.open(token)
    except InvalidToken:
        session = None
    if session is None or session.access_key_id != access_key_id:
        key = find_key(access_key_id)
        secret = key.secret if key and key.active else DUMMY
        return Credentials(secret, refusal=WrongToken(family, token))
    if session.expires_at <= now:
        raise ExpiredToken(family, token)
    return Credentials(session.secret, session=session)
