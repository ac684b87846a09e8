"""The form of answers, as far as round trips do not show it."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.http import FileSlice, HttpResponse
from doorward.wire.mismatch import OutputMismatch
from doorward.wire.route import Route
from doorward.wire.serialize import Answer, serialize
from wire.responses import REQUEST_ID, botocore_reads, operation, route_to

WHEN = datetime(2026, 11, 25, 6, 35, 1, tzinfo=UTC)


def answer(service: str, name: str, output: dict[str, Any] | Answer) -> HttpResponse:
    return serialize(route_to(operation(service, name)), output, "id-1")


def body(service: str, name: str, output: dict[str, Any]) -> str:
    written = answer(service, name, output).body
    assert isinstance(written, bytes)
    return written.decode()


def test_a_query_answer_has_the_form_of_aws() -> None:
    user = {"UserName": "alice", "Path": "/", "CreateDate": WHEN, "PasswordLastUsed": None}

    assert body("iam", "CreateUser", {"User": user}) == (
        '<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult>'
        "<User><UserName>alice</UserName><Path>/</Path>"
        "<CreateDate>2026-11-25T06:35:01Z</CreateDate></User></CreateUserResult>"
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></CreateUserResponse>"
    )


def test_a_query_answer_without_output_has_metadata_only() -> None:
    assert body("iam", "DeleteUser", {}) == (
        '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DeleteUserResponse>"
    )


def test_an_empty_list_is_an_empty_element() -> None:
    assert "<ListUsersResult><Users></Users><IsTruncated>false</IsTruncated></ListUsersResult>" in (
        body("iam", "ListUsers", {"Users": [], "IsTruncated": False})
    )


WRONG = [
    # service   operation       output                                      where
    ("iam",     "GetUser",      {"Colour": "red"},                          "Colour"),
    ("iam",     "GetUser",      {"User": {"Colour": "red"}},                "Colour"),
    ("iam",     "GetUser",      {"User": []},                               "User"),
    ("iam",     "GetUser",      {"User": {"UserName": 1}},                  "UserName"),
    ("iam",     "GetUser",      {"User": {"CreateDate": "now"}},            "CreateDate"),
    ("iam",     "GetUser",      {"User": {"CreateDate": datetime(2026, 1, 1)}}, "CreateDate"),  # noqa: DTZ001
    ("iam",     "ListUsers",    {"Users": {}},                              "Users"),
    ("iam",     "ListUsers",    {"IsTruncated": "true"},                    "IsTruncated"),
    ("iam",     "GetAccountSummary", {"SummaryMap": {"Users": True}},       "value"),
    ("iam",     "DeleteUser",   {"User": {}},                               "DeleteUser"),
    ("s3",      "GetObject",    {"Colour": "red"},                          "Colour"),
    ("s3",      "GetObject",    {"Body": "text"},                           "Body"),
    ("s3",      "GetObject",    {"ContentLength": "1"},                     "content-length"),
    ("s3",      "GetObject",    {"ContentType": "a\r\nset-cookie: b"},      "content-type"),
    ("s3",      "GetObject",    {"Metadata": {"a": "b\nc"}},                "x-amz-meta-"),
    ("s3",      "PutBucketPolicy", {"Policy": "{}"},                        "PutBucketPolicy"),
    ("organizations", "ListRoots", {"Colour": []},                          "Colour"),
    ("organizations", "ListRoots", {"Roots": [{"Id": 1}]},                  "RootId"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "name", "output", "where"), WRONG)
def test_what_the_shape_does_not_have_is_never_sent(
    service: str, name: str, output: dict[str, Any], where: str
) -> None:
    with pytest.raises(OutputMismatch) as caught:
        answer(service, name, output)

    assert caught.value.where.endswith(where)


def test_times_are_written_as_the_service_writes_them() -> None:
    half = WHEN + timedelta(milliseconds=500)
    away = WHEN.astimezone(timezone(timedelta(hours=5)))

    assert "2026-11-25T06:35:01Z" in body("iam", "GetUser", {"User": {"CreateDate": away}})
    assert "2026-11-25T06:35:01.500Z" in body("iam", "GetUser", {"User": {"CreateDate": half}})
    assert "2026-11-25T06:35:01.000Z" in (
        body("s3", "ListBuckets", {"Buckets": [{"Name": "b", "CreationDate": WHEN}]})
    )
    assert dict(answer("s3", "HeadObject", {"LastModified": half}).headers)["last-modified"] == (
        "Wed, 25 Nov 2026 06:35:01 GMT"
    )
    assert '"JoinedTimestamp":1795588501.5}' in (
        body("organizations", "DescribeAccount", {"Account": {"JoinedTimestamp": half}})
    )


def test_s3_answers_carry_both_ids_and_the_namespace() -> None:
    response = answer("s3", "ListBuckets", {"Buckets": []})

    headers = dict(response.headers)
    assert headers["x-amz-request-id"] == "id-1"
    assert headers["x-amz-id-2"]
    assert headers["content-type"] == "application/xml"
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult '
        b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets></Buckets>'
        b"</ListAllMyBucketsResult>"
    )


LOCATIONS = [
    # output                                    body
    ({"LocationConstraint": "eu-west-1"},       ">eu-west-1</LocationConstraint>"),
    ({"LocationConstraint": None},              "/>"),
    ({},                                        "/>"),
]  # fmt: skip


@pytest.mark.parametrize(("output", "end"), LOCATIONS)
def test_the_location_stands_in_the_root(output: dict[str, Any], end: str) -> None:
    written = body("s3", "GetBucketLocation", output)

    assert written.endswith(
        f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"{end}'
    )


def test_a_grantee_says_its_type_in_an_attribute() -> None:
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": "a"}, "Permission": "READ"}

    assert (
        '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:type="CanonicalUser"><ID>a</ID></Grantee><Permission>READ</Permission></Grant>'
    ) in body("s3", "GetBucketAcl", {"Grants": [grant]})


STATUSES = [
    # service  operation            status
    ("s3",     "DeleteObject",      204),
    ("s3",     "DeleteBucket",      204),
    ("s3",     "PutObject",         200),
    ("iam",    "DeleteUser",        200),
]  # fmt: skip


@pytest.mark.parametrize(("service", "name", "status"), STATUSES)
def test_the_status_is_that_of_the_model(service: str, name: str, status: int) -> None:
    assert answer(service, name, {}).status == status


def test_an_answer_may_change_status_headers_and_body() -> None:
    given_answer = Answer(
        {"ContentType": "text/plain", "ContentLength": 3},
        status=206,
        headers=(("content-type", "text/html"), ("x-own", "1")),
        body=b"abc",
    )

    response = answer("s3", "GetObject", given_answer)

    assert (response.status, response.body) == (206, b"abc")
    assert [value for name, value in response.headers if name == "content-type"] == ["text/html"]
    assert ("x-own", "1") in response.headers
    assert ("content-length", "3") in response.headers


def test_a_part_of_a_file_is_passed_on_unread() -> None:
    part = FileSlice(Path("/nowhere/at/all"), 10, 20)

    assert answer("s3", "GetObject", {"Body": part}).body is part


def test_metadata_that_is_not_ascii_is_encoded_as_s3_does() -> None:
    headers = dict(answer("s3", "HeadObject", {"Metadata": {"a": "é"}}).headers)

    assert headers["x-amz-meta-a"] == "=?UTF-8?Q?=C3=A9?="


def test_the_form_upload_has_an_answer_though_no_model() -> None:
    response = serialize(
        Route("s3", "PostObject", "rest-xml", "s3"), Answer(status=201, body=b"<a/>"), "id-1"
    )

    assert (response.status, response.body) == (201, b"<a/>")


@given(st.text())
def test_any_text_survives_as_far_as_xml_can_hold_it(text: str) -> None:
    model = operation("iam", "GetUser")

    response = serialize(route_to(model), {"User": {"UserName": text, "Path": text}}, REQUEST_ID)
    read = botocore_reads(response, "iam", model.output_shape)["User"]

    kept = "".join(
        c
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        else "\ufffd"
        for c in text
    )
    assert read == {"UserName": kept, "Path": kept}
