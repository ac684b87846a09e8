"""A browser's form read as the PutObject that it stands for: fields are what headers are there.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from doorward.base.http import Header, HttpRequest
from doorward.wire import restxml
from doorward.wire.bindings import CONTROL
from doorward.wire.model import service
from doorward.wire.refusals import InvalidArgument
from doorward.wire.route import Route

Fields = Sequence[tuple[str, str]]

KEY = "key"
FILENAME = "${filename}"
VERBATIM = frozenset({"policy", "signature", "x-amz-signature"})
ACL, ACL_HEADER = "acl", "x-amz-acl"
TAGGING, TAGGING_HEADER = "tagging", "x-amz-tagging"
PREFIX = "x-amz-"
PLAIN = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "expires",
    }
)
# Parts of the signature, which says nothing about the object.
SIGNING = frozenset(
    {
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-signature",
    }
)
AFTERWARDS = {
    "success_action_redirect": "SuccessActionRedirect",
    "redirect": "SuccessActionRedirect",
    "success_action_status": "SuccessActionStatus",
}
"""Fields that say how success is answered, the older name of a redirection last."""


def filled(fields: Fields, filename: str | None) -> Fields:
    """The fields as the upload uses them: with the name of the file in place of `${filename}`.

    Without a name it stays as it is written. Observed, not documented.
    """
    if filename is None:
        return fields
    return [
        (name, value if name.lower() in VERBATIM else value.replace(FILENAME, filename))
        for name, value in fields
    ]


def key(fields: Fields) -> str:
    """The key of the object.

    Raises:
        InvalidArgument: there is no such field, or it is empty.
    """
    for name, value in fields:
        if name.lower() != KEY:
            continue
        if not value:
            raise InvalidArgument("User key must have a length greater than 0.", KEY, "")
        return value
    raise InvalidArgument(
        "Bucket POST must contain a field named 'key'.  "
        "If it is specified, please check the order of the fields.",
        KEY,
        "",
    )


def as_put(route: Route, request: HttpRequest, fields: Fields) -> tuple[Route, HttpRequest]:
    """*route* and *request* with the key and the headers that the fields are.

    INVARIANT: of the request's own headers only the host is left; what is not a field was not
    signed.

    Raises:
        InvalidArgument: there is no key, or a field that cannot be a header.
        MalformedXML: the tags are not in their form.
    """
    own = [(name, value) for name, value in request.headers if name == "host"]
    labels = {**route.labels, "Key": key(fields)}
    return replace(route, labels=labels), replace(request, headers=[*own, *_headers(fields)])


def afterwards(request: HttpRequest) -> Mapping[str, str]:
    """The members that say how success is answered."""
    found: dict[str, str] = {}
    for field, member in AFTERWARDS.items():
        value = request.header(field)
        if value is not None:
            found.setdefault(member, value)
    return found


def _headers(fields: Fields) -> Iterable[Header]:
    names = {name.lower() for name, _ in fields}
    for short, header in ((ACL, ACL_HEADER), (TAGGING, TAGGING_HEADER)):
        if {short, header} <= names:
            raise InvalidArgument(f"POST requires exactly one field of {short}.", short, "")
    for given, value in fields:
        name = given.lower()
        if name == TAGGING:
            yield TAGGING_HEADER, _tags(value)
        elif name == ACL:
            yield ACL_HEADER, _safe(name, value)
        elif _counts(name):
            yield name, _safe(name, value)


def _counts(name: str) -> bool:
    """Whether a field of that name says something about the object or the answer."""
    if name.startswith(PREFIX):
        return name not in SIGNING
    return name in PLAIN or name in AFTERWARDS


def _safe(name: str, value: str) -> str:
    """*value* as a header brings it, one character a byte."""
    if not CONTROL.isdisjoint(value):
        raise InvalidArgument("Header value cannot hold control characters", name, "")
    return value.encode().decode("latin-1")


def _tags(document: str) -> str:
    """The tags of a form, which are XML, as the header has them."""
    found = _tagging()(document.encode())
    return urlencode([(tag["Key"], tag.get("Value", "")) for tag in found.get("TagSet", ())])


@lru_cache(maxsize=1)
def _tagging() -> Any:
    """What reads the body of PutObjectTagging."""
    operation = service("s3").operation("PutObjectTagging")
    shape = operation and operation.input.members["Tagging"]
    return restxml.body_reader(shape, "Tagging", without=frozenset())
