"""Bodies that clients compress: unpacked, and never to more than a body may have."""

import gzip

import pytest

from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.base.limits import REQUEST_BODY_BYTES
from doorward.server.body import MemoryBody
from doorward.wire import compressed


def request(body: bytes, encoding: str = "gzip") -> HttpRequest:
    return HttpRequest("POST", "/", "", [("content-encoding", encoding)], MemoryBody(body))


def test_a_body_that_says_gzip_is_unpacked_and_another_is_left_as_it_is() -> None:
    assert compressed.body(request(gzip.compress(b"Action=A"))) == b"Action=A"
    assert compressed.body(request(b"Action=A", "aws-chunked")) == b"Action=A"


def test_a_body_that_unpacks_to_too_much_is_refused_before_it_is_all_unpacked() -> None:
    with pytest.raises(AwsError) as refused:
        compressed.body(request(gzip.compress(bytes(REQUEST_BODY_BYTES + 1))))

    assert refused.value.code == "RequestEntityTooLarge"


@pytest.mark.parametrize(
    "body",
    [b"Action=A", gzip.compress(b"A")[:-3], gzip.compress(b"A") + b"B"],
    ids=["plain", "cut short", "with more behind"],  # the bytes hold the time
)
def test_a_body_that_is_not_what_its_head_says_is_refused(body: bytes) -> None:
    with pytest.raises(AwsError) as refused:
        compressed.body(request(body))

    assert refused.value.code == "MalformedInput"
