"""Objects: writing, reading, headers, conditions, checksums."""

import base64
import hashlib
import zlib
from datetime import timedelta

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.store.tables.object import ObjectVersion
from services.s3.calls import add_user, call, files, get, keys, put, read
from services.support import NOW, World, later


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()


def test_what_was_put_is_read_with_its_headers(bucket: Context) -> None:
    answer = put(
        bucket, "2026/q1.txt", b"text", ContentType="text/plain", CacheControl="no-store",
        Metadata={"Author": "alice"}, ContentEncoding="aws-chunked,gzip", StorageClass="STANDARD_IA",
        Expires=NOW,
    )  # fmt: skip

    found = call(bucket, "GetObject", Key="2026/q1.txt")
    assert read(found) == b"text"
    assert found["ETag"] == answer["ETag"] == '"1cb251ec0d568de6a929b520c4aed8d1"'
    assert found["ContentType"] == "text/plain"
    assert found["CacheControl"] == "no-store"
    assert found["ContentEncoding"] == "gzip"
    assert found["Metadata"] == {"author": "alice"}
    assert found["StorageClass"] == "STANDARD_IA"
    assert found["Expires"] == found["LastModified"] == NOW
    assert found["ServerSideEncryption"] == "AES256"
    assert "VersionId" not in found
    assert "ContentRange" not in found


def test_head_answers_as_get_without_the_body(bucket: Context) -> None:
    put(bucket, "k", b"text")

    whole = call(bucket, "GetObject", Key="k")
    del whole["Body"]
    assert call(bucket, "HeadObject", Key="k") == whole


def test_an_object_without_a_type_is_a_stream_of_bytes(bucket: Context) -> None:
    put(bucket, "k")

    assert call(bucket, "GetObject", Key="k")["ContentType"] == "binary/octet-stream"
    assert get(bucket, "k") == b""


def test_an_overwritten_objects_bytes_are_removed(bucket: Context, tmp_path: object) -> None:
    put(bucket, "k", b"one")
    put(bucket, "k", b"two")

    assert get(bucket, "k") == b"two"
    assert [path.read_bytes() for path in files(tmp_path)] == [b"two"]


def test_a_failed_put_leaves_no_bytes_and_no_object(bucket: Context, tmp_path: object) -> None:
    with pytest.raises(AwsError) as caught:
        put(bucket, "k", b"text", ContentMD5=base64.b64encode(bytes(16)).decode())

    assert caught.value.code == "BadDigest"
    assert list(files(tmp_path)) == []
    assert list((tmp_path / "spool").iterdir()) == []
    assert keys(call(bucket, "ListObjectsV2")) == []


def test_response_parameters_replace_headers(bucket: Context) -> None:
    put(bucket, "k", b"text", ContentType="text/plain")

    found = call(
        bucket, "GetObject", Key="k", ResponseContentType="text/csv",
        ResponseContentDisposition="attachment", ResponseExpires=NOW,
    )  # fmt: skip

    assert found["ContentType"] == "text/csv"
    assert found["ContentDisposition"] == "attachment"
    assert found["Expires"] == NOW


RANGES = [
    # Range                part of 0123456789, None for a refusal, "" for the whole
    ("bytes=0-3",          b"0123"),
    ("bytes=2-2",          b"2"),
    ("bytes=7-",           b"789"),
    ("bytes=-3",           b"789"),
    ("bytes=-30",          b"0123456789"),
    ("bytes=5-300",        b"56789"),
    ("bytes=10-",          None),
    ("bytes=10-12",        None),
    ("bytes=-0",           None),
    ("bytes=3-2",          b""),
    ("bytes=0-1,3-4",      b""),       # several ranges are not answered
    ("bytes=a-b",          b""),
    ("bytes=-",            b""),
    ("0-3",                b""),
    ("bytes=\u0660-\u0663", b""),      # digits, but not of HTTP
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "part"), RANGES)
def test_a_range_is_a_part_of_the_object(bucket: Context, wanted: str, part: bytes | None) -> None:
    put(bucket, "k", b"0123456789")

    if part is None:
        with pytest.raises(AwsError) as caught:
            get(bucket, "k", Range=wanted)
        assert (caught.value.code, caught.value.status) == ("InvalidRange", 416)
        assert caught.value.details == {"RangeRequested": wanted, "ActualObjectSize": "10"}
        return
    found = call(bucket, "GetObject", Key="k", Range=wanted)
    assert read(found) == (part or b"0123456789")
    assert ("ContentRange" in found) == bool(part)


