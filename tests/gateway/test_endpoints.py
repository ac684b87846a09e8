"""Any HTTP endpoint behind the gateway: signed for anew, its faults answered in the protocol."""

import json

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, OTHER_ACCOUNT
from doorward.base.errors import BadInput
from doorward.gateway import upstream
from gateway.conftest import Gateway, other
from gateway.endpoint import Endpoint, ok, pieces, raw
from gateway.raw import send

KEY, SECRET = "AKIAENDPOINTENDPOINT", "secret-of-the-endpoint"
SERVICES = ("sqs", "sns", "lambda", "ssm", "ec2")


@pytest.fixture(scope="module")
def endpoint():
    found = Endpoint()
    yield found
    found.close()


@pytest.fixture(scope="module")
def gateway(endpoint):
    patch = pytest.MonkeyPatch()
    for service in SERVICES:
        patch.setenv(f"DOORWARD_UPSTREAM_{service.upper()}_ACCESS_KEY_ID", KEY)
        patch.setenv(f"DOORWARD_UPSTREAM_{service.upper()}_SECRET_ACCESS_KEY", SECRET)
    server = Gateway(upstreams=tuple(f"{one}={endpoint.url}" for one in SERVICES))
    patch.undo()
    other(server)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def quiet(endpoint):
    endpoint.answer = ok(b"{}")
    endpoint.got.clear()


def test_a_request_is_signed_with_the_credentials_of_the_endpoint(gateway, endpoint):
    gateway.client("sqs").list_queues(QueueNamePrefix="a")

    (got,) = endpoint.got
    assert f"Credential={KEY}/" in got.headers["authorization"]
    assert "/us-east-1/sqs/aws4_request" in got.headers["authorization"]
    assert got.headers["host"] == endpoint.url.removeprefix("http://")
    assert json.loads(got.body) == {"QueueNamePrefix": "a"}
    assert "root-key-id" not in str(got)
    assert "x-moto-account-id" not in got.headers


@pytest.mark.parametrize("service", ["sqs", "lambda"])
def test_another_doorward_believes_the_signature(service):
    """The endpoint is a server that verifies for itself."""
    behind = Gateway(upstreams=("*=moto",))
    name = f"DOORWARD_UPSTREAM_{service.upper()}"
    patch = pytest.MonkeyPatch()
    patch.setenv(f"{name}_ACCESS_KEY_ID", "root-key-id")
    patch.setenv(f"{name}_SECRET_ACCESS_KEY", "root-secret")
    try:
        before = Gateway(
            upstreams=(f"{service}={behind.endpoint}",), root_secret_access_key="another-secret"
        )
        patch.undo()
        try:
            client = before.client(service, secret="another-secret")
            found = client.list_queues() if service == "sqs" else client.list_functions()
        finally:
            before.stop()
    finally:
        behind.stop()

    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_resources_of_an_endpoint_are_those_of_one_account(gateway, endpoint):
    client = gateway.client("sqs", "other-key-id", "other-secret")

    with pytest.raises(ClientError, match=f"has no resources of account {OTHER_ACCOUNT}"):
        client.list_queues()

    assert endpoint.got == []


def test_nothing_that_is_not_allowed_reaches_the_endpoint(gateway, endpoint):
    iam = gateway.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    client = gateway.client("sqs", key["AccessKeyId"], key["SecretAccessKey"])

    with pytest.raises(ClientError, match="not authorized to perform: sqs:ListQueues"):
        client.list_queues()

    assert endpoint.got == []


def test_a_resource_whose_policy_cannot_be_read_is_not_passed_on(gateway, endpoint):
    endpoint.answer = raw(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}")

    with pytest.raises(ClientError) as caught:
        gateway.client("sqs").send_message(
            QueueUrl=f"http://localhost/{ACCOUNT}/jobs", MessageBody="private"
        )

    assert caught.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert not any(b"private" in got.body for got in endpoint.got)


