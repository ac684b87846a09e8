"""Requests as real clients sign them, and a server's side to verify them with."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from unittest import mock
from urllib.parse import urlsplit

from botocore.auth import (
    HmacV1QueryAuth,
    S3SigV4Auth,
    S3SigV4QueryAuth,
    SigV4Auth,
    SigV4QueryAuth,
)
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from doorward.authn import signing, sigv4
from doorward.authn.caller import AccessKey, Session, SessionKind
from doorward.authn.errors import Family
from doorward.authn.signing import Scope
from doorward.authn.token import Tokens
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

NOW = datetime(2026, 11, 25, 6, 35, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
KEY = AccessKey("AKIAALICE", "alice-secret", ACCOUNT, "AIDAALICE", "alice")
INACTIVE = AccessKey("AKIAINACTIVE", "old-secret", ACCOUNT, "AIDAALICE", "alice", active=False)
TOKENS = Tokens(b"k" * 32)
SESSION = Session(
    SessionKind.ROLE,
    "ASIAALICE",
    "session-secret",
    ACCOUNT,
    "AROAAUDITOR",
    "auditor",
    "audit",
    NOW - timedelta(minutes=10),
    NOW + timedelta(minutes=50),
)
ENDPOINT = "http://localhost:4566"
SIGNERS = {
    ("header", Family.S3): S3SigV4Auth,
    ("query", Family.S3): S3SigV4QueryAuth,
}


def find_key(access_key_id):
    return {key.id: key for key in (KEY, INACTIVE)}.get(access_key_id)


def credentials(session=None):
    if session is None:
        return Credentials(KEY.id, KEY.secret)
    return Credentials(session.access_key_id, session.secret, TOKENS.seal(session))


@dataclass
class Sent:
    """A request to be signed and sent; `at` is what the client's clock shows.

    `how` is `header`, `query`, or `version 2` for a URL of S3 that is signed with that.
    """

    method: str = "GET"
    path: str = "/"
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    service: str = "iam"
    family: Family = Family.QUERY
    region: str = "us-east-1"
    by: Credentials = field(default_factory=credentials)
    at: datetime = NOW
    how: str = "header"
    expires: int = 60

    def signed(self):
        # A presigner would try to move the body into the URL, so it only learns its hash.
        body = self.body if self.how == "header" else b""
        request = AWSRequest(self.method, ENDPOINT + self.path, dict(self.headers), body)
        if self.how == "version 2":
            with mock.patch("botocore.auth.time.time", return_value=self.at.timestamp()):
                HmacV1QueryAuth(self.by, self.expires).add_auth(request)
            return replace(received(request.prepare()), body=MemoryBody(self.body))
        arguments = [self.by, self.service, self.region]
        default = SigV4Auth if self.how == "header" else SigV4QueryAuth
        signer = SIGNERS.get((self.how, self.family), default)
        if self.how == "query":
            arguments.append(self.expires)
        made = signer(*arguments)
        if self.how == "query" and self.family is not Family.S3:
            made.payload = lambda _: MemoryBody(self.body).sha256()
        with mock.patch(
            "botocore.auth.get_current_datetime", return_value=self.at.replace(tzinfo=None)
        ):
            made.add_auth(request)
        return replace(received(request.prepare()), body=MemoryBody(self.body))


def received(prepared):
    """What a server is handed of a request that a client has prepared."""
    parts = urlsplit(prepared.url)
    headers = [
        (name.lower(), _text(value).strip(" \t")) for name, value in prepared.headers.items()
    ]
    if not any(name == "host" for name, _ in headers):
        headers.append(("host", parts.netloc))
    body = prepared.body or b""
    return HttpRequest(
        prepared.method, parts.path or "/", parts.query, headers, MemoryBody(bytes(body))
    )


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


def verify(request, sent=None, *, now=NOW, **changes):
    sent = sent or Sent()
    options = {"service": sent.service, "family": sent.family, **changes}
    return sigv4.verify(request, find_key=find_key, tokens=TOKENS, now=now, **options)


def verify_head(request, sent=None, *, now=NOW, **changes):
    sent = sent or Sent()
    options = {"service": sent.service, "family": sent.family, **changes}
    return sigv4.verify_head(request, find_key=find_key, tokens=TOKENS, now=now, **options)


def with_header(request, name, value):
    """*request* with header *name* set, or removed where *value* is None."""
    kept = [header for header in request.headers if header[0] != name]
    return replace(request, headers=kept if value is None else [*kept, (name, value)])


def signed_by_hand(names, headers=(), *, payload=None, query="", sent=None):
    """A request that is rightly signed over the headers *names*, whatever they are.

    For what no client would do: sign too little, in no order, or a header that is not there.
    """
    sent = sent or Sent("POST", body=b"Action=GetUser")
    scope = Scope(f"{NOW:%Y%m%d}", "us-east-1", sent.service)
    date = f"{NOW:%Y%m%dT%H%M%SZ}"
    body = MemoryBody(sent.body)
    payload = payload or body.sha256()
    known = {"host": "localhost:4566", "x-amz-date": date, **dict(headers)}
    lines = "".join(f"{name}:{known.get(name, '')}\n" for name in names.split(";"))
    text = f"{sent.method}\n{sent.path}\n{query}\n{lines}\n{names}\n{payload}"
    to_sign = signing.string_to_sign(date, scope, text.encode())
    signature = signing.signature(signing.signing_key(KEY.secret, scope), to_sign)
    if query:
        return replace(
            HttpRequest(sent.method, sent.path, query, [], body),
            query=f"{query}&X-Amz-Signature={signature}",
            headers=[("host", known["host"]), *headers],
        )
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={KEY.id}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    return HttpRequest(
        sent.method, sent.path, "", [*known.items(), ("authorization", authorization)], body
    )