def test_a_range_of_an_empty_object_is_refused(bucket: Context) -> None:
    put(bucket, "k")

    with pytest.raises(AwsError) as caught:
        get(bucket, "k", Range="bytes=0-")
    assert caught.value.code == "InvalidRange"


MATCH, OTHER = '"1cb251ec0d568de6a929b520c4aed8d1"', '"00000000000000000000000000000000"'
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
CONDITIONS = [
    # conditions of the request                                     status, None for success
    ({"IfMatch": MATCH},                                            None),
    ({"IfMatch": MATCH.strip('"')},                                 None),
    ({"IfMatch": f"{OTHER}, {MATCH}"},                              None),
    ({"IfMatch": "*"},                                              None),
    ({"IfMatch": OTHER},                                            412),
    ({"IfNoneMatch": MATCH},                                        304),
    ({"IfNoneMatch": OTHER},                                        None),
    ({"IfModifiedSince": EARLIER},                                  None),
    ({"IfModifiedSince": NOW},                                      304),
    ({"IfModifiedSince": NOW + timedelta(days=9)},                  None),  # to come: passed over
    ({"IfUnmodifiedSince": NOW},                                    None),
    ({"IfUnmodifiedSince": EARLIER},                                412),
    ({"IfMatch": MATCH, "IfUnmodifiedSince": EARLIER},              None),  # the tag decides
    ({"IfNoneMatch": OTHER, "IfModifiedSince": NOW},                None),
    ({"IfNoneMatch": MATCH, "IfModifiedSince": EARLIER},            304),
    ({"IfMatch": OTHER, "IfNoneMatch": MATCH},                      412),
]  # fmt: skip


@pytest.mark.parametrize(("conditions", "status"), CONDITIONS)
def test_conditions_of_a_read(bucket: Context, conditions: dict, status: int | None) -> None:
    put(bucket, "k", b"text")
    asked = later(bucket, minutes=5)

    if status is None:
        assert get(asked, "k", **conditions) == b"text"
        return
    with pytest.raises(AwsError) as caught:
        get(asked, "k", **conditions)
    assert caught.value.status == status
    if status == 304:
        assert caught.value.headers["ETag"] == MATCH


WRITES = [
    # there before   conditions                                     code, None for success
    (b"text",        {"IfNoneMatch": "*"},                          "PreconditionFailed"),
    (None,           {"IfNoneMatch": "*"},                          None),
    (b"text",        {"IfMatch": MATCH},                            None),
    (b"text",        {"IfMatch": OTHER},                            "PreconditionFailed"),
    (None,           {"IfMatch": MATCH},                            "NoSuchKey"),
    (b"text",        {"IfMatch": "*"},                              "NotImplemented"),
    (None,           {"IfNoneMatch": MATCH},                        "NotImplemented"),
    (b"text",        {"IfMatch": MATCH, "IfNoneMatch": "*"},        "NotImplemented"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "conditions", "code"), WRITES)
def test_conditions_of_a_write(
    bucket: Context, before: bytes | None, conditions: dict, code: str | None
) -> None:
    if before is not None:
        put(bucket, "k", before)

    if code is None:
        put(bucket, "k", b"new", **conditions)
        assert get(bucket, "k") == b"new"
        return
    with pytest.raises(AwsError) as caught:
        put(bucket, "k", b"new", **conditions)
    assert caught.value.code == code


def test_a_checksum_is_kept_and_told_when_asked_for(bucket: Context) -> None:
    answer = put(bucket, "k", b"text", ChecksumCRC32=crc32(b"text"))

    found = call(bucket, "GetObject", Key="k", ChecksumMode="ENABLED")
    assert found["ChecksumCRC32"] == answer["ChecksumCRC32"] == crc32(b"text")
    assert found["ChecksumType"] == "FULL_OBJECT"
    assert "ChecksumCRC32" not in call(bucket, "GetObject", Key="k")
    ranged = call(bucket, "GetObject", Key="k", Range="bytes=0-1", ChecksumMode="ENABLED")
    assert "ChecksumCRC32" not in ranged


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_a_named_algorithm_is_computed(bucket: Context, algorithm: str) -> None:
    answer = put(bucket, "k", b"123456789", ChecksumAlgorithm=algorithm)

    known = {
        "CRC32": "cbf43926", "CRC32C": "e3069283", "CRC64NVME": "ae8b14860a799888",
        "SHA1": hashlib.sha1(b"123456789").hexdigest(), "SHA256": hashlib.sha256(b"123456789").hexdigest(),
    }  # fmt: skip
    assert base64.b64decode(answer[f"Checksum{algorithm}"]).hex() == known[algorithm]


