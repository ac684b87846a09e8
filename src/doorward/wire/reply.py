"""What every response has, whatever it says: the ids of its request."""

import base64
import hashlib

from doorward.base.http import FileSlice, Header

Reply = tuple[int, list[Header], bytes | FileSlice]
"""Status, headers and body, before the ids of the request are added."""

CBOR_HEADERS: tuple[Header, ...] = (
    ("content-type", "application/cbor"),
    ("smithy-protocol", "rpc-v2-cbor"),
)
"""Headers of an answer in CBOR: how to read its body, if it has one, and the protocol."""


def host_id(request_id: str) -> str:
    """S3's second id of a request: 56 bytes in base64, made from the first."""
    digest = hashlib.sha512(request_id.encode()).digest()
    return base64.b64encode(digest[:56]).decode()


def request_id_headers(protocol: str, service: str, request_id: str) -> tuple[Header, ...]:
    """The headers that carry the ids of a request."""
    if protocol == "rest-xml" and service.startswith("s3"):
        return (("x-amz-request-id", request_id), ("x-amz-id-2", host_id(request_id)))
    return (("x-amzn-requestid", request_id),)
