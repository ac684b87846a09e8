"""What S3 alone has: bodies that are verified later, version 2 in the query, headers that act."""

import json
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from botocore.credentials import Credentials

from authn import rows
from authn.clients import NOW, Sent, with_header
from authn.in_process import ALICE, DELETED, INACTIVE, InProcess
from authn.modes import unsigned
from authn.rows import presigned, refused_rows
from authn.test_matrix import refusal
from doorward.authn import sigv2
from doorward.authn.body import Mode
from doorward.authn.errors import Family, UnsignedHeaders
from doorward.server.body import MemoryBody
from doorward.server.pipeline import Refusal
from wire.traffic import MODELS

WRONG = Credentials("AKIAALICE", "wrong")
ECDSA = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
PAYLOADS = [*(mode.value for mode in Mode), ECDSA, f"{ECDSA}-TRAILER", "0" * 64, "unsigned-payload"]
CHUNKED = [mode.value for mode in Mode if mode.chunked]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = InProcess(tmp_path_factory.mktemp("matrix"))
    yield made
    made.close()


def s3_rows() -> list[Sent]:
    return [sent for sent in rows.rows().values() if sent.family is Family.S3]


def other_rows() -> list[Sent]:
    return [sent for sent in rows.rows().values() if sent.family is not Family.S3]


def promising(sent: Sent, payload: str) -> Sent:
    """*sent* with the headers that go with *payload*."""
    length = {"x-amz-decoded-content-length": str(len(sent.body))} if payload in CHUNKED else {}
    return replace(sent, headers={**sent.headers, **length})


def signed_over(sent: Sent, payload: str):
    """*sent* with a right signature over *payload*, whatever its body is."""
    with mock.patch("botocore.auth.S3SigV4Auth.payload", lambda *_: payload):
        return promising(sent, payload).signed()


def who(house: InProcess, request) -> str | None:
    """The key that *request* is believed to be of, None where it is refused or anonymous."""
    try:
        return house.believed(request).caller.access_key_id
    except Refusal:
        return None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_way_to_send_a_body_gets_past_the_signature(house, payload):
    for sent in s3_rows():
        assert refusal(house, signed_over(replace(sent, by=WRONG), payload)) in {
            "SignatureDoesNotMatch",
            "InvalidArgument",  # no such payload
            "403",
            "400",
        }
        right = sent.signed()
        assert who(house, with_header(right, "x-amz-content-sha256", payload)) is None
        missing = with_header(signed_over(sent, payload), "authorization", None)
        assert who(house, missing) is None


@pytest.mark.parametrize("payload", [*CHUNKED, "0" * 64])
def test_a_body_that_is_not_as_promised_is_refused_by_every_operation(house, payload):
    for sent in s3_rows():
        if sent.method != "HEAD":
            body = MemoryBody(b"not what was promised")
            request = replace(signed_over(sent, payload), body=body)

            assert refusal(house, request) in {"IncompleteBody", "XAmzContentSHA256Mismatch"}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_credentials_in_the_query_without_a_signature_are_nobodys(house, payload):
    scope = "AKIAALICE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request"
    for sent in s3_rows():
        request = unsigned(house, promising(sent, payload))
        request = with_header(request, "x-amz-content-sha256", payload)
        for query in (
            f"X-Amz-Credential={scope}",
            f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}",
            "AWSAccessKeyId=AKIAALICE",
            "AWSAccessKeyId=AKIAALICE&Expires=1795588500",
        ):
            changed = replace(request, query=f"{request.query}&{query}".lstrip("&"))
            assert not refusal(house, changed).startswith("let"), query


@pytest.mark.parametrize("payload", CHUNKED)
def test_a_chunked_body_does_not_go_with_a_url(house, payload):
    for sent in s3_rows():
        made = promising(presigned(sent), payload)
        made = replace(made, headers={**made.headers, "x-amz-content-sha256": payload})
        for one in (made, replace(made, how="version 2"), replace(made, by=WRONG)):
            assert who(house, one.signed()) is None


def covered(sent: Sent) -> bool:
    """Whether version 2 signs all that *sent* asks, and its service takes that."""
    if sent.path.startswith("/v20180820/"):  # S3 Control
        return False
    names = {one.partition("=")[0] for one in sent.path.partition("?")[2].split("&") if one}
    return sent.method in sigv2.METHODS and names <= sigv2.SIGNED


def test_version_2_is_taken_for_what_it_signs_and_for_nothing_else(house):
    for sent in s3_rows():
        made = replace(sent, how="version 2")
        for credentials in (ALICE, house.session):
            request = replace(made, by=credentials).signed()
            right = credentials.access_key if covered(sent) else None
            assert who(house, request) == right, sent


