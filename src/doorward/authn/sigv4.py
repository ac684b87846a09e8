"""The verifier: from a request to its caller, or to the reason why it is not believed.

INVARIANT: this is the one way to a signed Caller. What is not known here, such as another
algorithm or another way to send a body, is refused.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from doorward.authn import canonical, header, payload, presign, signing, sigv2, window
from doorward.authn.body import BodyCheck, ChunkSigning, Mode
from doorward.authn.caller import AuthType, Caller, Signature, prove
from doorward.authn.canonical import Repeated
from doorward.authn.claim import Claim, check_scope
from doorward.authn.credentials import Credentials, FindKey, resolve
from doorward.authn.errors import (
    Family,
    Incomplete,
    MissingCredentials,
    UnsignedHeaders,
    WrongSignature,
)
from doorward.authn.token import Tokens
from doorward.base.http import HttpRequest

TOKEN_HEADER = "x-amz-security-token"  # noqa: S105 - the name of a header

# Headers that may go unsigned: the payload hash is in the canonical request anyway, and a token
# proves itself; all services but S3 allow for clients that add it after signing.
S3_EXEMPT = frozenset({payload.HEADER})
EXEMPT = frozenset({payload.HEADER, TOKEN_HEADER})

REMEMBERED = 1_024
"""Lists of signed headers that are kept read."""


class Verified(NamedTuple):
    """The caller, and how the body must be verified before it is used."""

    caller: Caller
    body: BodyCheck


def verify(
    request: HttpRequest,
    *,
    service: str,
    family: Family,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
    anonymous: bool = False,
) -> Caller:
    """The caller of *request*, whose body is in memory or spooled and not `aws-chunked`.

    *service* is the signing name of the service that the request was routed to. *anonymous* says
    whether an unsigned request may pass; then the caller is anonymous.

    Raises:
        Unauthenticated: the request is not believed.
    """
    verified = verify_head(
        request,
        service=service,
        family=family,
        find_key=find_key,
        tokens=tokens,
        now=now,
        anonymous=anonymous,
    )
    verified.body.whole(request.body)
    return verified.caller


def verify_head(
    request: HttpRequest,
    *,
    service: str,
    family: Family,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
    anonymous: bool = False,
    version_2: bool = False,
    bucket: str | None = None,
) -> Verified:
    """The caller of *request*, and what is still to be checked: its body.

    *version_2* says whether URLs presigned with version 2 are taken, which is so for S3 itself.
    That signature does not cover the host, only the *bucket* that the host named.

    For S3 the body is not looked at, so that uploads are refused before they are read. For all
    other services it is, because its hash is part of what was signed.

    Raises:
        Unauthenticated: the request is not believed.
    """
    try:
        headers = canonical.joined(request.headers)
    except Repeated as error:
        raise Incomplete(family, f"the '{error.name}' header must not be repeated.") from error
    if not request.path.startswith("/"):
        raise Incomplete(family, "the path must begin with a slash.")
    if version_2 and "authorization" not in headers and sigv2.signed(request.query):
        caller = sigv2.verify(request, bucket=bucket, find_key=find_key, tokens=tokens, now=now)
        _, body = payload.of_s3_query(headers, {}, "")
        return Verified(caller, body)
    parameters = presign.parameters(request.query, family)
    presign.only_one(parameters, headers, family)
    if not parameters and "authorization" not in headers:
        if not anonymous:
            raise MissingCredentials(family)
        return Verified(prove(Signature(AuthType.NONE)), payload.of_anonymous(headers, family))
    claim = presign.claim(parameters, family) if parameters else header.claim(headers, family)
    window.check(claim, now, family)
    check_scope(claim, service, family)
    check_signed(claim, headers, family)
    credentials = resolve(
        claim.access_key_id,
        claim.token,
        find_key=find_key,
        tokens=tokens,
        now=now,
        family=family,
    )
    signed_payload, body = _payload(request, headers, parameters, claim, family)
    key = signing.signing_key(credentials.secret, claim.scope)
    _check(request, headers, claim, key, signed_payload, family, credentials)
    caller = credentials.prove(_facts(claim, signed_payload, now))
    if body.mode.signed_chunks:
        chunks = ChunkSigning(key, claim.timestamp, claim.scope, claim.signature)
        body = replace(body, chunks=chunks)
    return Verified(caller, body)


def check_signed(claim: Claim, headers: Mapping[str, str], family: Family) -> None:
    """Refuse a request whose host or any of whose `x-amz-` headers is not signed.

    INVARIANT: such a header could change what the signed request does.

    Raises:
        UnsignedHeaders: there is such a header.
        Incomplete: the list of names is not in order, or names one twice.
    """
    signed = _signed(claim.signed_headers)
    if signed is None:
        raise Incomplete(family, "SignedHeaders must be sorted and name each header once.")
    missing = [] if "host" in signed else ["host"]
    exempt = S3_EXEMPT if family is Family.S3 else EXEMPT
    missing += [
        name
        for name in headers
        if name[:6] == "x-amz-" and name not in signed and name not in exempt
    ]
    if missing:
        raise UnsignedHeaders(family, missing)


@lru_cache(maxsize=REMEMBERED)
def _signed(text: str) -> frozenset[str] | None:
    """The names in a list of signed headers, None where it is not in order."""
    names = text.split(";")
    signed = frozenset(names)
    return signed if names == sorted(signed) else None


def _payload(
    request: HttpRequest,
    headers: Mapping[str, str],
    parameters: Mapping[str, str],
    claim: Claim,
    family: Family,
) -> tuple[str, BodyCheck]:
    """The payload hash that was signed, and what it promises about the body."""
    if family is not Family.S3:
        computed = payload.of_service(request, headers, family)
        return computed, BodyCheck(Mode.LITERAL, family, computed)
    if claim.presigned:
        return payload.of_s3_query(headers, parameters, claim.signed_headers)
    return payload.of_s3_header(headers)


def _check(
    request: HttpRequest,
    headers: Mapping[str, str],
    claim: Claim,
    key: bytes,
    signed_payload: str,
    family: Family,
    credentials: Credentials,
) -> None:
    """Refuse a signature that is not the right one, or that covers a header that is not there."""
    s3 = family is Family.S3
    path = canonical.sent_path(request.path) if s3 else canonical.normal_path(request.path)
    right = False
    to_sign = text = b""
    for query in _queries(request, claim, family):
        text = canonical.request(
            request.method, path, query, headers, claim.signed_headers, signed_payload
        )
        to_sign = signing.string_to_sign(claim.timestamp, claim.scope, text)
        right |= signing.same(claim.signature, signing.signature(key, to_sign))
    if right and all(name in headers for name in claim.signed_headers.split(";")):
        return
    raise credentials.refusal or WrongSignature(
        family, claim.access_key_id, claim.signature, to_sign, text
    )


def _queries(request: HttpRequest, claim: Claim, family: Family) -> list[str]:
    """The canonical queries that may have been signed.

    All services but S3 allow for clients that add the session token after signing.
    """
    if not claim.presigned:
        return [canonical.query(request.query)]
    found = [canonical.query(request.query, {presign.SIGNATURE})]
    if claim.token and family is not Family.S3:
        spelled = f"{presign.TOKEN}={quote(claim.token, safe='')}"
        if spelled in request.query.split("&"):
            found.append(canonical.query(request.query, {presign.SIGNATURE, presign.TOKEN}))
    return found


def _facts(claim: Claim, signed_payload: str, now: datetime) -> Signature:
    """What condition keys and S3 ask about the signature."""
    age = int((now - claim.signed_at).total_seconds() * 1000) if claim.presigned else None
    return Signature(
        claim.auth_type,
        claim.scope.region,
        claim.scope.service,
        claim.signed_at,
        age,
        signed_payload,
    )
