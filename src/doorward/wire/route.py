"""Which operation of which service a request is for, before anything in it is believed.

The credential scope decides first, then `X-Amz-Target`, the host, and Action with Version. Requests
without any of these are for S3, which alone has anonymous callers and paths of its own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.wire import address, catalogue, compressed, form, rest
from doorward.wire.address import Place, Scope
from doorward.wire.model import Service, service
from doorward.wire.refusals import (
    Dialect,
    InvalidAction,
    Malformed,
    MissingAction,
    RepeatedParameter,
    UnknownOperation,
    UnknownServiceName,
    Unroutable,
)
from doorward.wire.s3_route import s3_operation

S3_CONTROL_PATH = "/v20180820/"
BEARER = "x-amz-sso_bearer_token"
SSO_TOKEN_PATHS = frozenset({"/client/register", "/device_authorization", "/token"})
FORM = "application/x-www-form-urlencoded"
UNVERSIONED = "NO_VERSION_SPECIFIED"
RPC_PATH = re.compile("/service/([^/]+)/operation/([^/]+)")
RPC_HEADER, RPC_VERSION = "smithy-protocol", "rpc-v2-cbor"
SINGLE = (
    *("host", "authorization", "x-amz-target", "content-type", "content-length"),
    RPC_HEADER,
)
QUERY_PROTOCOLS = ("query", "ec2")
REST_PROTOCOLS = ("rest-xml", "rest-json")


@dataclass(frozen=True, slots=True)
class Route:
    """The operation that a request names, and how to read it.

    Attributes:
        service: botocore's name, such as `s3control`.
        operation: the model's name, such as `CreateUser`; `PostObject` for S3's form upload.
        protocol: `query`, `json`, `rest-xml`, `rest-json`, or one that only the gateway forwards.
        signing_name: what the credential scope must name.
        method: the HTTP method.
        labels: values of the path's labels by name, percent-decoded once.
        query: the decoded query string of a REST request.
        form: the parameters of a query-protocol request, from body and query string.
        virtual: the bucket came from the host.
    """

    service: str
    operation: str
    protocol: str
    signing_name: str
    method: str = "POST"
    labels: Mapping[str, str] = field(default_factory=dict)
    query: rest.Query = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    virtual: bool = False

    @property
    def bucket(self) -> str | None:
        """The bucket of an S3 request, None for those of the service."""
        return self.labels.get("Bucket") if self.service == "s3" else None

    @property
    def key(self) -> str | None:
        """The key of an S3 object request."""
        return self.labels.get("Key") if self.service == "s3" else None

    @property
    def dialect(self) -> Dialect:
        """How errors of this request are answered."""
        return Dialect(self.protocol, self.service, self.method == "HEAD")


def route(request: HttpRequest, *, hosts: Sequence[str]) -> Route:
    """The operation that *request* is for; *hosts* are the names under which we are reached.

    Only bodies of query-protocol requests are read, so S3 requests can be routed by their heads.

    Raises:
        Unroutable: no operation, or a request that cannot be read in one way; with the error to
            answer and its form.
    """
    dialect = _first_guess(request)
    try:
        _refuse_repeated(request)
        scope = address.scope(request)
        place = address.place(request.header("host"), hosts)
        dialect, names = _names(request, scope, place, dialect)
        return _routed(request, names, place, dialect)
    except AwsError as error:
        raise Unroutable(dialect, error) from error


def _first_guess(request: HttpRequest) -> Dialect:
    """How to answer what is refused before its service is known."""
    if request.header("x-amz-target") is not None:
        return Dialect("json", "")
    if name := _by_bearer(request):
        return Dialect("rest-json", name)
    if request.header(RPC_HEADER) is not None:
        return Dialect("smithy-rpc-v2-cbor", "")
    if (request.header("content-type") or "").startswith(FORM):
        return Dialect("query", "")
    return Dialect("rest-xml", "s3", request.method == "HEAD")


def _refuse_repeated(request: HttpRequest) -> None:
    seen = [name for name, _ in request.headers if name in SINGLE]
    if len(seen) != len(set(seen)):
        raise Malformed("A header that may stand only once was given more than once.")
    if "x-amz-target" in seen and RPC_HEADER in seen:
        raise Malformed("A request has either X-Amz-Target or Smithy-Protocol.")


def _names(
    request: HttpRequest, scope: Scope | None, place: Place, dialect: Dialect
) -> tuple[Dialect, tuple[str, ...]]:
    """The services that the request may be for, and how they answer."""
    target = request.header("x-amz-target") or _rpc_target(request)
    if scope is not None:
        names = catalogue.signed_as(scope.service)
        if not names:
            raise Unroutable(dialect, UnknownServiceName(scope.service))
    elif place.service is not None:
        names = (place.service,)
    elif target is not None:
        names = catalogue.targeted(target.rpartition(".")[0])
        if not names:
            raise Unroutable(dialect, UnknownOperation(target))
    elif name := _by_bearer(request):
        names = (name,)
    elif version := _unsigned_version(request):
        names = catalogue.OWN_BY_VERSION.get(version, ("iam",))
    else:
        names = catalogue.OWN_BY_SIGNING_NAME["s3"]
    return _dialect(request, names[0]), names


def _dialect(request: HttpRequest, name: str) -> Dialect:
    return Dialect(_protocol(request, service(name)), name, request.method == "HEAD")


def _unsigned_version(request: HttpRequest) -> str | None:
    """The API version of an unsigned query-protocol request, None where it is not one."""
    if request.path not in {"", "/"}:
        return None
    is_form = (request.header("content-type") or "").startswith(FORM)
    if not (request.method == "POST" and is_form) and "Action=" not in request.query:
        return None
    given = _parameters(request)
    return given.get("Version", UNVERSIONED) if "Action" in given else None


def _by_bearer(request: HttpRequest) -> str | None:
    """The service of Identity Center whose calls nobody signs, None where it is not one of them.

    The portal's hold a token in a header of its own. Those that a token is got with are posts of
    JSON on three paths, which S3 has no use for.
    """
    if request.header(BEARER) is not None:
        return "sso"
    posted = request.method == "POST" and request.path in SSO_TOKEN_PATHS
    kind = (request.header("content-type") or "").partition(";")[0].strip()
    return "sso-oidc" if posted and kind == "application/json" else None


def _protocol(request: HttpRequest, found: Service) -> str:
    """Which of the service's protocols the request speaks."""
    spoken = (*found.protocols, found.protocol)
    if "json" in spoken and request.header("x-amz-target") is not None:
        return "json"
    if "smithy-rpc-v2-cbor" in spoken and request.header(RPC_HEADER) is not None:
        return "smithy-rpc-v2-cbor"
    for protocol in (*QUERY_PROTOCOLS, *REST_PROTOCOLS):
        if protocol in spoken:
            return protocol
    return found.protocol


