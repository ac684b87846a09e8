"""Multipart uploads: parts, completion, abortion, lists."""

import base64
import hashlib
import zlib
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import add_user, call, files, get, put, read
from services.support import World, later

LEAST = 5 * 1024**2
BIG = b"a" * LEAST


def begin(ctx: Context, key: str = "k", **parameters: Any) -> str:
    return call(ctx, "CreateMultipartUpload", Key=key, **parameters)["UploadId"]


def part(ctx: Context, upload: str, number: int, data: bytes, **parameters: Any) -> dict[str, Any]:
    answer = call(
        ctx, "UploadPart", Key="k", UploadId=upload, PartNumber=number, Body=data, **parameters
    )
    return {"PartNumber": number, "ETag": answer["ETag"]}


def complete(ctx: Context, upload: str, *parts: dict[str, Any], **parameters: Any) -> Any:
    return call(
        ctx, "CompleteMultipartUpload", Key="k", UploadId=upload,
        MultipartUpload={"Parts": list(parts)}, **parameters,
    )  # fmt: skip


def md5(data: bytes) -> bytes:
    return hashlib.md5(data).digest()


@pytest.mark.parametrize("prepares", [True, False])
def test_parts_become_an_object(bucket: Context, tmp_path: object, prepares: bool) -> None:
    upload = begin(bucket, Metadata={"a": "b"}, Tagging="t=1", ContentType="text/plain")
    two = part(bucket, upload, 2, b"end")
    one = part(bucket, upload, 1, BIG)

    answer = complete(bucket, upload, one, two, prepares=prepares)

    etag = f'"{hashlib.md5(md5(BIG) + md5(b"end")).hexdigest()}-2"'
    found = call(bucket, "GetObject", Key="k")
    assert read(found) == BIG + b"end"
    assert answer["ETag"] == found["ETag"] == etag
    assert (found["Metadata"], found["TagCount"]) == ({"a": "b"}, 1)
    assert found["ContentType"] == "text/plain"
    assert len(list(files(tmp_path))) == 1


def test_a_part_is_read_by_its_number(bucket: Context) -> None:
    upload = begin(bucket)
    complete(bucket, upload, part(bucket, upload, 3, BIG), part(bucket, upload, 7, b"end"))

    found = call(bucket, "GetObject", Key="k", PartNumber=2)
    assert read(found) == b"end"
    assert found["PartsCount"] == 2
    assert found["ContentRange"] == f"bytes {LEAST}-{LEAST + 2}/{LEAST + 3}"
    for wrong, code in (
        ({"PartNumber": 3}, "InvalidPartNumber"),
        ({"PartNumber": 0}, "InvalidArgument"),
    ):
        with pytest.raises(AwsError) as caught:
            get(bucket, "k", **wrong)
        assert caught.value.code == code
    with pytest.raises(AwsError) as caught:
        get(bucket, "k", PartNumber=1, Range="bytes=0-1")
    assert caught.value.code == "InvalidRequest"


def test_an_object_of_one_put_is_its_own_first_part(bucket: Context) -> None:
    put(bucket, "k", b"text")

    assert get(bucket, "k", PartNumber=1) == b"text"
    assert "PartsCount" not in call(bucket, "HeadObject", Key="k", PartNumber=1)


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()


def test_a_composite_checksum_is_that_of_the_parts_checksums(bucket: Context) -> None:
    upload = begin(bucket, ChecksumAlgorithm="CRC32")
    one = part(bucket, upload, 1, BIG, ChecksumCRC32=crc32(BIG))
    two = part(bucket, upload, 2, b"end", ChecksumCRC32=crc32(b"end"))
    answer = complete(bucket, upload, one | {"ChecksumCRC32": crc32(BIG)}, two)

    both = base64.b64decode(crc32(BIG)) + base64.b64decode(crc32(b"end"))
    assert answer["ChecksumCRC32"] == f"{crc32(both)}-2"
    assert answer["ChecksumType"] == "COMPOSITE"
    found = call(bucket, "GetObjectAttributes", Key="k", ObjectAttributes=["ObjectParts"])
    assert found["ObjectParts"]["TotalPartsCount"] == 2
    assert found["ObjectParts"]["Parts"][1] == {
        "PartNumber": 2, "Size": 3, "ChecksumCRC32": crc32(b"end")
    }  # fmt: skip


