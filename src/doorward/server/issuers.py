"""What relying parties fetch of the issuers of web identity tokens: discovery and public keys.

https://openid.net/specs/openid-connect-discovery-1_0.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html
"""

import json
from typing import Any

from sqlalchemy import Connection

from doorward.authn import jwt
from doorward.base.http import HttpResponse
from doorward.services.iam.outbound_federation import ISSUERS
from doorward.store import web_identities
from doorward.store.tables.web_identity import WebIdentityIssuer

DISCOVERY = ".well-known/openid-configuration"
KEYS = ".well-known/jwks.json"
HEADERS = (("content-type", "application/json"), ("cache-control", "public, max-age=300"))


def concerns(path: str) -> bool:
    """Whether *path* is that of an issuer's document."""
    return path.startswith(ISSUERS)


def answer(db: Connection, path: str) -> HttpResponse:
    """The document at *path*; that of an issuer that is switched off, too.

    Tokens that it issued before stay valid.
    """
    issuer_id, _, document = path.removeprefix(ISSUERS).partition("/")
    issuer = web_identities.by_id(db, issuer_id)
    if issuer is not None and document == DISCOVERY:
        return _json(200, _discovery(issuer))
    if issuer is not None and document == KEYS:
        keys = [key.public for key in web_identities.keys(db, issuer.account)]
        return _json(200, {"keys": keys})
    return _json(404, {"error": "there is no such issuer"})


def _discovery(issuer: WebIdentityIssuer) -> dict[str, Any]:
    return {
        "issuer": issuer.url,
        "jwks_uri": f"{issuer.url}/{KEYS}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(jwt.ALGORITHMS),
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti"],
    }


def _json(status: int, value: dict[str, Any]) -> HttpResponse:
    return HttpResponse(status, HEADERS, json.dumps(value).encode())
