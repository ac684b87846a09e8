"""Checksums of objects: which one a request gives, and how answers show it.

GAP: without a checksum from the client S3 computes a CRC64NVME of its own; here none is kept then.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from doorward.base.checksums import checksum
from doorward.services.s3.errors import InvalidRequest, NotImplementedHeader

BYTES = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}
"""The algorithms, with the length of what they make."""

UNKNOWN = ("SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")
ENABLED = "ENABLED"
COMPOSITE = "COMPOSITE"
FULL_OBJECT = "FULL_OBJECT"
TYPES = {
    "CRC32": (COMPOSITE, FULL_OBJECT),
    "CRC32C": (COMPOSITE, FULL_OBJECT),
    "CRC64NVME": (FULL_OBJECT,),
    "SHA1": (COMPOSITE,),
    "SHA256": (COMPOSITE,),
}
"""What a multipart upload can have by algorithm, the default first."""


class Wanted(NamedTuple):
    """The algorithm that a request names, and the value that it gives."""

    algorithm: str
    value: str | None = None


def member(algorithm: str) -> str:
    """The member of the model that holds a checksum of *algorithm*."""
    return f"Checksum{algorithm}"


def wanted(parameters: Mapping[str, Any]) -> Wanted | None:
    """The checksum that a request gives or asks for, None without one.

    Raises:
        InvalidRequest: there are several, or the value is not what the algorithm makes.
        NotImplementedHeader: the algorithm is not there yet.
    """
    for name in UNKNOWN:
        if parameters.get(member(name)) or parameters.get("ChecksumAlgorithm") == name:
            raise NotImplementedHeader(f"x-amz-checksum-{name.lower()}")
    found = [
        Wanted(name, bare(parameters[member(name)]))
        for name in BYTES
        if parameters.get(member(name))
    ]
    if len(found) > 1:
        raise InvalidRequest(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    for one in found:
        _check(one)
        return one
    named = parameters.get("ChecksumAlgorithm")
    return Wanted(named) if named in BYTES else None


def bare(value: str) -> str:
    """A checksum without the number of parts that a composite one ends with."""
    return value.partition("-")[0]


def _check(one: Wanted) -> None:
    try:
        raw = base64.b64decode(one.value or "", validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != BYTES[one.algorithm]:
        header = f"x-amz-checksum-{one.algorithm.lower()}"
        raise InvalidRequest(f"Value for {header} header is invalid.")


def multipart_type(algorithm: str, asked: str | None) -> str:
    """The checksum type of a multipart upload.

    Raises:
        InvalidRequest: the algorithm has no such type.
    """
    possible = TYPES[algorithm]
    if asked is None:
        return possible[0]
    if asked not in possible:
        raise InvalidRequest(
            f"The {asked} checksum type cannot be used with the {algorithm.lower()} "
            "checksum algorithm."
        )
    return asked


def composite(algorithm: str, values: Iterable[str]) -> str:
    """The checksum of the checksums of the parts, with their number."""
    whole, count = checksum(algorithm.lower()), 0
    for value in values:
        whole.update(base64.b64decode(value))
        count += 1
    return f"{base64.b64encode(whole.digest()).decode()}-{count}"


def kept(algorithm: str, value: str, kind: str = FULL_OBJECT) -> dict[str, str]:
    """A checksum as the store keeps it."""
    return {"algorithm": algorithm, "value": value, "type": kind}


def shown(checksum: Mapping[str, str] | None) -> dict[str, str]:
    """The members of an answer that tell the checksum."""
    if checksum is None:
        return {}
    return {member(checksum["algorithm"]): checksum["value"], "ChecksumType": checksum["type"]}
