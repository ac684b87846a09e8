"""Bodies in `aws-chunked` form."""

import base64
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authn.clients import KEY, NOW, Sent, verify_head
from authn.test_sigv4 import mutations
from doorward.authn import signing
from doorward.authn.body import BodyCheck, ChunkSigning, Mode
from doorward.authn.chunked import receiver
from doorward.authn.errors import Family, Unauthenticated
from doorward.authn.signing import Scope
from doorward.base.clock import basic

DATA = b"The quick brown fox jumps over the lazy dog"
LENGTH = len(DATA)
SCOPE = Scope("20261125", "us-east-1", "s3")
SEED = "5" * 64
SIGNING = ChunkSigning(signing.signing_key(KEY.secret, SCOPE), basic(NOW), SCOPE, SEED)
CRC32 = "x-amz-checksum-crc32"


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()


def check(mode, length=LENGTH, trailer=(CRC32,)):
    trailer = trailer if mode.trailing else ()
    chunks = SIGNING if mode.signed_chunks else None
    return BodyCheck(mode, Family.S3, None, length, trailer, chunks)


def sign(kind, previous, rest, key=SIGNING.key):
    text = f"AWS4-HMAC-SHA256-{kind}\n{basic(NOW)}\n{SCOPE}\n{previous}\n{rest}"
    return signing.signature(key, text.encode())


def encode(mode, pieces, trailers=None, seed=SEED, key=SIGNING.key):
    """What a client sends of *pieces*, the empty last chunk added."""
    sent, previous = [], seed
    for piece in [*pieces, b""]:
        extension = ""
        if mode.signed_chunks:
            empty, digest = hashlib.sha256().hexdigest(), hashlib.sha256(piece).hexdigest()
            previous = sign("PAYLOAD", previous, f"{empty}\n{digest}", key)
            extension = f";chunk-signature={previous}"
        sent.append(f"{len(piece):x}{extension}\r\n".encode())
        sent += [piece, b"\r\n"] if piece else []
    for name, value in (trailers or {}).items():
        sent.append(f"{name}:{value}\r\n".encode())
    if mode is Mode.SIGNED_CHUNKS_TRAILER:
        text = "".join(f"{name}:{value}\n" for name, value in (trailers or {}).items())
        digest = hashlib.sha256(text.encode()).hexdigest()
        signature = sign("TRAILER", previous, digest, key)
        sent.append(f"x-amz-trailer-signature:{signature}\r\n".encode())
    return b"".join([*sent, b"\r\n"])


def whole(mode, data=DATA):
    pieces = [data[:10], data[10:]]
    return encode(mode, pieces, {CRC32: crc32(data)} if mode.trailing else None)


def decode(body_check, sent, size=1 << 16):
    taking = receiver(body_check)
    found = [taking.feed(sent[start : start + size]) for start in range(0, len(sent), size)]
    taking.finish()
    return b"".join(found)


CHUNKED = [mode for mode in Mode if mode.chunked]


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("size", [1, 2, 7, 1 << 16])
def test_a_chunked_body_is_taken_in_whatever_pieces_it_comes(mode, size):
    assert decode(check(mode), whole(mode), size) == DATA


@pytest.mark.parametrize("mode", CHUNKED)
def test_an_empty_chunked_body_is_taken(mode):
    trailers = {CRC32: crc32(b"")} if mode.trailing else None

    assert decode(check(mode, 0), encode(mode, [], trailers)) == b""


@given(st.lists(st.binary(min_size=1, max_size=600), max_size=5), st.integers(1, 700))
def test_what_was_encoded_is_decoded(pieces, size):
    data = b"".join(pieces)
    sent = encode(Mode.SIGNED_CHUNKS_TRAILER, pieces, {CRC32: crc32(data)})

    assert decode(check(Mode.SIGNED_CHUNKS_TRAILER, len(data)), sent, size) == data


@pytest.mark.parametrize("mode", CHUNKED)
def test_every_changed_byte_of_a_chunked_body_is_refused(mode):
    # Hexadecimal sizes and names of trailers mean the same in the other case.
    sent = whole(mode).decode()

    for changed in mutations(sent):
        if changed.lower() != sent.lower():
            with pytest.raises(Unauthenticated):
                decode(check(mode), changed.encode())


