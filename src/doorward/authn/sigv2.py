"""Signature version 2 in the query, of S3 alone: what some clients presign with.

boto3 and the AWS CLI make such URLs for us-east-1 at an endpoint of one's own unless told
otherwise. Version 2 in the header is refused.

GAP: as on AWS, values are signed decoded, so the URL of a download whose file name holds
`&versionId=x` is also one for that version.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from doorward.authn import canonical
from doorward.authn.caller import VERSION_2, AuthType, Caller, Signature
from doorward.authn.credentials import FindKey, resolve
from doorward.authn.errors import Family, IncompleteQuery, Refused, WrongSignature
from doorward.authn.signing import same
from doorward.authn.token import Tokens
from doorward.base.clock import iso8601
from doorward.base.http import HttpRequest

KEY = "AWSAccessKeyId"
SIGNATURE = "Signature"
EXPIRES = "Expires"
TOKEN = "x-amz-security-token"  # noqa: S105 - the name of a parameter
REQUIRED = frozenset({KEY, SIGNATURE, EXPIRES})
EXPIRES_DIGITS = 12
METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})
AMZ = "x-amz-"
CONTENT = ("content-md5", "content-type")
OVERRIDE = "response-"

# Parameters that are signed with the path because they change what is asked.
SIGNED = frozenset(
    {
        "acl",
        "cors",
        "delete",
        "lifecycle",
        "location",
        "logging",
        "notification",
        "partNumber",
        "policy",
        "requestPayment",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "restore",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    }
)

# What may stand beside the headers of a download: what GetObject itself takes.
BESIDE_OVERRIDES = frozenset({*REQUIRED, "partNumber", "versionId"})


def signed(query: str) -> bool:
    """Whether *query* carries a signature of version 2, or a part of one."""
    return not {KEY, SIGNATURE}.isdisjoint(one.partition("=")[0] for one in query.split("&"))


def verify(
    request: HttpRequest,
    *,
    bucket: str | None,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
) -> Caller:
    """The caller of a presigned *request*; *bucket* is the one that its host named.

    INVARIANT: every parameter is signed or belongs to the signature. One that is neither could
    change what the URL was made for, so it is refused, though AWS lets it by. So is POST, whose
    body says what is to be done and would not be signed.

    Raises:
        Unauthenticated: the request is not believed.
    """
    found = parameters(request.query)
    if request.method not in METHODS:
        raise Refused("A URL signed with version 2 is for GET, HEAD, PUT and DELETE alone")
    headers = signed_headers(request, found)
    key_id, expires = found[KEY] or "", expiry(found[EXPIRES] or "")
    if expires <= now:
        details = {"Expires": iso8601(expires), "ServerTime": iso8601(now)}
        raise Refused("Request has expired", details)
    credentials = resolve(
        key_id,
        headers.get(TOKEN),
        find_key=find_key,
        tokens=tokens,
        now=now,
        family=Family.S3,
    )
    to_sign = string_to_sign(request, found, headers, bucket)
    provided = found[SIGNATURE] or ""
    if not same(provided, signature(credentials.secret, to_sign)):
        refusal = credentials.refusal
        raise refusal or WrongSignature(Family.S3, key_id, provided, to_sign, None)
    return credentials.prove(facts(AuthType.QUERY))


def signature(secret: str, to_sign: bytes) -> str:
    """The signature of *to_sign*."""
    digest = hmac.digest(secret.encode(), to_sign, hashlib.sha1)
    return base64.b64encode(digest).decode()


def facts(auth_type: AuthType) -> Signature:
    """What condition keys ask; version 2 does not say when it signed, so its age is 0.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    return Signature(auth_type, service="s3", age_ms=0, version=VERSION_2)


def parameters(query: str) -> Mapping[str, str | None]:
    """The parameters of *query*, decoded as the router decodes them; None for a name alone.

    Raises:
        IncompleteQuery: one stands twice.
        Refused: one is missing, or is not covered by the signature.
    """
    found: dict[str, str | None] = {}
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if name in found:
            raise IncompleteQuery(Family.S3, f"The {name} parameter is repeated.")
        if not (name in SIGNED or name in REQUIRED or _of_header(name)):
            raise Refused(f"The query parameter {name} is not covered by the signature")
        found[name] = unquote_plus(value) if equals else None
    if not found.keys() >= REQUIRED:
        raise Refused(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters"
        )
    overriding = any(name.startswith(OVERRIDE) for name in found)
    for name in found if overriding else ():
        if not (name in BESIDE_OVERRIDES or name.startswith(OVERRIDE) or _of_header(name)):
            raise Refused(f"The query parameter {name} does not go with those of a download")
    return found


def _of_header(name: str) -> bool:
    return name.startswith(AMZ) or name in CONTENT


def signed_headers(request: HttpRequest, found: Mapping[str, str | None]) -> Mapping[str, str]:
    """The headers of *request* that are signed.

    Clients write them into the query as well. The token may stand there alone; what else stands
    there must be sent as a header too, since only headers count.

    Raises:
        Refused: query and headers differ.
    """
    given: dict[str, list[str]] = {}
    for name, value in request.headers:
        if _of_header(name):
            given.setdefault(name, []).append(value)
    headers = {name: ",".join(values) for name, values in given.items()}
    if token := found.get(TOKEN):
        headers.setdefault(TOKEN, token)
    for name, parameter in found.items():
        if _of_header(name) and (parameter is None or headers.get(name) != parameter):
            raise Refused(f"The query parameter {name} differs from the header of that name")
    return headers


def expiry(text: str) -> datetime:
    """The moment at which the URL ends, written as seconds since 1970.

    Raises:
        Refused: it is something else.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= EXPIRES_DIGITS):
        raise Refused(f"Invalid date (should be seconds since epoch): {text}")
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(f"Invalid date (should be seconds since epoch): {text}") from error


def string_to_sign(
    request: HttpRequest,
    found: Mapping[str, str | None],
    headers: Mapping[str, str],
    bucket: str | None,
) -> bytes:
    """What version 2 signs: method, content, end, `x-amz-` headers, path and sub-resources."""
    lines = [
        request.method,
        *(headers.get(name, "") for name in CONTENT),
        found[EXPIRES] or "",
        *(f"{name}:{value}" for name, value in sorted(headers.items()) if name.startswith(AMZ)),
    ]
    resources = sorted((name, value) for name, value in found.items() if name in SIGNED)
    query = "&".join(name if value is None else f"{name}={value}" for name, value in resources)
    path = f"/{bucket}{request.path}" if bucket else request.path
    return canonical.encoded("\n".join([*lines, f"{path}?{query}" if query else path]))
