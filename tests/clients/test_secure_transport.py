"""`aws:SecureTransport`: what the server says of the way that a request took."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from clients.conftest import Served

TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::reports/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


@pytest.fixture(params=[False, True])
def assumed(request: pytest.FixtureRequest) -> Iterator[tuple[Served, bool]]:
    served = Served(assume_tls=request.param)
    yield served, request.param
    served.stop()


def test_a_request_over_http_counts_as_secure_only_where_the_operator_says_so(assumed) -> None:
    served, secure = assumed
    s3 = served.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_bucket_policy(Bucket="reports", Policy=json.dumps(TLS_ONLY))
    if secure:
        s3.put_object(Bucket="reports", Key="q1", Body=b"x")
        return
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        s3.put_object(Bucket="reports", Key="q1", Body=b"x")


def test_no_header_of_a_client_makes_its_request_secure(assumed) -> None:
    served, secure = assumed
    s3 = served.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_bucket_policy(Bucket="reports", Policy=json.dumps(TLS_ONLY))
    for name in ("X-Forwarded-Proto", "Forwarded", "X-Forwarded-Ssl"):

        def add(request, *, name=name, **_):
            request.headers[name] = "proto=https" if name == "Forwarded" else "https"

        s3.meta.events.register("before-sign.s3.PutObject", add)
    if not secure:
        with pytest.raises(ClientError, match="explicit deny"):
            s3.put_object(Bucket="reports", Key="q1", Body=b"x")