def test_a_full_checksum_is_that_of_all_bytes(bucket: Context) -> None:
    upload = begin(bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    one, two = (
        part(bucket, upload, n, data, ChecksumAlgorithm="CRC32")
        for n, data in ((1, BIG), (2, b"e"))
    )

    with pytest.raises(AwsError) as caught:
        complete(bucket, upload, one, two, ChecksumCRC32=crc32(b"other"))
    assert caught.value.code == "BadDigest"
    answer = complete(bucket, upload, one, two, ChecksumCRC32=crc32(BIG + b"e"))
    assert (answer["ChecksumCRC32"], answer["ChecksumType"]) == (crc32(BIG + b"e"), "FULL_OBJECT")


PAIRS = [
    ("CRC64NVME", "COMPOSITE"),
    ("SHA1", "FULL_OBJECT"),
    ("SHA256", "FULL_OBJECT"),
    (None, "COMPOSITE"),
]


@pytest.mark.parametrize(("algorithm", "kind"), PAIRS)
def test_a_checksum_type_that_the_algorithm_has_not_is_refused(
    bucket: Context, algorithm: str | None, kind: str
) -> None:
    given = {"ChecksumAlgorithm": algorithm} if algorithm else {}

    with pytest.raises(AwsError) as caught:
        begin(bucket, ChecksumType=kind, **given)
    assert caught.value.code == "InvalidRequest"


def test_a_completion_that_cannot_be_is_refused(bucket: Context) -> None:
    upload = begin(bucket)
    one, two = part(bucket, upload, 1, BIG), part(bucket, upload, 2, b"end")
    small = part(bucket, upload, 3, b"more")
    none = {"PartNumber": 9, "ETag": one["ETag"]}
    for parts, code in (
        ((two, one), "InvalidPartOrder"),
        ((one, one), "InvalidPartOrder"),
        ((one, none), "InvalidPart"),
        ((one, two | {"ETag": one["ETag"]}), "InvalidPart"),
        ((one, two, small), "EntityTooSmall"),
        ((), "InvalidRequest"),
    ):
        with pytest.raises(AwsError) as caught:
            complete(bucket, upload, *parts)
        assert caught.value.code == code
    with pytest.raises(AwsError) as caught:
        complete(bucket, upload, one, two, MpuObjectSize=1)
    assert caught.value.code == "InvalidRequest"

    complete(bucket, upload, one, two, MpuObjectSize=LEAST + 3)


def test_a_repeated_completion_answers_the_same(bucket: Context) -> None:
    upload = begin(bucket)
    one = part(bucket, upload, 1, b"end")

    answer = complete(bucket, upload, one)
    assert complete(bucket, upload, one) == answer
    with pytest.raises(AwsError) as caught:
        complete(bucket, upload, one | {"ETag": "0" * 32})
    assert caught.value.code == "NoSuchUpload"
    put(bucket, "k", b"other")
    with pytest.raises(AwsError) as caught:
        complete(bucket, upload, one)
    assert caught.value.code == "NoSuchUpload"


def test_a_completion_may_ask_that_nothing_is_there(bucket: Context) -> None:
    put(bucket, "k", b"text")
    upload = begin(bucket)

    with pytest.raises(AwsError) as caught:
        complete(bucket, upload, part(bucket, upload, 1, b"end"), IfNoneMatch="*")
    assert caught.value.code == "PreconditionFailed"
    assert get(bucket, "k") == b"text"


def test_an_aborted_upload_is_gone_with_its_parts(bucket: Context, tmp_path: object) -> None:
    upload = begin(bucket)
    part(bucket, upload, 1, b"one")
    part(bucket, upload, 1, b"other")
    assert len(list(files(tmp_path))) == 1

    for _ in range(2):
        assert call(bucket, "AbortMultipartUpload", Key="k", UploadId=upload) == {}
    assert list(files(tmp_path)) == []
    with pytest.raises(AwsError) as caught:
        part(bucket, upload, 1, b"end")
    assert caught.value.code == "NoSuchUpload"


def test_an_upload_that_never_was(bucket: Context) -> None:
    upload = begin(bucket, key="other")
    for operation, more in (
        ("AbortMultipartUpload", {}),
        ("ListParts", {}),
        ("UploadPart", {"PartNumber": 1, "Body": b""}),
        (
            "CompleteMultipartUpload",
            {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "x"}]}},
        ),
    ):
        for wrong in ("x", upload):
            with pytest.raises(AwsError) as caught:
                call(bucket, operation, Key="k", UploadId=wrong, **more)
            assert caught.value.code == "NoSuchUpload"


