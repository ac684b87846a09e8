"""Requests signed in the header: what clients sign is believed, and nothing else."""

import string
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from authn.clients import (
    INACTIVE,
    KEY,
    NOW,
    SESSION,
    TOKENS,
    Sent,
    credentials,
    signed_by_hand,
    verify,
    verify_head,
    with_header,
)
from doorward.authn.body import Mode
from doorward.authn.caller import AuthType
from doorward.authn.errors import (
    Family,
    Incomplete,
    MissingCredentials,
    Unauthenticated,
    UnsignedHeaders,
    WrongContent,
    WrongSignature,
)
from doorward.server.body import MemoryBody

IAM = Sent("POST", "/", b"Action=GetUser&Version=2010-05-08")
S3 = Sent(
    "PUT",
    "/reports/2026/q%201.txt?tagging=&versionId=a%2Fb",
    b"text",
    {"x-amz-acl": "private", "x-amz-meta-note": "two  words", "range": "bytes=0-1"},
    service="s3",
    family=Family.S3,
    region="eu-west-1",
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
WORDS = st.text(string.ascii_letters + string.digits + " .,=/*'\"~!", max_size=20)
NAMES = TEXT.filter(lambda name: name and not name.lower().startswith("x-amz-"))
QUERIES = st.dictionaries(NAMES, TEXT, max_size=4)
HEADERS = st.dictionaries(st.sampled_from(["x-amz-meta-a", "x-amz-acl", "range"]), WORDS)


def query_of(parameters):
    pairs = [
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items()
    ]
    return "?" + "&".join(pairs) if pairs else ""


@given(TEXT, QUERIES, HEADERS, st.binary(max_size=50), st.sampled_from(["GET", "PUT", "DELETE"]))
def test_every_s3_request_that_botocore_signs_is_believed(key, parameters, headers, body, method):
    path = "/bucket/" + quote(key, safe="/~")
    sent = replace(S3, method=method, path=path + query_of(parameters), headers=headers, body=body)

    assert verify(sent.signed(), sent).key == KEY


@given(TEXT, QUERIES, HEADERS, st.binary(max_size=50))
def test_every_other_request_that_botocore_signs_is_believed(path, parameters, headers, body):
    target = "/v1/" + quote(path, safe="/~") + query_of(parameters)
    sent = Sent("POST", target, body, headers, "lambda", Family.REST_JSON)

    assert verify(sent.signed(), sent).key == KEY


@pytest.mark.parametrize("sent", [IAM, S3])
def test_the_caller_tells_how_and_where_the_request_was_signed(sent):
    signature = verify(sent.signed(), sent).signature

    assert signature.auth_type is AuthType.HEADER
    assert (signature.service, signature.region) == (sent.service, sent.region)
    assert signature.signed_at == NOW
    assert signature.age_ms is None


def test_an_empty_region_is_taken():
    sent = replace(IAM, region="")

    assert verify(sent.signed(), sent).signature.region == ""


def test_a_session_is_believed_with_its_token():
    sent = replace(IAM, by=credentials(SESSION))

    assert verify(sent.signed(), sent).session == SESSION


def other_characters(character):
    """Characters that stand for other bytes than *character*, white space left out."""
    return {chr(ord(character) ^ bit) for bit in (1, 2, 4, 32)} - {" ", "\t"}


def mutations(text):
    for place, character in enumerate(text):
        for other in other_characters(character):
            yield text[:place] + other + text[place + 1 :]


def refused(request, sent):
    with pytest.raises(Unauthenticated):
        verify(request, sent)


@pytest.mark.parametrize("sent", [IAM, S3, replace(IAM, by=credentials(SESSION))])
def test_every_changed_byte_of_a_signed_request_is_refused(sent):
    request = sent.signed()
    signed = request.header("authorization").partition("SignedHeaders=")[2].partition(",")[0]

    for method in mutations(request.method):
        refused(replace(request, method=method), sent)
    for path in mutations(request.path):
        refused(replace(request, path=path), sent)
    for query in mutations(request.query):
        refused(replace(request, query=query), sent)
    for name in [*signed.split(";"), "authorization"]:
        for value in mutations(request.header(name)):
            refused(with_header(request, name, value), sent)
    for body in mutations(request.body.read().decode()):
        refused(replace(request, body=MemoryBody(body.encode())), sent)


def test_a_signed_header_that_is_missing_is_refused():
    request = S3.signed()

    for name in ("x-amz-acl", "range", "host", "x-amz-date"):
        refused(with_header(request, name, None), S3)


@pytest.mark.parametrize("name", ["host", "authorization", "x-amz-date", "x-amz-content-sha256"])
def test_a_header_that_may_stand_once_is_refused_when_repeated(name):
    request = S3.signed()
    again = replace(request, headers=[*request.headers, (name, request.header(name))])

    with pytest.raises(Incomplete):
        verify(again, S3)


UNSIGNED = [
    "x-amz-acl",
    "x-amz-copy-source",
    "x-amz-tagging",
    "x-amz-storage-class",
    "x-amz-grant-read",
    "x-amz-website-redirect-location",
    "x-amz-bypass-governance-retention",
    "x-amz-meta-note",
    "x-amz-security-token",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amz-checksum-crc32",
]


@pytest.mark.parametrize("name", UNSIGNED)
def test_every_unsigned_x_amz_header_is_refused_and_named(name):
    sent = replace(S3, headers={})
    request = with_header(sent.signed(), name, "value")

    with pytest.raises(UnsignedHeaders) as caught:
        verify(request, sent)

    assert caught.value.code == "AccessDenied"
    assert caught.value.details == {"HeadersNotSigned": name}


def test_an_unsigned_header_that_changes_nothing_is_let_by():
    request = with_header(S3.signed(), "user-agent", "another")

    assert verify(request, S3).key == KEY


def resigned(request, change):
    """*request* with another list of signed headers, which the signature then covers not."""
    authorization = request.header("authorization")
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0]
    return with_header(request, "authorization", authorization.replace(names, change(names)))


