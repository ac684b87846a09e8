"""When the bodies of uploads are read, and what becomes of those that are not wanted."""

import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from clients.posting import BOUNDARY, post
from clients.test_buckets import policy

ROOT = Credentials("root-key-id", "root-secret")
BIG = 4 * 1024**3
DATA = bytes(range(256)) * 8192


@pytest.fixture
def bucket(fresh):
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    return s3


@pytest.fixture
def nobody(user, iam):
    """The credentials of a user who may do nothing."""
    user("nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


class Raw:
    """One connection, spoken to byte by byte."""

    def __init__(self, served):
        self.host = urlsplit(served.endpoint).netloc
        name, port = self.host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def head(self, method, path, headers):
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def put(self, by, path, length, *, expect=False):
        """The head of an unsigned-payload upload that *by* signs."""
        url = f"http://{self.host}{path}"
        request = AWSRequest("PUT", url, {"Host": self.host}, b"")
        request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(S3SigV4Auth, "payload", lambda *_: "UNSIGNED-PAYLOAD")
            S3SigV4Auth(by, "s3", "us-east-1").add_auth(request)
        more = [("Content-Length", str(length))]
        more += [("Expect", "100-continue")] if expect else []
        self.head("PUT", path, [*request.headers.items(), *more])

    def answer(self):
        """Everything up to the end of the next document or head."""
        found = b""
        while b"</Error>" not in found and b"\r\n\r\n" not in found.partition(b"</Error>")[2]:
            piece = self.socket.recv(65536)
            found += piece
            if not piece or (found.endswith(b"\r\n\r\n") and b"<" not in found):
                break
        return found.decode()


def spooled(served) -> list[Path]:
    return list((served.running.database.directory / "objects" / "spool").iterdir())


@pytest.mark.parametrize("expect", [True, False])
def test_an_upload_that_may_not_be_is_answered_before_its_body(fresh, bucket, nobody, expect):
    del bucket
    with Raw(fresh) as raw:
        raw.put(nobody, "/reports/a", BIG, expect=expect)
        answer = raw.answer()

    assert answer.startswith("HTTP/1.1 403")
    assert "connection: close" in answer
    assert "not authorized to perform: s3:PutObject" in answer
    assert spooled(fresh) == []


def test_a_client_that_still_sends_hears_the_refusal(fresh, bucket, nobody):
    del bucket
    with Raw(fresh) as raw:
        raw.put(nobody, "/reports/a", 8 * len(DATA))
        for _ in range(4):
            raw.socket.sendall(DATA)
        answer = raw.answer()

    assert answer.startswith("HTTP/1.1 403")


def test_a_client_that_waits_has_leave_to_send_what_it_may(fresh, bucket):
    with Raw(fresh) as raw:
        raw.put(ROOT, "/reports/a", 4, expect=True)
        leave = raw.answer()
        raw.socket.sendall(b"text")
        answer = raw.answer()

    assert leave == "HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith("HTTP/1.1 200")
    assert bucket.get_object(Bucket="reports", Key="a")["Body"].read() == b"text"


def test_a_connection_goes_on_after_a_small_upload_that_may_not_be(fresh, bucket, nobody):
    del bucket
    with Raw(fresh) as raw:
        raw.put(nobody, "/reports/a", 4)
        raw.socket.sendall(b"text")
        refused = raw.answer()
        raw.put(ROOT, "/reports/a", 4)
        raw.socket.sendall(b"text")
        answer = raw.answer()

    assert refused.startswith("HTTP/1.1 403")
    assert "connection: close" not in refused
    assert answer.startswith("HTTP/1.1 200")


def test_a_file_of_a_form_that_may_not_be_is_not_read(fresh, bucket, nobody):
    del bucket
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    with Raw(fresh) as raw:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        headers = [("Host", raw.host), ("Content-Type", kind), ("Content-Length", str(BIG))]
        raw.head("POST", "/reports", headers)
        raw.socket.sendall(f'{part}key"\r\n\r\na\r\n{part}file"; filename="a"\r\n\r\n'.encode())
        answer = raw.answer()

    assert answer.startswith("HTTP/1.1 403")
    assert spooled(fresh) == []


@pytest.mark.parametrize(
    ("length", "service", "status", "code"),
    [(6 * 1024**3, "s3", 400, "EntityTooLarge"), (BIG, "iam", 413, "RequestEntityTooLarge")],
)
def test_what_is_too_large_is_told_as_the_service_tells_errors(
    fresh, bucket, length, service, status, code
):
    del bucket
    with Raw(fresh) as raw:
        if service == "s3":
            raw.put(ROOT, "/reports/a", length)
        else:
            scope = "Credential=root-key-id/20261125/us-east-1/iam/aws4_request"
            claim = ("Authorization", f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0")
            raw.head("POST", "/", [("Host", raw.host), claim, ("Content-Length", str(length))])
        answer = raw.answer()

    assert answer.startswith(f"HTTP/1.1 {status}")
    assert f"<Code>{code}</Code>" in answer


def test_nothing_of_an_upload_is_left_behind(fresh, bucket):
    bucket.put_object(Bucket="reports", Key="a", Body=DATA)
    url = bucket.generate_presigned_post("reports", "b")
    post(url["url"], url["fields"], DATA)
    with Raw(fresh) as raw:
        raw.put(ROOT, "/reports/c", 2 * len(DATA))
        raw.socket.sendall(DATA)

    bucket.put_object(Bucket="reports", Key="d", Body=DATA)
    keys = [one["Key"] for one in bucket.list_objects_v2(Bucket="reports")["Contents"]]
    assert keys == ["a", "b", "d"]
    assert spooled(fresh) == []


def test_a_permission_that_is_taken_away_while_the_body_comes_in_counts(fresh, bucket, user, iam):
    user("alice")
    allowed = policy("Allow", "s3:PutObject", "arn:aws:s3:::reports/*")
    iam.put_user_policy(UserName="alice", PolicyName="put", PolicyDocument=allowed)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    with Raw(fresh) as raw:
        raw.put(
            Credentials(key["AccessKeyId"], key["SecretAccessKey"]), "/reports/a", 4, expect=True
        )
        leave = raw.answer()
        iam.delete_user_policy(UserName="alice", PolicyName="put")
        raw.socket.sendall(b"text")
        answer = raw.answer()

    assert leave.startswith("HTTP/1.1 100")
    assert answer.startswith("HTTP/1.1 403")
    assert "Contents" not in bucket.list_objects_v2(Bucket="reports")


def test_an_object_that_is_deleted_while_it_is_read_is_read_to_its_end(bucket):
    data = DATA * 8
    bucket.put_object(Bucket="reports", Key="a", Body=data)

    body = bucket.get_object(Bucket="reports", Key="a")["Body"]
    begun = body.read(1000)
    bucket.delete_object(Bucket="reports", Key="a")

    assert begun + body.read() == data


def test_an_object_that_is_overwritten_again_and_again_can_always_be_read(fresh, bucket):
    bucket.put_object(Bucket="reports", Key="a", Body=b"0")
    writer = fresh.client("s3")
    done = threading.Event()

    def overwrite():
        for number in range(30):
            writer.put_object(Bucket="reports", Key="a", Body=str(number).encode())
        done.set()

    thread = threading.Thread(target=overwrite)
    thread.start()
    seen = []
    while not done.is_set():
        seen.append(int(bucket.get_object(Bucket="reports", Key="a")["Body"].read()))
    thread.join()

    assert seen == sorted(seen)