BAD_CHECKSUMS = [
    ({"ChecksumCRC32": crc32(b"other")}, "BadDigest"),
    ({"ChecksumCRC32": "?"}, "InvalidRequest"),
    ({"ChecksumCRC32": "AAAA"}, "InvalidRequest"),
    ({"ChecksumCRC32": crc32(b"text"), "ChecksumSHA1": "x"}, "InvalidRequest"),
    ({"ChecksumXXHASH3": "x"}, "NotImplemented"),
    ({"ContentMD5": "AAAA"}, "InvalidDigest"),
    ({"ContentMD5": "?"}, "InvalidDigest"),
]


@pytest.mark.parametrize(("given", "code"), BAD_CHECKSUMS)
def test_a_wrong_checksum_is_refused(bucket: Context, given: dict, code: str) -> None:
    with pytest.raises(AwsError) as caught:
        put(bucket, "k", b"text", **given)
    assert caught.value.code == code


REFUSED = [
    ({"Key": "k" * 1025}, "KeyTooLongError"),
    ({"Key": "ü" * 513}, "KeyTooLongError"),
    ({"Metadata": {"a": "x" * 2048}}, "MetadataTooLarge"),
    ({"StorageClass": "OUTPOSTS"}, "InvalidStorageClass"),
    ({"SSECustomerAlgorithm": "AES256"}, "NotImplemented"),
    ({"ObjectLockMode": "GOVERNANCE"}, "InvalidRequest"),
    ({"Tagging": "a=1&a=2"}, "InvalidArgument"),
    ({"Tagging": "aws:a=1"}, "InvalidTag"),
    ({"Tagging": "&".join(f"k{n}=1" for n in range(11))}, "BadRequest"),
    ({"ACL": "public-read"}, "AccessControlListNotSupported"),
    ({"GrantRead": 'id="x"'}, "AccessControlListNotSupported"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "code"), REFUSED)
def test_what_an_object_cannot_have_is_refused(bucket: Context, given: dict, code: str) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, "PutObject", **{"Key": "k", "Body": b"text"} | given)
    assert caught.value.code == code


@pytest.mark.parametrize("acl", ["private", "bucket-owner-full-control", "bucket-owner-read"])
def test_an_acl_that_says_nothing_new_is_taken(bucket: Context, acl: str) -> None:
    put(bucket, "k", b"text", ACL=acl)

    assert get(bucket, "k") == b"text"


def test_an_archived_object_tells_its_headers_only(bucket: Context) -> None:
    put(bucket, "k", b"text", StorageClass="GLACIER")

    assert call(bucket, "HeadObject", Key="k")["StorageClass"] == "GLACIER"
    with pytest.raises(AwsError) as caught:
        get(bucket, "k")
    assert caught.value.code == "InvalidObjectState"


def test_attributes_are_those_asked_for(bucket: Context) -> None:
    put(bucket, "k", b"text", ChecksumAlgorithm="CRC32")

    found = call(
        bucket, "GetObjectAttributes", Key="k",
        ObjectAttributes=["ETag", "ObjectSize", "Checksum", "ObjectParts"],
    )  # fmt: skip
    assert found == {
        "LastModified": NOW,
        "ETag": "1cb251ec0d568de6a929b520c4aed8d1",
        "ObjectSize": 4,
        "Checksum": {"ChecksumCRC32": crc32(b"text"), "ChecksumType": "FULL_OBJECT"},
    }


def test_the_number_of_tags_is_told_to_who_may_read_them(world: World, bucket: Context) -> None:
    put(bucket, "k", Tagging="a=1&b=2")
    reader = add_user(
        world,
        "alice",
        bucket.account,
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    )

    assert call(bucket, "HeadObject", Key="k")["TagCount"] == 2
    assert "TagCount" not in call(reader, "HeadObject", Key="k")


def test_a_missing_object_is_no_such_key(bucket: Context) -> None:
    for operation in ("GetObject", "HeadObject"):
        with pytest.raises(AwsError) as caught:
            call(bucket, operation, Key="k")
        assert (caught.value.code, caught.value.status) == ("NoSuchKey", 404)
        assert caught.value.details == {"Key": "k"}


def test_a_missing_bucket_is_told_before_any_decision(world: World) -> None:
    for caller in (world.root(), world.anonymous()):
        with pytest.raises(AwsError) as caught:
            get(caller, "k")
        assert caught.value.code == "NoSuchBucket"


def test_the_columns_of_the_table_are_the_fields_of_the_row() -> None:
    from doorward.store.tables.object import objects

    assert tuple(column.name for column in objects.columns) == ObjectVersion.__slots__
