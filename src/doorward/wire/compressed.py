"""Bodies that a client has compressed, as SDKs do with large ones of PutMetricData.

The signature is of the compressed bytes, so they are unpacked behind it, and never to more than any
body may have.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html
"""

import zlib

from doorward.base.http import HttpRequest
from doorward.base.limits import REQUEST_BODY_BYTES
from doorward.wire.refusals import EntityTooLarge, Malformed

GZIP_ONLY = 16 + zlib.MAX_WBITS


def body(request: HttpRequest) -> bytes:
    """The body of a request that is not streamed, unpacked where its head says `gzip`.

    Raises:
        EntityTooLarge: it is, or unpacks to, more than any such request.
        Malformed: it is not what its head says.
    """
    if request.body.size > REQUEST_BODY_BYTES:
        raise EntityTooLarge
    raw = request.body.read()
    if (request.header("content-encoding") or "").strip().lower() != "gzip":
        return raw
    unpacking = zlib.decompressobj(GZIP_ONLY)
    try:
        found = unpacking.decompress(raw, REQUEST_BODY_BYTES + 1)
    except zlib.error as error:
        raise Malformed("The body is not valid gzip.") from error
    if len(found) > REQUEST_BODY_BYTES:
        raise EntityTooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise Malformed("The body is not valid gzip.")
    return found