FAULTS = [
    # what the endpoint does
    b"",
    b"not HTTP at all\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\n" + b"x-long: " + b"a" * 70_000 + b"\r\ncontent-length: 2\r\n\r\n{}",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_endpoint_that_does_not_speak_http_is_unavailable(gateway, endpoint, fault):
    endpoint.answer = raw(fault)

    with pytest.raises(ClientError) as caught:
        gateway.client("sqs").list_queues()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


CODES = [
    # service,  operation,            code
    ("sqs",     "list_queues",        "ServiceUnavailable"),
    ("ssm",     "describe_parameters", "ServiceUnavailableException"),
    ("lambda",  "list_functions",     "ServiceUnavailableException"),
    ("ec2",     "describe_vpcs",      "ServiceUnavailable"),
    ("sns",     "list_topics",        "ServiceUnavailable"),
]  # fmt: skip


def test_an_endpoint_that_is_down_is_told_in_the_protocol_of_each_service():
    patch = pytest.MonkeyPatch()
    for service, _, _ in CODES:
        patch.setenv(f"DOORWARD_UPSTREAM_{service.upper()}_ACCESS_KEY_ID", KEY)
        patch.setenv(f"DOORWARD_UPSTREAM_{service.upper()}_SECRET_ACCESS_KEY", SECRET)
    down = Gateway(upstreams=tuple(f"{one}=http://127.0.0.1:1" for one, _, _ in CODES))
    patch.undo()
    found = []
    try:
        for service, operation, _ in CODES:
            with pytest.raises(ClientError) as caught:
                getattr(down.client(service), operation)()
            response = caught.value.response
            found.append(
                (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"])
            )
    finally:
        down.stop()

    assert found == [(code, 503) for _, _, code in CODES]


def test_an_answer_without_a_length_is_handed_on_as_it_comes(gateway, endpoint):
    endpoint.answer = pieces(64, 1 << 16)

    status, headers, body = send(
        gateway.endpoint, "lambda", method="GET", path="/2015-03-31/functions/"
    )

    assert status == 200
    assert len(body) == 64 << 16
    assert "content-length" not in headers


def test_headers_of_the_connection_stay_behind(gateway, endpoint):
    endpoint.answer = ok(
        b"{}", connection="x-private", x_private="1", x_amzn_requestid="theirs", server="other"
    )

    _, headers, _ = send(gateway.endpoint, "lambda", method="GET", path="/2015-03-31/functions/")

    assert "x-private" not in headers
    assert headers["x-amzn-requestid"] == "theirs"
    assert headers.get("server") != "other"


def test_what_was_read_of_an_endpoint_is_read_again_soon(gateway, endpoint):
    def reads() -> int:
        return sum("ListQueueTags" in got.headers["x-amz-target"] for got in endpoint.got)

    client = gateway.client("sqs")
    message = {"QueueUrl": f"http://localhost/{ACCOUNT}/later", "MessageBody": "x"}
    client.send_message(**message)
    client.send_message(**message)
    once = reads()
    gateway.clock.ahead += 6 * gateway.clock.ahead.resolution * 1_000_000

    client.send_message(**message)

    assert (once, reads()) == (1, 2)


WRONG = [
    # setting                              what the refusal says
    ("sqs",                                "is not understood"),
    ("sqs=",                               "is not understood"),
    ("sqs=ftp://host",                     "is not the URL of an endpoint"),
    ("sqs=http://host/path",               "is not the URL of an endpoint"),
    ("sqs=http://user:word@host",          "must not hold credentials"),
    ("sqs=http://host:99999",              "is not the URL of an endpoint"),
    ("sqs=http://host",                    "has no credentials"),
    ("*=http://host",                      "only moto answers"),
    ("iam=moto",                           "is answered by Doorward itself"),
    ("s3=moto",                            "which Doorward keeps itself"),
    ("s3control=http://host",              "is answered by Doorward itself"),
    ("cloudformation=moto",                "is answered by Doorward itself"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "problem"), WRONG)
def test_a_wrong_upstream_is_refused_at_the_start(setting, problem):
    with pytest.raises(BadInput, match=problem):
        upstream.read([setting], {}, ACCOUNT)


def test_credentials_come_from_a_profile_too(tmp_path):
    file = tmp_path / "credentials"
    file.write_text(f"[minio]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    variables = {
        "AWS_SHARED_CREDENTIALS_FILE": str(file),
        "DOORWARD_UPSTREAM_SQS_PROFILE": "minio",
    }

    found = upstream.read(["sqs=https://queues.example.com"], variables, ACCOUNT).endpoint("sqs")

    assert found.credentials == upstream.Credentials(KEY, SECRET)
    assert found.authority == "queues.example.com"
    assert SECRET not in repr(found)
