"""What shows with real clients only: digests of small bodies, keys of customers, conditions."""

import base64
import hashlib
import threading
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from services.served import Clients, clients, served

__all__ = ["clients", "served"]

TAGGING = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
DELETE = b"<Delete><Object><Key>k</Key></Object></Delete>"


@pytest.fixture
def s3(clients: Clients) -> Any:
    made = clients.client("s3")
    made.create_bucket(Bucket="reports")
    made.put_object(Bucket="reports", Key="k", Body=b"text")
    return made


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


def sent(clients: Clients, method: str, path: str, body: bytes, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
    url = f"http://127.0.0.1:{clients.port}{path}"
    request = AWSRequest(method, url, data=body, headers=named)
    S3SigV4Auth(Credentials("root-key-id", "root-secret"), "s3", "us-east-1").add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def b64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def md5(data: bytes) -> str:
    return b64(hashlib.md5(data, usedforsecurity=False).digest())


def sha256(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())


DIGESTS = [
    # method, path,            body,     headers,                                         status, code
    ("PUT",  "/reports?tagging", TAGGING, {"content_md5": md5(TAGGING)},                  204, ""),
    ("PUT",  "/reports?tagging", TAGGING, {"content_md5": md5(b"other")},                 400, "BadDigest"),
    ("PUT",  "/reports?tagging", TAGGING, {"content_md5": "nonsense"},                    400, "InvalidDigest"),
    ("PUT",  "/reports?tagging", TAGGING, {"x_amz_checksum_sha256": sha256(TAGGING)},     204, ""),
    ("PUT",  "/reports?tagging", TAGGING, {"x_amz_checksum_sha256": sha256(b"other")},    400, "BadDigest"),
    ("PUT",  "/reports?tagging", TAGGING, {"x_amz_checksum_sha256": "AAAA"},              400, "InvalidRequest"),
    ("PUT",  "/reports?tagging", TAGGING, {"x_amz_checksum_sha512": "AAAA"},              501, "NotImplemented"),
    ("PUT",  "/reports/k?tagging", TAGGING, {"x_amz_checksum_crc32": "AAAAAA=="},         400, "BadDigest"),
    ("POST", "/reports?delete",  DELETE,  {"content_md5": md5(b"other")},                 400, "BadDigest"),
    ("POST", "/reports?delete",  DELETE,  {"x_amz_checksum_crc64nvme": b64(bytes(8))},    400, "BadDigest"),
    ("POST", "/reports?delete",  DELETE,  {"content_md5": md5(DELETE)},                   200, ""),
]  # fmt: skip


def test_a_small_body_is_held_to_its_digests(clients: Clients, s3: Any) -> None:
    for method, path, body, headers, *expected in DIGESTS:
        s3.put_object(Bucket="reports", Key="k", Body=b"text")

        assert sent(clients, method, path, body, **headers) == tuple(expected), headers
        there = "Contents" in s3.list_objects_v2(Bucket="reports")
        assert there == ((method, expected[0]) != ("POST", 200))


def test_a_key_of_the_customer_is_refused_and_kept_nowhere(
    clients: Clients, s3: Any, served: Any
) -> None:
    key = "0123456789abcdef0123456789abcdef"
    mine = {"Bucket": "reports", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}

    assert refusal(s3.put_object, Key="new", Body=b"text", **mine) == "NotImplemented"
    assert refusal(s3.create_multipart_upload, Key="new", **mine) == "NotImplemented"
    assert refusal(s3.get_object, Key="k", **mine) == "NotImplemented"
    with served.running.database.read() as db:
        rows = str([tuple(row) for row in db.exec_driver_sql("SELECT * FROM audit_event")])
    assert key not in rows
    assert base64.b64encode(key.encode()).decode() not in rows
    del clients


CHECKSUMS = [
    # algorithm, member                what 'text' sums up to
    ("CRC32",     "ChecksumCRC32"),
    ("SHA1",      "ChecksumSHA1"),
    ("SHA256",    "ChecksumSHA256"),
]  # fmt: skip


@pytest.mark.parametrize(("algorithm", "member"), CHECKSUMS)
def test_a_checksum_comes_back_to_who_asks(s3: Any, algorithm: str, member: str) -> None:
    given = s3.put_object(Bucket="reports", Key="k", Body=b"text", ChecksumAlgorithm=algorithm)

    head = s3.head_object(Bucket="reports", Key="k", ChecksumMode="ENABLED")
    attributes = s3.get_object_attributes(
        Bucket="reports", Key="k", ObjectAttributes=["Checksum", "ObjectSize", "ETag"]
    )
    assert head[member] == given[member] == attributes["Checksum"][member]
    assert attributes["Checksum"]["ChecksumType"] == "FULL_OBJECT"
    assert attributes["ObjectSize"] == 4
    assert member not in s3.head_object(Bucket="reports", Key="k")


def test_a_write_on_condition_happens_once(clients: Clients, s3: Any) -> None:
    outcomes: list[str] = []

    def write(number: int) -> None:
        client = clients.client("s3", host="127.0.0.1")
        try:
            client.put_object(Bucket="reports", Key="once", Body=b"%d" % number, IfNoneMatch="*")
            outcomes.append("made")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["PreconditionFailed"] * 3 + ["made"]
    etag = s3.head_object(Bucket="reports", Key="once")["ETag"]
    s3.put_object(Bucket="reports", Key="once", Body=b"new", IfMatch=etag)
    stale = {"Bucket": "reports", "Key": "once", "IfMatch": etag}
    assert refusal(s3.put_object, Body=b"newer", **stale) == "PreconditionFailed"
    assert refusal(s3.delete_object, **stale) == "PreconditionFailed"


def test_what_is_not_there_says_so_in_its_protocol(s3: Any) -> None:
    assert refusal(s3.get_object_torrent, Bucket="reports", Key="k") == "NotImplemented"
    assert refusal(s3.restore_object, Bucket="reports", Key="k") == "NotImplemented"
    asked = {
        "Expression": "SELECT * FROM S3Object", "ExpressionType": "SQL",
        "InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}},
    }  # fmt: skip
    assert refusal(s3.select_object_content, Bucket="reports", Key="k", **asked) == "NotImplemented"


def test_configurations_pass_through_a_real_client(s3: Any) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"And": {"Prefix": "x", "Tags": [{"Key": "k", "Value": "v"}]}},
            "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}  # fmt: skip
    s3.put_bucket_lifecycle_configuration(
        Bucket="reports", LifecycleConfiguration={"Rules": [rule]}
    )
    lock = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
    }
    s3.put_bucket_versioning(Bucket="reports", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket="reports", ObjectLockConfiguration=lock)
    version = s3.put_object(Bucket="reports", Key="held", Body=b"")["VersionId"]

    assert s3.get_bucket_lifecycle_configuration(Bucket="reports")["Rules"] == [rule]
    assert s3.get_object_lock_configuration(Bucket="reports")["ObjectLockConfiguration"] == lock
    assert (
        refusal(s3.delete_object, Bucket="reports", Key="held", VersionId=version) == "AccessDenied"
    )
    s3.delete_object(
        Bucket="reports", Key="held", VersionId=version, BypassGovernanceRetention=True
    )
    listed = s3.list_bucket_inventory_configurations(Bucket="reports")
    assert (listed["IsTruncated"], "InventoryConfigurationList" in listed) == (False, False)