@pytest.mark.parametrize(
    "change",
    [
        lambda names: names.replace("host;", ""),
        lambda names: names + ";host",
        lambda names: ";".join(reversed(names.split(";"))),
        lambda names: names.upper(),
        lambda names: names + ";",
    ],
    ids=["host-missing", "host-twice", "unsorted", "upper-case", "empty-name"],
)
def test_a_list_of_signed_headers_out_of_form_is_refused(change):
    with pytest.raises(Unauthenticated):
        verify(resigned(IAM.signed(), change), IAM)


SCOPES = [
    # part changed                           family        code                             says
    ("/iam/", "/sts/", Family.QUERY, "SignatureDoesNotMatch", "correct service: 'iam'"),
    ("/iam/", "/sts/", Family.JSON, "InvalidSignatureException", "correct service: 'iam'"),
    ("/20261125/", "/20261124/", Family.QUERY, "SignatureDoesNotMatch", "'20261124' != '20261125'"),
    ("aws4_request", "aws5_request", Family.QUERY, "SignatureDoesNotMatch", "valid terminator"),
    ("/iam/", "/s3/x/", Family.QUERY, "IncompleteSignature", "5 slash-delimited"),
    ("Signature=", "Sig=", Family.QUERY, "IncompleteSignature", "requires 'Signature'"),
    ("AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ", Family.QUERY, "IncompleteSignature", "begin"),
    ("AWS4-HMAC-SHA256 ", "Bearer ", Family.JSON, "IncompleteSignatureException", "begin"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "family", "code", "says"), SCOPES)
def test_a_credential_for_anything_else_is_refused_with_the_reason(old, new, family, code, says):
    request = IAM.signed()
    changed = request.header("authorization").replace(old, new, 1)

    with pytest.raises(Unauthenticated) as caught:
        verify(with_header(request, "authorization", changed), IAM, family=family)

    assert caught.value.code == code
    assert says in caught.value.message


def test_a_request_that_was_signed_for_another_service_is_refused():
    with pytest.raises(Unauthenticated):
        verify(IAM.signed(), IAM, service="sts")


SKEWS = [
    # family       seconds  accepted
    (Family.QUERY, 900, True),
    (Family.QUERY, 901, False),
    (Family.QUERY, -900, True),
    (Family.QUERY, -901, False),
    (Family.JSON, 300, True),
    (Family.JSON, 301, False),
    (Family.S3, 900, True),
    (Family.S3, 901, False),
    (Family.S3, -901, False),
]  # fmt: skip
LATE = {
    Family.QUERY: "SignatureDoesNotMatch",
    Family.JSON: "InvalidSignatureException",
    Family.S3: "RequestTimeTooSkewed",
}


@pytest.mark.parametrize(("family", "seconds", "accepted"), SKEWS)
def test_a_signature_counts_only_near_the_time_it_was_made(family, seconds, accepted):
    sent = replace(S3 if family is Family.S3 else IAM, family=family)
    now = NOW + timedelta(seconds=seconds)

    if accepted:
        assert verify(sent.signed(), sent, now=now).key == KEY
        return
    with pytest.raises(Unauthenticated) as caught:
        verify(sent.signed(), sent, now=now)
    assert caught.value.code == LATE[family]


def test_the_reason_for_a_late_signature_names_both_times():
    with pytest.raises(Unauthenticated) as caught:
        verify(IAM.signed(), IAM, now=NOW + timedelta(hours=1))

    assert caught.value.message == (
        "Signature expired: 20261125T063500Z is now earlier than 20261125T072000Z "
        "(20261125T073500Z - 15 min.)"
    )


