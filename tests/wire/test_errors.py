"""Errors in each protocol's own form, as botocore reads them."""

import json
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.wire.errors import error
from doorward.wire.refusals import (
    Dialect,
    InternalFailure,
    InvalidAction,
    MethodNotAllowed,
    NotImplementedOperation,
    UnknownOperation,
    UnknownServiceName,
    ValidationError,
)
from wire.responses import REQUEST_ID, botocore_reads
from wire.traffic import MODELS

MODELLED = [
    pytest.param(service, shape, id=f"{service}-{shape.name}")
    for service, model in MODELS.items()
    for shape in model.error_shapes
]
MESSAGE = 'The <user> with name "a&b" can\'t be found.'


def problem(code: str, status: int, message: str = MESSAGE, **details: str) -> AwsError:
    kind = type("Problem", (AwsError,), {"code": code, "status": status})
    made: AwsError = kind(message, details)
    return made


def dialect(service: str, *, head: bool = False) -> Dialect:
    return Dialect(MODELS[service].metadata["protocol"], service, head)


@pytest.mark.parametrize(("service", "shape"), MODELLED)
def test_every_modelled_error_is_read_by_botocore(service: str, shape: Any) -> None:
    modelled = shape.metadata.get("error", {})
    code = modelled.get("code", shape.name)
    status = modelled.get("httpStatusCode", 400)

    response = error(dialect(service), problem(code, status), REQUEST_ID)
    read = botocore_reads(response, service, None)

    assert read["Error"]["Code"] == code
    assert read["Error"]["Message"] == MESSAGE
    assert read["ResponseMetadata"]["RequestId"] == REQUEST_ID
    assert response.status == status


@pytest.mark.parametrize(("service", "shape"), MODELLED)
def test_members_of_modelled_errors_are_read_by_botocore(service: str, shape: Any) -> None:
    code = shape.metadata.get("error", {}).get("code", shape.name)
    texts = {
        name: "text"
        for name, member in shape.members.items()
        if member.type_name == "string" and name.lower() != "message"
    }

    response = error(dialect(service), problem(code, 400, **texts), REQUEST_ID)
    read = botocore_reads(response, service, shape)

    assert {name: read[name] for name in texts} == texts
    if service == "organizations":  # the query protocol says `Message`, whatever the model says
        assert read["Message"] == MESSAGE


def test_a_query_error_has_the_form_of_aws() -> None:
    response = error(dialect("iam"), problem("NoSuchEntity", 404, "No user."), "id-1")

    assert response.body == (
        b'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>'
        b"<Type>Sender</Type><Code>NoSuchEntity</Code><Message>No user.</Message></Error>"
        b"<RequestId>id-1</RequestId></ErrorResponse>"
    )
    assert response.status == 404


def test_an_s3_error_has_details_and_no_namespace() -> None:
    response = error(dialect("s3"), problem("NoSuchBucket", 404, "None.", BucketName="b"), "id-1")

    assert isinstance(response.body, bytes)
    head, _, tail = response.body.decode().partition("<HostId>")
    assert head == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code>'
        "<Message>None.</Message><BucketName>b</BucketName><RequestId>id-1</RequestId>"
    )
    assert tail.endswith("</HostId></Error>")
    assert dict(response.headers)["x-amz-request-id"] == "id-1"


def test_s3_control_wraps_its_errors() -> None:
    response = error(dialect("s3control"), problem("NoSuchAccessPoint", 404), "id-1")

    assert isinstance(response.body, bytes)
    assert b"<ErrorResponse><Error><Code>NoSuchAccessPoint</Code>" in response.body


def test_a_head_request_is_answered_without_a_body() -> None:
    response = error(dialect("s3", head=True), problem("NoSuchKey", 404), "id-1")

    assert (response.status, response.body) == (404, b"")


def test_organizations_spells_message_as_its_model_does() -> None:
    raised = problem("ConstraintViolationException", 400, "Too many.", Reason="POLICY_NUMBER")

    response = error(dialect("organizations"), raised, "id-1")

    assert isinstance(response.body, bytes)
    assert json.loads(response.body) == {
        "__type": "ConstraintViolationException",
        "Message": "Too many.",
        "Reason": "POLICY_NUMBER",
    }


GENERAL = [
    # code of the query protocol  status  service          code            status
    ("AccessDenied",              403,    "iam",           "AccessDenied", 403),
    ("AccessDenied",              403,    "s3",            "AccessDenied", 403),
    ("AccessDenied",              403,    "organizations", "AccessDeniedException", 400),
    ("ExpiredToken",              403,    "organizations", "ExpiredTokenException", 400),
    ("InvalidClientTokenId",      403,    "organizations", "UnrecognizedClientException", 400),
    ("SignatureDoesNotMatch",     403,    "organizations", "InvalidSignatureException", 400),
    ("ValidationError",           400,    "organizations", "ValidationException", 400),
    ("InternalFailure",           500,    "organizations", "InternalFailure", 500),
    ("InternalFailure",           500,    "s3",            "InternalError", 500),
]  # fmt: skip


@pytest.mark.parametrize(("code", "status", "service", "spelled", "answered"), GENERAL)
def test_general_errors_go_by_the_names_of_the_protocol(
    code: str, status: int, service: str, spelled: str, answered: int
) -> None:
    response = error(dialect(service), problem(code, status), REQUEST_ID)

    assert botocore_reads(response, service, None)["Error"]["Code"] == spelled
    assert response.status == answered


OWN = [
    InvalidAction("NoSuchThing", "2010-05-08"),
    MethodNotAllowed("PATCH", "OBJECT"),
    NotImplementedOperation("iam", "CreateServerCertificate"),
    UnknownOperation("NoSuchThing"),
    UnknownServiceName("nosuch"),
    ValidationError(["one"]),
]
RETRIED = {
    "Throttling",
    "ThrottlingException",
    "RequestTimeout",
    "SlowDown",
    "PriorRequestNotComplete",
}


@pytest.mark.parametrize("service", MODELS)
@pytest.mark.parametrize("raised", OWN, ids=lambda one: one.code)
def test_no_client_retries_what_the_wire_refuses(service: str, raised: AwsError) -> None:
    response = error(dialect(service), raised, REQUEST_ID)

    assert 400 <= response.status < 500
    assert response.status not in {408, 429}
    assert botocore_reads(response, service, None)["Error"]["Code"] not in RETRIED


def test_a_service_that_the_models_do_not_know_is_answered_all_the_same() -> None:
    response = error(Dialect("query", "nosuch"), InternalFailure(), "id-1")

    assert response.status == 500
    assert b"<Type>Receiver</Type><Code>InternalFailure</Code>" in bytes(response.body)


def test_what_xml_cannot_hold_does_not_break_the_answer() -> None:
    response = error(dialect("iam"), problem("NoSuchEntity", 404, "a\x00b\ud800c]]>\r"), "id-1")

    assert botocore_reads(response, "iam", None)["Error"]["Message"] == "a\ufffdb\ufffdc]]>\r"
