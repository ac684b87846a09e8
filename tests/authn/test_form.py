"""Uploads from a browser."""

import base64
import json
from datetime import timedelta

import pytest
from botocore.auth import HmacV1PostAuth, S3SigV4PostAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from authn.clients import KEY, NOW, SESSION, TOKENS, Sent, find_key
from authn.test_sigv4 import mutations
from doorward.authn.caller import AuthType
from doorward.authn.errors import Unauthenticated
from doorward.authn.form import refuse_others, verify_form
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

CONDITIONS = [{"bucket": "reports"}, ["starts-with", "$key", "2026/"], {"acl": "private"}]
FIELDS = {"key": "2026/q1.txt", "acl": "private"}


def form(conditions=CONDITIONS, fields=FIELDS, *, by=None, lasts=3600, expiration=None):
    """The fields that botocore makes for a presigned post."""
    expires = NOW + timedelta(seconds=lasts)
    request = AWSRequest("POST", "http://localhost:4566/reports")
    request.context["s3-presign-post-fields"] = dict(fields)
    request.context["s3-presign-post-policy"] = {
        "expiration": expiration or expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": list(conditions),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
        signer = S3SigV4PostAuth(by or Credentials(KEY.id, KEY.secret), "s3", "us-east-1")
        signer.add_auth(request)
    return dict(request.context["s3-presign-post-fields"])


def verify(fields, bucket="reports", now=NOW):
    return verify_form(
        list(fields.items()), bucket=bucket, find_key=find_key, tokens=TOKENS, now=now
    )


def refusal(fields, **options):
    with pytest.raises(Unauthenticated) as caught:
        verify(fields, **options)
    return caught.value


def test_a_form_that_botocore_signs_is_believed():
    caller, policy = verify(form(), now=NOW + timedelta(seconds=3))

    assert caller.key == KEY
    assert caller.signature.auth_type is AuthType.FORM
    assert caller.signature.age_ms == 3000
    assert policy is not None
    assert policy.length_range is None


def test_a_form_of_a_session_is_believed():
    by = Credentials(SESSION.access_key_id, SESSION.secret, TOKENS.seal(SESSION))

    assert verify(form(by=by)).caller.session == SESSION


def test_the_names_of_fields_compare_without_case():
    assert verify({name.title(): value for name, value in form().items()}).caller.key == KEY


def test_every_changed_byte_of_what_was_signed_is_refused():
    signed = form()

    for name in ("policy", "x-amz-signature", "x-amz-credential", "x-amz-algorithm", "acl"):
        for changed in mutations(signed[name]):
            refusal({**signed, name: changed})


FAILED = [
    # field changed                 says
    ({"key": "2025/q1.txt"}, 'Policy Condition failed: ["starts-with", "$key", "2026/"]'),
    ({"acl": "public-read"}, 'Policy Condition failed: ["eq", "$acl", "private"]'),
    ({"acl": None}, 'Policy Condition failed: ["eq", "$acl", "private"]'),
    ({"tagging": "<Tagging/>"}, "Extra input fields: tagging"),
    ({"success_action_redirect": "http://x"}, "Extra input fields: success_action_redirect"),
]


@pytest.mark.parametrize(("change", "says"), FAILED)
def test_a_form_that_its_policy_does_not_allow_is_refused(change, says):
    fields = {name: value for name, value in (form() | change).items() if value is not None}

    error = refusal(fields)

    assert (error.code, error.status) == ("AccessDenied", 403)
    assert error.message == f"Invalid according to Policy: {says}"


def test_a_form_for_another_bucket_is_refused():
    assert refusal(form(), bucket="secrets").code == "AccessDenied"


def test_a_field_does_not_stand_for_the_bucket_of_the_url():
    assert refusal({**form(), "bucket": "reports"}, bucket="secrets").code == "AccessDenied"


def test_a_bucket_must_be_in_the_policy_when_it_is_a_field():
    fields = form([{"acl": "private"}, ["starts-with", "$key", ""]], FIELDS)

    assert "Extra input fields: bucket" in refusal({**fields, "bucket": "reports"}).message


def test_a_policy_ends():
    error = refusal(form(lasts=60), now=NOW + timedelta(seconds=60))

    assert error.message == "Invalid according to Policy: Policy expired."


def test_fields_to_be_ignored_need_no_condition():
    assert verify({**form(), "x-ignore-note": "x"}).caller.key == KEY


def test_an_empty_prefix_does_not_stand_for_an_absent_field():
    fields = form([*CONDITIONS, ["starts-with", "$x-amz-meta-note", ""]])

    assert "Condition failed" in refusal(fields).message
    assert verify({**fields, "x-amz-meta-note": ""}).caller.key == KEY


def test_every_one_of_several_content_types_must_fit():
    conditions = [*CONDITIONS, ["starts-with", "$Content-Type", "image/"]]
    fields = form(conditions)

    assert verify({**fields, "Content-Type": "image/png, image/gif"}).caller.key == KEY
    assert "failed" in refusal({**fields, "Content-Type": "image/png, text/html"}).message


def test_the_sizes_allowed_are_told():
    conditions = [
        *CONDITIONS,
        ["content-length-range", 1, 100],
        ["content-length-range", "5", "200"],
    ]

    assert verify(form(conditions)).policy.length_range == (5, 100)


BAD_POLICIES = [
    "not base64!",
    base64.b64encode(b"not json").decode(),
    base64.b64encode(b"\xff\xfe").decode(),
    base64.b64encode(b"[]").decode(),
    base64.b64encode(b"[" * 20_000).decode(),
    base64.b64encode(json.dumps({"expiration": "2030-01-01T00:00:00Z"}).encode()).decode(),
    base64.b64encode(json.dumps({"conditions": []}).encode()).decode(),
    base64.b64encode(json.dumps({"expiration": "never", "conditions": []}).encode()).decode(),
]
BAD_CONDITIONS = [
    {},
    {"acl": "private", "key": "x"},
    {"acl": 1},
    "acl",
    ["eq", "acl", "private"],
    ["eq", "$acl"],
    ["ends-with", "$key", "x"],
    ["content-length-range", 1],
    ["content-length-range", "one", 2],
    ["content-length-range", 1, True],
    ["content-length-range", 1, "9" * 30],
    ["content-length-range", -1, 2],
]


@pytest.mark.parametrize("policy", BAD_POLICIES)
def test_what_is_no_policy_is_refused(policy):
    from doorward.authn import signing
    from doorward.authn.signing import Scope

    fields = form()
    key = signing.signing_key(KEY.secret, Scope("20261125", "us-east-1", "s3"))
    fields |= {"policy": policy, "x-amz-signature": signing.signature(key, policy.encode())}

    assert refusal(fields).code == "InvalidPolicyDocument"


@pytest.mark.parametrize("condition", BAD_CONDITIONS)
def test_what_is_no_condition_is_refused(condition):
    assert refusal(form([*CONDITIONS, condition])).code == "InvalidPolicyDocument"


def test_a_form_without_a_signature_is_anonymous():
    assert verify({"key": "a", "file": "x"}) == verify({"key": "a"})
    assert verify({"key": "a"}).caller.anonymous


@pytest.mark.parametrize(
    "name", ["policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"]
)
def test_a_form_that_lacks_a_part_of_its_signature_is_refused(name):
    fields = form()
    del fields[name]

    assert refusal(fields).code == "InvalidArgument"


def test_a_field_given_twice_is_refused():
    with pytest.raises(Unauthenticated):
        verify_form(
            [*form().items(), ("Key", "2026/other.txt")],
            bucket="reports",
            find_key=find_key,
            tokens=TOKENS,
            now=NOW,
        )


def form_2(conditions=CONDITIONS, fields=FIELDS, *, by=None, lasts=3600):
    """The fields that botocore makes with version 2."""
    expires = NOW + timedelta(seconds=lasts)
    request = AWSRequest("POST", "http://localhost:4566/reports")
    request.context["s3-presign-post-fields"] = dict(fields)
    request.context["s3-presign-post-policy"] = {
        "expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": list(conditions),
    }
    HmacV1PostAuth(by or Credentials(KEY.id, KEY.secret)).add_auth(request)
    return dict(request.context["s3-presign-post-fields"])


def test_a_form_of_version_2_is_believed():
    caller, policy = verify(form_2(), now=NOW + timedelta(seconds=3))

    assert caller.key == KEY
    assert caller.signature.auth_type is AuthType.FORM
    assert caller.signature.version == "AWS"
    assert caller.signature.age_ms == 0
    assert policy is not None


def test_a_form_of_version_2_may_be_of_a_session():
    by = Credentials(SESSION.access_key_id, SESSION.secret, TOKENS.seal(SESSION))

    assert verify(form_2(by=by)).caller.session == SESSION


def test_every_changed_byte_of_a_form_of_version_2_is_refused():
    signed = form_2()

    for name in ("policy", "signature", "AWSAccessKeyId", "acl"):
        for changed in mutations(signed[name]):
            refusal({**signed, name: changed})


@pytest.mark.parametrize(("change", "says"), FAILED)
def test_a_form_of_version_2_is_held_to_its_policy(change, says):
    fields = {name: value for name, value in (form_2() | change).items() if value is not None}

    assert refusal(fields).message == f"Invalid according to Policy: {says}"


@pytest.mark.parametrize("name", ["policy", "signature", "AWSAccessKeyId"])
def test_a_form_of_version_2_that_lacks_a_part_of_its_signature_is_refused(name):
    fields = form_2()
    del fields[name]

    assert refusal(fields).code == "InvalidArgument"


def test_a_form_is_signed_in_one_way():
    assert refusal(form() | form_2()).code == "InvalidArgument"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", [("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e")]),
        ("X-Amz-Signature=00", []),
        ("AWSAccessKeyId=a&Signature=b&Expires=1", []),
    ],
)
def test_a_form_that_is_signed_outside_too_is_refused(query, headers):
    request = HttpRequest("POST", "/reports", query, headers, MemoryBody())

    with pytest.raises(Unauthenticated) as caught:
        refuse_others(request)

    assert caught.value.code == "InvalidArgument"


def test_a_policy_that_names_no_bucket_is_good_for_none():
    conditions = [["starts-with", "$key", ""], {"acl": "private"}]

    assert refusal(form(conditions)).message.endswith("Extra input fields: bucket")


def test_a_form_is_no_way_round_the_signature_of_another_service():
    fields = form()
    fields["x-amz-credential"] = fields["x-amz-credential"].replace("/s3/", "/iam/")

    assert refusal(fields).code == "AuthorizationHeaderMalformed"
    assert Sent().service == "iam"