@pytest.mark.parametrize("mode", CHUNKED)
def test_a_chunked_body_that_is_cut_off_is_refused(mode):
    sent = whole(mode)

    for end in range(len(sent)):
        with pytest.raises(Unauthenticated):
            decode(check(mode), sent[:end])


@pytest.mark.parametrize("mode", CHUNKED)
def test_bytes_after_the_end_are_refused(mode):
    for added in (b"\r\n", b"x", b"0\r\n\r\n"):
        with pytest.raises(Unauthenticated):
            decode(check(mode), whole(mode) + added)


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("length", [0, len(DATA) - 1, len(DATA) + 1])
def test_a_body_of_another_length_than_announced_is_refused(mode, length):
    with pytest.raises(Unauthenticated) as caught:
        decode(check(mode, length), whole(mode))

    assert caught.value.code == "IncompleteBody"


SYNTAX = [
    b"-1\r\n",
    b"+4\r\nabcd\r\n0\r\n\r\n",
    b"0x4\r\nabcd\r\n0\r\n\r\n",
    b" 4\r\nabcd\r\n0\r\n\r\n",
    b"4 \r\nabcd\r\n0\r\n\r\n",
    b"4\nabcd\n0\n\n",
    b"4\r\nabcd0\r\n\r\n",
    b"4\r\nabcde\r\n0\r\n\r\n",
    b"4;name=value\r\nabcd\r\n0\r\n\r\n",
    b"4;chunk-signature=" + b"0" * 64 + b"\r\nabcd\r\n0\r\n\r\n",
    b"ffffffffffffffffffffffff\r\nabcd\r\n",
    b"\r\n",
    b"",
    b"abcd",
    b"4_0\r\nabcd\r\n0\r\n\r\n",
    b"0" * 600 + b"4\r\nabcd\r\n0\r\n\r\n",
    b"4\r\nabcd\r\n0\r\n",
    b"4\r\nabcd\r\n0\r\n\r\n\r\n",
]


@pytest.mark.parametrize("sent", SYNTAX)
def test_framing_out_of_form_is_refused(sent):
    with pytest.raises(Unauthenticated):
        decode(check(Mode.UNSIGNED_CHUNKS_TRAILER, 4, ()), sent)


def test_framing_in_form_is_taken():
    body_check = check(Mode.UNSIGNED_CHUNKS_TRAILER, 4, ())

    assert decode(body_check, b"4\r\nabcd\r\n0\r\n\r\n") == b"abcd"


@pytest.mark.parametrize(
    "order", [(1, 0, 2), (0, 0, 1, 2), (0, 2), (1, 2)], ids=["swap", "twice", "drop", "first"]
)
def test_signed_chunks_cannot_be_reordered_repeated_or_dropped(order):
    pieces = [DATA[:8], DATA[8:16], DATA[16:24]]
    sent = encode(Mode.SIGNED_CHUNKS, pieces)
    ends = [sent.index(b"\r\n" + piece) + 2 + len(piece) + 2 for piece in pieces]
    starts = [0, *ends]
    chunks = [sent[starts[n] : starts[n + 1]] for n in range(3)]
    length = sum(8 for _ in order)

    with pytest.raises(Unauthenticated) as caught:
        decode(
            check(Mode.SIGNED_CHUNKS, length),
            b"".join(chunks[n] for n in order) + sent[starts[3] :],
        )

    assert caught.value.code == "SignatureDoesNotMatch"


TRAILERS = [
    # what follows                                       code
    ({}, "MalformedTrailerError"),
    ({CRC32: "AAAAAA=="}, "BadDigest"),
    ({CRC32: "!"}, "BadDigest"),
    ({CRC32: crc32(DATA), "x-amz-meta-note": "x"}, "MalformedTrailerError"),
    ({"x-amz-checksum-sha1": "x"}, "MalformedTrailerError"),
]


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode.trailing])
@pytest.mark.parametrize(("trailers", "code"), TRAILERS)
def test_a_trailer_that_was_not_announced_or_is_wrong_is_refused(mode, trailers, code):
    with pytest.raises(Unauthenticated) as caught:
        decode(check(mode), encode(mode, [DATA], trailers))

    assert caught.value.code == code


