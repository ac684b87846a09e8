"""Requests that Doorward sends itself, and the answers that it reads."""

from doorward.server.body import MemoryBody
from doorward.wire import client

OBJECT = b"\x1f\x8b no text \xff"


def test_an_object_is_sent_as_the_bytes_that_it_is() -> None:
    given = {"Bucket": "b", "Key": "k", "Body": MemoryBody(OBJECT), "ACL": "private"}

    made = client.written("s3", "PutObject", given)

    assert made.body == OBJECT
    assert ("x-amz-acl", "private") in made.headers


def test_an_object_is_read_as_the_bytes_that_it_is() -> None:
    found = client.read("s3", "GetObject", 200, (("etag", '"e"'),), OBJECT)

    assert (found["Body"], found["ETag"]) == (OBJECT, '"e"')