def _routed(request: HttpRequest, names: tuple[str, ...], place: Place, dialect: Dialect) -> Route:
    if names[0] in {"s3", "s3control"}:
        if _for_s3_control(request, place):
            return _rest(request, ("s3control",), "rest-xml")
        return _s3(request, place)
    if dialect.protocol == "json":
        return _json(request, names)
    if dialect.protocol in QUERY_PROTOCOLS:
        return _query(request, names, dialect.protocol)
    if dialect.protocol == "smithy-rpc-v2-cbor":
        return _rpc(request, names)
    return _rest(request, names, dialect.protocol)


def _for_s3_control(request: HttpRequest, place: Place) -> bool:
    """Whether a request signed for S3 is for S3 Control: by its path, and by host or header.

    Both are asked for, since a bucket may be called `v20180820`.
    """
    if not request.path.startswith(S3_CONTROL_PATH):
        return False
    if place.service == "s3control" or place.account:
        return True
    return place.bucket is None and request.header("x-amz-account-id") is not None


def _s3(request: HttpRequest, place: Place) -> Route:
    query = _decoded(request)
    operation, labels = s3_operation(request, place.bucket, query)
    return Route(
        "s3", operation, "rest-xml", "s3", request.method, labels, query,
        virtual=place.bucket is not None,
    )  # fmt: skip


def _json(request: HttpRequest, names: tuple[str, ...]) -> Route:
    prefix, _, operation = (request.header("x-amz-target") or "").rpartition(".")
    for found in map(service, names):
        if found.target_prefix == prefix and found.operation(operation):
            return Route(found.name, operation, "json", found.signing_name, request.method)
    raise UnknownOperation(operation)


def _rpc_target(request: HttpRequest) -> str | None:
    """Service and operation in the path of an RPC request, as `X-Amz-Target` spells them."""
    found = RPC_PATH.fullmatch(request.path)
    if request.header(RPC_HEADER) is None or found is None:
        return None
    return f"{found[1]}.{found[2]}"


def _rpc(request: HttpRequest, names: tuple[str, ...]) -> Route:
    """The route of a request of smithy-rpc-v2-cbor.

    https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
    """
    prefix, _, operation = (_rpc_target(request) or "").rpartition(".")
    if request.method == "POST" and request.header(RPC_HEADER) == RPC_VERSION:
        for found in map(service, names):
            if found.target_prefix == prefix and found.operation(operation):
                return Route(
                    found.name, operation, "smithy-rpc-v2-cbor", found.signing_name, request.method
                )
    raise UnknownOperation(operation or request.path)


def _query(request: HttpRequest, names: tuple[str, ...], protocol: str) -> Route:
    given = _parameters(request)
    action = given.get("Action")
    if not action:
        raise MissingAction
    version = given.get("Version", UNVERSIONED)
    for found in map(service, names):
        if found.version == version and found.operation(action):
            return Route(
                found.name, action, protocol, found.signing_name, request.method, form=given
            )
    raise InvalidAction(action, version)


def _rest(request: HttpRequest, names: tuple[str, ...], protocol: str) -> Route:
    query = _decoded(request)
    for name in names:
        try:
            found = rest.table(name).find(request.method, request.path, query, request.headers)
        except (rest.NoPath, rest.Conflict):
            continue
        return Route(
            name, found.operation.name, protocol, service(name).signing_name,
            request.method, found.labels, query,
        )  # fmt: skip
    raise UnknownOperation(f"{request.method} {request.path}")


def _decoded(request: HttpRequest) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in form.pairs(request.query):
        query.setdefault(name, []).append(value)
    return query


def _parameters(request: HttpRequest) -> dict[str, str]:
    """The parameters of a query-protocol request, each given once.

    Raises:
        EntityTooLarge: the body is larger than any such request.
        Malformed: it is said to be compressed, and is not.
        RepeatedParameter: a name stands twice, or Action or Version in two spellings.
    """
    body = compressed.body(request).decode("latin-1") if request.method == "POST" else ""
    given: dict[str, str] = {}
    _add(given, form.pairs(request.query))
    _add(given, form.pairs(body.strip("\r\n"), what="body"))
    for name in given:
        if name not in ("Action", "Version") and name.lower() in ("action", "version"):
            raise RepeatedParameter(name)
    return given


def _add(given: dict[str, str], pairs: Iterable[tuple[str, str]]) -> None:
    for name, value in pairs:
        if name in given:
            raise RepeatedParameter(name)
        given[name] = value