def test_a_trailer_is_refused_when_it_comes():
    taking = receiver(check(Mode.UNSIGNED_CHUNKS_TRAILER, 0))
    line = f"{CRC32}:{crc32(b'')}\r\n".encode()
    taking.feed(b"0\r\n" + line)

    for again in (line, b"x-amz-meta-note:x\r\n"):
        with pytest.raises(Unauthenticated):
            taking.feed(again)


def test_more_bytes_than_announced_are_refused_before_they_come():
    taking = receiver(check(Mode.UNSIGNED_CHUNKS_TRAILER, 4))

    with pytest.raises(Unauthenticated):
        taking.feed(b"ffffffffff\r\n")


def test_a_signed_trailer_needs_its_signature():
    signed = whole(Mode.SIGNED_CHUNKS_TRAILER)
    start = signed.index(b"x-amz-trailer-signature")

    with pytest.raises(Unauthenticated):
        decode(check(Mode.SIGNED_CHUNKS_TRAILER), signed[:start] + b"\r\n")


def test_a_checksum_that_followed_is_told():
    taking = receiver(check(Mode.UNSIGNED_CHUNKS_TRAILER))
    taking.feed(whole(Mode.UNSIGNED_CHUNKS_TRAILER))
    taking.finish()

    assert taking.trailers == {CRC32: crc32(DATA)}


@pytest.mark.parametrize("length", ["", "-1", "four", "1" * 30, None])
def test_a_chunked_upload_must_say_how_long_it_is(length):
    headers = {"x-amz-trailer": CRC32}
    if length is not None:
        headers["x-amz-decoded-content-length"] = length

    with pytest.raises(Unauthenticated) as caught:
        head(Mode.UNSIGNED_CHUNKS_TRAILER, headers)

    assert caught.value.status == 411


@pytest.mark.parametrize(
    "trailer", ["x-amz-checksum-md4", "x-amz-meta-a", f"{CRC32},x-amz-checksum-sha1"]
)
def test_only_one_checksum_may_be_announced(trailer):
    with pytest.raises(Unauthenticated):
        head(
            Mode.UNSIGNED_CHUNKS_TRAILER,
            {"x-amz-trailer": trailer, "x-amz-decoded-content-length": "4"},
        )


def head(mode, headers):
    """The verified head of an upload whose payload hash is the name of *mode*."""

    class Chunked(Sent):
        def signed(self):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("botocore.auth.S3SigV4Auth.payload", lambda *_: mode.value)
                return super().signed()

    sent = Chunked("PUT", "/reports/a.txt", headers=headers, service="s3", family=Family.S3)
    return verify_head(sent.signed(), sent)


def test_the_head_of_a_signed_upload_tells_how_its_chunks_are_signed():
    caller, body = head(
        Mode.SIGNED_CHUNKS_TRAILER,
        {"x-amz-decoded-content-length": str(len(DATA)), "x-amz-trailer": CRC32},
    )

    assert caller.key == KEY
    assert body.chunks is not None
    assert body.chunks.key == SIGNING.key
    assert body.trailer == (CRC32,)
    assert KEY.secret not in repr(body)
    assert str(SIGNING.key) not in repr(body)


def test_a_plain_body_is_held_to_its_digest():
    digest = hashlib.sha256(DATA).hexdigest()

    assert decode(BodyCheck(Mode.LITERAL, Family.S3, digest), DATA, 7) == DATA
    with pytest.raises(Unauthenticated):
        decode(BodyCheck(Mode.LITERAL, Family.S3, digest), DATA + b".", 7)
    assert decode(BodyCheck(Mode.UNSIGNED, Family.S3), DATA, 7) == DATA


def test_no_whole_check_is_made_of_a_chunked_body():
    with pytest.raises(ValueError, match="SIGNED_CHUNKS"):
        check(Mode.SIGNED_CHUNKS).whole(None)
