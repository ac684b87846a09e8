"""Bytes on a socket that no client sends: read in one way, or not at all."""

import socket
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.credentials import Credentials
from sqlalchemy import func, select

from authn.clients import Sent
from authn.in_process import query
from clients.conftest import Served
from doorward.authn.errors import Family
from doorward.store import schema

ROOT = Credentials("root-key-id", "root-secret")
WHO = query("sts", "Action=GetCallerIdentity&Version=2011-06-15", ROOT)
PUT = Sent("PUT", "/reports/a", b"text", {}, "s3", Family.S3, by=ROOT)


@pytest.fixture(scope="module")
def served():
    server = Served()
    server.client("s3").create_bucket(Bucket="reports")
    yield server
    server.stop()


def lines(sent, extra=()):
    """The head of *sent*, signed now, as lines; and its body."""
    request = replace(sent, at=datetime.now(UTC)).signed()
    target = f"{request.path}?{request.query}" if request.query else request.path
    headers = [f"{name}: {value}" for name, value in request.headers if name != "content-length"]
    length = [f"content-length: {request.body.size}"]
    return [f"{request.method} {target} HTTP/1.1", *headers, *length, *extra], request.body.read()


def send(served, head, body=b"", rest=b""):
    """The status of each answer to exactly these bytes; 0 where the server only hung up."""
    address = served.socket.getsockname()
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body + rest)
        found = b""
        with suppress(TimeoutError, ConnectionResetError):
            found = connection.recv(65_536)
            connection.shutdown(socket.SHUT_WR)  # not before: half a connection is given up
            while piece := connection.recv(65_536):
                found += piece
    statuses = [int(part[:3]) for part in found.split(b"HTTP/1.1 ")[1:]]
    return statuses or [0], found


def changed(head, old, new):
    assert any(old in line for line in head)
    return [line.replace(old, new, 1) if old in line else line for line in head]


def objects(served):
    with served.running.database.read() as db:
        return db.execute(
            select(func.count()).select_from(schema.complete().tables["object"])
        ).scalar()


def test_a_request_by_hand_is_answered(served):
    head, body = lines(WHO)
    upload, text = lines(replace(PUT, path="/reports/kept"))

    statuses, answer = send(served, head, body)

    assert statuses == [200]
    assert b":root</Arn>" in answer
    assert send(served, upload, text)[0] == [200]
    assert objects(served) == 1


BAD = [
    # what is added to the head
    ["content-length: 0"],
    ["content-length: 5"],
    ["transfer-encoding: chunked"],
    ["transfer-encoding: chunked", "transfer-encoding: identity"],
    ["transfer-encoding: xchunked"],
    ["x-amz-meta a: b"],
    ["x-amz-meta-a : b"],
    [": b"],
    ["x-amz-acl\x00: b"],
    ["x-amz-acl: a\x00b"],
    ["host: localhost"],
    ["authorization: AWS4-HMAC-SHA256 Credential=x"],
    ["x-amz-date: 20261125T063500Z"],
    ["x-amz-security-token: x"],
    ["x-amz-acl: public-read"],
    ["x-amz-copy-source: secrets/a"],
    ["x-amz-content-sha256: UNSIGNED-PAYLOAD"],
]


@pytest.mark.parametrize("extra", BAD, ids=[" ".join(extra) for extra in BAD])
def test_a_head_that_can_be_read_in_two_ways_does_nothing(served, extra):
    before = objects(served)
    head, body = lines(PUT, extra)

    statuses, _ = send(served, head, body)

    assert 400 <= statuses[0] < 500
    assert objects(served) == before


def test_a_folded_header_does_not_pass(served):
    head, body = lines(WHO)
    at = next(n for n, line in enumerate(head) if line.startswith("authorization"))
    head.insert(at + 1, " x-amz-acl: public-read")

    statuses, _ = send(served, head, body)

    assert 400 <= statuses[0] < 500


def test_a_hop_by_hop_header_takes_no_signed_header_away(served):
    head, body = lines(WHO, ["connection: x-amz-date, authorization, close"])

    statuses, text = send(served, head, body)

    assert statuses == [200]
    assert b":root</Arn>" in text


@pytest.mark.parametrize(
    "target", ["http://other/", "http://localhost:4566/", "//", "*", "other:443"]
)
def test_an_absolute_target_is_not_another_path(served, target):
    head, body = lines(PUT)
    head[0] = f"PUT {target} HTTP/1.1"

    before = objects(served)

    statuses, _ = send(served, head, body)

    assert 400 <= statuses[0] < 500
    assert objects(served) == before


def test_bytes_after_the_body_are_a_request_of_their_own(served):
    head, body = lines(WHO)
    smuggled = b"GET /reports/a HTTP/1.1\r\nhost: localhost\r\n\r\n"

    statuses, _ = send(served, head, body, smuggled)

    assert statuses[0] == 200
    assert statuses[1:] in ([], [403], [404])


def test_a_body_longer_than_announced_is_not_part_of_what_was_signed(served):
    head, body = lines(WHO)

    statuses, _ = send(served, head, body + b"&x=y")

    assert statuses[0] == 200 or 400 <= statuses[0] < 500
    assert all(400 <= one < 500 for one in statuses[1:])