@pytest.mark.parametrize("number", [0, 10_001, -1])
def test_a_part_number_that_cannot_be_is_refused(bucket: Context, number: int) -> None:
    upload = begin(bucket)

    with pytest.raises(AwsError) as caught:
        part(bucket, upload, number, b"")
    assert caught.value.message == "Part number must be an integer between 1 and 10000, inclusive"


def test_pages_of_parts_join_to_the_whole(bucket: Context) -> None:
    upload = begin(bucket)
    for number in (5, 1, 3):
        part(bucket, upload, number, b"x" * number)

    numbers, after = [], 0
    while True:
        page = call(
            bucket, "ListParts", Key="k", UploadId=upload, MaxParts=2, PartNumberMarker=after
        )
        numbers += [entry["PartNumber"] for entry in page["Parts"]]
        if not page["IsTruncated"]:
            break
        after = page["NextPartNumberMarker"]
    assert numbers == [1, 3, 5]
    assert page["Parts"][-1]["Size"] == 5


def test_uploads_are_listed_by_key_and_then_by_start(bucket: Context) -> None:
    second = begin(later(bucket, minutes=1), "b")
    first, other = begin(bucket, "b"), begin(bucket, "a/1")
    begin(bucket, "a/2")

    found, markers = [], {}
    while True:
        page = call(bucket, "ListMultipartUploads", MaxUploads=1, **markers)
        found += [(entry["Key"], entry["UploadId"]) for entry in page["Uploads"]]
        if not page["IsTruncated"]:
            break
        markers = {
            "KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]
        }  # fmt: skip
    assert [key for key, _ in found] == ["a/1", "a/2", "b", "b"]
    assert [found[0][1], found[2][1], found[3][1]] == [other, first, second]
    rolled = call(bucket, "ListMultipartUploads", Delimiter="/")
    assert rolled["CommonPrefixes"] == [{"Prefix": "a/"}]
    assert len(rolled["Uploads"]) == 2


def test_a_part_may_be_copied_from_an_object(bucket: Context) -> None:
    put(bucket, "source", BIG + b"0123456789")
    upload = begin(bucket)

    def copied(number: int, **parameters: Any) -> dict[str, Any]:
        answer = call(
            bucket, "UploadPartCopy", Key="k", UploadId=upload, PartNumber=number,
            CopySource="/reports/source", **parameters,
        )  # fmt: skip
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    one = copied(1)
    two = copied(2, CopySourceRange=f"bytes={LEAST + 2}-{LEAST + 4}")
    for wrong in ("bytes=0-", "0-1", "bytes=3-1", f"bytes=0-{LEAST + 10}"):
        with pytest.raises(AwsError) as caught:
            copied(3, CopySourceRange=wrong)
        assert caught.value.code == "InvalidArgument"

    complete(bucket, upload, one, two)
    assert get(bucket, "k") == BIG + b"0123456789" + b"234"


def test_who_began_an_upload_is_told(world: World, bucket: Context) -> None:
    alice = add_user(
        world, "alice", bucket.account, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    )
    begin(alice)

    entry = call(bucket, "ListMultipartUploads")["Uploads"][0]
    assert entry["Initiator"] == {
        "ID": "arn:aws:iam::123456789012:user/alice", "DisplayName": "alice"
    }  # fmt: skip
    assert entry["Owner"] == call(bucket, "GetBucketAcl")["Owner"]


def test_an_anonymous_caller_begins_no_upload(world: World, bucket: Context) -> None:
    call(bucket, "PutBucketPolicy", Policy=(
        '{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:PutObject",'
        '"Resource":"arn:aws:s3:::reports/*"}}'
    ))  # fmt: skip

    with pytest.raises(AwsError) as caught:
        begin(world.anonymous())
    assert caught.value.message.startswith("Anonymous users cannot initiate multipart uploads.")


def test_a_bucket_with_an_upload_under_way_can_be_deleted(
    bucket: Context, tmp_path: object
) -> None:
    part(bucket, begin(bucket), 1, b"one")

    call(bucket, "DeleteBucket")
    assert list(files(tmp_path)) == []
