"""Parameters and answers as CloudTrail's records show them: by the model, and without secrets.

INVARIANT: an allow-list. What the model does not name is left out, and so are bytes, streams and
user metadata. Of what it names, a value that only its owner may know never appears: either the
member is left out as AWS leaves it out, or it says that it is hidden.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from doorward.base.clock import iso8601
from doorward.wire import model
from doorward.wire.model import Shape, UnknownService
from doorward.wire.redaction import HIDDEN, NAMES_OF_SECRETS, is_secret

Show = Callable[[Any], Any]
"""Gives the shown form of a value; `NOTHING` where it does not appear."""

NOTHING = object()
TEXTS = frozenset({"string", "char", "character"})

# Left out whole, as AWS does.
_UNMENTIONED = re.compile(
    "password|secretaccesskey|tokencode|authenticationcode|samlassertion|webidentitytoken"
    "|privatekey|seed|qrcode|customerkey|tradeintoken|otp$"
)
# Secrets and personal data besides those that `redaction` knows.
_HIDDEN = re.compile(
    "assertion|trustedidentitypropagationcontext|contactinformation|emailaddress|phonenumber"
    "|primaryemail|parametervalue|templatebody|authtoken|oauth|bearer"
)
# Where their names alone do not say so: codes that prove who signs in, and what others wrote.
_HIDDEN_OF_SERVICE = {
    "sso-oidc": frozenset(
        {"code", "codeverifier", "devicecode", "usercode", "verificationuricomplete"}
    ),
    "identitystore": frozenset({"operations", "filters", "alternateidentifier"}),
    "logs": frozenset({"logevents", "logeventmessages"}),
}
_PUBLIC_TOKENS = frozenset(
    {
        *("nexttoken", "continuationtoken", "nextcontinuationtoken", "clienttoken"),
        *("clientrequesttoken", "idempotencytoken", "paginationtoken", "deletiontoken"),
    }
)
_AS_WRITTEN = frozenset({"account"})
"""Services whose members keep their spelling, as in `RegionName`."""


@lru_cache(maxsize=4096)
def parameters(service: str, operation: str) -> Show:
    """What shows the input of *operation*; by names alone where there is no model of it."""
    found = _operation(service, operation)
    if found is None:
        return by_name
    if service == "s3":
        return _s3(found)
    return _structure(found.input, service) if found.input is not None else _no_members


@lru_cache(maxsize=4096)
def elements(service: str, operation: str) -> Show:
    """What shows the output of *operation*."""
    found = _operation(service, operation)
    if found is None:
        return by_name
    return _structure(found.output, service) if found.output is not None else _no_members


@lru_cache(maxsize=4096)
def error_code(service: str, code: str) -> str:
    """How records spell an error: by the name of its shape, as in `NoSuchEntityException`.

    Observed, not documented: for IAM. For KMS likewise, whose codes are those names.
    """
    if service not in {"iam", "kms"}:
        return code
    shape = model.service(service).error_shape(code)
    return code if shape is None else str(shape.name)


def _operation(service: str, operation: str) -> model.Operation | None:
    try:
        return model.service(service).operation(operation)
    except UnknownService:
        return None


def spelled(name: str) -> str:
    """*name* as records spell it: only the first letter changes."""
    return name[:1].lower() + name[1:]


@lru_cache(maxsize=8192)
def mention(name: str, *, sensitive: bool = False) -> str | None:
    """How text in a member of that name appears: `""` as it is, `HIDDEN`, None for not at all."""
    lowered = name.lower()
    if lowered in NAMES_OF_SECRETS:
        return ""
    if _UNMENTIONED.search(lowered):
        return None
    token = lowered.endswith("token") and lowered not in _PUBLIC_TOKENS
    return HIDDEN if sensitive or token or _HIDDEN.search(lowered) else ""


def _no_members(value: Any) -> dict[str, Any]:
    del value
    return {}


def _structure(shape: Shape, service: str) -> Show:
    """What shows a structure; members are looked at when they first occur."""
    plans: dict[str, tuple[str, Show]] = {}

    def plan(name: str) -> tuple[str, Show]:
        member = shape.members.get(name)
        made = (_name(name, member, service), _shape(member, name, service))
        plans[name] = made
        return made

    def show(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return HIDDEN if value == HIDDEN else NOTHING
        shown: dict[str, Any] = {}
        for name, inner in value.items():
            key, method = plans.get(name) or plan(name)
            if (found := method(inner)) is not NOTHING:
                shown[key] = found
        return shown

    return show


def _name(name: str, member: Shape, service: str) -> str:
    if member is None or service in _AS_WRITTEN:
        return name
    if service in {"s3", "ec2"}:
        wire: str = member.serialization.get("name", name)
        return wire if service == "s3" else spelled(wire)
    return spelled(name)


def _shape(shape: Shape, name: str, service: str) -> Show:
    """What shows a member *name* of *shape*."""
    if shape is None or shape.type_name == "blob":
        return _nothing
    if name.lower() in _HIDDEN_OF_SERVICE.get(service, ()):
        return _hidden
    sensitive = is_secret(shape, name)
    if sensitive or shape.type_name in TEXTS:
        said = mention(name, sensitive=sensitive)
        if said is None:
            return _nothing
        if said:
            return _hidden
    match shape.type_name:
        case "structure":
            return _structure(shape, service)
        case "list":
            return _list(shape, name, service)
        case "map":
            return _map(shape, name, service)
        case _:
            return _scalar


def _list(shape: Shape, name: str, service: str) -> Show:
    item: list[Show] = []  # made at first use: shapes may contain themselves
    element = shape.member.serialization.get("name", "member")

    def show(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return HIDDEN if value == HIDDEN else NOTHING
        if not item:
            item.append(_shape(shape.member, name, service))
        found = [one for one in map(item[0], value) if one is not NOTHING]
        if service == "ec2":
            return {"items": found}
        if service == "s3" and not shape.serialization.get("flattened"):
            return {element: found}
        return found

    return show


def _map(shape: Shape, name: str, service: str) -> Show:
    item: list[Show] = []

    def show(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return HIDDEN if value == HIDDEN else NOTHING
        if not item:
            item.append(_shape(shape.value, name, service))
        shown = {str(key): item[0](inner) for key, inner in value.items()}
        return {key: one for key, one in shown.items() if one is not NOTHING}

    return show


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return value[:]  # of a class of its own, the text
    if isinstance(value, int | float):  # bool is an int
        return value
    return iso8601(value) if isinstance(value, datetime) else NOTHING


def _hidden(value: Any) -> Any:
    return NOTHING if value is None else HIDDEN


def _nothing(value: Any) -> Any:
    del value
    return NOTHING


def _s3(operation: model.Operation) -> Show:
    """What shows the input of an S3 operation: `bucketName`, `Host`, `key`, headers, query, body.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
    """
    flags = _flags(operation.uri)
    renamed = {"Bucket": "bucketName", "Host": "Host", "Key": "key"}
    show_all = _structure(operation.input, "s3") if operation.input is not None else _no_members
    members = operation.input.members if operation.input is not None else {}
    unseen = {
        name for name, one in members.items() if one.serialization.get("location") == "headers"
    }

    def show(value: Any) -> Any:
        plain = {
            name: one for name, one in value.items() if name not in unseen and name not in renamed
        }
        named = {to: value[name] for name, to in renamed.items() if name in value}
        policy = plain.pop("Policy", None)
        found = named | flags | show_all(plain)
        if isinstance(policy, str):
            found["bucketPolicy"] = _document(policy)
        return found

    return show


def _document(text: str) -> Any:
    """A bucket policy, as the object that it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _flags(uri: str) -> dict[str, str]:
    """The query of the operation's address that names what it is about, such as `policy`."""
    pairs = (pair.partition("=") for pair in uri.partition("?")[2].split("&") if pair)
    return {name: value for name, _, value in pairs if name != "x-id"}


def by_name(value: Any) -> Any:
    """Members that no model describes, their names alone telling what is secret."""
    if not isinstance(value, Mapping):
        return _scalar(value)
    shown: dict[str, Any] = {}
    for name, inner in value.items():
        said = mention(name)
        if said is None:
            continue
        found = said or _unmodelled(inner)
        if found is not NOTHING:
            shown[spelled(name)] = found
    return shown


def _unmodelled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return by_name(value)
    if isinstance(value, list | tuple):
        return [found for one in value if (found := _unmodelled(one)) is not NOTHING]
    return _scalar(value)
