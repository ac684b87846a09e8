"""Uploads with a browser's form, which boto3 presigns in both versions."""

import base64
import json
from datetime import timedelta

import pytest

from clients.posting import document, encoded, post, send
from clients.test_buckets import policy

VERSIONS = ["s3", "s3v4"]
ANYTHING = [["starts-with", "$key", ""]]


@pytest.fixture
def bucket(fresh):
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    return s3


@pytest.fixture(params=VERSIONS)
def presign(request, fresh, bucket):
    """Presigns a form for `reports` in either version."""
    del bucket
    client = fresh.client("s3", signature_version=request.param)

    def make(key="2026/${filename}", fields=None, conditions=None, lasts=3600):
        made = client.generate_presigned_post("reports", key, fields, conditions, lasts)
        return made["url"], made["fields"]

    return make


def error(answer):
    """Code and message of the error document."""
    found = document(answer.text)
    return found["Code"], found["Message"]


def text(s3, key):
    return s3.get_object(Bucket="reports", Key=key)["Body"].read()


def test_a_presigned_form_uploads(presign, bucket):
    url, fields = presign()

    answer = post(url, fields, b"figures", filename="C:\\work\\q1.txt")

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["etag"] == bucket.head_object(Bucket="reports", Key="2026/q1.txt")["ETag"]
    assert answer.headers["location"].endswith("/reports/2026%2Fq1.txt")
    assert text(bucket, "2026/q1.txt") == b"figures"


def test_a_large_file_is_uploaded_by_form(presign, bucket):
    url, fields = presign()
    data = b"0123456789abcde\n" * 300_000

    assert post(url, fields, data).status == 204
    assert text(bucket, "2026/q1.txt") == data


def test_the_fields_of_a_form_are_what_headers_are_elsewhere(presign, bucket):
    given = {
        "acl": "bucket-owner-full-control",
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "x-amz-meta-note": "für alle",
        "x-amz-storage-class": "STANDARD_IA",
        "tagging": "<Tagging><TagSet><Tag><Key>team</Key><Value>a b</Value></Tag></TagSet></Tagging>",
    }
    url, fields = presign(fields=given, conditions=[{name: one} for name, one in given.items()])

    assert post(url, fields).status == 204

    kept = bucket.get_object(Bucket="reports", Key="2026/q1.txt")
    assert kept["ContentType"] == "text/plain"
    assert kept["CacheControl"] == "no-cache"
    assert kept["Metadata"] == {"note": "=?UTF-8?Q?f=C3=BCr_alle?="}
    assert kept["StorageClass"] == "STANDARD_IA"
    tags = bucket.get_object_tagging(Bucket="reports", Key="2026/q1.txt")["TagSet"]
    assert tags == [{"Key": "team", "Value": "a b"}]


@pytest.mark.parametrize(
    ("asked", "status"), [("200", 200), ("201", 201), ("204", 204), ("418", 204)]
)
def test_success_is_answered_with_the_status_that_the_form_asks_for(presign, asked, status):
    wanted = {"success_action_status": asked}
    url, fields = presign("a b.txt", wanted, [wanted])

    answer = post(url, fields)

    assert answer.status == status
    if status == 201:
        assert document(answer.text) == {
            "Location": f"{url}/a%20b.txt",
            "Bucket": "reports",
            "Key": "a b.txt",
            "ETag": answer.headers["etag"],
        }
    else:
        assert answer.text == ""