VERSION_2 = {
    "wrong secret": {"by": WRONG},
    "deactivated": {"by": INACTIVE},
    "deleted": {"by": DELETED},
    "over": {"at": NOW - timedelta(seconds=61)},
}


@pytest.mark.parametrize("changes", VERSION_2.values(), ids=VERSION_2)
def test_version_2_that_is_wrong_is_refused_by_every_operation(house, changes):
    for sent in s3_rows():
        request = replace(sent, how="version 2", **changes).signed()

        assert not refusal(house, request).startswith("let")


def test_version_2_of_one_request_is_for_no_other(house):
    for sent in s3_rows():
        request = replace(sent, how="version 2").signed()
        others = [
            replace(request, method="DELETE" if request.method != "DELETE" else "PUT"),
            replace(request, path=request.path + "x"),
            replace(request, query=request.query + "&torrent"),
            replace(request, query=request.query + "&x-id=x"),
            with_header(request, "x-amz-acl", "public-read"),
            with_header(request, "host", "other.localhost:4566"),
            with_header(request, "host", "123456789012.s3-control.localhost"),
        ]
        for other in others:
            assert not refusal(house, other).startswith("let")


def test_version_2_opens_nothing_but_s3(house):
    for sent in other_rows():
        request = unsigned(house, sent)
        query = "AWSAccessKeyId=AKIAALICE&Expires=1795588500&Signature=x"
        for changed in (replace(request, query=query), replace(sent, path=f"/?{query}").signed()):
            assert who(house, changed) in {
                None,
                "AKIAALICE" if changed.header("authorization") else None,
            }


def amz_headers() -> set[str]:
    """Every `x-amz-` header that a model knows, one for a prefix."""
    found = set()
    for model in MODELS.values():
        for name in model.operation_names:
            shape = model.operation_model(name).input_shape
            for member in shape.members.values() if shape else ():
                header = member.serialization.get("name", "").lower()
                if member.serialization.get("location") in {"header", "headers"}:
                    found.add(f"{header}note" if header.endswith("-") else header)
    return {name for name in found if name.startswith("x-amz-")} | {
        "x-amz-date-2",
        "x-amz-user-agent",
        "x-amz-security-token",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "x-amz-expected-bucket-owner",
    }


def test_the_models_have_many_headers_that_act():
    assert len(amz_headers()) > 80
    assert {"x-amz-copy-source", "x-amz-acl", "x-amz-tagging", "x-amz-meta-note"} <= amz_headers()


@pytest.mark.parametrize("how", ["header", "query", "version 2"])
def test_no_operation_takes_a_header_that_was_not_signed(house, how):
    for sent in s3_rows():
        made = presigned(sent) if how == "query" else replace(sent, how=how)
        request = made.signed()
        known = {name for name, _ in request.headers}
        for name in amz_headers() - known:
            answer = refusal(house, with_header(request, name, "x"))
            assert answer in {"AccessDenied", "SignatureDoesNotMatch", "403"} or (
                how == "version 2" and not answer.startswith("let")
            ), (sent, name)


FEW = ["x-amz-acl", "x-amz-copy-source", "x-amz-meta-note", "x-amz-user-agent", "x-amz-mfa"]


def test_no_operation_of_the_other_services_takes_one_either(house):
    exempt = {"x-amz-security-token", "x-amz-content-sha256", "x-amz-date", "x-amz-target"}
    seen = set()
    for name, sent in refused_rows().items():
        if sent.family is Family.S3:
            continue
        every = name[0] not in seen
        seen.add(name[0])
        for made in (sent, presigned(sent)):
            request = made.signed()
            for header in sorted(amz_headers() - exempt) if every else FEW:
                answer = refusal(house, with_header(request, header, "x"))
                assert answer == UnsignedHeaders.answers[sent.family].code, (name, header)
            assert not refusal(house, with_header(request, "x-amz-target", "x.y")).startswith("let")


def test_a_policy_can_refuse_version_2(tmp_path):
    house = InProcess(tmp_path)
    try:
        get = Sent("GET", "/reports/a.txt", service="s3", family=Family.S3, by=ALICE)
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::reports/*",
            "Condition": {"StringEquals": {"s3:signatureversion": "AWS"}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
        url = replace(get, how="version 2").signed()
        assert house.answer(url).status == 200

        put = replace(get, method="PUT", path="/reports?policy", body=document)
        assert house.answer(put.signed()).status == 204

        assert house.answer(url).code == "AccessDenied"
        assert house.answer(replace(get, how="query").signed()).status == 200
    finally:
        house.close()
