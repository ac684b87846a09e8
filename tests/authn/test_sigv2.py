"""Presigned URLs of version 2, made by botocore's own signer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest import mock
from urllib.parse import urlsplit

import pytest
from botocore.auth import HmacV1QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from doorward.authn import sigv2, sigv4
from doorward.authn.body import Mode
from doorward.authn.caller import AccessKey, AuthType, Session, SessionKind
from doorward.authn.errors import (
    Family,
    IncompleteQuery,
    InvalidRequest,
    MissingCredentials,
    Refused,
    Unauthenticated,
    UnknownKey,
    WrongSignature,
    WrongToken,
)
from doorward.authn.token import Tokens
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

KEY = AccessKey("AKIAEXAMPLE", "secret", "123456789012", None, None)
TOKENS = Tokens(bytes(32))
NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
SESSION = Session(
    SessionKind.ROLE,
    "ASIAEXAMPLE",
    "session-secret",
    "123456789012",
    "AROAEXAMPLE",
    "auditor",
    "audit",
    NOW,
    NOW + timedelta(hours=1),
)
LONG_TERM = Credentials(KEY.id, KEY.secret)
TEMPORARY = Credentials(SESSION.access_key_id, SESSION.secret, TOKENS.seal(SESSION))


def signed(path="/reports/a%20b", query="", method="GET", by=LONG_TERM, headers=()):
    """A presigned request; *headers* are those that the client signs and then sends."""
    url = f"http://127.0.0.1{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method, url, dict(headers))
    with mock.patch("botocore.auth.time.time", return_value=NOW.timestamp()):
        HmacV1QueryAuth(by, expires=60).add_auth(request)
    parts = urlsplit(request.url)
    sent = [("host", "127.0.0.1"), *headers]
    return HttpRequest(method, parts.path, parts.query, sent, MemoryBody())


def verify(request, now=NOW, bucket=None):
    keys = {KEY.id: KEY}
    return sigv2.verify(request, bucket=bucket, find_key=keys.get, tokens=TOKENS, now=now)


@pytest.mark.parametrize("query", ["", "versionId=abc", "response-content-type=text%2Fplain"])
def test_what_botocore_presigns_is_believed(query):
    assert verify(signed(query=query)).account == "123456789012"


def test_a_bucket_named_by_the_host_is_signed_with_the_path():
    made = signed("/reports/key")
    seen = HttpRequest("GET", "/key", made.query, made.headers, made.body)

    assert verify(seen, bucket="reports").account == "123456789012"
    with pytest.raises(WrongSignature):
        verify(seen, bucket="other")


def test_a_url_that_is_over_is_refused():
    with pytest.raises(Refused, match="Request has expired"):
        verify(signed(), NOW + timedelta(seconds=61))


def test_a_wrong_secret_and_an_unknown_key_are_refused():
    with pytest.raises(WrongSignature):
        verify(signed(by=Credentials(KEY.id, "other")))
    with pytest.raises(UnknownKey):
        sigv2.verify(signed(), bucket=None, find_key={}.get, tokens=TOKENS, now=NOW)


@pytest.mark.parametrize("added", ["abac", "prefix=x", "X-Amz-Expires=1", "Expires=1"])
def test_a_parameter_that_the_signature_does_not_cover_is_refused(added):
    made = signed()
    changed = HttpRequest("GET", made.path, f"{made.query}&{added}", made.headers, made.body)

    with pytest.raises(Unauthenticated):
        verify(changed)


@pytest.mark.parametrize("name", ["versionId", "Expires", "AWSAccessKeyId", "Signature"])
def test_a_parameter_that_stands_twice_is_refused_wherever_it_is_put(name):
    made = signed(query="versionId=abc")

    for query in (f"{name}=other&{made.query}", f"{made.query}&{name}=other"):
        with pytest.raises(IncompleteQuery):
            verify(replace(made, query=query))


@pytest.mark.parametrize(
    "added", ["x-amz-acl=public-read", "content-type=text%2Fhtml", "x-amz-acl"]
)
def test_a_header_that_stands_in_the_query_alone_is_refused(added):
    made = signed()

    with pytest.raises(Refused, match="differs from the header"):
        verify(replace(made, query=f"{made.query}&{added}"))


@pytest.mark.parametrize("added", ["tagging", "acl", "versionId=x", "policy"])
def test_an_added_sub_resource_breaks_the_signature(added):
    made = signed()
    changed = HttpRequest("GET", made.path, f"{made.query}&{added}", made.headers, made.body)

    with pytest.raises(WrongSignature):
        verify(changed)


def test_an_added_amz_header_breaks_the_signature():
    made = signed(method="PUT")
    headers = [*made.headers, ("x-amz-copy-source", "/other/key")]

    with pytest.raises(WrongSignature):
        verify(HttpRequest("PUT", made.path, made.query, headers, made.body))


def test_every_changed_character_is_refused():
    made = signed(query="versionId=abc")
    for at, character in enumerate(made.query):
        other = "x" if character != "x" else "y"
        query = made.query[:at] + other + made.query[at + 1 :]

        with pytest.raises(Unauthenticated):
            verify(HttpRequest("GET", made.path, query, made.headers, made.body))


def head(request, **options):
    """What the verifier makes of *request*, routed to S3 itself unless *options* differ."""
    given = {"service": "s3", "family": Family.S3, "version_2": True, **options}
    keys = {KEY.id: KEY}
    return sigv4.verify_head(request, find_key=keys.get, tokens=TOKENS, now=NOW, **given)


def test_the_signature_tells_its_version():
    signature = head(signed()).caller.signature

    assert (signature.auth_type, signature.version) == (AuthType.QUERY, "AWS")
    assert signature.age_ms == 0


def test_version_2_is_for_s3_itself_and_nothing_else():
    with pytest.raises(InvalidRequest, match="Please use AWS4-HMAC-SHA256"):
        head(signed(), version_2=False)
    with pytest.raises(MissingCredentials):
        head(signed(), service="iam", family=Family.QUERY, version_2=False)


def test_version_2_in_the_header_is_refused():
    request = HttpRequest(
        "GET",
        "/reports/a",
        "",
        [("host", "x"), ("authorization", "AWS AKIAEXAMPLE:abc=")],
        MemoryBody(),
    )

    with pytest.raises(InvalidRequest, match="Please use AWS4-HMAC-SHA256"):
        head(request)


@pytest.mark.parametrize("name", ["AWSAccessKeyId", "Signature", "Expires"])
def test_a_url_that_lacks_a_part_of_its_signature_is_refused(name):
    made = signed()
    kept = [one for one in made.query.split("&") if not one.startswith(name)]

    with pytest.raises(Refused, match="requires the Signature, Expires and AWSAccessKeyId"):
        head(replace(made, query="&".join(kept)), anonymous=True)


@pytest.mark.parametrize("added", ["X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Signature=00"])
def test_two_signatures_are_refused(added):
    made = signed()

    with pytest.raises(Unauthenticated):
        head(replace(made, query=f"{made.query}&{added}"))
    with pytest.raises(Unauthenticated):
        head(replace(made, headers=[*made.headers, ("authorization", "AWS4-HMAC-SHA256 x")]))


def test_another_method_than_the_signed_one_is_refused():
    for method in ("HEAD", "PUT", "DELETE"):
        with pytest.raises(WrongSignature):
            verify(replace(signed(), method=method))
        assert verify(signed(method=method)).key == KEY


def test_a_post_is_refused_since_its_body_would_not_be_signed():
    with pytest.raises(Refused):
        verify(signed(method="POST", query="delete"))


def test_temporary_credentials_need_their_token():
    made = signed(by=TEMPORARY)
    without = [one for one in made.query.split("&") if "token" not in one]

    assert verify(made).session == SESSION
    with pytest.raises(UnknownKey):
        verify(replace(made, query="&".join(without)))
    with pytest.raises(WrongToken):
        verify(replace(made, query=made.query.replace("ASIAEXAMPLE", KEY.id)))


def test_a_url_ends_with_its_session():
    with pytest.raises(Unauthenticated) as caught:
        verify(
            replace(signed(by=TEMPORARY), query=signed(by=TEMPORARY).query),
            NOW + timedelta(hours=2),
        )

    assert caught.value.code in {"AccessDenied", "ExpiredToken"}


UPLOAD = [
    ("content-type", "text/plain"),
    ("content-md5", "XrY7u+Ae7tCTyyK7j1rNww=="),
    ("x-amz-acl", "private"),
]


@pytest.mark.parametrize("header", UPLOAD, ids=[name for name, _ in UPLOAD])
def test_headers_that_were_signed_must_be_sent_as_they_were(header):
    made = signed(method="PUT", headers=[header])
    name, _ = header

    assert verify(made).key == KEY
    for headers in ([("host", "x")], [("host", "x"), (name, "other")], [*made.headers, header]):
        with pytest.raises(Unauthenticated):
            head(replace(made, headers=headers))


def test_a_sub_resource_does_not_stand_beside_the_headers_of_a_download():
    for query in ("response-content-type=a&tagging", "response-expires=a&acl"):
        with pytest.raises(Refused):
            verify(signed(query=query))
    assert verify(signed(query="response-content-type=a&versionId=x")).key == KEY


def test_a_plus_means_what_the_router_takes_it_for():
    made = signed(query="response-content-disposition=a%2Bb")

    with pytest.raises(WrongSignature):
        verify(replace(made, query=made.query.replace("a%2Bb", "a+b")))
    assert verify(signed(query="response-content-disposition=a%20b")).key == KEY


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode.chunked])
def test_a_chunked_body_is_not_taken(mode):
    headers = [("x-amz-content-sha256", mode.value), ("x-amz-decoded-content-length", "4")]

    with pytest.raises(Unauthenticated) as caught:
        head(signed(method="PUT", headers=headers))

    assert caught.value.code == "InvalidArgument"


def test_a_digest_beside_the_url_holds():
    headers = [("x-amz-content-sha256", "0" * 64)]

    assert head(signed(method="PUT", headers=headers)).body.sha256 == "0" * 64


@pytest.mark.parametrize("expires", ["", "soon", "-1", "1e9", "99999999999999", "٣"])
def test_an_end_that_is_no_number_of_seconds_is_refused(expires):
    made = signed()
    query = "&".join(
        f"Expires={expires}" if one.startswith("Expires") else one for one in made.query.split("&")
    )

    with pytest.raises(Refused, match="seconds since epoch"):
        verify(replace(made, query=query))
