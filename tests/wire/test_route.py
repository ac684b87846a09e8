"""Which operation a request is for: by scope, target, host, action and path."""

import pytest

from doorward.base.http import HttpRequest
from doorward.wire.refusals import Unroutable
from doorward.wire.route import Route, route
from wire.traffic import HOSTS, authorization, form, iam, request

TARGET = "x-amz-target"
JSON = {"content-type": "application/x-amz-json-1.1"}


def routed(sent: HttpRequest) -> Route:
    return route(sent, hosts=HOSTS)


def refused(sent: HttpRequest) -> Unroutable:
    with pytest.raises(Unroutable) as caught:
        routed(sent)
    return caught.value


S3 = [
    # method   target                                    operation                bucket  key
    ("GET",    "/",                                      "ListBuckets",           None, None),
    ("GET",    "/b",                                     "ListObjects",           "b", None),
    ("GET",    "/b/",                                    "ListObjects",           "b", None),
    ("GET",    "/b?list-type=2&prefix=x",                "ListObjectsV2",         "b", None),
    ("GET",    "/b?versions",                            "ListObjectVersions",    "b", None),
    ("GET",    "/b?uploads",                             "ListMultipartUploads",  "b", None),
    ("GET",    "/b?location=",                           "GetBucketLocation",     "b", None),
    ("GET",    "/b?notification",                        "GetBucketNotificationConfiguration", "b", None),
    ("GET",    "/b?analytics",                           "ListBucketAnalyticsConfigurations", "b", None),
    ("GET",    "/b?analytics&id=a",                      "GetBucketAnalyticsConfiguration", "b", None),
    ("GET",    "/b?x-id=ListObjects",                    "ListObjects",           "b", None),
    ("HEAD",   "/b",                                     "HeadBucket",            "b", None),
    ("PUT",    "/b",                                     "CreateBucket",          "b", None),
    ("PUT",    "/b?policy",                              "PutBucketPolicy",       "b", None),
    ("DELETE", "/b",                                     "DeleteBucket",          "b", None),
    ("DELETE", "/b?policy",                              "DeleteBucketPolicy",    "b", None),
    ("POST",   "/b?delete",                              "DeleteObjects",         "b", None),
    ("GET",    "/b/k",                                   "GetObject",             "b", "k"),
    ("GET",    "/b/k?versionId=1&partNumber=2",          "GetObject",             "b", "k"),
    ("GET",    "/b/k?uploadId=u",                        "ListParts",             "b", "k"),
    ("GET",    "/b/k?tagging",                           "GetObjectTagging",      "b", "k"),
    ("GET",    "/b/k?attributes",                        "GetObjectAttributes",   "b", "k"),
    ("HEAD",   "/b/k",                                   "HeadObject",            "b", "k"),
    ("PUT",    "/b/k",                                   "PutObject",             "b", "k"),
    ("PUT",    "/b/k?partNumber=1&uploadId=u",           "UploadPart",            "b", "k"),
    ("PUT",    "/b/k?uploadId=u",                        "UploadPart",            "b", "k"),  # never an object of its own
    ("PUT",    "/b/k?partNumber=1",                      "UploadPart",            "b", "k"),
    ("POST",   "/b/k?uploads",                           "CreateMultipartUpload", "b", "k"),
    ("POST",   "/b/k?uploadId=u",                        "CompleteMultipartUpload", "b", "k"),
    ("DELETE", "/b/k",                                   "DeleteObject",          "b", "k"),
    ("DELETE", "/b/k?uploadId=u",                        "AbortMultipartUpload",  "b", "k"),
    ("GET",    "/b//k",                                  "GetObject",             "b", "/k"),
    ("GET",    "/b/a/../c//d",                           "GetObject",             "b", "a/../c//d"),
    ("GET",    "/b/./k",                                 "GetObject",             "b", "./k"),
    ("GET",    "/b/a/",                                  "GetObject",             "b", "a/"),
    ("GET",    "/b/%2e%2e%2fk",                          "GetObject",             "b", "../k"),
    ("GET",    "/b/%252e",                               "GetObject",             "b", "%2e"),  # decoded once
    ("GET",    "/b/a+b%20c",                             "GetObject",             "b", "a+b c"),
    ("GET",    "/b/%C3%A9%E6%BC%A2",                     "GetObject",             "b", "é漢"),
    ("GET",    "/b/a%3Fpolicy",                          "GetObject",             "b", "a?policy"),
]  # fmt: skip


