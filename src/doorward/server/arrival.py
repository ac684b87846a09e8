"""The first stage: whom a request is for, and who sends it.

Of requests to S3 the head is enough, and of a browser's form the fields before the file.
"""

import logging
from enum import Enum, auto
from typing import NamedTuple

from doorward.authn import form as form_authn
from doorward.authn.body import BodyCheck, Mode
from doorward.authn.caller import Caller
from doorward.authn.errors import Family
from doorward.authn.form_policy import FormPolicy
from doorward.authn.sigv4 import verify_head
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.base.limits import OBJECT_BYTES
from doorward.server import dispatch
from doorward.server.body import MemoryBody
from doorward.server.running import Running
from doorward.services.operation import Operation
from doorward.store.refusals import Unjudged
from doorward.wire import errors, model, s3_form
from doorward.wire.multipart import Form
from doorward.wire.refusals import NotImplementedOperation, Unroutable
from doorward.wire.route import Route, route
from doorward.wire.s3_route import POST_OBJECT

LOG = logging.getLogger("doorward")
UPLOADS = frozenset({"PutObject", "UploadPart"})
ANY_SIZE = (0, OBJECT_BYTES)


class Arrived(NamedTuple):
    """A request whose sender is proved; its body may still have to come in.

    `check` says how the body must be verified, `sizes` the least and the most bytes it may have.
    """

    request: HttpRequest
    route: Route
    caller: Caller
    check: BodyCheck
    operation: Operation
    facts: RequestFacts
    request_id: str
    sizes: tuple[int, int] = ANY_SIZE


class Refusal(Exception):
    """An answer that ends the request early."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status)
        self.response = response


class Manner(Enum):
    """How a body is taken in.

    WHOLE: read first, because the request cannot be understood without it.
    UPLOAD: spooled, after the head was verified and authorized.
    FORM: as an upload, but what the head says stands in fields of the body before the file.
    """

    WHOLE = auto()
    UPLOAD = auto()
    FORM = auto()


def manner(running: Running, head: HttpRequest) -> Manner:
    """How the body of a request with that *head* is taken in."""
    if head.method not in {"PUT", "POST"} or signed_for_another(head):
        return Manner.WHOLE
    try:
        found = route(head, hosts=running.settings.hosts)
    except Unroutable:
        return Manner.WHOLE  # with its body it may be for something
    if found.service != "s3":
        return Manner.WHOLE
    if found.operation == POST_OBJECT:
        return Manner.FORM
    return Manner.UPLOAD if found.operation in UPLOADS else Manner.WHOLE


def signed_for_another(head: HttpRequest) -> bool:
    """Whether the head is signed for another service than S3, so that its body is not spooled.

    What turns out to be a form for S3 all the same is refused.
    """
    authorization = head.header("authorization") or ""
    return "/aws4_request" in authorization and "/s3/aws4_request" not in authorization


def arrive(running: Running, request: HttpRequest, form: Form | None = None) -> Arrived:
    """Route and verify *request*; *form* is the form in it, as far as its file.

    Raises:
        Refusal: it is for no operation that is answered here, or not believed.
    """
    request_id = running.ids.request_id()
    try:
        found = route(request, hosts=running.settings.hosts)
    except Unroutable as error:
        raise Refusal(errors.error(error.dialect, error.cause, request_id)) from error
    operation = dispatch.own(running, found.service, found.operation)
    if operation is None and running.gateway is not None:
        operation = running.gateway.operation(found.service, found.operation)
    try:
        if form is None:
            caller, check = _verified(running, request, found, operation)
            sizes = ANY_SIZE
        else:
            caller, check, sizes = _verified_form(running, request, found, form)
        if operation is None:
            raise NotImplementedOperation(found.service, found.operation)
        facts = _facts(running, request, caller)
        if form is not None:
            found, request = s3_form.as_put(found, request, _fields(form))
    except AwsError as error:
        log(error, request_id)
        raise Refusal(errors.error(found.dialect, error, request_id)) from error
    return Arrived(request, found, caller, check, operation, facts, request_id, sizes)


def inside(
    running: Running,
    caller: Caller,
    facts: RequestFacts,
    operation: Operation,
    protocol: str,
    request_id: str | None = None,
) -> Arrived:
    """A call of a service in the name of *caller*, who was proved before, as if it had come in."""
    signing_name = model.service(operation.service).signing_name
    return Arrived(
        request=HttpRequest("POST", "/", "", [("host", "localhost")], MemoryBody()),
        route=Route(operation.service, operation.name, protocol, signing_name),
        caller=caller,
        check=BodyCheck(Mode.UNSIGNED, Family.of(protocol, signing_name)),
        operation=operation,
        facts=facts,
        request_id=request_id or running.ids.request_id(),
    )


def log(error: AwsError, request_id: str) -> None:
    """Tell the log why *error* came about, where the client is not told."""
    if isinstance(error, Unjudged):
        LOG.error("request %s refused: %s", request_id, error.reason)


def _verified(
    running: Running, request: HttpRequest, found: Route, operation: Operation | None
) -> tuple[Caller, BodyCheck]:
    """The caller of a request that is signed in its head, or not at all."""
    return verify_head(
        request,
        service=found.signing_name,
        family=Family.of(found.protocol, found.signing_name),
        find_key=running.live.find_key,
        tokens=running.tokens,
        now=running.clock.now(),
        anonymous=operation is not None and operation.unsigned,
        version_2=found.service == "s3",
        bucket=found.bucket if found.virtual else None,
    )


def _verified_form(
    running: Running, request: HttpRequest, found: Route, form: Form
) -> tuple[Caller, BodyCheck, tuple[int, int]]:
    """The caller of a browser's form, and how large its file may be."""
    form_authn.refuse_others(request)
    s3_form.key(form.fields)
    caller, policy = form_authn.verify_form(
        _fields(form),
        bucket=found.bucket or "",
        find_key=running.live.find_key,
        tokens=running.tokens,
        now=running.clock.now(),
    )
    return caller, BodyCheck(Mode.UNSIGNED, Family.S3), _sizes(policy)


def _fields(form: Form) -> s3_form.Fields:
    return s3_form.filled(form.fields, form.filename)


def _sizes(policy: FormPolicy | None) -> tuple[int, int]:
    if policy is None or policy.length_range is None:
        return ANY_SIZE
    least, most = policy.length_range
    return least, min(most, OBJECT_BYTES)


def _facts(running: Running, request: HttpRequest, caller: Caller) -> RequestFacts:
    return RequestFacts(
        region=caller.signature.region or running.settings.region,
        partition=running.settings.partition,
        source_ip=request.peer,
        user_agent=request.header("user-agent") or "",
        secure=request.secure or running.settings.assume_tls,
        referer=request.header("referer"),
    )