def test_success_sends_the_browser_where_the_form_says(presign):
    wanted = {"success_action_redirect": "https://example.com/done?from=form"}
    url, fields = presign("a b.txt", wanted, [wanted])

    answer = post(url, fields)

    assert answer.status == 303
    tag = answer.headers["etag"].strip('"')
    assert answer.headers["location"] == (
        f"https://example.com/done?from=form&bucket=reports&key=a%20b.txt&etag=%22{tag}%22"
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//example.com", "http://a b", "http://["])
def test_a_redirection_that_is_no_address_of_the_web_is_passed_over(presign, url):
    wanted = {"success_action_redirect": url}
    target, fields = presign(fields=wanted, conditions=[wanted])

    assert post(target, fields).status == 204


TAMPERED = [
    # change of the fields                   answered
    ({"key": "2025/q1.txt"},                 "AccessDenied"),
    ({"acl": "public-read"},                 "AccessDenied"),
    ({"acl": None},                          "AccessDenied"),
    ({"x-amz-meta-note": "more"},            "AccessDenied"),
    ({"tagging": "<Tagging/>"},              "AccessDenied"),
    ({"x-amz-copy-source": "secrets/a"},     "AccessDenied"),
    ({"x-amz-website-redirect-location": "/x"}, "AccessDenied"),
    ({"success_action_redirect": "http://x"}, "AccessDenied"),
    ({"bucket": "secrets"},                  "AccessDenied"),
    ({"key": None},                          "InvalidArgument"),
    ({"key": ""},                            "InvalidArgument"),
    ({"policy": None},                       "InvalidArgument"),
    ({"policy": ""},                         "InvalidArgument"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), TAMPERED)
def test_a_form_that_was_changed_after_signing_is_refused(presign, bucket, change, code):
    conditions = [["starts-with", "$key", "2026/"], {"acl": "private"}]
    url, fields = presign(fields={"acl": "private"}, conditions=conditions)
    changed = {name: value for name, value in (fields | change).items() if value is not None}

    answer = post(url, changed)

    assert error(answer)[0] == code
    assert "Contents" not in bucket.list_objects_v2(Bucket="reports")


def test_a_longer_policy_needs_a_new_signature(presign, bucket):
    url, fields = presign()
    longer = json.loads(base64.b64decode(fields["policy"]))
    longer["expiration"] = "2099-01-01T00:00:00Z"
    changed = base64.b64encode(json.dumps(longer).encode()).decode()

    answer = post(url, fields | {"policy": changed})

    assert (answer.status, error(answer)[0]) == (403, "SignatureDoesNotMatch")
    assert "Contents" not in bucket.list_objects_v2(Bucket="reports")


def test_a_form_is_good_for_its_bucket_alone(presign, bucket):
    bucket.create_bucket(Bucket="secrets")
    url, fields = presign()

    answer = post(url.replace("reports", "secrets"), fields)

    assert error(answer) == (
        "AccessDenied",
        'Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "reports"]',
    )


def test_a_form_ends_with_its_policy(fresh, presign):
    url, fields = presign(lasts=60)
    fresh.clock.ahead = timedelta(seconds=90)

    assert error(post(url, fields)) == (
        "AccessDenied",
        "Invalid according to Policy: Policy expired.",
    )


@pytest.mark.parametrize(
    ("size", "answered"),
    [(4, "EntityTooSmall"), (5, None), (2_000_000, None), (2_000_001, "EntityTooLarge")],
)
def test_the_file_has_the_size_that_the_policy_allows(presign, bucket, size, answered):
    url, fields = presign(conditions=[["content-length-range", 5, 2_000_000]])

    answer = post(url, fields, b"x" * size)

    if answered:
        assert (answer.status, error(answer)[0]) == (400, answered)
        assert "Contents" not in bucket.list_objects_v2(Bucket="reports")
    else:
        assert answer.status == 204


def test_fields_behind_the_file_do_not_count(presign, bucket):
    url, fields = presign("a.txt")

    assert post(url, fields, after=[("key", "b.txt"), ("acl", "public-read")]).status == 204
    assert text(bucket, "a.txt") == b"text"


def test_a_signature_behind_the_file_does_not_count(presign):
    url, fields = presign("a.txt")

    answer = post(url, {"key": "a.txt"}, after=list(fields.items()))

    assert (answer.status, error(answer)) == (403, ("AccessDenied", "Access Denied"))


def test_a_form_without_a_file_is_refused(presign):
    url, fields = presign("a.txt")

    answer = post(url, fields, data=None)

    assert error(answer) == (
        "InvalidArgument",
        "POST requires exactly one file upload per request.",
    )


def test_a_signer_needs_the_permission_to_put(fresh, bucket, iam, user):
    alice = user("alice")
    post_form = alice("s3").generate_presigned_post("reports", "a.txt")

    denied = post(post_form["url"], post_form["fields"])
    allowing = policy("Allow", "s3:PutObject", "arn:aws:s3:::reports/a.txt")
    iam.put_user_policy(UserName="alice", PolicyName="put", PolicyDocument=allowing)
    allowed = post(post_form["url"], post_form["fields"])

    assert denied.status == 403
    assert "is not authorized to perform: s3:PutObject on resource" in error(denied)[1]
    assert allowed.status == 204
    assert text(bucket, "a.txt") == b"text"


def test_tags_and_acls_of_a_form_need_their_own_permissions(iam, bucket, user):
    alice = user("alice")
    allowing = policy("Allow", "s3:PutObject", "arn:aws:s3:::reports/*")
    iam.put_user_policy(UserName="alice", PolicyName="put", PolicyDocument=allowing)
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"

    for given, action in (
        ({"tagging": tags}, "PutObjectTagging"),
        ({"acl": "private"}, "PutObjectAcl"),
    ):
        made = alice("s3").generate_presigned_post("reports", "a.txt", given, [given])
        answer = post(made["url"], made["fields"])
        assert f"not authorized to perform: s3:{action} on" in error(answer)[1]
    assert "Contents" not in bucket.list_objects_v2(Bucket="reports")


def test_a_policy_may_tell_forms_and_versions_of_signing_apart(presign, bucket):
    statement = {
        "Principal": "*",
        "Condition": {"StringEquals": {"s3:authType": "POST", "s3:signatureversion": "AWS"}},
    }
    allowing = policy("Deny", "s3:PutObject", "arn:aws:s3:::reports/*", **statement)
    bucket.put_bucket_policy(Bucket="reports", Policy=allowing)
    url, fields = presign()

    answer = post(url, fields)

    assert answer.status == (403 if "signature" in fields else 204)


def test_everyone_may_post_where_the_bucket_policy_says_so(bucket, fresh):
    url = f"{fresh.endpoint}/reports"

    before = post(url, {"key": "inbox/${filename}"})
    allowing = policy("Allow", "s3:PutObject", "arn:aws:s3:::reports/inbox/*", Principal="*")
    bucket.put_bucket_policy(Bucket="reports", Policy=allowing)
    inside = post(url, {"key": "inbox/${filename}"})
    outside = post(url, {"key": "q1.txt"})

    assert (before.status, error(before)) == (403, ("AccessDenied", "Access Denied"))
    assert inside.status == 204
    assert outside.status == 403
    assert text(bucket, "inbox/q1.txt") == b"text"


def test_a_form_that_is_also_signed_in_its_head_is_refused(presign):
    url, fields = presign()

    scope = "20261125/us-east-1/s3/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=root-key-id/{scope}"}
    answer = post(url, fields, headers=signed)

    assert (answer.status, error(answer)[0]) == (400, "InvalidArgument")