@pytest.mark.parametrize("signed_for", ["s3", None])
@pytest.mark.parametrize(("method", "target", "operation", "bucket", "key"), S3)
def test_s3_is_routed_by_method_path_and_sub_resource(
    method: str, target: str, operation: str, bucket: str | None, key: str | None, signed_for: str
) -> None:
    found = routed(request(method, target, signed_for=signed_for))

    assert (found.service, found.operation, found.protocol) == ("s3", operation, "rest-xml")
    assert (found.bucket, found.key) == (bucket, key)


COPIES = [
    # target                            operation
    ("/b/k",                            "CopyObject"),
    ("/b/k?partNumber=1&uploadId=u",    "UploadPartCopy"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "operation"), COPIES)
def test_a_copy_source_makes_a_copy_of_a_put(target: str, operation: str) -> None:
    sent = request("PUT", target, signed_for="s3", headers={"x-amz-copy-source": "b/other"})

    assert routed(sent).operation == operation


HOSTED = [
    # host                                   target       service      operation       bucket          key
    ("b.localhost:4566",                     "/",         "s3",        "ListObjects",  "b",            None),
    ("b.localhost",                          "/k/l",      "s3",        "GetObject",    "b",            "k/l"),
    ("b.localhost",                          "//k",       "s3",        "GetObject",    "b",            "/k"),
    ("a.b.localhost",                        "/k",        "s3",        "GetObject",    "a.b",          "k"),
    ("B.LOCALHOST",                          "/k",        "s3",        "GetObject",    "b",            "k"),
    ("s3.localhost",                         "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("b.s3.localhost",                       "/k",        "s3",        "GetObject",    "b",            "k"),
    ("s3.eu-west-1.amazonaws.com",           "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("b.s3.eu-west-1.amazonaws.com",         "/k",        "s3",        "GetObject",    "b",            "k"),
    ("iam.localhost",                        "/k",        "s3",        "GetObject",    "iam",          "k"),  # a legal bucket
    ("localhost",                            "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("127.0.0.1:4566",                       "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("elsewhere.example",                    "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("notlocalhost",                         "/b/k",      "s3",        "GetObject",    "b",            "k"),
    ("123456789012.localhost",               "/k",        "s3",        "GetObject",    "123456789012", "k"),
    ("123456789012.localhost",               "/v20180820/configuration/publicAccessBlock", "s3control", "GetPublicAccessBlock", None, None),
    ("123456789012.s3-control.us-east-1.amazonaws.com", "/v20180820/accesspoint/a", "s3control", "GetAccessPoint", None, None),
    ("b.localhost",                          "/v20180820/accesspoint", "s3", "GetObject", "b", "v20180820/accesspoint"),
    ("localhost",                            "/arn%3Aaws%3As3%3Aus-east-1%3A123456789012%3Aaccesspoint/a/k/l", "s3", "GetObject", "arn:aws:s3:us-east-1:123456789012:accesspoint/a", "k/l"),
    ("localhost",                            "/arn%3Aaws%3As3%3Aus-east-1%3A123456789012%3Aaccesspoint%2Fa/k", "s3", "GetObject", "arn:aws:s3:us-east-1:123456789012:accesspoint/a", "k"),
    ("localhost",                            "/accesspoint/a/k", "s3",   "GetObject",    "accesspoint", "a/k"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "target", "service", "operation", "bucket", "key"), HOSTED)
def test_a_host_may_name_the_bucket(
    host: str, target: str, service: str, operation: str, bucket: str | None, key: str | None
) -> None:
    found = routed(request("GET", target, signed_for="s3", host=host))

    assert (found.service, found.operation) == (service, operation)
    assert (found.bucket, found.key) == (bucket, key)


def test_s3_control_is_known_by_its_header_on_a_bare_host() -> None:
    target = "/v20180820/configuration/publicAccessBlock"
    headers = {"x-amz-account-id": "123456789012"}

    found = routed(request("GET", target, signed_for="s3", headers=headers))

    assert (found.service, found.operation) == ("s3control", "GetPublicAccessBlock")
    assert routed(request("GET", target, signed_for="s3")).service == "s3"


def test_a_form_posted_to_a_bucket_is_an_upload() -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}

    found = routed(request("POST", "/b", b"--x", headers=headers))

    assert (found.operation, found.bucket) == ("PostObject", "b")


S3_REFUSED = [
    # method   target                 code                status
    ("PATCH",  "/b/k",                "MethodNotAllowed", 405),
    ("DELETE", "/",                   "MethodNotAllowed", 405),
    ("POST",   "/b/k",                "MethodNotAllowed", 405),
    ("POST",   "/b",                  "PreconditionFailed", 412),  # only a form is posted there
    ("GET",    "/b/k?policy",         "MethodNotAllowed", 405),  # never a GetObject
    ("PUT",    "/b/k?versions",       "MethodNotAllowed", 405),  # never a PutObject
    ("GET",    "/b?list-type=3",      "MethodNotAllowed", 405),
    ("GET",    "/b?acl&policy",       "InvalidArgument",  400),
    ("GET",    "/b/%zz",              "InvalidURI",       400),
    ("GET",    "/b/%",                "InvalidURI",       400),
    ("GET",    "/b/%C3",              "InvalidURI",       400),  # half a character
    ("GET",    "/b/%C0%AE",           "InvalidURI",       400),  # overlong
    ("GET",    "/b/%ED%A0%80",        "InvalidURI",       400),  # a surrogate
    ("GET",    "http://h/b/k",        "InvalidURI",       400),
    ("GET",    "/b?prefix=%zz",       "MalformedInput",   400),
    ("GET",    "/b?prefix=%ff",       "MalformedInput",   400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "code", "status"), S3_REFUSED)
def test_s3_requests_of_no_operation_are_refused(
    method: str, target: str, code: str, status: int
) -> None:
    refusal = refused(request(method, target, signed_for="s3"))

    assert (refusal.cause.code, refusal.cause.status) == (code, status)
    assert refusal.dialect == ("rest-xml", "s3", False)


def test_the_region_of_a_scope_may_be_empty() -> None:
    sent = request("GET", "/?Action=ListUsers&Version=2010-05-08")
    sent = HttpRequest("GET", sent.path, sent.query, [authorization("iam", "")], sent.body)

    assert routed(sent).operation == "ListUsers"


VERSIONS = [
    # action                version        signed for  service
    ("ListUsers",           "2010-05-08",  "iam",      "iam"),
    ("GetCallerIdentity",   "2011-06-15",  "sts",      "sts"),
    ("AssumeRoleWithSAML",  "2011-06-15",  None,       "sts"),  # anonymous callers exist here
    ("ListUsers",           "2010-05-08",  None,       "iam"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "version", "signed_for", "service"), VERSIONS)
def test_action_and_version_name_the_operation(
    action: str, version: str, signed_for: str | None, service: str
) -> None:
    found = routed(form({"Action": action, "Version": version}, signed_for=signed_for))

    assert (found.service, found.operation, found.protocol) == (service, action, "query")


@pytest.mark.parametrize("signed", [True, False])
def test_a_query_request_may_be_a_get(signed: bool) -> None:
    credential = "AKIAIOSFODNN7EXAMPLE%2F20261125%2Fus-east-1%2Fsts%2Faws4_request"
    query = "Action=GetCallerIdentity&Version=2011-06-15"
    if signed:
        query += f"&X-Amz-Credential={credential}"

    assert routed(request("GET", f"/?{query}")).operation == "GetCallerIdentity"


def test_a_presigned_s3_url_is_routed_to_s3() -> None:
    credential = "AKIAIOSFODNN7EXAMPLE%2F20261125%2F%2Fs3%2Faws4_request"

    found = routed(request("GET", f"/b/k?X-Amz-Credential={credential}"))

    assert (found.service, found.operation) == ("s3", "GetObject")


QUERY_REFUSED = [
    # parameters                                            code
    ({"Action": "NoSuchThing", "Version": "2010-05-08"},    "InvalidAction"),
    ({"Action": "listusers", "Version": "2010-05-08"},      "InvalidAction"),
    ({"Action": "ListUsers", "Version": "2011-06-15"},      "InvalidAction"),
    ({"Action": "ListUsers"},                               "InvalidAction"),
    ({"Version": "2010-05-08"},                             "MissingAction"),
    ({"Action": "", "Version": "2010-05-08"},               "MissingAction"),
    ({"Action": "ListUsers", "action": "DeleteUser"},       "InvalidParameterCombination"),
    ({"Action": "ListUsers", "VERSION": "2010-05-08"},      "InvalidParameterCombination"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "code"), QUERY_REFUSED)
def test_query_requests_of_no_operation_are_refused(parameters: dict[str, str], code: str) -> None:
    refusal = refused(form(parameters))

    assert refusal.cause.code == code
    assert refusal.dialect == ("query", "iam", False)


def test_the_refusal_of_an_unknown_action_is_in_the_words_of_aws() -> None:
    assert refused(iam("NoSuchThing")).cause.message == (
        "Could not find operation NoSuchThing for version 2010-05-08"
    )


REPEATED = [
    # query string                                        body
    ("",                                                  b"Action=ListUsers&Action=DeleteUser"),
    ("Action=ListUsers",                                  b"Action=DeleteUser&Version=2010-05-08"),
    ("",                                                  b"Action=GetUser&Version=2010-05-08&UserName=a&UserName=b"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "body"), REPEATED)
def test_no_parameter_may_be_given_twice(query: str, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    refusal = refused(request("POST", f"/?{query}", body, signed_for="iam", headers=headers))

    assert refusal.cause.code == "InvalidParameterCombination"


def test_a_target_names_the_operation() -> None:
    headers = {**JSON, TARGET: "AWSOrganizationsV20161128.ListRoots"}

    for signed_for in ("organizations", None):
        found = routed(request("POST", "/", b"{}", signed_for=signed_for, headers=headers))
        assert (found.service, found.operation) == ("organizations", "ListRoots")


@pytest.mark.parametrize(
    "target", ["AWSOrganizationsV20161128.Nothing", "Other.ListRoots", "x", ""]
)
def test_an_unknown_target_is_refused_as_json(target: str) -> None:
    headers = {**JSON, TARGET: target}

    refusal = refused(request("POST", "/", b"{}", signed_for="organizations", headers=headers))

    assert refusal.cause.code == "UnknownOperationException"
    assert refusal.dialect.protocol == "json"


def test_a_scope_of_no_service_is_refused() -> None:
    assert (
        refused(request("GET", "/", signed_for="nosuch")).cause.code == "UnknownOperationException"
    )


OTHERS = [
    # signed for   method   target                       headers                                service   operation
    ("dynamodb",   "POST",  "/",                         {TARGET: "DynamoDB_20120810.PutItem"}, "dynamodb", "PutItem"),
    ("lambda",     "GET",   "/2015-03-31/functions/f",   {},                                    "lambda", "GetFunction"),
    ("lambda",     "POST",  "/2015-03-31/functions",     {},                                    "lambda", "CreateFunction"),
    ("sns",        "GET",   "/?Action=Publish&Version=2010-03-31", {},                          "sns", "Publish"),
]  # fmt: skip


@pytest.mark.parametrize(("signed_for", "method", "target", "headers", "service", "name"), OTHERS)
def test_services_that_the_gateway_forwards_are_routed_too(
    signed_for: str, method: str, target: str, headers: dict[str, str], service: str, name: str
) -> None:
    found = routed(request(method, target, signed_for=signed_for, headers=headers))

    assert (found.service, found.operation, found.signing_name) == (service, name, signed_for)


@pytest.mark.parametrize("name", ["host", "authorization", "content-type", "x-amz-target"])
def test_headers_that_decide_the_route_stand_once(name: str) -> None:
    sent = HttpRequest("GET", "/b/k", "", [(name, "a"), (name, "b")], request().body)

    assert refused(sent).cause.status == 400


def test_the_body_of_an_s3_request_is_not_read() -> None:
    class Unread:
        size = 1 << 40

        def read(self) -> bytes:
            raise AssertionError

    sent = HttpRequest("PUT", "/b/k", "", [authorization("s3")], Unread())  # type: ignore[arg-type]

    assert routed(sent).operation == "PutObject"


def test_a_query_body_without_bound_is_refused_unread() -> None:
    class Huge:
        size = 1 << 40

    sent = HttpRequest("POST", "/", "", [authorization("iam")], Huge())  # type: ignore[arg-type]

    assert refused(sent).cause.code == "RequestEntityTooLarge"
