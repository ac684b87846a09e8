"""Requests signed for an endpoint, with the credentials that it knows Doorward by.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
from datetime import datetime

from doorward.authn import canonical, signing
from doorward.base.clock import basic
from doorward.base.http import Header
from doorward.gateway.upstream import Endpoint
from doorward.wire.client import Outgoing


def signed(
    outgoing: Outgoing, endpoint: Endpoint, signing_name: str, region: str, now: datetime
) -> tuple[Header, ...]:
    """The headers of *outgoing* with its address, its length and the signature over them."""
    timestamp = basic(now)
    stream = outgoing.stream
    payload = stream.sha256() if stream else hashlib.sha256(outgoing.body).hexdigest()
    known = endpoint.credentials
    headers = {
        **{name: value for name, value in outgoing.headers if not _ours(name)},
        "host": endpoint.authority,
        "x-amz-content-sha256": payload,
        "x-amz-date": timestamp,
    }
    if known.session_token:
        headers["x-amz-security-token"] = known.session_token
    names = ";".join(sorted(headers))
    text = canonical.request(
        outgoing.method,
        outgoing.path if signing_name == "s3" else canonical.normal_path(outgoing.path),
        canonical.query(outgoing.query),
        {name: " ".join(value.split()) for name, value in headers.items()},
        names,
        payload,
    )
    scope = signing.Scope(timestamp[:8], endpoint.region or region, signing_name)
    key = signing.signing_key(known.secret_access_key, scope)
    found = signing.signature(key, signing.string_to_sign(timestamp, scope, text))
    authorization = (
        f"{signing.ALGORITHM} Credential={known.access_key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={found}"
    )
    return (*headers.items(), ("authorization", authorization))


def _ours(name: str) -> bool:
    return name in {"host", "authorization", "x-amz-date", "x-amz-security-token"} or (
        name == "x-amz-content-sha256"
    )
