"""Which payload hash a request is signed with, and what that promises about its body."""

from collections.abc import Mapping

from doorward.authn.body import DIGEST, BodyCheck, Mode
from doorward.authn.errors import (
    Family,
    InvalidArgument,
    InvalidRequest,
    MissingLength,
    WrongContent,
)
from doorward.authn.presign import CONTENT
from doorward.base.checksums import ALGORITHMS
from doorward.base.http import HttpRequest

HEADER = "x-amz-content-sha256"
CHECKSUM = "x-amz-checksum-"
LENGTH_DIGITS = 15
ACCEPTED = (
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, "
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
)


def of_service(request: HttpRequest, headers: Mapping[str, str], family: Family) -> str:
    """The payload hash for all services but S3: that of the body itself.

    Raises:
        WrongContent: the header names another one, `UNSIGNED-PAYLOAD` included.
    """
    computed = request.body.sha256()
    claimed = headers.get(HEADER, computed)
    if claimed != computed:
        raise WrongContent(family, claimed, computed)
    return computed


def of_s3_header(headers: Mapping[str, str]) -> tuple[str, BodyCheck]:
    """The payload hash of an S3 request signed in the header, and what it promises.

    Raises:
        InvalidRequest: it is missing.
        InvalidArgument: it is no mode that can be checked.
    """
    claimed = headers.get(HEADER)
    if claimed is None:
        raise InvalidRequest(f"Missing required header for this request: {HEADER}")
    return claimed, promised(claimed, headers)


def of_s3_query(
    headers: Mapping[str, str], parameters: Mapping[str, str], signed_headers: str
) -> tuple[str, BodyCheck]:
    """The payload hash of a presigned S3 request, `UNSIGNED-PAYLOAD` unless it says otherwise.

    A header that is not signed changes nothing about the signature; the body must have its
    digest all the same. Chunked bodies need header authentication (assumed, fail closed).

    Raises:
        InvalidArgument: it is no mode that can be checked, or a chunked one.
    """
    header = headers.get(HEADER)
    if header is not None and HEADER in signed_headers.split(";"):
        claimed = header
    else:
        claimed = parameters.get(CONTENT, Mode.UNSIGNED.value)
    check = promised(claimed, headers)
    other = check if header is None else promised(header, headers)
    if check.mode.chunked or other.mode.chunked:
        raise _refused(claimed if check.mode.chunked else header or "")
    return claimed, check if check.sha256 else other


def of_anonymous(headers: Mapping[str, str], family: Family) -> BodyCheck:
    """What an unsigned request promises about its body, which is nothing that needs a key.

    Raises:
        InvalidArgument: its chunks are said to be signed.
    """
    if family is not Family.S3:
        return BodyCheck(Mode.UNSIGNED, family)
    claimed = headers.get(HEADER, Mode.UNSIGNED.value)
    check = promised(claimed, headers)
    if check.mode.signed_chunks:
        raise _refused(claimed)
    return check


def promised(claimed: str, headers: Mapping[str, str]) -> BodyCheck:
    """What the payload hash *claimed* promises about the body of an S3 request.

    Raises:
        InvalidArgument: it is neither a digest nor a mode that is taken here.
        MissingLength: a chunked body does not say how long it is.
        InvalidRequest: something else than a checksum is announced to follow it.
    """
    if DIGEST.fullmatch(claimed):
        return BodyCheck(Mode.LITERAL, Family.S3, claimed)
    if claimed not in _MODES:
        raise _refused(claimed)
    mode = _MODES[claimed]
    if not mode.chunked:
        return BodyCheck(mode, Family.S3)
    length = headers.get("x-amz-decoded-content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) <= LENGTH_DIGITS):
        raise MissingLength
    trailer = _trailer(headers) if mode.trailing else ()
    return BodyCheck(mode, Family.S3, None, int(length), trailer)


_MODES = {mode.value: mode for mode in Mode if mode is not Mode.LITERAL}


def _trailer(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The name in `x-amz-trailer`: that of one checksum, or none.

    Raises:
        InvalidRequest: it is anything else.
    """
    name = headers.get("x-amz-trailer", "").lower()
    if name and name.removeprefix(CHECKSUM) not in ALGORITHMS:
        raise InvalidRequest("The value specified in the x-amz-trailer header is not supported")
    return (name,) if name else ()


def _refused(claimed: str) -> InvalidArgument:
    return InvalidArgument(Family.S3, ACCEPTED, HEADER, claimed)
