"""Signatures in the query: presigned URLs.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from collections.abc import Mapping
from urllib.parse import unquote

from doorward.authn.caller import AuthType
from doorward.authn.claim import Claim, Unreadable, credential, moment
from doorward.authn.errors import Family, Incomplete, IncompleteQuery, InvalidRequest
from doorward.authn.signing import ALGORITHM

SIGNATURE = "X-Amz-Signature"
TOKEN = "X-Amz-Security-Token"  # noqa: S105 - the name of a parameter
CONTENT = "X-Amz-Content-Sha256"
REQUIRED = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
NAMES = {name.lower(): name for name in (*REQUIRED, TOKEN, CONTENT)}
MARKS = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature"})
VERSION_2 = frozenset({"AWSAccessKeyId", "Signature"})
WEEK_SECONDS = 604_800
EXPIRES_DIGITS = 6


def parameters(query: str, family: Family) -> Mapping[str, str]:
    """The parameters of *query* that belong to a signature; empty where there is none.

    Raises:
        IncompleteQuery: one stands twice, or is not spelled as AWS spells it.
        InvalidRequest: S3, the query is signed with version 2.
    """
    if not query:
        return {}
    found: dict[str, str] = {}
    legacy = set()
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        name = unquote(name) if "%" in name else name
        if name in VERSION_2:
            legacy.add(name)
        if (spelled := NAMES.get(name.lower())) is None:
            continue
        if spelled != name or name in found:
            raise IncompleteQuery(family, f"The {spelled} parameter is repeated or misspelled.")
        found[name] = unquote(value, "latin-1")
    if legacy == VERSION_2 and family is Family.S3:
        raise InvalidRequest(
            "The authorization mechanism you have provided is not supported. "
            f"Please use {ALGORITHM}."
        )
    return found if any(name.lower() in MARKS for name in found) else {}


def claim(found: Mapping[str, str], family: Family) -> Claim:
    """What the signature parameters *found* claim.

    Raises:
        IncompleteQuery: one is missing or unreadable.
    """
    if any(not found.get(name) for name in REQUIRED):
        raise IncompleteQuery(family, _missing(found, family))
    if found["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteQuery(family, f'X-Amz-Algorithm only supports "{ALGORITHM}"')
    text = found["X-Amz-Credential"]
    try:
        key_id, scope = credential(text)
    except Unreadable as error:
        raise IncompleteQuery(family, _bad_credential(text, family)) from error
    try:
        signed_at = moment(found["X-Amz-Date"])
    except Unreadable as error:
        problem = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise IncompleteQuery(family, problem) from error
    return Claim(
        AuthType.QUERY,
        key_id,
        scope,
        found["X-Amz-Date"],
        signed_at,
        found["X-Amz-SignedHeaders"],
        found["X-Amz-Signature"],
        found.get(TOKEN),
        _expires(found["X-Amz-Expires"], family),
    )


def only_one(found: Mapping[str, str], headers: Mapping[str, str], family: Family) -> None:
    """Refuse a request that is signed in the header and in the query.

    Raises:
        Incomplete: it is.
    """
    if found and "authorization" in headers:
        raise Incomplete(family, ONLY_ONE)


ONLY_ONE = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
    "string parameter or the Authorization header should be specified"
)


def _expires(text: str, family: Family) -> int:
    """The seconds that a URL lasts, 1 to 604800."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise IncompleteQuery(family, "X-Amz-Expires should be a number")
    if text.startswith("-") or not digits.strip("0"):
        raise IncompleteQuery(family, "X-Amz-Expires must be non-negative")
    seconds = int(digits) if len(digits) <= EXPIRES_DIGITS else WEEK_SECONDS + 1
    if seconds > WEEK_SECONDS:
        raise IncompleteQuery(
            family,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given "
            "X-Amz-Expires must be less than 604800 seconds",
        )
    return seconds


def _missing(found: Mapping[str, str], family: Family) -> str:
    if family is Family.S3:
        return (
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters."
        )
    missing = [name for name in REQUIRED if not found.get(name)]
    return " ".join(f"AWS query-string parameters must include '{name}'." for name in missing)


def _bad_credential(text: str, family: Family) -> str:
    if family is Family.S3:
        return (
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
            'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )
    return (
        "Credential must have exactly 5 slash-delimited elements, "
        f"e.g. keyid/date/region/service/term, got '{text}'"
    )
