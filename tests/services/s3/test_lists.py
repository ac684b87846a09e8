"""Lists of objects: order, prefixes, delimiters, markers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from doorward.base.errors import AwsError
from doorward.services.context import Context
from services.s3.calls import call, keys, prefixes, put
from services.support import ACCOUNT, World

KEYS = ["a", "b/", "b/1", "b/2/x", "b/2/y", "b0", "c/1", "é", "😀"]


@pytest.fixture
def filled(bucket: Context) -> Context:
    for key in KEYS:
        put(bucket, key)
    return bucket


LISTS = [
    # parameters                                     keys                              common prefixes
    ({},                                             KEYS,                             []),
    ({"Prefix": "b"},                                ["b/", "b/1", "b/2/x", "b/2/y", "b0"], []),
    ({"Prefix": "b/"},                               ["b/", "b/1", "b/2/x", "b/2/y"],  []),
    ({"Prefix": "x"},                                [],                               []),
    ({"Delimiter": "/"},                             ["a", "b0", "é", "😀"],           ["b/", "c/"]),
    ({"Delimiter": "/", "Prefix": "b"},              ["b0"],                           ["b/"]),
    ({"Delimiter": "/", "Prefix": "b/"},             ["b/", "b/1"],                    ["b/2/"]),
    ({"Delimiter": "/", "Prefix": "b/2"},            [],                               ["b/2/"]),
    ({"Delimiter": "2/"},                            ["a", "b/", "b/1", "b0", "c/1", "é", "😀"], ["b/2/"]),
    ({"Delimiter": "?"},                             KEYS,                             []),
    ({"Delimiter": "é"},                             ["a", "b/", "b/1", "b/2/x", "b/2/y", "b0", "c/1", "😀"], ["é"]),
    ({"MaxKeys": 0},                                 [],                               []),
    ({"After": "b/1"},                               ["b/2/x", "b/2/y", "b0", "c/1", "é", "😀"], []),
    ({"After": "b/1", "Prefix": "b/"},               ["b/2/x", "b/2/y"],               []),
    ({"After": "b", "Delimiter": "/"},               ["b0", "é", "😀"],                ["b/", "c/"]),
    ({"After": "b/", "Delimiter": "/"},              ["b0", "é", "😀"],                ["c/"]),
    ({"After": "b/1", "Delimiter": "/"},             ["b0", "é", "😀"],                ["c/"]),
    ({"After": "zz"},                                ["é", "😀"],                      []),
    ({"After": "a", "Prefix": "c"},                  ["c/1"],                          []),
    ({"After": "d", "Prefix": "c"},                  [],                               []),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "listed", "rolled"), LISTS)
def test_what_a_list_holds(
    filled: Context, parameters: dict, listed: list[str], rolled: list[str]
) -> None:
    given = dict(parameters)
    after = given.pop("After", None)
    first = call(filled, "ListObjects", **given, **({"Marker": after} if after else {}))
    second = call(filled, "ListObjectsV2", **given, **({"StartAfter": after} if after else {}))

    for output in (first, second):
        assert (keys(output), prefixes(output)) == (listed, rolled)
        assert not output["IsTruncated"]
    assert second["KeyCount"] == len(listed) + len(rolled)


def pages_of_first_form(ctx: Context, size: int, **parameters: str) -> tuple[list[str], list[str]]:
    listed, rolled, marker = [], [], None
    while True:
        output = call(
            ctx, "ListObjects", MaxKeys=size, **parameters, **({"Marker": marker} if marker else {})
        )
        assert len(keys(output)) + len(prefixes(output)) <= size
        listed += keys(output)
        rolled += prefixes(output)
        if not output["IsTruncated"]:
            return listed, rolled
        assert ("NextMarker" in output) == ("Delimiter" in parameters)
        marker = output.get("NextMarker", listed[-1] if listed else None)


def pages_of_second_form(ctx: Context, size: int, **parameters: str) -> tuple[list[str], list[str]]:
    listed, rolled, token = [], [], None
    while True:
        output = call(
            ctx, "ListObjectsV2", MaxKeys=size, **parameters,
            **({"ContinuationToken": token} if token else {}),
        )  # fmt: skip
        listed += keys(output)
        rolled += prefixes(output)
        if not output["IsTruncated"]:
            assert "NextContinuationToken" not in output
            return listed, rolled
        token = output["NextContinuationToken"]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("parameters", [{}, {"Delimiter": "/"}, {"Delimiter": "/", "Prefix": "b/"}])
def test_pages_join_to_the_whole_list(filled: Context, size: int, parameters: dict) -> None:
    whole = call(filled, "ListObjectsV2", **parameters)

    expected = (keys(whole), prefixes(whole))
    assert pages_of_first_form(filled, size, **parameters) == expected
    assert pages_of_second_form(filled, size, **parameters) == expected


def rolled_up(names: set[str], prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
    """What a list should hold, said simply."""
    listed, rolled = [], []
    for name in sorted(names, key=str.encode):
        if name.startswith(prefix):
            rest = name[len(prefix) :]
            if delimiter and delimiter in rest:
                rolled.append(prefix + rest.partition(delimiter)[0] + delimiter)
            else:
                listed.append(name)
    return listed, list(dict.fromkeys(rolled))


NAMES = st.text("ab/\U0010ffff\ud7ffé", min_size=1, max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(NAMES, max_size=12), st.text("ab/", max_size=2), st.sampled_from(["", "/", "a", "//"]),
    st.integers(1, 4),
)  # fmt: skip
def test_pages_of_any_keys_join_to_what_the_rule_says(
    tmp_path_factory: pytest.TempPathFactory,
    names: set[str],
    prefix: str,
    delimiter: str,
    size: int,
) -> None:
    world = World(tmp_path_factory.mktemp("files"))
    ctx = world.root()
    call(ctx, "CreateBucket")
    for name in names:
        put(ctx, name)

    parameters = {"Prefix": prefix} | ({"Delimiter": delimiter} if delimiter else {})
    assert pages_of_second_form(ctx, size, **parameters) == rolled_up(names, prefix, delimiter)
    world.close()


def test_a_common_prefix_costs_no_more_than_a_few_rows(bucket: Context) -> None:
    for number in range(300):
        put(bucket, f"many/{number:03}")
    put(bucket, "z")
    rows: list[int] = []

    @event.listens_for(bucket.db.engine, "after_cursor_execute")
    def count(*arguments: object) -> None:
        statement = str(arguments[2])
        if "FROM object" in statement and "LIMIT" in statement:
            rows.append(1)

    output = call(bucket, "ListObjectsV2", Delimiter="/")

    assert (keys(output), prefixes(output)) == (["z"], ["many/"])
    assert len(rows) == 2  # one read of 64 rows, one beyond the prefix


def test_keys_are_percent_encoded_when_asked_for(bucket: Context) -> None:
    put(bucket, "a b/é+\n")

    output = call(bucket, "ListObjectsV2", EncodingType="url", Prefix="a b", StartAfter="a b")
    assert keys(output) == ["a%20b/%C3%A9%2B%0A"]
    assert output["Prefix"] == output["StartAfter"] == "a%20b"
    assert output["EncodingType"] == "url"


def test_owners_are_told_always_in_the_first_form_and_on_demand_in_the_second(
    filled: Context,
) -> None:
    owner = call(filled, "GetBucketAcl")["Owner"]

    assert call(filled, "ListObjects")["Contents"][0]["Owner"] == owner
    assert "Owner" not in call(filled, "ListObjectsV2")["Contents"][0]
    assert call(filled, "ListObjectsV2", FetchOwner=True)["Contents"][0]["Owner"] == owner
    assert owner["ID"] != ACCOUNT


WRONG = [
    ("ListObjectsV2", {"EncodingType": "base64"}),
    ("ListObjectsV2", {"MaxKeys": -1}),
    ("ListObjectsV2", {"ContinuationToken": "x"}),
    ("ListObjects", {"MaxKeys": -1}),
    ("ListObjectVersions", {"VersionIdMarker": "x"}),
    ("ListObjectVersions", {"KeyMarker": "k", "VersionIdMarker": "x"}),
    ("ListMultipartUploads", {"KeyMarker": "k", "UploadIdMarker": "x"}),
    ("ListMultipartUploads", {"MaxUploads": -1}),
]


@pytest.mark.parametrize(("operation", "parameters"), WRONG)
def test_what_a_list_cannot_be_asked_is_refused(
    bucket: Context, operation: str, parameters: dict
) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, operation, **parameters)
    assert caught.value.code == "InvalidArgument"


def test_a_token_of_another_bucket_is_refused(filled: Context) -> None:
    call(filled, "CreateBucket", Bucket="other")
    token = call(filled, "ListObjectsV2", MaxKeys=1)["NextContinuationToken"]

    with pytest.raises(AwsError) as caught:
        call(filled, "ListObjectsV2", Bucket="other", ContinuationToken=token)
    assert caught.value.message == "The continuation token provided is incorrect"
