"""The published signing vectors: each one passes, and no changed byte of one does.

They are not part of this project; DOORWARD_SHARED names the folder that holds them.

Some changes leave what is signed as it was, so they are no other request: `/./` and `///` are one
path once normalized, and a session token added after signing may be escaped either way.
"""

import json
import os
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from doorward.authn import canonical, signing, sigv4
from doorward.authn.body import BodyCheck, ChunkSigning, Mode
from doorward.authn.caller import AccessKey, Session, SessionKind
from doorward.authn.chunked import receiver
from doorward.authn.errors import Family, Unauthenticated
from doorward.authn.signing import Scope
from doorward.authn.token import InvalidToken
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

SHARED = os.environ.get("DOORWARD_SHARED", "")
VECTORS = Path(SHARED) / "data" / "sigv4"
pytestmark = pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder")
SAMPLE = 60
GREETING = b"Welcome to Amazon S3."


def load(name):
    return json.loads((VECTORS / name).read_text()) if SHARED else {"cases": []}


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def parsed(text):
    """The request that *text* spells, with folded headers joined by one space."""
    head, _, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    method, _, rest = first.partition(" ")
    path, _, query = raw(rest.rpartition(" HTTP/")[0]).partition("?")
    headers = []
    for line in filter(None, lines):
        if line[0] in " \t":
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
        else:
            name, _, value = line.partition(":")
            headers.append((name.lower(), value.strip()))
    return HttpRequest(method, path, query, headers, MemoryBody(body.encode()))


def raw(text):
    return text.encode().decode("latin-1")


class Opened:
    """Opens the one token of a vector, which no Doorward sealed."""

    def __init__(self, text, key, now):
        self.text, self.key, self.now = text, key, now

    def open(self, text):
        if text != self.text:
            raise InvalidToken
        return Session(
            SessionKind.ROLE,
            self.key.id,
            self.key.secret,
            self.key.account,
            "AROA",
            "role",
            "session",
            self.now,
            self.now + timedelta(days=1),
        )


def at(timestamp):
    return datetime.fromisoformat(timestamp)


def verify(request, key, token, now, family=Family.QUERY, service="service"):
    return sigv4.verify(
        request,
        service=service,
        family=family,
        find_key=lambda key_id: key if key_id == key.id else None,
        tokens=Opened(token, key, now),
        now=now,
    )


def key_of(vector):
    return AccessKey(
        vector["access_key_id"], vector["secret_access_key"], "123456789012", None, None
    )


def same_meaning(request, changed):
    """Whether *changed* is the same request in another spelling."""
    paths = [canonical.normal_path(one.path) for one in (request, changed)]
    queries = [one.query.replace("%2f", "%2F").replace("%2b", "%2B") for one in (request, changed)]
    token = "X-Amz-Security-Token" in request.query
    return (
        paths[0] == paths[1]
        and changed.path[:1] == "/"
        and (request.query == changed.query or (token and queries[0] == queries[1]))
        and changed.headers == request.headers
    )


def changes(request, seed):
    """A sample of *request* with one byte changed: path, query, what was signed, and body."""
    chance = random.Random(seed)
    signed = request.header("authorization") or request.query
    names = signed.partition("SignedHeaders=")[2].partition(",")[0].partition("&")[0]
    names = [*names.replace("%3B", ";").split(";"), "authorization"]
    for _ in range(SAMPLE):
        kind = chance.choice(["method", "path", "query", "header", "body"])
        if kind == "header":
            place = chance.randrange(len(request.headers))
            name, value = request.headers[place]
            if name not in names or not value:
                continue
            headers = list(request.headers)
            headers[place] = (name, changed_text(value, chance))
            if headers[place][1].split() != value.split():
                yield replace(request, headers=headers)
        elif kind == "body":
            if body := request.body.read().decode():
                changed = changed_text(body, chance).encode("utf-8", "surrogatepass")
                yield replace(request, body=MemoryBody(changed))
        elif text := getattr(request, kind):
            yield replace(request, **{kind: changed_text(text, chance)})


def changed_text(text, chance):
    place = chance.randrange(len(text))
    other = chr(chance.choice([code for code in range(33, 127) if chr(code) != text[place]]))
    return text[:place] + other + text[place + 1 :]


def no_change_passes(request, seed, *options):
    for changed in changes(request, seed):
        if same_meaning(request, changed):
            continue
        with pytest.raises(Unauthenticated):
            verify(changed, *options)


@pytest.mark.parametrize("kind", ["header", "query"])
@pytest.mark.parametrize("case", named(load("aws-c-auth-v4.json")["cases"]))
def test_the_vectors_of_aws_c_auth_pass_and_no_changed_byte_of_them_does(case, kind):
    context = case["context"]
    key = key_of(context["credentials"])
    now, token = at(context["timestamp"]), context["credentials"].get("token")
    request = parsed(case[f"{kind}_signed_request"])

    if context["normalize"] or canonical.normal_path(request.path) == canonical.sent_path(
        request.path
    ):
        assert verify(request, key, token, now).access_key_id == key.id
        no_change_passes(request, case["name"] + kind, key, token, now)
        return
    text = case[f"{kind}_canonical_request"]
    assert canonical.sent_path(request.path) == text.split("\n")[1]
    scope = Scope(f"{now:%Y%m%d}", context["region"], context["service"])
    to_sign = signing.string_to_sign(f"{now:%Y%m%dT%H%M%SZ}", scope, text.encode())
    signature = signing.signature(signing.signing_key(key.secret, scope), to_sign)
    assert signature == case[f"{kind}_signature"]


