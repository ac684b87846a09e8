"""CloudTrail's log files: `{"Records": […]}`, gzipped or not, read record by record.

A file of usual size is read in one piece. A larger one is cut between its records as it comes out
of the decompressor, so that memory does not grow with it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from doorward.analysis.trail.columns import LONGEST_RECORD

GZIP = b"\x1f\x8b"
CHUNK = 1 << 20
WHOLE = 32 << 20
"""Bytes of text up to which a file is read in one piece."""

MANY = 1_000
INSIGHT = b'"AwsCloudTrailInsight"'
BEGIN = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[\s*(\]?)')
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
BETWEEN = re.compile(rb"\}\s*([,\]])\s*")


class Unreadable(Exception):
    """Something that is no CloudTrail log file, or not all of one: where, and what is wrong."""

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.problem = problem
        self.place = place


class Readable(Protocol):
    """A file that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes, none at the end."""
        ...


class Issuer(Struct, rename="camel"):
    """The role or user behind a session."""

    arn: str | None = None
    user_name: str | None = None


class Session(Struct, rename="camel"):
    """The session context."""

    session_issuer: Issuer | None = None


class Who(Struct, rename="camel"):
    """What is searched for of a `userIdentity`."""

    type: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    user_name: str | None = None
    session_context: Session | None = None


class Seen(Struct, rename="camel"):
    """What is searched for of a record; the elements without a default are in every record."""

    event_time: datetime
    event_source: str
    event_name: str
    event_id: str = field(name="eventID")
    user_identity: Who | None = None
    aws_region: str | None = None
    source_ip_address: str | None = field(name="sourceIPAddress", default=None)
    error_code: str | None = None
    recipient_account_id: str | None = None
    request_parameters: Raw | UnsetType = UNSET
    resources: Raw | UnsetType = UNSET


class Record(NamedTuple):
    """A record: what is searched for of it, and its text, which holds no line break."""

    seen: Seen
    text: Raw | bytes


class _Bare(Struct, rename="camel"):
    event_time: datetime
    event_id: str = field(name="eventID")


class _Texts(Struct):
    Records: list[Raw]


class _Seens(Struct):
    Records: list[Seen]


TEXTS = msgspec.json.Decoder(_Texts)
SEENS = msgspec.json.Decoder(_Seens)
SEEN = msgspec.json.Decoder(Seen)
BARE = msgspec.json.Decoder(_Bare)


def read(file: Readable) -> Iterator[Sequence[Record]]:
    """The records of a log file, many at a time.

    Raises:
        Unreadable: it ends too early, is no JSON, or is of another kind. What came before was
            right.
    """
    chunks = inflated(file)
    start, size = [], 0
    for chunk in chunks:
        start.append(chunk)
        size += len(chunk)
        if size > WHOLE:
            yield from _cut(b"".join(start), chunks)
            return
    yield whole(b"".join(start))


def whole(text: bytes) -> Sequence[Record]:
    """The records of the *text* of a log file.

    Raises:
        Unreadable: it is not one.
    """
    if not text:
        raise Unreadable('is empty, expected `{"Records": […]}`')
    try:
        if b"\n" in text.strip():  # printed for people: a record is to be one line
            text = msgspec.json.format(text, indent=-1)
        seen, texts = SEENS.decode(text).Records, TEXTS.decode(text).Records
    except msgspec.DecodeError as error:
        if (better := mended(text)) is not None:
            return whole(better)
        raise _unreadable(text, error) from error
    return [Record(*pair) for pair in zip(seen, texts, strict=True)]


def one(text: bytes) -> Record:
    """The record whose JSON *text* is.

    Raises:
        Unreadable: it is not one.
    """
    try:
        found = SEEN.decode(text)
    except msgspec.DecodeError as error:
        if (better := mended(text)) is not None:
            return one(better)
        raise _unreadable(text, error) from error
    return Record(found, text)


def of_store(text: bytes) -> Record:
    """The record of an event data store whose JSON *text* is.

    Insight events have neither source nor name, as no other record.

    Raises:
        Unreadable: it is none.
    """
    if INSIGHT not in text:
        return one(text)
    try:
        found = BARE.decode(text)
    except msgspec.DecodeError as error:
        raise _unreadable(text, error) from error
    return Record(Seen(found.event_time, "", "", found.event_id), text)


def mended(text: bytes) -> bytes | None:
    """*text* with a question mark for each half of a surrogate pair; None where none is in it.

    Such a half is no character, but JSON can escape it, and a caller's input may hold one.
    """
    if not HALF.search(text):
        return None
    try:
        found = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        return None
    better = found.encode("utf-8", "replace")
    return better if better != found.encode("utf-8", "surrogatepass") else None


def _unreadable(text: bytes, error: msgspec.DecodeError) -> Unreadable:
    """What is wrong with *text*, where the decoder says *error*."""
    if b'"digestEndTime"' in text[:CHUNK] and b'"Records"' not in text[:CHUNK]:
        return Unreadable("is a digest file, expected a log file of CloudTrail")
    said, _, place = str(error).partition(" - at ")
    problem = _lower(said)
    if "Records" in problem or (not place and isinstance(error, msgspec.ValidationError)):
        return Unreadable(f'is no log file of CloudTrail, expected `{{"Records": […]}}`: {problem}')
    return Unreadable(problem, place.strip("`"))


def _lower(sentence: str) -> str:
    """*sentence* without the capital that it begins with."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def inflated(file: Readable) -> Iterator[bytes]:
    """The bytes of *file*, decompressed where it is gzip, in pieces.

    Raises:
        Unreadable: the compressed data is damaged or ends too early.
    """
    data = file.read(CHUNK)
    if not data.startswith(GZIP):
        while data:
            yield data
            data = file.read(CHUNK)
        return
    yield from _gunzipped(file, data)


