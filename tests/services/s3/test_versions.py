"""Versions, delete markers, and what deleting means."""

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import call, files, get, keys, put


def versioned(ctx: Context, status: str = "Enabled") -> None:
    call(ctx, "PutBucketVersioning", VersioningConfiguration={"Status": status})


def listed(ctx: Context, **parameters: object) -> list[tuple[str, str, bool]]:
    """Key, version id and whether it is the latest, of versions and then of delete markers."""
    output = call(ctx, "ListObjectVersions", **parameters)
    return [
        (entry["Key"], entry["VersionId"], entry["IsLatest"])
        for entry in [*output.get("Versions", ()), *output.get("DeleteMarkers", ())]
    ]


def test_each_put_makes_a_version_that_stays_readable(bucket: Context) -> None:
    versioned(bucket)
    one, two = (put(bucket, "k", data)["VersionId"] for data in (b"one", b"two"))

    assert len(one) == len(two) == 32
    assert one != two
    assert get(bucket, "k") == get(bucket, "k", VersionId=two) == b"two"
    assert get(bucket, "k", VersionId=one) == b"one"
    assert call(bucket, "HeadObject", Key="k", VersionId=one)["VersionId"] == one
    assert listed(bucket) == [("k", two, True), ("k", one, False)]


def test_a_delete_puts_a_marker_over_the_versions(bucket: Context) -> None:
    versioned(bucket)
    one = put(bucket, "k", b"one")["VersionId"]
    answer = call(bucket, "DeleteObject", Key="k")
    marker = answer["VersionId"]

    assert answer == {"DeleteMarker": True, "VersionId": marker}
    with pytest.raises(AwsError) as caught:
        get(bucket, "k")
    assert caught.value.code == "NoSuchKey"
    assert caught.value.headers == {"x-amz-version-id": marker, "x-amz-delete-marker": "true"}
    assert keys(call(bucket, "ListObjectsV2")) == []
    assert get(bucket, "k", VersionId=one) == b"one"
    assert listed(bucket) == [("k", one, False), ("k", marker, True)]


def test_a_marker_asked_for_by_its_id_is_not_allowed(bucket: Context) -> None:
    versioned(bucket)
    marker = call(bucket, "DeleteObject", Key="k")["VersionId"]

    with pytest.raises(AwsError) as caught:
        get(bucket, "k", VersionId=marker)
    assert (caught.value.code, caught.value.status) == ("MethodNotAllowed", 405)
    assert caught.value.details["ResourceType"] == "DeleteMarker"
    assert caught.value.headers["Last-Modified"] == "Wed, 25 Nov 2026 06:35:00 GMT"


def test_removing_the_marker_brings_the_object_back(bucket: Context) -> None:
    versioned(bucket)
    put(bucket, "k", b"one")
    marker = call(bucket, "DeleteObject", Key="k")["VersionId"]

    answer = call(bucket, "DeleteObject", Key="k", VersionId=marker)

    assert answer == {"DeleteMarker": True, "VersionId": marker}
    assert get(bucket, "k") == b"one"
    assert keys(call(bucket, "ListObjectsV2")) == ["k"]


def test_removing_the_newest_version_uncovers_the_one_before(bucket: Context) -> None:
    versioned(bucket)
    put(bucket, "k", b"one")
    two = put(bucket, "k", b"two")["VersionId"]

    assert call(bucket, "DeleteObject", Key="k", VersionId=two) == {"VersionId": two}
    assert get(bucket, "k") == b"one"


def test_what_was_there_before_versioning_is_the_null_version(bucket: Context) -> None:
    put(bucket, "k", b"old")
    versioned(bucket)
    new = put(bucket, "k", b"new")["VersionId"]

    assert get(bucket, "k", VersionId="null") == b"old"
    assert listed(bucket) == [("k", new, True), ("k", "null", False)]


def test_a_suspended_bucket_replaces_the_null_version_only(
    bucket: Context, tmp_path: object
) -> None:
    versioned(bucket)
    kept = put(bucket, "k", b"kept")["VersionId"]
    versioned(bucket, "Suspended")
    put(bucket, "k", b"one")
    answer = put(bucket, "k", b"two")

    assert answer["VersionId"] == "null"
    assert get(bucket, "k") == b"two"
    assert listed(bucket) == [("k", "null", True), ("k", kept, False)]
    assert sorted(path.read_bytes() for path in files(tmp_path)) == [b"kept", b"two"]


def test_a_delete_in_a_suspended_bucket_puts_a_null_marker(bucket: Context) -> None:
    versioned(bucket)
    kept = put(bucket, "k", b"kept")["VersionId"]
    versioned(bucket, "Suspended")
    put(bucket, "k", b"null")

    assert call(bucket, "DeleteObject", Key="k") == {"DeleteMarker": True, "VersionId": "null"}
    assert listed(bucket) == [("k", kept, False), ("k", "null", True)]
    assert get(bucket, "k", VersionId=kept) == b"kept"


