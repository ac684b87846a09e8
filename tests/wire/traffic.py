"""Requests as botocore writes them, and as tests spell them."""

from typing import Any
from urllib.parse import quote, urlencode

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.serialize import create_serializer

from doorward.base.http import Header, HttpRequest

HOSTS = ("localhost", "127.0.0.1", "amazonaws.com")
SERVICES = (
    "iam",
    "sts",
    "s3",
    "organizations",
    "s3control",
    "rolesanywhere",
    "identitystore",
    "sso",
    "sso-admin",
    "sso-oidc",
    "cloudwatch",
    "logs",
    "cloudtrail",
    "accessanalyzer",
)

_LOADER = Loader()


def model(name: str) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(name, "service-2"), name)


MODELS = {name: model(name) for name in SERVICES}


def protocols(service: str) -> tuple[str, ...]:
    """The protocols in which a service is spoken to; botocore knows how for each."""
    metadata = MODELS[service].metadata
    own = metadata["protocol"]
    return tuple(metadata["protocols"]) if own == "smithy-rpc-v2-cbor" else (own,)


class Bytes:
    """A body in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        return self.data

    def chunks(self, size: int = 1 << 18):
        yield from (self.data[at : at + size] for at in range(0, self.size, size))

    def sha256(self) -> str:
        raise NotImplementedError


def authorization(signing_name: str, region: str = "us-east-1") -> Header:
    scope = f"AKIAIOSFODNN7EXAMPLE/20261125/{region}/{signing_name}/aws4_request"
    return (
        "authorization",
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00",
    )


def request(
    method: str = "GET",
    target: str = "/",
    body: bytes = b"",
    *,
    signed_for: str | None = None,
    host: str = "localhost:4566",
    headers: dict[str, str] | None = None,
) -> HttpRequest:
    """A request for *target*, a raw path with its query string."""
    path, _, query = target.partition("?")
    given = [("host", host), *((headers or {}).items())]
    if signed_for is not None:
        given.append(authorization(signed_for))
    return HttpRequest(method, path, query, given, Bytes(body))


def form(parameters: dict[str, str], *, signed_for: str | None = "iam", **more: Any) -> HttpRequest:
    """A query-protocol request in a form."""
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    body = urlencode(parameters).encode()
    return request("POST", "/", body, signed_for=signed_for, headers=headers, **more)


def iam(action: str, **parameters: str) -> HttpRequest:
    return form({"Action": action, "Version": "2010-05-08", **parameters})


def botocore_request(
    operation: OperationModel, parameters: dict[str, Any], *, protocol: str | None = None
) -> HttpRequest:
    """What botocore sends for *parameters*."""
    model = operation.service_model
    chosen = protocol or model.metadata["protocol"]
    serializer = create_serializer(chosen, include_validation=False)
    made = serializer.serialize_to_request(parameters, operation)
    path, _, fixed = made["url_path"].partition("?")
    query = "&".join(
        part
        for part in (fixed, urlencode(made["query_string"] or {}, doseq=True, quote_via=quote))
        if part
    )
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True).encode()
    headers = [(name.lower(), str(value)) for name, value in made["headers"].items()]
    host = f"{made.get('host_prefix') or ''}localhost:4566"
    return HttpRequest(
        made["method"],
        path,
        query,
        [("host", host), *headers, authorization(model.signing_name)],
        Bytes(body),
    )
