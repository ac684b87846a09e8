"""Ways to sign wrongly: the columns of the matrix."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from botocore.credentials import Credentials

from authn.clients import NOW, Sent, with_header
from authn.in_process import ALICE, DELETED, INACTIVE, UNKNOWN, InProcess
from authn.rows import presigned
from doorward.authn.credentials import DUMMY
from doorward.authn.errors import (
    Family,
    Incomplete,
    IncompleteQuery,
    InvalidArgument,
    InvalidRequest,
    Refused,
    TimeTooSkewed,
    UnknownKey,
    UnsignedHeaders,
    WrongContent,
    WrongScope,
    WrongSignature,
    WrongToken,
)
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

JSONS = {Family.JSON, Family.REST_JSON}
Make = Callable[[InProcess, Sent], HttpRequest]


class Mode(NamedTuple):
    """A way to sign, and the refusals that it must get, from S3 and from all others.

    The router's own refusals are given by code; a JSON service's router may leave one to the
    verifier.
    """

    name: str
    make: Make
    others: type[Any] | str
    s3: type[Any] | str
    json: type[Any] | str | None = None

    def refusal(self, sent: Sent) -> type[Any] | str:
        """The one that *sent* must get."""
        if sent.family is Family.S3:
            return self.s3
        return self.json or self.others if sent.family in JSONS else self.others


def signed(**changes: Any) -> Make:
    return lambda _, sent: replace(sent, **changes).signed()


def url(**changes: Any) -> Make:
    return lambda _, sent: replace(presigned(sent), **changes).signed()


def header(name: str, value: str | None) -> Make:
    return lambda _, sent: with_header(sent.signed(), name, value)


def authorization(old: str, new: str) -> Make:
    """The signed header with *old* replaced."""

    def make(_: InProcess, sent: Sent) -> HttpRequest:
        request = sent.signed()
        text = request.header("authorization")
        assert old in text
        return with_header(request, "authorization", text.replace(old, new, 1))

    return make


def parameters(old: str, new: str) -> Make:
    """The presigned query with *old* replaced."""

    def make(_: InProcess, sent: Sent) -> HttpRequest:
        request = presigned(sent).signed()
        assert old in request.query
        return replace(request, query=request.query.replace(old, new, 1))

    return make


def again(name: str, how: Callable[[Sent], Sent] = lambda sent: sent) -> Make:
    """A header of the signature once more."""

    def make(_: InProcess, sent: Sent) -> HttpRequest:
        request = how(sent).signed()
        value = request.header(name) or "x"
        return replace(request, headers=[*request.headers, (name, value)])

    return make


def temporary(
    key: str = "session", secret: str = "session", token: str | None = "session", how: Any = None
) -> Make:
    """A request with parts of one session or of another; None for no token."""

    def make(house: InProcess, sent: Sent) -> HttpRequest:
        known = {"session": house.session, "other": house.other_session, "alice": ALICE}
        credentials = Credentials(
            known[key].access_key, known[secret].secret_key, token and known[token].token
        )
        return replace(how(sent) if how else sent, by=credentials).signed()

    return make


def without_token(_: InProcess, sent: Sent) -> HttpRequest:
    return with_header(replace(sent, by=_.session).signed(), "x-amz-security-token", None)


def changed_token(house: InProcess, sent: Sent) -> HttpRequest:
    raw = bytearray(base64.b64decode(house.session.token))
    raw[len(raw) // 2] ^= 1
    token = base64.b64encode(raw).decode()
    session = house.session
    return replace(sent, by=Credentials(session.access_key, session.secret_key, token)).signed()


def unsigned(_: InProcess, sent: Sent) -> HttpRequest:
    kept = ("authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token")
    request = sent.signed()
    return replace(request, headers=[one for one in request.headers if one[0] not in kept])


def more_query(_: InProcess, sent: Sent) -> HttpRequest:
    request = sent.signed()
    return replace(request, query=f"{request.query}&x-id=more".lstrip("&"))


def other_body(_: InProcess, sent: Sent) -> HttpRequest:
    request = sent.signed()
    return replace(request, body=MemoryBody(request.body.read() + b"&x=y"))


def both(_: InProcess, sent: Sent) -> HttpRequest:
    request = presigned(sent).signed()
    value = replace(sent, method="GET").signed().header("authorization")
    return with_header(request, "authorization", value)


FAR = timedelta(minutes=16)
SECOND = timedelta(seconds=1)

MODES = [
    # name, request, refusal of others, refusal of S3
    Mode("wrong secret", signed(by=Credentials("AKIAALICE", "x")), WrongSignature, WrongSignature),
    Mode("unknown key", signed(by=UNKNOWN), UnknownKey, UnknownKey),
    Mode("deactivated key", signed(by=INACTIVE), UnknownKey, UnknownKey),
    Mode("deleted key", signed(by=DELETED), UnknownKey, UnknownKey),
    # What unknown keys are checked with is in the source; a right signature by it proves nothing.
    Mode("dummy of unknown key", signed(by=Credentials("AKIANOBODY", DUMMY)), UnknownKey, UnknownKey),
    Mode("dummy of deactivated key", signed(by=Credentials("AKIAINACTIVE", DUMMY)), UnknownKey, UnknownKey),
    Mode("dummy and token", signed(by=Credentials("ASIANOBODY", DUMMY, "x")), WrongToken, WrongToken),
    Mode("dummy without token", signed(by=Credentials("ASIANOBODY", DUMMY)), UnknownKey, UnknownKey),
    Mode("basic", header("authorization", "Basic QUtJQUFMSUNFOng="), Incomplete, InvalidArgument),
    Mode("bearer", header("authorization", "Bearer x"), Incomplete, InvalidArgument),
    Mode("empty", header("authorization", ""), Incomplete, InvalidArgument),
    Mode("sha1", authorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), Incomplete, InvalidRequest),
    Mode("sigv4a", authorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), Incomplete, InvalidRequest),
    Mode("lower case", authorization("AWS4-HMAC-SHA256", "aws4-hmac-sha256"), Incomplete, InvalidArgument),
    Mode("no signature", authorization("Signature=", "Nothing="), Incomplete, Incomplete),
    Mode("empty signature", authorization("Signature=", "Signature=,X="), Incomplete, Incomplete),
    Mode("upper signature", lambda _, sent: upper(sent), WrongSignature, WrongSignature),
    Mode("two signatures", authorization("Signature=", "Signature=00, Signature="), Incomplete, Incomplete),
    Mode("other day", authorization("20261125/", "20261124/"), WrongScope, Incomplete),
    Mode("other region", authorization("us-east-1", "eu-west-1"), WrongSignature, WrongSignature),
    Mode("no region", authorization("us-east-1", ""), WrongSignature, WrongSignature),
    Mode("terminator", authorization("aws4_request", "aws4_other"), WrongScope, Incomplete),
    Mode("host unsigned", authorization("host;", ""), UnsignedHeaders, UnsignedHeaders),
    Mode("other host", header("host", "127.0.0.1:4566"), WrongSignature, WrongSignature),
    Mode("other date", header("x-amz-date", "20261125T063501Z"), WrongSignature, WrongSignature),
    Mode("no date", header("x-amz-date", None), Incomplete, Refused),
    Mode("added x-amz", header("x-amz-meta-note", "x"), UnsignedHeaders, UnsignedHeaders),
    Mode("more query", more_query, WrongSignature, WrongSignature),
    Mode("other body", other_body, WrongSignature, WrongContent),
    Mode("old", signed(at=NOW - FAR), WrongScope, TimeTooSkewed),
    Mode("future", signed(at=NOW + FAR), WrongScope, TimeTooSkewed),
    Mode("twice authorization", again("authorization"), "MalformedInput", "InvalidRequest"),
    Mode("twice host", again("host"), "MalformedInput", "InvalidRequest"),
    Mode("twice date", again("x-amz-date"), Incomplete, Incomplete),
    Mode("no token", without_token, UnknownKey, UnknownKey),
    Mode("unsigned token", temporary(token=None), UnknownKey, UnknownKey),
    Mode("other token", temporary(token="other"), WrongToken, WrongToken),
    Mode("other token and secret", temporary(secret="other", token="other"), WrongToken, WrongToken),
    Mode("token of long-term key", temporary("alice", "alice"), WrongToken, WrongToken),
    Mode("changed token", changed_token, WrongToken, WrongToken),
    Mode("other secret", temporary(secret="other"), WrongSignature, WrongSignature),
    Mode("url wrong secret", url(by=Credentials("AKIAALICE", "x")), WrongSignature, WrongSignature),
    Mode("url deactivated", url(by=INACTIVE), UnknownKey, UnknownKey),
    Mode("url deleted", url(by=DELETED), UnknownKey, UnknownKey),
    Mode("url over", url(at=NOW - timedelta(hours=1) - SECOND), WrongScope, Refused),
    Mode("url future", url(at=NOW + FAR), WrongScope, Refused),
    Mode("url longer", parameters("X-Amz-Expires=", "X-Amz-Expires=9"), WrongSignature, WrongSignature),
    Mode("url a year", parameters("X-Amz-Expires=", "X-Amz-Expires=99999"), IncompleteQuery, IncompleteQuery),
    Mode("url no end", parameters("X-Amz-Expires", "X-Expires"), IncompleteQuery, IncompleteQuery),
    Mode("url no signature", parameters("X-Amz-Signature=", "X="), IncompleteQuery, IncompleteQuery),
    Mode("url twice", parameters("X-Amz-Date=", "X-Amz-Date=0&X-Amz-Date="), "InvalidParameterCombination", IncompleteQuery, IncompleteQuery),
    Mode("url other case", parameters("X-Amz-Date=", "x-amz-date="), IncompleteQuery, IncompleteQuery),
    Mode("url algorithm", parameters("HMAC-SHA256", "ECDSA-P256-SHA256"), IncompleteQuery, IncompleteQuery),
    Mode("url other day", parameters("%2F20261125%2F", "%2F20261124%2F"), WrongScope, Incomplete),
    Mode("url and header", both, Incomplete, Incomplete),
    Mode("url added x-amz", lambda _, sent: with_header(presigned(sent).signed(), "x-amz-acl", "x"), UnsignedHeaders, UnsignedHeaders),
    Mode("url other token", temporary(token="other", how=presigned), WrongToken, WrongToken),
    Mode("url no token", temporary(token=None, how=presigned), UnknownKey, UnknownKey),
]  # fmt: skip


def upper(sent: Sent) -> HttpRequest:
    request = sent.signed()
    head, signature = request.header("authorization").split("Signature=")
    return with_header(request, "authorization", f"{head}Signature={signature.upper()}")
