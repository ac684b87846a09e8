"""What is fuzzed: each parser of foreign bytes, how it refuses, and inputs to begin with."""

import base64
import contextlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from authn.clients import NOW, SESSION, TOKENS, Sent, credentials, find_key, signed_by_hand
from authn.test_chunked import CHUNKED, check, whole
from authn.test_form import form
from doorward.authn import form_policy, sigv4
from doorward.authn.chunked import receiver
from doorward.authn.errors import Family, Unauthenticated
from doorward.authn.token import InvalidToken
from doorward.base.arn import Arn
from doorward.base.errors import AwsError, BadInput
from doorward.base.http import HttpRequest
from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.grammar import PolicyType
from doorward.policy.grammar import check as check_policy
from doorward.policy.parse import parse as parse_policy
from doorward.policy.render import render
from doorward.server import seed
from doorward.server.body import MemoryBody
from doorward.services.cloudformation.template import transform
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse as parse_template
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.resolve import Resolver
from doorward.services.cloudformation.template.validate import check as check_template
from doorward.services.s3 import copy_source, ranges, tags
from doorward.store.page import InvalidMarker, Markers
from doorward.wire import errors
from doorward.wire.multipart import Form
from doorward.wire.parse import parse
from doorward.wire.refusals import Dialect, Unroutable
from doorward.wire.route import route
from fuzz import languages
from wire.traffic import authorization

HOSTS = ("localhost",)
S3 = Dialect("rest-xml", "s3")
QUERY = Dialect("query", "iam")
JSON = Dialect("json", "organizations")
PSEUDO = Pseudo("123456789012", "eu-west-1", "access", "arn:aws:cloudformation:::stack/access/1")


@dataclass(frozen=True)
class Target:
    """One parser.

    Attributes:
        run: puts bytes through it; an exception that gets out is a find.
        seeds: inputs that get far into it.
        words: what its language is made of, for the mutations.
    """

    run: Callable[[bytes], None]
    seeds: Sequence[bytes]
    words: Sequence[bytes]


def policy(data: bytes) -> None:
    """A document through the parser, one of the grammars, the renderer and the compiler."""
    text = data.decode("latin-1")
    kind = tuple(PolicyType)[len(data) % len(PolicyType)]
    try:
        check_policy(text, kind)
    except AwsError as refused:
        told(refused, QUERY)
    try:
        found = parse_policy(text)
    except PolicySyntaxError:
        return
    again = render(found)
    if len(again) <= POLICY_DOCUMENT_CHARACTERS:
        assert render(parse_policy(again)) == again
    compiled = PolicySet(PolicyKind.IDENTITY, (NamedPolicy("fuzz", found),))
    compiled.applicable("iam:getuser", "arn:aws:iam::123456789012:user/alice", {})


def told(refused: AwsError, to: Dialect) -> None:
    """The refusal can be written as an answer."""
    assert 400 <= refused.status < 500, refused
    response = errors.error(to, refused, "00000000-0000-4000-8000-000000000000")
    for name, value in response.headers:
        (name + value).encode("latin-1")


def verified(request: HttpRequest) -> None:
    """A request through the router and the verifier, for every family of services."""
    with contextlib.suppress(Unroutable):
        route(request, hosts=HOSTS)
    for family, service, to in (
        (Family.S3, "s3", S3),
        (Family.QUERY, "iam", QUERY),
        (Family.JSON, "organizations", JSON),
    ):
        try:
            caller = sigv4.verify_head(
                request,
                service=service,
                family=family,
                find_key=find_key,
                tokens=TOKENS,
                now=NOW,
                version_2=family is Family.S3,
            )
        except Unauthenticated as refused:
            told(refused, to)
        else:
            assert caller.caller.key or caller.caller.session


def header(data: bytes) -> None:
    """Header lines, the first of which is `Authorization`."""
    value, *rest = data.decode("latin-1").split("\n")
    headers = [("host", "localhost:4566"), ("authorization", value.strip(" \t"))]
    for line in rest:
        name, _, more = line.partition(":")
        headers.append((name.lower(), more.strip(" \t")))
    verified(HttpRequest("POST", "/", "", headers, MemoryBody(b"Action=GetUser")))


