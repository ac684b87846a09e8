"""Requests that no proper client sends, over real sockets: none gets past the verifier."""

import base64
import http.client
import zlib
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROOT = Credentials("root-key-id", "root-secret")
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(served, signer, method, path, body=b"", headers=None, service="s3"):
    """Headers and target of a signed request."""
    host = urlsplit(served.endpoint).netloc
    request = AWSRequest(method, served.endpoint + path, {**(headers or {}), "Host": host}, body)
    signer(ROOT, service, "us-east-1").add_auth(request)
    parts = urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return target, list(request.headers.items())


def send(served, method, target, headers, body=b""):
    """Status and text of the answer to exactly these headers."""
    connection = http.client.HTTPConnection(urlsplit(served.endpoint).netloc, timeout=10)
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def who(served):
    return signed(served, SigV4Auth, "POST", "/", WHO, FORM, "sts")


def test_a_signed_request_passes(served):
    target, headers = who(served)

    status, text = send(served, "POST", target, headers, WHO)

    assert status == 200
    assert ":root</Arn>" in text


def test_a_changed_body_is_refused(served):
    target, headers = who(served)

    status, text = send(served, "POST", target, headers, WHO + b"&x=y")

    assert status == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in text


@pytest.mark.parametrize(("method", "path"), [("POST", "/reports?delete"), ("PUT", "/reports/a")])
def test_a_changed_body_of_an_s3_request_is_refused(fresh, method, path):
    served = fresh
    served.client("s3").create_bucket(Bucket="reports")
    body = b"<Delete><Object><Key>a</Key></Object></Delete>"
    target, headers = signed(served, S3SigV4Auth, method, path, body)

    status, text = send(served, method, target, headers, body.replace(b">a<", b">b<"))

    assert status == 400
    assert "<Code>XAmzContentSHA256Mismatch</Code>" in text


@pytest.mark.parametrize("name", ["Authorization", "X-Amz-Date", "Host"])
def test_a_repeated_header_of_the_signature_is_refused(served, name):
    target, headers = who(served)
    again = [header for header in headers if header[0] == name]

    status, _ = send(served, "POST", target, headers + again, WHO)

    assert status == 400


def test_an_added_x_amz_header_is_refused(served):
    target, headers = signed(served, S3SigV4Auth, "PUT", "/reports/a", b"text")

    status, text = send(
        served, "PUT", target, [*headers, ("x-amz-copy-source", "secrets/a")], b"text"
    )

    assert status == 403
    assert "<HeadersNotSigned>x-amz-copy-source</HeadersNotSigned>" in text


def test_a_url_for_one_method_is_refused_for_another(served):
    target, headers = signed(served, S3SigV4QueryAuth, "GET", "/reports/a")

    status, text = send(served, "DELETE", target, headers)

    assert status == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in text


def test_an_unsigned_request_to_a_service_without_anonymous_callers_is_refused(served):
    _, headers = who(served)
    kept = [header for header in headers if header[0] not in {"Authorization", "X-Amz-Date"}]

    status, text = send(served, "POST", "/", kept, WHO)

    assert status == 403
    assert "<Code>MissingAuthenticationToken</Code>" in text


def test_no_answer_shows_a_secret(served):
    target, headers = signed(served, S3SigV4Auth, "PUT", "/reports/a", b"text")
    wrong = [(name, value.replace("/a", "/b")) for name, value in headers]

    _, text = send(served, "PUT", target.replace("/a", "/b"), wrong, b"text")

    assert ROOT.secret_key not in text


def chunked(served, data, checksum):
    """What `aws s3 cp` sends over TLS: an unsigned chunked body with its checksum behind it."""
    sent = f"{len(data):x}\r\n".encode() + data + b"\r\n0\r\n"
    sent += f"x-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
    mode = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.S3SigV4Auth.payload", lambda *_: mode)
        headers = {
            "content-encoding": "aws-chunked",
            "x-amz-trailer": "x-amz-checksum-crc32",
            "x-amz-decoded-content-length": str(len(data)),
        }
        target, signed_headers = signed(
            served, S3SigV4Auth, "PUT", "/reports/a.txt", headers=headers
        )
    return send(served, "PUT", target, signed_headers, sent)


def test_a_chunked_upload_is_kept_only_if_its_checksum_is_right(fresh):
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    data = bytes(range(256)) * 4096
    right = base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()

    status, text = chunked(fresh, data, "AAAAAA==")
    assert status == 400
    assert "<Code>BadDigest</Code>" in text
    assert "Contents" not in s3.list_objects_v2(Bucket="reports")
    assert chunked(fresh, data, right)[0] == 200

    kept = s3.get_object(Bucket="reports", Key="a.txt", ChecksumMode="ENABLED")
    assert kept["Body"].read() == data
    assert kept["ChecksumCRC32"] == right
    assert "ContentEncoding" not in kept


def test_a_presigned_upload_may_be_large(fresh):
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    url = urlsplit(s3.generate_presigned_url("put_object", {"Bucket": "reports", "Key": "a"}))
    data = b"0123456789abcdef" * (20 * 65_536)

    status, _ = send(fresh, "PUT", f"{url.path}?{url.query}", [("Host", url.netloc)], data)

    assert status == 200
    assert s3.head_object(Bucket="reports", Key="a")["ContentLength"] == len(data)
