"""Copying objects."""

import hashlib
from datetime import timedelta

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import call, files, get, put
from services.support import NOW


@pytest.fixture
def source(bucket: Context) -> Context:
    put(
        bucket, "a b/é", b"text", ContentType="text/plain", Metadata={"a": "1"}, Tagging="t=1",
        StorageClass="STANDARD_IA", ChecksumAlgorithm="SHA1",
    )  # fmt: skip
    return bucket


def copy(ctx: Context, key: str = "copy", source: str = "reports/a%20b/%C3%A9", **more: object):
    return call(ctx, "CopyObject", Key=key, CopySource=source, **more)


@pytest.mark.parametrize("prepares", [True, False])
@pytest.mark.parametrize(
    "name", ["reports/a%20b/%C3%A9", "/reports/a b/é", "reports%2Fa%20b%2F%C3%A9"]
)
def test_a_copy_has_the_bytes_headers_and_tags(
    source: Context, tmp_path: object, name: str, prepares: bool
) -> None:
    result = copy(source, source=name, prepares=prepares)["CopyObjectResult"]

    found = call(source, "HeadObject", Key="copy")
    assert get(source, "copy") == b"text"
    assert result["ETag"] == found["ETag"]
    assert result["LastModified"] == NOW
    assert result["ChecksumSHA1"]
    assert (found["ContentType"], found["Metadata"]) == ("text/plain", {"a": "1"})
    assert "StorageClass" not in found
    assert call(source, "GetObjectTagging", Key="copy")["TagSet"] == [{"Key": "t", "Value": "1"}]
    call(source, "DeleteObject", Key="a b/é")
    assert get(source, "copy") == b"text"
    assert len(list(files(tmp_path))) == 1


def test_directives_replace_headers_and_tags(source: Context) -> None:
    copy(
        source, MetadataDirective="REPLACE", TaggingDirective="REPLACE", Metadata={"b": "2"},
        Tagging="u=2", StorageClass="GLACIER_IR",
    )  # fmt: skip

    found = call(source, "HeadObject", Key="copy")
    assert (found["ContentType"], found["Metadata"]) == ("binary/octet-stream", {"b": "2"})
    assert found["StorageClass"] == "GLACIER_IR"
    assert call(source, "GetObjectTagging", Key="copy")["TagSet"] == [{"Key": "u", "Value": "2"}]


def test_a_copy_onto_itself_must_change_something(source: Context) -> None:
    with pytest.raises(AwsError) as caught:
        copy(source, key="a b/é")
    assert caught.value.code == "InvalidRequest"
    assert caught.value.message.startswith("This copy request is illegal")

    copy(source, key="a b/é", MetadataDirective="REPLACE", Metadata={"new": "1"})
    assert call(source, "HeadObject", Key="a b/é")["Metadata"] == {"new": "1"}
    assert get(source, "a b/é") == b"text"


ETAG = hashlib.md5(b"text").hexdigest()
CONDITIONS = [
    ({"CopySourceIfMatch": ETAG}, None),
    ({"CopySourceIfMatch": "0"}, "x-amz-copy-source-If-Match"),
    ({"CopySourceIfNoneMatch": ETAG}, "x-amz-copy-source-If-None-Match"),
    ({"CopySourceIfModifiedSince": NOW - timedelta(1)}, None),
    ({"CopySourceIfModifiedSince": NOW}, "x-amz-copy-source-If-Modified-Since"),
    ({"CopySourceIfUnmodifiedSince": NOW - timedelta(1)}, "x-amz-copy-source-If-Unmodified-Since"),
    ({"IfNoneMatch": "*"}, None),
]


@pytest.mark.parametrize(("conditions", "failed"), CONDITIONS)
def test_conditions_on_the_source(source: Context, conditions: dict, failed: str | None) -> None:
    if failed is None:
        copy(source, **conditions)
        return
    with pytest.raises(AwsError) as caught:
        copy(source, **conditions)
    assert (caught.value.status, caught.value.details) == (412, {"Condition": failed})


SOURCES = [
    ("reports/nothing", "NoSuchKey"),
    ("nowhere/k", "NoSuchBucket"),
    ("reports/a%20b/%C3%A9?versionId=" + "x" * 32, "NoSuchVersion"),
    ("reports/a%20b/%C3%A9?versionId=x", "InvalidArgument"),
    ("reports", "InvalidArgument"),
    ("reports/", "InvalidArgument"),
    ("", "InvalidArgument"),
    ("reports/%ff", "InvalidArgument"),
    ("arn:aws:s3:us-east-1:123456789012:accesspoint/x/object/k", "NoSuchAccessPoint"),
]


@pytest.mark.parametrize(("name", "code"), SOURCES)
def test_a_source_that_is_not_there(source: Context, name: str, code: str) -> None:
    with pytest.raises(AwsError) as caught:
        copy(source, source=name)
    assert caught.value.code == code


def test_a_version_is_copied_by_its_id(bucket: Context) -> None:
    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"})
    one = put(bucket, "k", b"one")["VersionId"]
    put(bucket, "k", b"two")
    marker = call(bucket, "DeleteObject", Key="k")["VersionId"]

    answer = copy(bucket, source=f"reports/k?versionId={one}")
    assert answer["CopySourceVersionId"] == one
    assert answer["VersionId"] != one
    assert get(bucket, "copy") == b"one"
    with pytest.raises(AwsError) as caught:
        copy(bucket, source="reports/k")
    assert caught.value.code == "NoSuchKey"
    with pytest.raises(AwsError) as caught:
        copy(bucket, source=f"reports/k?versionId={marker}")
    assert caught.value.code == "InvalidRequest"


def test_a_source_that_changes_between_preparation_and_transaction_aborts_the_copy(
    source: Context, tmp_path: object
) -> None:
    from doorward.services.s3.service import s3

    operation = s3.operations["CopyObject"]
    asked = {"Bucket": "reports", "Key": "copy", "CopySource": "reports/a b/é"}
    prepared = operation.prepare(source, asked)["Prepared"]
    put(source, "a b/é", b"other")

    with pytest.raises(AwsError) as caught:
        operation.handler(
            source, bucket="reports", key="copy", copy_source="reports/a b/é", prepared=prepared
        )
    assert caught.value.code == "OperationAborted"
    assert list((tmp_path / "spool").iterdir()) == []