def query_string(data: bytes) -> None:
    """A path with a query string, which may be signed."""
    path, _, query = data.decode("latin-1").partition("?")
    verified(HttpRequest("GET", path, query, [("host", "localhost:4566")], MemoryBody()))


def chunked(data: bytes) -> None:
    """A body in `aws-chunked` form, in two ways of coming in."""
    for mode in CHUNKED:
        outcomes = set()
        for size in (len(data) or 1, 61):
            taking = receiver(check(mode))
            try:
                found = b"".join(
                    taking.feed(data[at : at + size]) for at in range(0, len(data), size)
                )
                taking.finish()
            except Unauthenticated as refused:
                told(refused, S3)
                outcomes.add(None)
            else:
                outcomes.add(found)
        assert len(outcomes) == 1


def taken(request: HttpRequest) -> None:
    """A request through the router and the parser of its parameters."""
    try:
        found = route(request, hosts=HOSTS)
        parse(found, request)
    except Unroutable as unroutable:
        told(unroutable.cause, unroutable.dialect)
    except AwsError as refused:
        told(refused, found.dialect)


def form_body(data: bytes) -> None:
    """A body of the query protocol."""
    headers = [
        ("host", "localhost:4566"),
        ("content-type", "application/x-www-form-urlencoded"),
        authorization("iam"),
    ]
    taken(HttpRequest("POST", "/", "", headers, MemoryBody(data)))


XML_TARGETS = (
    ("PUT", "/reports", "tagging"),
    ("PUT", "/reports", "acl"),
    ("PUT", "/reports", "versioning"),
    ("POST", "/reports", "delete"),
    ("POST", "/reports/a", "uploadId=x"),
)


def xml(data: bytes) -> None:
    """A body of S3, for several operations."""
    for method, path, query in XML_TARGETS:
        headers = [("host", "localhost:4566"), authorization("s3")]
        taken(HttpRequest(method, path, query, headers, MemoryBody(data)))


def json(data: bytes) -> None:
    """A body of the JSON protocol."""
    for operation in ("CreatePolicy", "TagResource", "ListRoots"):
        target = f"AWSOrganizationsV20161128.{operation}"
        headers = [
            ("host", "localhost:4566"),
            ("x-amz-target", target),
            authorization("organizations"),
        ]
        taken(HttpRequest("POST", "/", "", headers, MemoryBody(data)))


def paths(data: bytes) -> None:
    """A method, a target and header lines of S3."""
    first, *lines = data.decode("latin-1").split("\n")
    method, _, target = first.partition(" ")
    path, _, query = target.partition("?")
    headers = [("host", "localhost:4566")]
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name.lower(), value.strip(" \t")))
    taken(HttpRequest(method, path, query, headers, MemoryBody()))


def arn(data: bytes) -> None:
    """An ARN, which is one exactly if it reads as what it was."""
    text = data.decode("latin-1")
    found = Arn.parse(text)
    assert found is None or str(found) == text


def token(data: bytes) -> None:
    """A session token, an encoded message and a marker."""
    text = data.decode("latin-1")
    with contextlib.suppress(InvalidToken):
        assert TOKENS.open(text) == SESSION
    with contextlib.suppress(InvalidToken):
        TOKENS.open_message(text, "123456789012")
    with contextlib.suppress(InvalidMarker):
        MARKERS.open("ListUsers", text)


MARKERS = Markers(bytes(32))


def browser_policy(data: bytes) -> None:
    """The policy of a browser's form: decoded, and as it is sent."""
    for text in (data.decode("latin-1"), base64.b64encode(data).decode()):
        try:
            form_policy.read(text).check({"key": "a", "acl": "private"}, "reports", NOW)
        except Unauthenticated as refused:
            told(refused, S3)


def multipart(data: bytes) -> None:
    """A browser's form, in two ways of coming in; its boundary is `x`."""
    for kind in ("multipart/form-data; boundary=x", data[:64].decode("latin-1")):
        outcomes = []
        for size in (len(data) or 1, 61):
            try:
                taking = Form(kind)
                pieces = [taking.feed(data[at : at + size]) for at in range(0, len(data), size)]
                taking.finish()
            except AwsError as refused:
                told(refused, S3)
                outcomes.append(None)
            else:
                outcomes.append((b"".join(pieces), taking.fields, taking.filename))
        assert outcomes[0] == outcomes[1]


