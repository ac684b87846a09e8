"""The checksums that S3 knows, computed piece by piece.

CRC32, SHA-1 and SHA-256 come from the standard library. CRC32C and CRC64NVME are computed here,
eight bytes at a time through tables of 65,536 entries, made on first use.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

import hashlib
import struct
import zlib
from functools import lru_cache
from typing import NamedTuple, Protocol

BLOCK_BYTES = 8
PIECE_WORDS = 4_096
ENTRIES = 1 << 16


class Checksum(Protocol):
    """A checksum in the making."""

    def update(self, data: bytes, /) -> None:
        """Take in further bytes."""
        ...

    def digest(self) -> bytes:
        """The checksum of all bytes so far, most significant byte first."""
        ...


class Polynomial(NamedTuple):
    """A reflected cyclic redundancy check whose register starts, and is read, inverted."""

    bits: int
    reflected: int


CRC32C = Polynomial(32, 0x82F63B78)
CRC64NVME = Polynomial(64, 0x9A6C9329AC4BC9B5)
ALGORITHMS = ("crc32", "crc32c", "crc64nvme", "sha1", "sha256")


def checksum(algorithm: str) -> Checksum:
    """A fresh checksum; *algorithm* is one of `ALGORITHMS`.

    Raises:
        ValueError: there is no such algorithm.
    """
    match algorithm:
        case "crc32":
            return Crc32()
        case "crc32c":
            return Crc(CRC32C)
        case "crc64nvme":
            return Crc(CRC64NVME)
        case "sha1":
            return hashlib.sha1(usedforsecurity=False)
        case "sha256":
            return hashlib.sha256()
        case _:
            raise ValueError(algorithm)


class Crc32:
    """CRC32, as in zip files."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Take in further bytes."""
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        """The checksum of all bytes so far."""
        return self._value.to_bytes(4)


class Crc:
    """A cyclic redundancy check of *polynomial*."""

    def __init__(self, polynomial: Polynomial) -> None:
        self._polynomial = polynomial
        self._ones = (1 << polynomial.bits) - 1
        self._register = self._ones

    def update(self, data: bytes, /) -> None:
        """Take in further bytes."""
        single, tables = _tables(self._polynomial)
        register = self._register
        end = len(data) - len(data) % BLOCK_BYTES
        for start in range(0, end, PIECE_WORDS * BLOCK_BYTES):
            count = min(PIECE_WORDS, (end - start) // BLOCK_BYTES)
            words = struct.unpack_from(f"<{count}Q", data, start)
            register = _advance(register, words, tables)
        for byte in data[end:]:
            register = (register >> 8) ^ single[(register ^ byte) & 0xFF]
        self._register = register

    def digest(self) -> bytes:
        """The checksum of all bytes so far."""
        return (self._register ^ self._ones).to_bytes(self._polynomial.bits // 8)


Tables = tuple[list[int], list[int], list[int], list[int]]


def _advance(register: int, words: tuple[int, ...], tables: Tables) -> int:
    """The register after eight bytes for each of *words*."""
    first, second, third, fourth = tables
    for word in words:
        mixed = word ^ register
        register = (
            fourth[mixed & 0xFFFF]
            ^ third[mixed >> 16 & 0xFFFF]
            ^ second[mixed >> 32 & 0xFFFF]
            ^ first[mixed >> 48]
        )
    return register


@lru_cache(maxsize=2)
def _tables(polynomial: Polynomial) -> tuple[list[int], Tables]:
    """What one byte does to the register, and what two bytes do, 0, 2, 4 and 6 bytes later."""
    single = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = (register >> 1) ^ (polynomial.reflected if register & 1 else 0)
        single.append(register)
    # INVARIANT: the check is linear, so what a pair of bytes does is what each does, combined.
    first, second, third, fourth = (_pairs(*_later(single, count)) for count in (0, 2, 4, 6))
    return single, (first, second, third, fourth)


def _later(single: list[int], count: int) -> tuple[list[int], list[int]]:
    """What the lower and the upper byte of a pair do, *count* bytes later."""
    lower = [_zeros(entry, single, count + 1) for entry in single]
    return lower, [_zeros(entry, single, count) for entry in single]


def _zeros(register: int, single: list[int], count: int) -> int:
    """The register after *count* zero bytes."""
    for _ in range(count):
        register = (register >> 8) ^ single[register & 0xFF]
    return register


def _pairs(lower: list[int], upper: list[int]) -> list[int]:
    """The entries of all pairs of bytes."""
    return [low ^ high for high in upper for low in lower]