def test_headers_of_the_request_are_no_fields(presign, bucket):
    url, fields = presign("a.txt")

    answer = post(url, fields, headers={"x-amz-meta-note": "no", "x-amz-acl": "public-read"})

    assert answer.status == 204
    assert bucket.head_object(Bucket="reports", Key="a.txt")["Metadata"] == {}


def test_a_value_cannot_break_out_of_its_header(presign):
    wanted = {"x-amz-meta-note": "a\r\nset-cookie: b"}
    url, fields = presign(fields=wanted, conditions=[wanted])

    assert error(post(url, fields))[0] == "InvalidArgument"


MALFORMED = [
    # body                                             type of the body                 answered
    (b"",                                              "multipart/form-data",           (400, "MalformedPOSTRequest")),
    (b"",                                              "multipart/form-data; boundary=b", (400, "MalformedPOSTRequest")),
    (b"--c\r\n",                                       "multipart/form-data; boundary=b", (400, "MalformedPOSTRequest")),
    (b"--b--\r\n",                                     "multipart/form-data; boundary=b", (400, "InvalidArgument")),
    (b"key=a",                                         "application/x-www-form-urlencoded", (412, "PreconditionFailed")),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "answered"), MALFORMED)
def test_what_is_no_form_is_refused(fresh, bucket, body, kind, answered):
    del bucket
    answer = send(f"{fresh.endpoint}/reports", body, {"Content-Type": kind})

    assert (answer.status, error(answer)[0]) == answered


def test_a_form_that_is_cut_off_is_not_kept(presign, bucket):
    url, fields = presign("a.txt")
    body = encoded(fields.items())

    kind = {"Content-Type": "multipart/form-data; boundary=----doorward-boundary"}
    answer = send(url, body[: body.index(b"text\r\n") + 4], kind)

    assert (answer.status, error(answer)[0]) == (400, "MalformedPOSTRequest")
    assert "Contents" not in bucket.list_objects_v2(Bucket="reports")


def test_the_fields_before_the_file_are_bounded(presign):
    url, fields = presign("a.txt")

    answer = post(url, {"x-ignore-a": "a" * 21_000, **fields})

    assert (answer.status, error(answer)[0]) == (400, "MaxPostPreDataLengthExceededError")
