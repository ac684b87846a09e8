"""Requests that cannot be read: a clear 400 in each protocol, never anything unhandled."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.wire.errors import error
from doorward.wire.parse import parse
from doorward.wire.refusals import Unroutable
from doorward.wire.route import route
from wire.responses import REQUEST_ID, botocore_reads
from wire.traffic import HOSTS, MODELS, Bytes, authorization, form, request

TARGET = {"x-amz-target": "AWSOrganizationsV20161128.CreateOrganizationalUnit"}


def refusal(sent: HttpRequest) -> AwsError:
    try:
        found = route(sent, hosts=HOSTS)
    except Unroutable as unroutable:
        return unroutable.cause
    with pytest.raises(AwsError) as caught:
        parse(found, sent)
    return caught.value


def answered(sent: HttpRequest) -> int:
    """The status that *sent* would get before any operation runs."""
    try:
        parse(route(sent, hosts=HOSTS), sent)
    except Unroutable as unroutable:
        return unroutable.cause.status
    except AwsError as refused:
        return refused.status
    return 200


QUERY = [
    {"Tags": "a"},
    {"Tags.member": "a"},
    {"Tags.member.1": "a"},
    {"Tags.member.x.Key": "a"},
    {"Tags.member.0.Key": "a"},
    {"Tags.member.01.Key": "a"},
    {"Tags.member.-1.Key": "a"},
    {"Tags.member.٣.Key": "a"},
    {"Tags.member.1234567.Key": "a"},
    {"Tags.member.1.Key.Inner": "a"},
    {"UserName.member.1": "a"},
    {"Tags": "", "Tags.member.1.Key": "a"},
    {"Tags.member.1.Key": "a", "Tags.member.1": "b"},
    {"Tags" + ".member.1" * 40: "a"},
    {"PolicyDocument.": "a", ".": "b", "..": "c", "UserName.": "d"},
]


@pytest.mark.parametrize("parameters", QUERY, ids=repr)
def test_parameters_without_one_meaning_are_refused(parameters: dict[str, str]) -> None:
    given_name = (
        {} if "UserName.member.1" in parameters or "UserName." in parameters else {"UserName": "a"}
    )
    sent = form({"Action": "CreateUser", "Version": "2010-05-08", **given_name, **parameters})

    assert refusal(sent).status == 400


BODIES = [b"UserName=%zz", b"UserName=%", b"UserName=%ff", b"UserName=\xff", b"%C3=1"]


@pytest.mark.parametrize("body", BODIES)
def test_forms_that_cannot_be_decoded_are_refused(body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    whole = b"Action=CreateUser&Version=2010-05-08&" + body

    raised = refusal(request("POST", "/", whole, signed_for="iam", headers=headers))

    assert (raised.code, raised.status) == ("MalformedInput", 400)


def test_more_parameters_than_any_request_has_are_refused() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert (
        refusal(request("POST", "/", b"a&" * 20_000, signed_for="iam", headers=headers)).status
        == 400
    )


def test_unknown_parameters_are_ignored_and_gaps_close_up() -> None:
    sent = form(
        {
            "Action": "CreateUser",
            "Version": "2010-05-08",
            "UserName": "a",
            "Colour": "red",
            "Tags.member.7.Key": "second",
            "Tags.member.7.Value": "2",
            "Tags.member.3.Key": "first",
            "Tags.member.3.Value": "1",
            "Tags.member.3.Weight": "heavy",
        }
    )

    assert parse(route(sent, hosts=HOSTS), sent) == {
        "UserName": "a",
        "Tags": [{"Key": "first", "Value": "1"}, {"Key": "second", "Value": "2"}],
    }


JSON = [
    b"[]",
    b"null",
    b'"a"',
    b"{",
    b'{"Name": }',
    b"{'Name': 1}",
    b'{"Name": "a", "Name": "b"}',
    b'{"Name": NaN}',
    b'{"Name": Infinity}',
    b'{"Name": "\xff"}',
    b'{"Name": 1}',
    b'{"Name": true}',
    b'{"Name": ["a"]}',
    b'{"Name": {}}',
    b'{"Tags": {}}',
    b'{"Tags": [1]}',
    b'{"Tags": [null]}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a":' * 101 + b"1" + b"}" * 101,
    b'{"Name": ' + b"1" * 5000 + b"}",
    b'\xef\xbb\xbf{"Name": "a"}',
]


@pytest.mark.parametrize("body", JSON, ids=lambda body: repr(body[:30]))
def test_json_that_is_not_strict_or_not_of_the_shape_is_refused(body: bytes) -> None:
    raised = refusal(request("POST", "/", body, signed_for="organizations", headers=TARGET))

    assert (raised.code, raised.status) == ("SerializationException", 400)


def test_json_members_that_are_null_or_unknown_are_left_out() -> None:
    body = json.dumps(
        {"ParentId": "r-ab12", "Name": "a[{", "Tags": None, "Colour": {"a": 1}}
    ).encode()
    sent = request("POST", "/", body, signed_for="organizations", headers=TARGET)

    assert parse(route(sent, hosts=HOSTS), sent) == {"ParentId": "r-ab12", "Name": "a[{"}


XML = [
    b"<Tagging>",
    b"<Tagging/>x",
    b"<Other/>",
    b"<Tagging><TagSet><Tag><Key>a</Key></Tag></Tagging>",
    b"<Tagging>text<TagSet/></Tagging>",
    b"<Tagging><Colour/></Tagging>",
    b"<Tagging><TagSet/><TagSet/></Tagging>",
    b"<Tagging><TagSet><Label/></TagSet></Tagging>",
    b"<Tagging><TagSet><Tag><Key>a<b/></Key><Value/></Tag></TagSet></Tagging>",
    b"<!DOCTYPE Tagging><Tagging><TagSet/></Tagging>",
    b'<!DOCTYPE t [<!ENTITY a "b">]><Tagging><TagSet>&a;</TagSet></Tagging>',
    b'<!DOCTYPE t SYSTEM "file:///etc/passwd"><Tagging><TagSet/></Tagging>',
    b"<Tagging><TagSet>&unknown;</TagSet></Tagging>",
    b'<?xml version="1.0" encoding="nosuch"?><Tagging/>',
    b"<Tagging><TagSet>\xff</TagSet></Tagging>",
    b"<Tagging><TagSet>\x00</TagSet></Tagging>",
    b"<a>" * 100_000,
    b"<Tagging>" + b"<TagSet/>" * 250_000 + b"</Tagging>",
    b"{}",
    b"PK\x03\x04",
]


@pytest.mark.parametrize("body", XML, ids=lambda body: repr(body[:40]))
def test_xml_that_is_not_plain_or_not_of_the_shape_is_refused(body: bytes) -> None:
    raised = refusal(request("PUT", "/b?tagging", body, signed_for="s3"))

    assert (raised.code, raised.status) == ("MalformedXML", 400)


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'])
def test_s3_bodies_may_leave_out_the_namespace(namespace: str) -> None:
    body = f"<Tagging{namespace}>\n <TagSet><Tag><Key>a</Key><Value/></Tag></TagSet>\n</Tagging>"
    sent = request("PUT", "/b?tagging", body.encode(), signed_for="s3")

    assert parse(route(sent, hosts=HOSTS), sent) == {
        "Bucket": "b",
        "Tagging": {"TagSet": [{"Key": "a", "Value": ""}]},
    }


TEXT = st.text(max_size=12) | st.sampled_from(["%", "%zz", "%ff", "..", "\x00", "é", "\ud800"])
PATHS = st.lists(TEXT, max_size=4).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.lists(
    st.sampled_from(
        [
            "Action=ListUsers",
            "Version=2010-05-08",
            "acl",
            "uploads",
            "uploadId=1",
            "list-type=2",
            "x=%zz",
        ]
    )
    | TEXT,
    max_size=4,
).map("&".join)
HEADERS = st.lists(
    st.sampled_from(
        [
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-type", "multipart/form-data"),
            ("x-amz-target", "AWSOrganizationsV20161128.CreateOrganizationalUnit"),
            ("x-amz-target", "."),
            ("x-amz-copy-source", "b/k"),
            ("x-amz-account-id", "123456789012"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c"),
            ("authorization", "AWS a:b"),
            ("host", "b.localhost"),
            ("host", "..localhost"),
            authorization("iam"),
            authorization("s3"),
            authorization("organizations"),
        ]
    ),
    max_size=4,
)
METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "X"])
BODY = st.binary(max_size=60) | st.sampled_from(
    [b"Action=CreateUser&Version=2010-05-08&UserName=a", b'{"Name": 1}', b"<Tagging/>"]
)


@given(method=METHODS, path=PATHS, query=QUERIES, headers=HEADERS, body=BODY)
@settings(max_examples=400)
def test_whatever_comes_is_read_or_refused_in_a_form_that_clients_read(
    method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    sent = HttpRequest(method, path, query, headers, Bytes(body))
    try:
        found = route(sent, hosts=HOSTS)
        parse(found, sent)
    except Unroutable as unroutable:
        to, cause = unroutable.dialect, unroutable.cause
    except AwsError as refused:
        to, cause = found.dialect, refused
    else:
        return

    response = error(to, cause, REQUEST_ID)

    assert 400 <= response.status < 500
    if response.body and to.service in MODELS:
        assert botocore_reads(response, to.service, None)["Error"]["Code"]


@given(st.dictionaries(st.text(".ABmTags1member", max_size=20), TEXT, max_size=5))
@settings(max_examples=200)
def test_no_form_goes_unhandled(parameters: dict[str, str]) -> None:
    encodable = {name: value for name, value in parameters.items() if "\ud800" not in value}
    sent = form({"Action": "CreateUser", "Version": "2010-05-08", "UserName": "a", **encodable})

    assert answered(sent) in {200, 400}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | TEXT,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Name", "Tags", "Key", "Value", "ParentId"]), inner, max_size=3
            )
        ),
    )
)
@settings(max_examples=200)
def test_no_json_goes_unhandled(value: object) -> None:
    body = json.dumps(value).encode()
    sent = request("POST", "/", body, signed_for="organizations", headers=TARGET)

    assert answered(sent) in {200, 400}