@pytest.mark.parametrize("case", named(load("botocore-aws4.json")["cases"]))
def test_the_vectors_of_botocore_pass_and_no_changed_byte_of_them_does(case):
    whole = load("botocore-aws4.json")
    key, now = key_of(whole), at(whole["timestamp"])
    request = parsed(case["signed_request"])
    # One vector's request carries a wrong signature; the header beside it is the right one.
    headers = [header for header in request.headers if header[0] != "authorization"]
    request = replace(request, headers=[*headers, ("authorization", case["authorization"])])
    token = request.header("x-amz-security-token")

    assert verify(request, key, token, now).access_key_id == key.id
    no_change_passes(request, case["name"], key, token, now)


def s3_request(case, authorization, body=b""):
    path, _, query = case["target"].partition("?")
    headers = [(name.lower(), value) for name, value in case["headers"].items()]
    if authorization:
        headers.append(("authorization", authorization))
    return HttpRequest(case["method"], path, query, headers, MemoryBody(body))


def s3_authorization(whole, case, signature):
    scope = f"{whole['timestamp'][:8]}/{whole['region']}/s3/aws4_request"
    return (
        f"AWS4-HMAC-SHA256 Credential={whole['access_key_id']}/{scope}, "
        f"SignedHeaders={';'.join(case['signed_headers'])}, Signature={signature}"
    )


@pytest.mark.parametrize(
    "case", named(case for case in load("s3-examples.json")["cases"] if case["kind"] == "header")
)
def test_the_examples_of_the_s3_guide_pass_and_no_changed_byte_of_them_does(case):
    whole = load("s3-examples.json")
    body = GREETING if case["method"] == "PUT" else b""
    request = s3_request(case, s3_authorization(whole, case, case["signature"]), body)
    options = (key_of(whole), None, at(whole["timestamp"]), Family.S3, "s3")

    assert verify(request, *options).access_key_id == whole["access_key_id"]
    no_change_passes(request, case["name"], *options)


@pytest.mark.parametrize(
    "case", named(case for case in load("s3-examples.json")["cases"] if "presigned" in case["name"])
)
def test_the_presigned_example_of_the_s3_guide_passes_and_no_changed_byte_does(case):
    whole = load("s3-examples.json")
    request = s3_request(case, None)
    if "X-Amz-Signature" not in request.query:
        query = f"{request.query}&X-Amz-Signature={case['signature']}"
        request = replace(request, query=query)
    options = (key_of(whole), None, at(whole["timestamp"]), Family.S3, "s3")

    assert verify(request, *options).access_key_id == whole["access_key_id"]
    no_change_passes(request, case["name"], *options)


@pytest.mark.parametrize(
    "case",
    named(case for case in load("s3-examples.json")["cases"] if case["kind"] == "aws-chunked"),
)
def test_the_chunked_examples_of_the_s3_guide_pass_and_no_changed_byte_of_them_does(case):
    whole = load("s3-examples.json")
    now = at(whole["timestamp"])
    request = s3_request(case, s3_authorization(whole, case, case["seed_signature"]))
    head = sigv4.verify_head(
        request,
        service="s3",
        family=Family.S3,
        find_key=lambda _: key_of(whole),
        tokens=None,
        now=now,
    )
    sent = [
        f"{chunk['length']:x};chunk-signature={signature}\r\n".encode()
        + (chunk["byte"].encode() * chunk["length"] + b"\r\n" if chunk["length"] else b"")
        for chunk, signature in zip(case["chunks"], case["chunk_signatures"], strict=True)
    ]
    check = head.body
    if trailers := case.get("trailers"):
        sent += [f"{name}:{value}\r\n".encode() for name, value in trailers.items()]
        sent.append(f"x-amz-trailer-signature:{case['trailer_signature']}\r\n".encode())
        check = replace(check, mode=Mode.SIGNED_CHUNKS_TRAILER, trailer=tuple(trailers))
    body = b"".join([*sent, b"\r\n"])

    assert decoded(check, body) == b"a" * 66560
    chance = random.Random(case["name"])
    for _ in range(SAMPLE):
        place = chance.randrange(len(body))
        changed = (
            body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]
        )
        if changed.lower() != body.lower():
            with pytest.raises(Unauthenticated):
                decoded(check, changed)


def decoded(check, body):
    assert isinstance(check, BodyCheck)
    assert isinstance(check.chunks, ChunkSigning)
    taking = receiver(check)
    found = taking.feed(body)
    taking.finish()
    return found