def s3_headers(data: bytes) -> None:
    """Headers of S3 that have a language of their own."""
    text = data.decode("latin-1")
    for read in (
        copy_source.parse,
        tags.from_header,
        lambda value: ranges.of_text(value, 100),
        lambda value: ranges.of_copy(value, 100),
    ):
        try:
            read(text)
        except AwsError as refused:
            told(refused, S3)


@lru_cache(maxsize=1)
def seed_file() -> Path:
    return Path(tempfile.mkdtemp()) / "seed.yaml"


def yaml(data: bytes) -> None:
    """A seed file."""
    path = seed_file()
    path.write_bytes(data)
    with contextlib.suppress(BadInput):
        seed.read(path)


def template(data: bytes) -> None:
    """A template of CloudFormation, through its transforms to the values of its resources."""
    try:
        found = parse_template(data.decode("latin-1"))
        check_template(found)
        bound = bind(found, {})
        made = transform.apply(found, bound, PSEUDO, lambda _: "a: b")
        resolver = Resolver(made, bound, PSEUDO)
        for name in resolver.resources:
            resolver.properties(name)
        resolver.order()
        resolver.outputs()
    except AwsError as refused:
        told(refused, QUERY)


def signed_header(**changes: object) -> bytes:
    request = replace(Sent("POST", body=b"Action=GetUser"), **changes).signed()
    value = request.header("authorization")
    rest = [(name, text) for name, text in request.headers if name not in {"authorization", "host"}]
    return "\n".join([value, *(f"{name}:{text}" for name, text in rest)]).encode()


def signed_query(**changes: object) -> bytes:
    sent = Sent(path="/reports/a", service="s3", family=Family.S3, how="query")
    request = replace(sent, **changes).signed()
    return f"{request.path}?{request.query}".encode()


@lru_cache(maxsize=1)
def targets() -> dict[str, Target]:
    """Every target by name."""
    fields = dict(form())
    return {
        "policy": Target(policy, languages.POLICIES, languages.POLICY_WORDS),
        "authorization": Target(
            header,
            [
                signed_header(),
                signed_header(service="s3", family=Family.S3, by=credentials(SESSION)),
                signed_by_hand("host").header("authorization").encode(),
            ],
            languages.HEADER_WORDS,
        ),
        "signed-query": Target(
            query_string,
            [signed_query(), signed_query(by=credentials(SESSION)), signed_query(how="version 2")],
            languages.QUERY_WORDS,
        ),
        "aws-chunked": Target(chunked, [whole(mode) for mode in CHUNKED], languages.CHUNK_WORDS),
        "query-protocol": Target(form_body, languages.FORM_BODIES, languages.FORM_WORDS),
        "json-protocol": Target(json, languages.JSON_BODIES, languages.JSON_WORDS),
        "s3-xml": Target(xml, languages.XML_BODIES, languages.XML_WORDS),
        "s3-request": Target(paths, languages.PATHS, languages.PATH_WORDS),
        "s3-headers": Target(s3_headers, languages.HEADER_VALUES, languages.VALUE_WORDS),
        "arn": Target(arn, languages.ARNS, [b":", b"arn", b"arn:", b"::", b"*", b"\xff"]),
        "token": Target(
            token,
            [TOKENS.seal(SESSION).encode(), MARKERS.seal("ListUsers", "alice").encode()],
            [b"=", b"==", b"+", b"/", b"-", b"_", b"A", b"\xff", b"\n"],
        ),
        "browser-policy": Target(browser_policy, [*languages.BROWSER_POLICIES, fields["policy"].encode()], languages.BROWSER_WORDS),
        "multipart": Target(multipart, languages.MULTIPART_BODIES, languages.MULTIPART_WORDS),
        "template": Target(template, languages.TEMPLATES, languages.TEMPLATE_WORDS),
        "seed": Target(yaml, languages.SEEDS, languages.YAML_WORDS),
    }  # fmt: skip
