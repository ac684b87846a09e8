"""The `Authorization` header.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""

from collections.abc import Mapping

from doorward.authn.caller import AuthType
from doorward.authn.claim import Claim, Unreadable, credential, http_date, moment
from doorward.authn.errors import (
    Family,
    Incomplete,
    InvalidArgument,
    InvalidRequest,
    Refused,
)
from doorward.authn.signing import ALGORITHM

PARTS = ("Credential", "SignedHeaders", "Signature")
VERSION_2 = "AWS "
OTHER_VERSIONS = "AWS4-"


def claim(headers: Mapping[str, str], family: Family, algorithm: str = ALGORITHM) -> Claim:
    """What the `authorization` header of *headers* claims, which *algorithm* must have signed.

    Raises:
        Unauthenticated: the scheme is another one, or a part is missing or unreadable.
    """
    authorization = headers["authorization"]
    scheme, _, rest = authorization.partition(" ")
    if scheme != algorithm:
        raise _unsupported(authorization, family)
    parts = _parts(rest, family)
    try:
        key_id, scope = credential(parts["Credential"])
    except Unreadable as error:
        raise _bad_credential(parts["Credential"], family) from error
    timestamp = _timestamp(headers, family)
    try:
        signed_at = moment(timestamp)
    except Unreadable as error:
        raise _bad_date(timestamp, family) from error
    return Claim(
        AuthType.HEADER,
        key_id,
        scope,
        timestamp,
        signed_at,
        parts["SignedHeaders"],
        parts["Signature"],
        headers.get("x-amz-security-token"),
    )


def _parts(text: str, family: Family) -> dict[str, str]:
    """The three parts of the header, each once."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = part.strip(" ").partition("=")
        if not equals or name not in PARTS or name in found or not value:
            raise _incomplete(found, family)
        found[name] = value
    if len(found) != len(PARTS):
        raise _incomplete(found, family)
    return found


def _incomplete(found: Mapping[str, str], family: Family) -> Incomplete:
    if family is Family.S3:
        return Incomplete(
            family,
            "the authorization header requires three components: "
            "Credential, SignedHeaders, and Signature.",
        )
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if name not in found]
    problems = [f"Authorization header requires '{name}' parameter." for name in missing]
    return Incomplete(family, " ".join(problems) or "Authorization header has an unknown part.")


def _bad_credential(text: str, family: Family) -> Incomplete:
    if family is Family.S3:
        return Incomplete(
            family,
            "the Credential is mal-formed; expecting "
            '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        )
    return Incomplete(
        family,
        "Credential must have exactly 5 slash-delimited elements, "
        f"e.g. keyid/date/region/service/term, got '{text}'",
    )


def _timestamp(headers: Mapping[str, str], family: Family) -> str:
    if found := headers.get("x-amz-date"):
        return found
    try:
        return http_date(headers.get("date", ""))
    except Unreadable as error:
        raise _bad_date("", family) from error


def _bad_date(text: str, family: Family) -> Incomplete | Refused:
    if family is Family.S3:
        return Refused("AWS authentication requires a valid Date or x-amz-date header")
    if not text:
        return Incomplete(
            family,
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    return Incomplete(
        family,
        f"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601",
    )


def _unsupported(
    authorization: str, family: Family
) -> InvalidRequest | InvalidArgument | Incomplete:
    """The refusal of every other scheme; what came in is not repeated, it may be a password."""
    if family is not Family.S3:
        return Incomplete(family, f"Authorization header must begin with '{ALGORITHM}'.")
    if authorization.startswith((VERSION_2, OTHER_VERSIONS)):
        return InvalidRequest(
            "The authorization mechanism you have provided is not supported. "
            f"Please use {ALGORITHM}."
        )
    scheme = authorization.partition(" ")[0]
    return InvalidArgument(family, "Unsupported Authorization Type", "Authorization", scheme)