def test_an_unversioned_delete_is_for_good_and_may_be_repeated(
    bucket: Context, tmp_path: object
) -> None:
    put(bucket, "k", b"text")

    assert call(bucket, "DeleteObject", Key="k") == {}
    assert call(bucket, "DeleteObject", Key="k") == {}
    assert listed(bucket) == []
    assert list(files(tmp_path)) == []


NOT_THERE = [
    ("x" * 32, "NoSuchVersion"),
    ("null", "NoSuchVersion"),
    ("x", "InvalidArgument"),
    ("x" * 31 + "/", "InvalidArgument"),
    ("", "InvalidArgument"),
]


@pytest.mark.parametrize(("version_id", "code"), NOT_THERE)
def test_a_version_that_is_not_there(bucket: Context, version_id: str, code: str) -> None:
    versioned(bucket)
    put(bucket, "k")

    with pytest.raises(AwsError) as caught:
        get(bucket, "k", VersionId=version_id)
    assert caught.value.code == code


def test_deleting_a_version_that_is_not_there_is_no_error(bucket: Context) -> None:
    versioned(bucket)

    assert call(bucket, "DeleteObject", Key="k", VersionId="x" * 32) == {"VersionId": "x" * 32}


def pages(ctx: Context, size: int, *, purge: bool = False) -> list[tuple[str, str, bool]]:
    """All versions, page by page; with *purge* what a page names is deleted before the next."""
    found, markers = [], {}
    while True:
        output = call(ctx, "ListObjectVersions", MaxKeys=size, **markers)
        entries = [*output.get("Versions", ()), *output.get("DeleteMarkers", ())]
        found += [(entry["Key"], entry["VersionId"], entry["IsLatest"]) for entry in entries]
        if purge:
            call(ctx, "DeleteObjects", Delete={"Objects": [
                {"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries
            ]})  # fmt: skip
        if not output["IsTruncated"]:
            return found
        markers = {
            "KeyMarker": output["NextKeyMarker"],
            "VersionIdMarker": output["NextVersionIdMarker"],
        }


@pytest.fixture
def filled(bucket: Context) -> Context:
    put(bucket, "b")
    versioned(bucket)
    for key in ("a", "b", "b", "c"):
        put(bucket, key)
    call(bucket, "DeleteObject", Key="b")
    return bucket


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_versions_join_to_the_whole_list(filled: Context, size: int) -> None:
    assert sorted(pages(filled, size)) == sorted(listed(filled))
    assert len(listed(filled)) == 6


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_list_goes_on_although_what_it_named_is_deleted(filled: Context, size: int) -> None:
    whole = {entry[:2] for entry in listed(filled)}

    assert {entry[:2] for entry in pages(filled, size, purge=True)} == whole
    assert listed(filled) == []
    call(filled, "DeleteBucket")


def test_versions_roll_up_like_keys(filled: Context) -> None:
    put(filled, "d/1")
    put(filled, "d/2")

    output = call(filled, "ListObjectVersions", Delimiter="/", Prefix="d")
    assert output["CommonPrefixes"] == [{"Prefix": "d/"}]
    assert "Versions" not in output
    assert listed(filled, KeyMarker="b", Delimiter="/")[0][0] == "c"


def test_one_delete_for_many_answers_for_each(filled: Context) -> None:
    versions = listed(filled)
    marker = next(entry for entry in versions if entry[2] and entry[0] == "b")

    output = call(filled, "DeleteObjects", Delete={"Objects": [
        {"Key": "a"}, {"Key": "gone"}, {"Key": "b", "VersionId": marker[1]},
        {"Key": "b", "VersionId": "x"}, {"Key": "c", "ETag": "0" * 32},
    ]})  # fmt: skip

    first, gone, third = output["Deleted"]
    assert first == {
        "Key": "a", "DeleteMarker": True, "DeleteMarkerVersionId": first["DeleteMarkerVersionId"]
    }  # fmt: skip
    assert gone["DeleteMarker"]
    assert third == {
        "Key": "b", "VersionId": marker[1], "DeleteMarker": True, "DeleteMarkerVersionId": marker[1]
    }  # fmt: skip
    assert [(error["Key"], error["Code"]) for error in output["Errors"]] == [
        ("b", "InvalidArgument"), ("c", "PreconditionFailed"),
    ]  # fmt: skip


def test_a_quiet_delete_tells_errors_only(bucket: Context) -> None:
    put(bucket, "k")

    quiet = {"Objects": [{"Key": "k"}, {"Key": "k" * 1025}], "Quiet": True}
    output = call(bucket, "DeleteObjects", Delete=quiet)
    assert "Deleted" not in output
    assert [error["Code"] for error in output["Errors"]] == ["KeyTooLongError"]
    assert keys(call(bucket, "ListObjectsV2")) == []


@pytest.mark.parametrize("count", [0, 1001])
def test_a_delete_of_none_or_too_many_is_malformed(bucket: Context, count: int) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, "DeleteObjects", Delete={"Objects": [{"Key": "k"}] * count})
    assert caught.value.code == "MalformedXML"
