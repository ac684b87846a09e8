"""Small bodies held against their `Content-MD5` and checksums, as uploads are while they come in.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence

from doorward.base.checksums import ALGORITHMS, checksum
from doorward.base.http import Header
from doorward.services.s3 import checksums
from doorward.services.s3.errors import InvalidRequest, NotImplementedHeader
from doorward.services.s3.object_errors import BadChecksum, BadDigest, InvalidDigest

MD5 = "content-md5"
MD5_BYTES = 16
PREFIX = "x-amz-checksum-"
OF_THE_OBJECT = "CompleteMultipartUpload"
"""The one operation whose checksum is not that of its body."""


def check(operation: str, headers: Sequence[Header], body: bytes) -> None:
    """Refuse a *body* that is not what its sender took the digest of.

    Raises:
        InvalidDigest, InvalidRequest: what the header holds is none.
        BadDigest, BadChecksum: it is that of other bytes.
        NotImplementedHeader: it is of an algorithm that is not there yet.
    """
    for name, value in headers:
        if name == MD5:
            _check_md5(value, body)
        elif name.startswith(PREFIX) and operation != OF_THE_OBJECT:
            _check_checksum(name, value, body)


def _check_md5(value: str, body: bytes) -> None:
    digest = _decoded(value)
    if digest is None or len(digest) != MD5_BYTES:
        raise InvalidDigest(value)
    found = hashlib.md5(body, usedforsecurity=False).digest()
    if found != digest:
        raise BadDigest(digest.hex(), base64.b64encode(found).decode())


def _check_checksum(name: str, value: str, body: bytes) -> None:
    algorithm = name.removeprefix(PREFIX)
    if algorithm.upper() in checksums.UNKNOWN:
        raise NotImplementedHeader(name)
    if algorithm not in ALGORITHMS:
        return  # `…-algorithm`, `…-type` and `…-mode` say what is asked for, not what it is
    computing = checksum(algorithm)
    computing.update(body)
    found, given = computing.digest(), _decoded(value)
    if given is None or len(given) != len(found):
        raise InvalidRequest(f"Value for {name} header is invalid.")
    if given != found:
        raise BadChecksum(algorithm.upper())


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return None
