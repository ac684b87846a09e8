"""Tokens of OpenID Connect issuers: who made one, for whom, and whether that is proved.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doorward.authn import oidc_json, oidc_jwks
from doorward.authn.dpop import decoded
from doorward.authn.identity_errors import (
    ExpiredIdentityToken,
    InvalidIdentityToken,
    NoVerificationKey,
)
from doorward.authn.oidc_keys import IssuerKeys

GRACE_SECONDS = 300
OLDEST_SECONDS = 86_400 + GRACE_SECONDS  # assumed: AWS says "too old" but not from when on
LATEST = 1 << 53
SUBJECT_CHARACTERS = 255
REQUIRED = ("iss", "sub", "aud", "exp", "iat")
MALFORMED = (
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
)
AUDIENCE = "Incorrect token audience"


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token that was taken apart. INVARIANT: nothing in it is believed before `verify`."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        """The URL of who claims to have made it."""
        return str(self.claims["iss"])


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token proves. `audience` is `azp` where there is one, else `aud`."""

    issuer: str
    subject: str
    audience: str
    claims: Mapping[str, Any]


def parse(text: str) -> Unverified:
    """The parts of *text*, a JWS in compact form with the claims of an ID token.

    Raises:
        InvalidIdentityToken: it is none, or lacks a claim.
    """
    try:
        head, body, signature = text.split(".")
        header, claims = oidc_json.read_object(decoded(head)), oidc_json.read_object(decoded(body))
        decoded(signature)
    except ValueError as error:
        raise InvalidIdentityToken(MALFORMED) from error
    for name in REQUIRED:
        if name not in claims:
            raise InvalidIdentityToken(f"Missing a required claim: {name}")
    if not all(isinstance(claims[name], str) for name in ("iss", "sub")):
        raise InvalidIdentityToken(MALFORMED)
    if not 1 <= len(claims["sub"]) <= SUBJECT_CHARACTERS:
        raise InvalidIdentityToken(MALFORMED)
    return Unverified(text, header, claims)


def verify(
    token: Unverified,
    *,
    client_ids: Collection[str] | None,
    thumbprints: Collection[str],
    keys: IssuerKeys,
    now: datetime,
) -> Identity:
    """Whom *token* proves, its issuer being one that is trusted.

    *client_ids* are the audiences that the provider knows; with None, as for the issuers that AWS
    knows by itself, the role's trust policy alone judges the audience.

    Raises:
        InvalidIdentityToken: the token is not the issuer's, or for somebody else.
        ExpiredIdentityToken: it is over, or too old.
        IDPCommunicationError: the issuer's keys cannot be fetched.
    """
    alg, kid = _signed_by(token.header)
    audience = _audience(token.claims)
    if client_ids is not None and audience not in client_ids:
        raise InvalidIdentityToken(AUDIENCE)
    _check_times(token.claims, int(now.timestamp()))
    suitable = keys.suitable(token.issuer, thumbprints, kid, alg, now)
    if not any(oidc_jwks.verifies(token.text, key, alg) for key in suitable):
        raise NoVerificationKey
    return Identity(token.issuer, token.claims["sub"], audience, token.claims)


def _signed_by(header: Mapping[str, Any]) -> tuple[str, str | None]:
    """The algorithm and the key id that *header* names.

    INVARIANT: keys and addresses in the header (`jwk`, `jku`, `x5c`, `x5u`) are not looked at, and
    a header that must be understood (`crit`) is refused, since none is.

    Raises:
        InvalidIdentityToken: the algorithm is none that is taken.
    """
    alg, kid = header.get("alg"), header.get("kid")
    odd = "crit" in header or "b64" in header or "enc" in header
    if not isinstance(alg, str) or alg not in oidc_jwks.ALGORITHMS or odd:
        raise InvalidIdentityToken(MALFORMED)
    if kid is not None and not isinstance(kid, str):
        raise InvalidIdentityToken(MALFORMED)
    return alg, kid


def _audience(claims: Mapping[str, Any]) -> str:
    """For whom the token is: `azp`, or without it the one `aud`.

    Raises:
        InvalidIdentityToken: there are several audiences (assumed) or none.
    """
    given = claims["aud"]
    listed = given if isinstance(given, list) else [given]
    if not listed or not all(isinstance(one, str) and one for one in listed):
        raise InvalidIdentityToken(AUDIENCE)
    azp = claims.get("azp")
    if azp is not None:
        if not isinstance(azp, str) or not azp:
            raise InvalidIdentityToken(AUDIENCE)
        return azp
    if len(listed) > 1:
        raise InvalidIdentityToken(AUDIENCE)
    return str(listed[0])


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    """Refuse a token that is not yet or no longer good; clocks may differ by five minutes.

    Raises:
        InvalidIdentityToken: a time is no whole number, or lies ahead.
        ExpiredIdentityToken: it is over, or too old.
    """
    times = [claims[name] for name in ("exp", "iat", "nbf") if name in claims]
    if not all(type(one) is int and abs(one) < LATEST for one in times):
        raise InvalidIdentityToken(MALFORMED)
    if now >= claims["exp"] + GRACE_SECONDS:
        raise ExpiredIdentityToken(
            f"Token expired: current date/time {now} must be before the expiration date/time "
            f"{claims['exp']}"
        )
    if now - claims["iat"] > OLDEST_SECONDS:
        raise ExpiredIdentityToken(f"Token too old: {now - claims['iat']}")
    if max(claims["iat"], claims.get("nbf", 0)) > now + GRACE_SECONDS:
        raise InvalidIdentityToken("Token is not yet valid")  # assumed wording