def _gunzipped(file: Readable, data: bytes) -> Iterator[bytes]:
    """The text of *file*, of which *data* was read already."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    taken = len(data)
    while data:
        try:
            found = inflater.decompress(data, CHUNK)
        except zlib.error as error:
            problem = f"holds damaged gzip data: {str(error).rpartition(': ')[2]}"
            raise Unreadable(problem, f"byte {taken - len(data)}") from error
        if found:
            yield found
        data = inflater.unconsumed_tail or inflater.unused_data
        if not data:
            data = file.read(CHUNK)
            taken += len(data)
        if data and inflater.eof:
            if not data.startswith(GZIP):
                raise Unreadable("holds something after its gzip data", f"byte {taken - len(data)}")
            inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    if not inflater.eof:
        raise Unreadable("ends in the middle of its gzip data", f"byte {taken}")


def _cut(text: bytes, more: Iterator[bytes]) -> Iterator[Sequence[Record]]:
    """The records of a large file that begins with *text*."""
    begin = BEGIN.match(text)
    if begin is None:
        raise Unreadable('is no log file of CloudTrail, expected it to begin with `{"Records": [`')
    found: list[Record] = []
    count, start, at, last = 0, begin.end(), begin.end(), bool(begin[1])
    while not last:
        border = BETWEEN.search(text, at)
        if border is None:
            piece = next(more, b"")
            if not piece:
                raise Unreadable("ends in the middle of a record", f"$.Records[{count}]")
            text, at, start = text[start:] + piece, at - start, 0
            continue
        record = _complete(text[start : border.start() + 1], count)
        if record is None:  # the bracket is inside the record
            at = border.start() + 1
            continue
        found.append(record)
        count += 1
        last = border[1] == b"]"
        start = at = border.end()
        if len(found) == MANY:
            yield found
            found = []
    _end(text[start:], more)
    yield found


def _end(rest: bytes, more: Iterator[bytes]) -> None:
    """Read to the end of a file whose records are over: it may be damaged there, too."""
    for piece in more:
        rest = (rest + piece).strip()[:MANY]
    if rest.strip() != b"}":
        raise Unreadable("goes on behind its records, expected `]}` and the end")


def _complete(text: bytes, count: int) -> Record | None:
    """The record whose text *text* is; None where it goes on behind it."""
    try:
        return Record(SEEN.decode(text), b" ".join(text.splitlines()))
    except msgspec.ValidationError as error:
        said = str(error).partition(" - at ")[0]
        raise Unreadable(_lower(said), f"$.Records[{count}]") from error
    except msgspec.DecodeError as error:
        if (better := mended(text)) is not None:
            return one(better)
        if len(text) > LONGEST_RECORD:
            raise Unreadable("is no record in JSON", f"$.Records[{count}]") from error
        return None
