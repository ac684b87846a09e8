"""Presigned URLs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.credentials import Credentials

from authn.clients import (
    KEY,
    NOW,
    SESSION,
    Sent,
    credentials,
    signed_by_hand,
    verify,
    verify_head,
    with_header,
)
from authn.test_sigv4 import mutations
from doorward.authn.body import Mode
from doorward.authn.caller import AuthType
from doorward.authn.errors import Family, Unauthenticated, UnsignedHeaders
from doorward.server.body import MemoryBody

S3 = Sent(path="/reports/a%20b.txt", service="s3", family=Family.S3, how="query", expires=3600)
STS = Sent(path="/?Action=GetCallerIdentity&Version=2011-06-15", service="sts", how="query")
URLS = [S3, STS, replace(S3, by=credentials(SESSION)), replace(STS, by=credentials(SESSION))]


def refusal(request, sent, **options):
    with pytest.raises(Unauthenticated) as caught:
        verify(request, sent, **options)
    return caught.value


@pytest.mark.parametrize("sent", URLS)
def test_a_presigned_url_is_believed_and_its_age_is_told(sent):
    caller = verify(sent.signed(), sent, now=NOW + timedelta(seconds=2.5))

    assert caller.access_key_id == sent.by.access_key
    assert caller.signature.auth_type is AuthType.QUERY
    assert caller.signature.age_ms == 2500


@pytest.mark.parametrize("sent", URLS)
def test_every_changed_byte_of_a_presigned_url_is_refused(sent):
    request = sent.signed()

    for query in mutations(request.query):
        refusal(replace(request, query=query), sent)
    for path in mutations(request.path):
        refusal(replace(request, path=path), sent)
    for host in mutations(request.header("host")):
        refusal(with_header(request, "host", host), sent)


def test_a_url_for_get_does_not_delete_or_put():
    request = S3.signed()

    for method in ("DELETE", "PUT", "HEAD"):
        assert refusal(replace(request, method=method), S3).code == "SignatureDoesNotMatch"


LIFETIMES = [
    # family      seconds  code                     says
    (Family.S3, 3600, None, ""),
    (Family.S3, 3601, "AccessDenied", "Request has expired"),
    (Family.S3, -900, None, ""),
    (Family.S3, -901, "AccessDenied", "Request is not yet valid"),
    (Family.QUERY, 60, None, ""),
    (Family.QUERY, 61, "SignatureDoesNotMatch", "Signature expired"),
    (Family.QUERY, -901, "SignatureDoesNotMatch", "Signature not yet current"),
]  # fmt: skip


@pytest.mark.parametrize(("family", "seconds", "code", "says"), LIFETIMES)
def test_a_url_lasts_as_long_as_it_says(family, seconds, code, says):
    sent = S3 if family is Family.S3 else STS
    now = NOW + timedelta(seconds=seconds)

    if code is None:
        assert verify(sent.signed(), sent, now=now).key == KEY
        return
    error = refusal(sent.signed(), sent, now=now)

    assert error.code == code
    assert error.message.startswith(says)


def test_an_expired_url_says_when_it_ended():
    error = refusal(S3.signed(), S3, now=NOW + timedelta(hours=2))

    assert error.details == {
        "X-Amz-Expires": "3600",
        "Expires": "2026-11-25T07:35:00Z",
        "ServerTime": "2026-11-25T08:35:00Z",
    }


@pytest.mark.parametrize("expires", ["0", "-1", "604801", "1e3", "", "99999999999", "٣"])
def test_a_lifetime_that_is_no_week_is_refused(expires):
    request = S3.signed()
    changed = request.query.replace("X-Amz-Expires=3600", f"X-Amz-Expires={expires}")

    assert refusal(replace(request, query=changed), S3).code == "AuthorizationQueryParametersError"


def test_a_url_ends_with_the_session_that_signed_it():
    sent = replace(S3, by=credentials(replace(SESSION, expires_at=NOW + timedelta(minutes=5))))

    error = refusal(sent.signed(), sent, now=NOW + timedelta(minutes=6))

    assert error.code == "ExpiredToken"


def test_a_url_is_refused_beside_an_authorization_header():
    request = with_header(S3.signed(), "authorization", "AWS4-HMAC-SHA256 Credential=x")

    assert "Only one auth mechanism allowed" in refusal(request, S3).message


@pytest.mark.parametrize("name", ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Date"])
def test_a_repeated_or_respelled_parameter_of_the_signature_is_refused(name):
    request = S3.signed()

    for added in (f"&{name}=x", f"&{name.lower()}=x", f"&{name.replace('-', '%2D')}=x"):
        assert refusal(replace(request, query=request.query + added), S3).status == 400


@pytest.mark.parametrize(
    "name", ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires"]
)
def test_a_url_without_a_parameter_of_the_signature_is_refused(name):
    request = S3.signed()
    kept = [pair for pair in request.query.split("&") if not pair.startswith(name)]

    error = refusal(replace(request, query="&".join(kept)), S3)

    assert error.code == "AuthorizationQueryParametersError"


def test_version_2_of_signing_is_refused_in_words():
    request = replace(
        S3.signed(), query="AWSAccessKeyId=AKIAALICE&Signature=abc&Expires=1795588500"
    )

    assert "Please use AWS4-HMAC-SHA256" in refusal(request, S3, anonymous=True).message


@pytest.mark.parametrize("name", ["x-amz-acl", "x-amz-copy-source", "x-amz-meta-note"])
def test_an_x_amz_header_that_the_url_does_not_cover_is_refused(name):
    with pytest.raises(UnsignedHeaders):
        verify(with_header(S3.signed(), name, "value"), S3)


def test_a_payload_hash_beside_the_url_need_not_be_signed_but_holds():
    put = replace(S3, method="PUT")
    request = replace(put.signed(), body=MemoryBody(b"text"))
    right, wrong = request.body.sha256(), "0" * 64

    assert verify(with_header(request, "x-amz-content-sha256", right), put).key == KEY
    error = refusal(with_header(request, "x-amz-content-sha256", wrong), put)
    assert error.code == "XAmzContentSHA256Mismatch"


def rightly_signed(payload, **headers):
    """A presigned PUT that names *payload* in its query."""
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Content-Sha256={payload}"
        f"&X-Amz-Credential={KEY.id}%2F20261125%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20261125T063500Z&X-Amz-Expires=60"
        f"&X-Amz-SignedHeaders={'%3B'.join(['host', *headers])}"
    )
    names = ";".join(["host", *headers])
    put = Sent("PUT", "/reports/a", service="s3", family=Family.S3)
    return put, signed_by_hand(names, headers.items(), payload=payload, query=query, sent=put)


def test_a_url_may_name_its_payload_in_the_query():
    put, request = rightly_signed(Mode.UNSIGNED.value)

    assert verify(request, put).key == KEY


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode.chunked])
def test_chunked_bodies_are_not_taken_beside_a_url(mode):
    put, request = rightly_signed(mode.value, **{"x-amz-decoded-content-length": "0"})
    plain, other = rightly_signed(Mode.UNSIGNED.value, **{"x-amz-decoded-content-length": "0"})

    assert refusal_of_head(request, put).code == "InvalidArgument"
    unsigned = with_header(other, "x-amz-content-sha256", mode.value)
    assert refusal_of_head(unsigned, plain).code == "InvalidArgument"


def refusal_of_head(request, sent):
    with pytest.raises(Unauthenticated) as caught:
        verify_head(request, sent)
    return caught.value


def test_the_body_beside_an_s3_url_is_not_signed():
    put = replace(S3, method="PUT")

    caller, body = verify_head(replace(put.signed(), body=MemoryBody(b"any")), put)

    assert caller.key == KEY
    assert body.mode is Mode.UNSIGNED


def test_the_body_beside_another_services_url_is_signed():
    post = replace(STS, method="POST")
    request = post.signed()

    error = refusal(replace(request, body=MemoryBody(b"Action=AssumeRole")), post)

    assert error.code == "SignatureDoesNotMatch"


def test_a_wrong_secret_is_refused():
    sent = replace(S3, by=Credentials(KEY.id, "wrong"))

    assert refusal(sent.signed(), sent).code == "SignatureDoesNotMatch"
