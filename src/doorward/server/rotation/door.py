"""`/_doorward/rotations`: scheduled rotations over HTTP, signed like any request to IAM.

GET    /_doorward/rotations?marker=…      the schedules of the account and where each stands
PUT    /_doorward/rotations/USER          set one; the body is JSON
DELETE /_doorward/rotations/USER          forget one
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from doorward.authn.errors import Family
from doorward.authn.sigv4 import verify_head
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.pipeline import Pipeline
from doorward.server.rotation.schedules import DAY, Schedules
from doorward.server.turn import Prepared
from doorward.services.iam.errors import ValidationError
from doorward.services.operation import Operation
from doorward.store import audit
from doorward.wire.route import Route

PATH = "/_doorward/rotations"
MOST_BYTES = 16 * 1024
JSON = (("content-type", "application/json"), ("cache-control", "no-store"))
REQUIRED: Mapping[str, type] = {"PeriodSeconds": int, "Delivery": str}
OPTIONAL: Mapping[str, Any] = {"UnusedSeconds": DAY, "InactiveSeconds": DAY, "Target": ""}


class Asked(NamedTuple):
    """The operation that a request names, and its parameters."""

    operation: Operation
    parameters: Callable[[], Mapping[str, Any]]


def concerns(path: str) -> bool:
    """Whether a request for *path* is for this door."""
    return path == PATH or path.startswith(PATH + "/")


class RotationDoor:
    """The door of one running server; an answer may take long, so threads ask for it."""

    def __init__(self, pipeline: Pipeline, schedules: Schedules) -> None:
        self._pipeline = pipeline
        self._running = pipeline.running
        self._schedules = schedules

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request that is all there."""
        asked = self._asked(request)
        if asked is None:
            return _refused(404, "NotFound", "there is no such page")
        prepared = None
        try:
            arrived = self._arrived(request, asked.operation)
            prepared = Prepared(arrived, {})
            prepared = Prepared(arrived, asked.parameters())
            members = self._done(prepared)
        except AwsError as error:
            if prepared is not None:
                self._record(prepared, Outcome(error.code, error.message))
            return _refused(error.status, error.code, error.message)
        return HttpResponse(200, JSON, json.dumps(members).encode())

    def _asked(self, request: HttpRequest) -> Asked | None:
        schedules, name = self._schedules, unquote(request.path.removeprefix(PATH)[1:])
        match request.method, bool(name):
            case "GET", False:
                return Asked(schedules.page_operation, lambda: _marker(request.query))
            case "PUT", True:
                read = request.body.read
                return Asked(
                    schedules.put_operation, lambda: {"UserName": name, **_members(read())}
                )
            case "DELETE", True:
                return Asked(schedules.delete_operation, lambda: {"UserName": name})
            case _:
                return None

    def _arrived(self, request: HttpRequest, operation: Operation) -> Arrived:
        """The request, its sender proved and its body that which was signed.

        Raises:
            AwsError: it is not believed.
        """
        running = self._running
        caller, check = verify_head(
            request,
            service="iam",
            family=Family.JSON,
            find_key=running.live.find_key,
            tokens=running.tokens,
            now=running.clock.now(),
        )
        check.whole(request.body)
        facts = RequestFacts(
            region=caller.signature.region or running.settings.region,
            partition=running.settings.partition,
            source_ip=request.peer,
            user_agent=request.header("user-agent") or "",
            secure=request.secure,
        )
        route = Route("iam", operation.name, "query", "iam")
        request_id = running.ids.request_id()
        return Arrived(request, route, caller, check, operation, facts, request_id)

    def _done(self, prepared: Prepared) -> Mapping[str, Any]:
        """What the operation gives back, its event with it.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        database, job = self._running.database, self._pipeline.job(prepared)
        if prepared.arrived.operation.reads:
            with database.moment(), database.read() as db:
                done = job(db)
            self._record(prepared, Outcome(observed=done.observed))
        else:
            done = database.write(job)
        self._pipeline.used(prepared.arrived)
        return done.members

    def _record(self, prepared: Prepared, outcome: Outcome) -> None:
        event = self._pipeline.event(prepared, outcome, None)
        self._running.database.write(lambda db: audit.append(db, event), world=False)


def _members(body: bytes) -> Mapping[str, Any]:
    """The members of a schedule in *body*, of the right types.

    Raises:
        ValidationError: it is no JSON object, or a member is missing, unknown or of another type.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationError("The body is not JSON") from error
    if not isinstance(found, dict):
        raise ValidationError("The body is not a JSON object")
    kinds = {**REQUIRED, **{name: type(value) for name, value in OPTIONAL.items()}}
    for name, value in found.items():
        if name not in kinds:
            raise ValidationError(f"{name[:64]} is not known")
        if type(value) is not kinds[name]:
            raise ValidationError(f"{name} must be of the type {kinds[name].__name__}")
    for name in REQUIRED.keys() - found.keys():
        raise ValidationError(f"{name} is missing")
    return {**OPTIONAL, **found}


def _marker(query: str) -> Mapping[str, Any]:
    found = parse_qs(query).get("marker")
    return {"Marker": found[0]} if found else {}


def _refused(status: int, code: str, message: str) -> HttpResponse:
    document = json.dumps({"code": code, "message": message})
    return HttpResponse(status, JSON, document.encode())
