"""Every operation by every way to sign wrongly: none is let in."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import cbor2
import pytest

from authn.clients import NOW, Sent
from authn.in_process import ALICE, InProcess
from authn.modes import MODES, unsigned
from authn.rows import KNOWN_BY_SCOPE, TWINS, presigned, refused_rows, rows
from doorward.authn.caller import AuthType
from doorward.authn.errors import (
    ExpiredToken,
    Family,
    MissingCredentials,
)
from doorward.base.http import HttpRequest
from doorward.server.dispatch import registry
from doorward.server.pipeline import Refusal
from doorward.wire.errors import JSON_CODES


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = InProcess(tmp_path_factory.mktemp("matrix"))
    yield made
    made.close()


def test_every_registered_operation_has_a_row(house):
    assert rows().keys() == registry().keys()
    for (service, name), sent in rows().items():
        arrived = house.believed(sent.signed())
        assert arrived.route.service == service
        assert arrived.operation.name in {name, TWINS.get(name)}
        assert arrived.caller.access_key_id == ALICE.access_key


def test_every_operation_takes_a_presigned_url_and_a_session(house):
    for sent in rows().values():
        for credentials in (ALICE, house.session):
            for made in (replace(sent, by=credentials), presigned(replace(sent, by=credentials))):
                caller = house.believed(made.signed()).caller

                assert caller.access_key_id == credentials.access_key
                wanted = AuthType.HEADER if made.how == "header" else AuthType.QUERY
                assert caller.signature.auth_type is wanted


def test_what_is_not_answered_is_refused_only_after_its_sender_is_believed(house):
    for name, sent in refused_rows().items():
        if name not in rows():
            for made in (sent, presigned(sent)):
                assert refusal(house, made.signed()) == "NotImplemented"


def test_any_region_is_taken_and_told(house):
    for sent in rows().values():
        for region in ("eu-west-1", "cn-north-1"):
            assert house.believed(replace(sent, region=region).signed()).facts.region == region


LET_IN = "let in"


def refusal(house: InProcess, request: HttpRequest) -> str:
    """The code of the refusal of *request*; of HEAD, whose answers have no body, its status."""
    try:
        arrived = house.believed(request)
    except Refusal as refused:
        response = refused.response
        assert 400 <= response.status < 500
        of_rest_json = dict(response.headers).get("x-amzn-errortype")
        return of_rest_json or code(response.body) or str(response.status)
    return f"{LET_IN} as {arrived.caller.access_key_id}"


def code(body: bytes) -> str:
    if body[:1] > b"\x7f":  # a map in CBOR
        return str(cbor2.loads(body)["__type"])
    text = body.decode()
    if text.startswith("{"):
        return json.loads(text)["__type"].rpartition("#")[2]
    return text.partition("<Code>")[2].partition("</Code>")[0]


def wanted(error: type[Any] | str, sent: Sent, method: str) -> str:
    """The code of *error*, or of HEAD its status."""
    if isinstance(error, str):
        spelled = JSON_CODES.get(error, error) if sent.family is Family.JSON else error
        return "400" if method == "HEAD" else spelled
    answer = error.answers[sent.family]
    return str(answer.status) if method == "HEAD" else answer.code


@pytest.mark.parametrize("mode", MODES, ids=[mode.name for mode in MODES])
def test_no_operation_lets_in_what_is_signed_wrongly(house, mode):
    before = house.contents()
    for name, sent in refused_rows().items():
        request = mode.make(house, sent)

        found = refusal(house, request)
        assert not found.startswith(LET_IN), name
        if name[0] in KNOWN_BY_SCOPE:
            continue
        assert found == wanted(mode.refusal(sent), sent, request.method), name
    assert house.contents() == before


SERVICES = ["iam", "sts", "s3", "s3control", "organizations", "execute-api", "nonsense", ""]


def test_a_scope_for_another_service_is_refused_by_every_operation(house):
    for name, sent in rows().items():
        for service in SERVICES:
            if service == sent.service:
                continue
            for made in (sent, presigned(sent)):
                try:
                    arrived = house.believed(replace(made, service=service).signed())
                except Refusal:
                    continue
                # Who signs for a service may call that service, and nothing else.
                assert arrived.route.signing_name == service, name
                assert arrived.route.service != name[0], name


def test_unsigned_requests_are_known_to_be_anonymous_or_refused(house):
    for (service, operation), sent in rows().items():
        declared = registry()[service, TWINS.get(operation, operation)]
        if declared.unsigned:
            assert house.believed(unsigned(house, sent)).caller.anonymous
        elif service in KNOWN_BY_SCOPE:
            assert not refusal(house, unsigned(house, sent)).startswith(LET_IN)
        else:
            method, error = sent.method, MissingCredentials
            assert refusal(house, unsigned(house, sent)) == wanted(error, sent, method)


def test_no_operation_does_anything_for_a_caller_who_did_not_sign(house):
    def world():
        return [row for row in house.contents() if row[0] != "audit_event"]

    before = world()
    for name, sent in rows().items():
        reply = house.answer(unsigned(house, sent))

        by_token = registry()[name].unsigned and sent.family is not Family.S3
        if by_token or name[0] in KNOWN_BY_SCOPE:
            assert 400 <= reply.status < 500, (name, reply)
            continue
        # DeleteObjects tells for each key that it was denied; JSON's status is always 400.
        denied = {"AccessDenied", "MissingAuthenticationTokenException"}
        assert reply.status == 403 or code(reply.body) in denied, (name, reply)
    assert world() == before


def test_an_expired_session_is_refused_by_every_operation(house):
    house.clock.moment = NOW + timedelta(hours=1)
    try:
        for name, sent in rows().items():
            made = replace(sent, by=house.session, at=house.clock.moment)
            for request in (made.signed(), presigned(made).signed()):
                error = wanted(ExpiredToken, sent, request.method)
                assert refusal(house, request) == error, name
    finally:
        house.clock.moment = NOW


def test_a_url_is_for_its_method_alone(house):
    for name, sent in rows().items():
        request = presigned(sent).signed()
        for method in {"GET", "HEAD", "PUT", "DELETE", "POST"} - {request.method}:
            assert not refusal(house, replace(request, method=method)).startswith("let"), name
