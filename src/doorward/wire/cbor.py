"""Input and output as CBOR, for the protocol smithy-rpc-v2-cbor.

The reader knows what the protocol knows and nothing else: of the tags only that of times, so that
no body can have the decoder make anything but plain values. Lengths are held against what is there
before anything is taken in, and nesting is bounded.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
https://www.rfc-editor.org/rfc/rfc8949
"""

import math
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

import cbor2

from doorward.wire import members
from doorward.wire.jsonwriter import Compiler, only
from doorward.wire.members import Reader, unexpected
from doorward.wire.model import Shape
from doorward.wire.refusals import SerializationException
from doorward.wire.scalars import NotA, epoch, since_epoch

DEPTH = 100  # lists and maps open at once, as in JSON
EPOCH_TAG = 1

UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG, SIMPLE = range(8)
DIRECT = 24  # lengths and numbers below this stand in the first byte
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
INDEFINITE = 31
FLOATS = {25: ">e", 26: ">f", 27: ">d"}
CONSTANTS = {20: False, 21: True, 22: None, 23: None}
BREAK = 0xFF


class _Break:
    """The end of something whose length was not told."""


END = _Break()


def document(raw: bytes) -> Any:
    """The value that *raw* spells; times are datetimes.

    Raises:
        SerializationException: not the CBOR of the protocol, a key twice in a map, a number that
            is none, or too deep.
    """
    decoder = _Decoder(raw)
    value = decoder.item(0)
    if value is END or decoder.at != len(raw):
        raise SerializationException("The body is not valid CBOR.")
    return value


class _Decoder:
    """Reads items of *raw* one behind the other."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def item(self, depth: int) -> Any:
        """The next value; END at the end of something whose length was not told."""
        if depth > DEPTH:
            raise SerializationException("The body is nested too deeply.")
        first = self.take(1)[0]
        if first == BREAK:
            return END
        kind, info = first >> 5, first & 31
        match kind:
            case 0:
                return self.length(info)
            case 1:
                return -1 - self.length(info)
            case 2 | 3:
                return self.string(kind, info)
            case 4:
                return self.list(info, depth)
            case 5:
                return self.map(info, depth)
            case 6:
                return self.time(info, depth)
            case _:
                return self.simple(info)

    def take(self, count: int) -> bytes:
        """The next *count* bytes."""
        if count > len(self.raw) - self.at:
            raise SerializationException("The body ends too early.")
        self.at += count
        return self.raw[self.at - count : self.at]

    def length(self, info: int) -> int:
        """The number that *info*, the rest of a first byte, tells or announces."""
        if info < DIRECT:
            return info
        if info not in WIDTHS:
            raise SerializationException("The body is not valid CBOR.")
        return int.from_bytes(self.take(WIDTHS[info]))

    def string(self, kind: int, info: int) -> str | bytes:
        """Text or bytes, in one piece or in several."""
        if info != INDEFINITE:
            found = self.take(self.length(info))
        else:
            pieces = []
            while (first := self.take(1)[0]) != BREAK:
                if first >> 5 != kind or first & 31 == INDEFINITE:
                    raise SerializationException("The body is not valid CBOR.")
                pieces.append(self.take(self.length(first & 31)))
            found = b"".join(pieces)
        if kind == BYTES:
            return found
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SerializationException("The body holds text that is not UTF-8.") from error

    def list(self, info: int, depth: int) -> list[Any]:
        """The elements of a list."""
        found: list[Any] = []
        left = None if info == INDEFINITE else self.length(info)
        while left is None or len(found) < left:
            value = self.item(depth + 1)
            if value is END:
                if left is None:
                    break
                raise SerializationException("The body is not valid CBOR.")
            found.append(value)
        return found

    def map(self, info: int, depth: int) -> dict[str, Any]:
        """The entries of a map, whose keys are text."""
        found: dict[str, Any] = {}
        left = None if info == INDEFINITE else self.length(info)
        while left is None or len(found) < left:
            key = self.item(depth + 1)
            if key is END and left is None:
                break
            if not isinstance(key, str):
                raise SerializationException("The body has a map with a key that is no text.")
            if key in found:
                raise SerializationException("The body has a key twice in one map.")
            value = self.item(depth + 1)
            if value is END:
                raise SerializationException("The body is not valid CBOR.")
            found[key] = value
        return found

    def time(self, info: int, depth: int) -> datetime:
        """A tagged value, which can only be a time."""
        if self.length(info) != EPOCH_TAG:
            raise SerializationException("The body has a tag other than that of times.")
        value = self.item(depth + 1)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise unexpected(value, "a Timestamp")
        try:
            return since_epoch(value)
        except NotA as error:
            raise unexpected(value, "a Timestamp") from error

    def simple(self, info: int) -> bool | float | None:
        """A truth value, nothing, or a number with a point."""
        if info in CONSTANTS:
            return CONSTANTS[info]
        if info not in FLOATS:
            raise SerializationException("The body is not valid CBOR.")
        value: float = struct.unpack(FLOATS[info], self.take(WIDTHS[info]))[0]
        if not math.isfinite(value):
            raise SerializationException("The body holds a number that is not finite.")
        return value


def body_reader(shape: Shape) -> Callable[[bytes], dict[str, Any]]:
    """What reads a body as the structure *shape*."""
    structure = members.structure(shape, _leaf)

    def parse(raw: bytes) -> dict[str, Any]:
        found: dict[str, Any] = structure(document(raw)) if raw else {}
        return found

    return parse


def _leaf(kind: str) -> Reader:
    match kind:
        case "timestamp":
            return _exactly(datetime, "a Timestamp")
        case "blob":
            return _exactly(bytes, "a Blob")
        case _:
            return members.scalar(kind)


def _exactly(wanted: type, called: str) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, wanted):
            raise unexpected(value, called)
        return value

    return read


def writer(shape: Shape) -> Callable[[Any], bytes]:
    """What writes a value of *shape* as a CBOR document."""
    plain = Compiler(_written).plain(shape)
    return lambda value: cbor2.dumps(plain(value))


def _written(shape: Shape) -> Callable[[Any], Any] | None:
    """What is written otherwise than in JSON."""
    match shape.type_name:
        case "timestamp":
            return only(shape.name, datetime, "time", _tagged)
        case "blob":
            return only(shape.name, bytes, "blob", lambda value: value)
        case "float" | "double":
            return only(shape.name, int | float, "number", float)
        case _:
            return None


def _tagged(value: datetime) -> cbor2.CBORTag:
    return cbor2.CBORTag(EPOCH_TAG, float(epoch(value)))