CREDENTIALS = [
    # who signs                                             query                   S3
    (Credentials("AKIANOBODY", "x"), "InvalidClientTokenId", "InvalidAccessKeyId"),
    (Credentials(INACTIVE.id, INACTIVE.secret), "InvalidClientTokenId", "InvalidAccessKeyId"),
    (Credentials(KEY.id, "wrong"), "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
    (Credentials(SESSION.access_key_id, SESSION.secret), "InvalidClientTokenId", "InvalidAccessKeyId"),
    (Credentials(KEY.id, KEY.secret, TOKENS.seal(SESSION)), "InvalidClientTokenId", "InvalidToken"),
    (Credentials("ASIAOTHER", SESSION.secret, TOKENS.seal(SESSION)), "InvalidClientTokenId", "InvalidToken"),
    (Credentials(SESSION.access_key_id, SESSION.secret, "garbage"), "InvalidClientTokenId", "InvalidToken"),
    (Credentials(SESSION.access_key_id, "wrong", TOKENS.seal(SESSION)), "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
]  # fmt: skip


@pytest.mark.parametrize(("by", "query", "s3"), CREDENTIALS)
def test_credentials_that_are_not_somebodys_are_refused(by, query, s3):
    for sent, code in ((IAM, query), (S3, s3)):
        signed = replace(sent, by=by)

        with pytest.raises(Unauthenticated) as caught:
            verify(signed.signed(), signed)

        assert caught.value.code == code


@pytest.mark.parametrize(("sent", "status"), [(IAM, 403), (S3, 400)])
def test_an_expired_session_is_refused_before_its_signature_is_looked_at(sent, status):
    over = replace(SESSION, expires_at=NOW)
    by = Credentials(over.access_key_id, "wrong", TOKENS.seal(over))
    signed = replace(sent, by=by)

    with pytest.raises(Unauthenticated) as caught:
        verify(signed.signed(), signed)

    assert (caught.value.code, caught.value.status) == ("ExpiredToken", status)


def test_an_unsigned_request_passes_only_where_anonymous_callers_may():
    request = with_header(IAM.signed(), "authorization", None)

    with pytest.raises(MissingCredentials):
        verify(request, IAM)
    assert verify(request, IAM, anonymous=True).anonymous


def test_a_bad_signature_does_not_become_an_anonymous_caller():
    request = with_header(S3.signed(), "authorization", "AWS4-HMAC-SHA256 nonsense")

    with pytest.raises(Unauthenticated):
        verify(request, S3, anonymous=True)


def test_a_changed_s3_body_is_told_from_a_changed_signature():
    request = replace(S3.signed(), body=MemoryBody(b"tExt"))

    with pytest.raises(WrongContent) as caught:
        verify(request, S3)

    assert caught.value.code == "XAmzContentSHA256Mismatch"


def test_the_head_of_an_s3_upload_is_verified_without_its_body():
    request = replace(S3.signed(), body=MemoryBody(b"not read yet"))

    caller, body = verify_head(request, S3)

    assert caller.key == KEY
    assert body.mode is Mode.LITERAL


@pytest.mark.parametrize(
    "claimed",
    [
        "UNSIGNED-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "0" * 64,
    ],
)
def test_other_services_take_no_body_whose_hash_is_not_signed(claimed):
    request = with_header(IAM.signed(), "x-amz-content-sha256", claimed)

    with pytest.raises(WrongContent):
        verify(request, IAM)


@pytest.mark.parametrize(
    "claimed", ["", "A" * 64, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "UNSIGNED", "none"]
)
def test_s3_refuses_a_payload_hash_that_it_cannot_check(claimed):
    request = with_header(S3.signed(), "x-amz-content-sha256", claimed)

    with pytest.raises(Unauthenticated) as caught:
        verify_head(request, S3)

    assert caught.value.code == "InvalidArgument"


def test_s3_shows_what_it_signed_and_no_secret():
    request = with_header(S3.signed(), "x-amz-acl", "public-read")

    with pytest.raises(WrongSignature) as caught:
        verify(request, S3)

    shown = caught.value.details
    assert shown["CanonicalRequest"].startswith("PUT\n/reports/2026/q%201.txt\ntagging=")
    assert shown["StringToSign"].startswith("AWS4-HMAC-SHA256\n20261125T063500Z\n")
    assert bytes.fromhex(shown["StringToSignBytes"]).decode() == shown["StringToSign"]
    assert not any(KEY.secret in value for value in shown.values())
    assert KEY.secret not in repr(caught.value)


def test_what_is_signed_by_hand_as_clients_sign_is_believed():
    assert verify(signed_by_hand("host;x-amz-date")).key == KEY


@pytest.mark.parametrize(
    "names",
    ["x-amz-date", "host", "x-amz-date;host", "host;host;x-amz-date", "host;x-amz-date;x-gone"],
    ids=["no-host", "no-date", "unsorted", "repeated", "absent"],
)
def test_a_right_signature_over_the_wrong_headers_is_refused(names):
    with pytest.raises(Unauthenticated):
        verify(signed_by_hand(names))


def test_an_anonymous_upload_has_no_signed_chunks():
    request = with_header(S3.signed(), "authorization", None)
    request = with_header(request, "x-amz-decoded-content-length", "4")

    for mode in Mode:
        if mode.signed_chunks:
            changed = with_header(request, "x-amz-content-sha256", mode.value)
            with pytest.raises(Unauthenticated):
                verify_head(changed, S3, anonymous=True)
