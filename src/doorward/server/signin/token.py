"""CreateOAuth2Token: a code or a refresh token in exchange for credentials of a quarter hour.

https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from doorward.authn import dpop
from doorward.authn.dpop import InvalidProof, Proof
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin.acting import CROSS_DEVICE, SAME_DEVICE, Acting, NotPermitted
from doorward.server.signin.sealed import Code, Refresh, Seals
from doorward.store import spent_tokens

PATH = "/v1/token"
CREDENTIALS_SECONDS = 900
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Refused(Exception):
    """The request gets no token; *kind* is the model's error, *error* its code."""

    def __init__(self, kind: str, error: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.kind = kind
        self.error = error
        self.status = status

    @classmethod
    def invalid(cls, message: str, error: str = "INVALID_REQUEST") -> "Refused":
        """The request is not well-formed."""
        return cls("ValidationException", error, message)

    @classmethod
    def denied(cls, error: str, message: str) -> "Refused":
        """The request is well-formed, but what it shows is not good any more, or never was."""
        return cls("AccessDeniedException", error, message, 403)


class Exchange:
    """The operation of one running server."""

    def __init__(self, running: Running, seals: Seals, acting: Acting) -> None:
        self._running = running
        self._seals = seals
        self._acting = acting
        seed = int.from_bytes(running.secrets.derive("id tokens"))
        self._signing = ec.derive_private_key(seed % (P256_ORDER - 1) + 1, ec.SECP256R1())

    def answer(self, request: HttpRequest, base_url: str) -> HttpResponse:
        """The tokens, or why there are none."""
        try:
            now = self._running.clock.now()
            given = _members(request.body.read())
            proof = _proof(request, base_url, now)
            match given.get("grantType"):
                case "authorization_code":
                    return self._by_code(request, given, proof, now)
                case "refresh_token":
                    return self._by_refresh(request, given, proof, now)
                case _:
                    raise Refused.invalid("The grantType is not known.", "unsupported_grant_type")
        except Refused as error:
            return _answer(
                error.status,
                {"error": error.error, "message": str(error)},
                ("x-amzn-errortype", error.kind),
            )

    def _by_code(
        self, request: HttpRequest, given: Mapping[str, str], proof: Proof, now: datetime
    ) -> HttpResponse:
        code = self._seals.open(Code, given.get("code", ""), now)
        if code is None:
            raise Refused.denied("AUTHCODE_EXPIRED", "The authorization code is not valid.")
        verifier = given.get("codeVerifier", "")
        challenge = dpop.encoded(hashlib.sha256(verifier.encode()).digest())
        redirect = hashlib.sha256(given.get("redirectUri", "").encode()).digest()
        if not (
            VERIFIER.fullmatch(verifier)
            and hmac.compare_digest(challenge, code.challenge)
            and redirect == code.redirect
            and _remote(given) is code.remote
        ):
            raise Refused.denied("AUTHCODE_EXPIRED", "The authorization code is not valid.")
        self._spend(code.id, code.expires_at, proof, now, "AUTHCODE_EXPIRED")
        refresh = Refresh(
            id=self._running.ids.token(16).hex(),
            expires_at=now + self._acting.life(code),
            account=code.account,
            user_id=code.user_id,
            changed_at=code.changed_at,
            mfa_at=code.mfa_at,
            thumbprint=proof.thumbprint,
            session_id=self._running.ids.request_id(),
            remote=code.remote,
        )
        return self._issued(request, refresh, now, first=True)

    def _by_refresh(
        self, request: HttpRequest, given: Mapping[str, str], proof: Proof, now: datetime
    ) -> HttpResponse:
        old = self._seals.open(Refresh, given.get("refreshToken", ""), now)
        same = old is not None and hmac.compare_digest(old.thumbprint, proof.thumbprint)
        if old is None or not same or _remote(given) is not old.remote:
            raise Refused.denied("TOKEN_EXPIRED", "The refresh token is not valid.")
        self._spend(old.id, old.expires_at, proof, now, "TOKEN_EXPIRED")
        new = Refresh(
            id=self._running.ids.token(16).hex(),
            expires_at=old.expires_at,
            account=old.account,
            user_id=old.user_id,
            changed_at=old.changed_at,
            mfa_at=old.mfa_at,
            thumbprint=old.thumbprint,
            session_id=old.session_id,
            remote=old.remote,
        )
        return self._issued(request, new, now, first=False)

    def _spend(
        self, token_id: str, expires_at: datetime, proof: Proof, now: datetime, error: str
    ) -> None:
        """Use up proof and token.

        Raises:
            Refused: one of them was used before.
        """

        def both(db: Any) -> tuple[bool, bool]:
            fresh = spent_tokens.spend(db, proof.id, expires_at=proof.expires_at, now=now)
            return fresh, fresh and spent_tokens.spend(db, token_id, expires_at=expires_at, now=now)

        fresh, unused = self._running.database.write(both, world=False)
        if not fresh:
            raise Refused.invalid("The DPoP proof was used before.")
        if not unused:
            raise Refused.denied(error, "The token was used before.")

    def _issued(
        self, request: HttpRequest, refresh: Refresh, now: datetime, *, first: bool
    ) -> HttpResponse:
        settings = self._running.settings
        name = f"arn:{settings.partition}:signin:{settings.region}:{refresh.account}"
        life = min(timedelta(seconds=CREDENTIALS_SECONDS), refresh.expires_at - now)
        session = self._acting.session(refresh, life, f"{name}:session/{refresh.session_id}")
        if session is None:
            raise Refused.denied(
                "USER_CREDENTIALS_CHANGED", "The password of the user has changed."
            )
        try:
            who = self._acting.permit(request, refresh, "CreateOAuth2Token", refresh.remote)
        except NotPermitted as error:
            raise Refused.denied("INSUFFICIENT_PERMISSIONS", str(error)) from error
        output = {
            "accessToken": {
                "accessKeyId": session.access_key_id,
                "secretAccessKey": session.secret,
                "sessionToken": self._running.tokens.seal(session),
            },
            "tokenType": "aws_sigv4",
            "expiresIn": max(1, int(life.total_seconds())),
            "refreshToken": self._seals.seal(refresh),
        }
        if first:
            output["idToken"] = self._id_token(who.principal.arn, refresh, now)
        return _answer(200, output)

    def _id_token(self, sub: str, refresh: Refresh, now: datetime) -> str:
        issued = int(now.timestamp())
        client = CROSS_DEVICE if refresh.remote else SAME_DEVICE
        claims = {"sub": sub, "aud": client, "iat": issued, "exp": issued + CREDENTIALS_SECONDS}
        text = ".".join(
            dpop.encoded(json.dumps(part, separators=(",", ":")).encode())
            for part in ({"typ": "JWT", "alg": "ES256"}, claims)
        )
        r, s = decode_dss_signature(self._signing.sign(text.encode(), ec.ECDSA(SHA256())))
        return f"{text}.{dpop.encoded(r.to_bytes(32) + s.to_bytes(32))}"


def _members(body: bytes) -> dict[str, str]:
    """The members of the request, all of them text.

    Raises:
        Refused: it is not a JSON object of texts.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused.invalid("The body is not JSON.") from error
    if not isinstance(found, dict) or not all(_is_text(one) for one in found.values()):
        raise Refused.invalid("The body is not an object of strings.")
    return found


def _is_text(value: object) -> bool:
    """Whether *value* is a string of ASCII, as every member is."""
    return isinstance(value, str) and value.isascii()


def _remote(given: Mapping[str, str]) -> bool | None:
    return {SAME_DEVICE: False, CROSS_DEVICE: True}.get(given.get("clientId", ""))


def _proof(request: HttpRequest, base_url: str, now: datetime) -> Proof:
    """The one proof of possession that came with the request.

    Raises:
        Refused: there is none, or it does not hold.
    """
    proofs = request.header_values("dpop")
    if len(proofs) != 1:
        raise Refused.invalid("A DPoP header is needed.")
    try:
        return dpop.verify(proofs[0], method="POST", url=base_url + PATH, now=now)
    except InvalidProof as error:
        raise Refused.invalid("The DPoP proof is not valid.") from error


def _answer(status: int, output: object, *headers: tuple[str, str]) -> HttpResponse:
    kind = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpResponse(status, (*kind, *headers), json.dumps(output).encode())
