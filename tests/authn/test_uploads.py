"""Uploads in signed chunks through the application: what was changed on the way is not kept."""

import base64
import hashlib
import re
import zlib
from dataclasses import replace
from unittest import mock

import pytest

from authn.clients import Sent
from authn.in_process import ALICE, InProcess
from authn.test_chunked import CRC32, encode
from doorward.authn import signing
from doorward.authn.body import Mode
from doorward.authn.errors import Family
from doorward.authn.signing import Scope
from doorward.server.body import MemoryBody

PIECES = [b"first piece ", b"second piece ", b"third"]
DATA = b"".join(PIECES)
SCOPE = Scope("20261125", "us-east-1", "s3")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = InProcess(tmp_path_factory.mktemp("uploads"))
    yield made
    made.close()


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()


def head(mode, length=len(DATA), path="/reports/new.txt"):
    """The signed head of an upload, and the signature that its first chunk covers."""
    headers = {"x-amz-decoded-content-length": str(length), "content-encoding": "aws-chunked"}
    if mode.trailing:
        headers["x-amz-trailer"] = CRC32
    sent = Sent("PUT", path, b"", headers, "s3", Family.S3, by=ALICE)
    with mock.patch("botocore.auth.S3SigV4Auth.payload", lambda *_: mode.value):
        request = sent.signed()
    return request, request.header("authorization").rpartition("=")[2]


def body(mode, seed, pieces=PIECES, data=DATA):
    key = signing.signing_key(ALICE.secret_key, SCOPE)
    return encode(mode, pieces, {CRC32: crc32(data)} if mode.trailing else None, seed, key)


def chunks(sent):
    """*sent* apart: each chunk with its size line, and what follows the last."""
    found = re.findall(rb"[0-9a-f]+;chunk-signature=[0-9a-f]{64}\r\n(?:[^\r]*\r\n)?", sent)
    return found, sent[len(b"".join(found)) :]


SIGNED = [Mode.SIGNED_CHUNKS, Mode.SIGNED_CHUNKS_TRAILER]


def attacks(mode, sent):
    """Ways to change the chunks of *sent* that leave its framing whole."""
    (one, two, three, last), rest = chunks(sent)
    _, other_seed = head(mode, path="/reports/other.txt")
    others, other_rest = chunks(body(mode, other_seed))
    zero = b"0;chunk-signature=" + b"0" * 64 + b"\r\n"
    signature = re.compile(rb"chunk-signature=[0-9a-f]{64}")
    return {
        "reordered": two + one + three + last + rest,
        "dropped": one + three + last + rest,
        "dropped last": one + two + last + rest,
        "doubled": one + one + two + three + last + rest,
        "of another request": b"".join(others) + other_rest,
        "last of another request": one + two + three + others[-1] + rest,
        "changed byte": sent.replace(b"second", b"Second"),
        "changed size": sent.replace(b"c;chunk", b"b;chunk", 1),
        "unsigned end": one + two + three + zero + rest,
        "no signatures": signature.sub(b"", sent),
        "empty signatures": signature.sub(b"chunk-signature=", sent),
        "zero signatures": signature.sub(b"chunk-signature=" + b"0" * 64, sent),
        "cut off": one + two,
        "no end": one + two + three,
        "no trailer": (one + two + three + last)[:-2],
        "bytes after the end": sent + b"x",
        "upload after the end": sent + sent,
        "bare": DATA,
        "nothing": b"",
    }


@pytest.mark.parametrize("mode", SIGNED)
@pytest.mark.parametrize("name", attacks(SIGNED[0], body(SIGNED[0], head(SIGNED[0])[1])))
def test_changed_chunks_are_refused_and_nothing_is_kept(house, mode, name):
    request, seed = head(mode)
    sent = attacks(mode, body(mode, seed))[name]
    before = house.contents()

    reply = house.answer(replace(request, body=MemoryBody(sent)))

    assert reply.status in {400, 403}
    assert reply.code in {"SignatureDoesNotMatch", "IncompleteBody", "MalformedTrailerError"}
    assert house.contents() == before


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode.chunked])
def test_a_right_upload_is_kept_as_it_was_before_it_was_cut_into_chunks(house, mode):
    request, seed = head(mode, path=f"/reports/{mode.name}")

    reply = house.answer(replace(request, body=MemoryBody(body(mode, seed))))

    assert reply.status == 200
    got = house.done(Sent("GET", request.path, b"", {}, "s3", Family.S3, by=ALICE))
    assert got.body == DATA


TRAILERS = [
    # trailer in place of the right one
    b"x-amz-checksum-crc32:AAAAAA==",
    b"x-amz-checksum-sha256:" + base64.b64encode(hashlib.sha256(DATA).digest()),
    b"x-amz-acl:public-read",
    b"x-amz-meta-note:x",
    b"content-type:text/html",
    b"",
]


@pytest.mark.parametrize("mode", [Mode.SIGNED_CHUNKS_TRAILER, Mode.UNSIGNED_CHUNKS_TRAILER])
@pytest.mark.parametrize("trailer", TRAILERS)
def test_another_trailer_than_the_announced_one_is_refused(house, mode, trailer):
    request, seed = head(mode)
    right = f"{CRC32}:{crc32(DATA)}".encode()
    before = house.contents()

    for sent in (
        body(mode, seed).replace(right, trailer),
        body(mode, seed).replace(right, right + b"\r\n" + (trailer or right)),
    ):
        reply = house.answer(replace(request, body=MemoryBody(sent)))
        assert reply.status in {400, 403}
    assert house.contents() == before


def test_the_length_that_was_signed_is_the_length_that_is_taken(house):
    before = house.contents()
    for length in (0, len(DATA) - 1, len(DATA) + 1):
        request, seed = head(Mode.SIGNED_CHUNKS, length)
        sent = body(Mode.SIGNED_CHUNKS, seed)

        assert house.answer(replace(request, body=MemoryBody(sent))).code == "IncompleteBody"
    assert house.contents() == before
