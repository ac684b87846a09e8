"""`POST /_doorward/identity-center/password`: a one-time password for a user of Identity Center.

AWS's API gives no passwords: its console makes one, to be told to the user, who must choose another
at the first sign-in. This is that, signed like any request to AWS, and decided on as the console's
`sso-directory:UpdatePassword`. The body is JSON: `IdentityStoreId` and `UserName`.

https://docs.aws.amazon.com/singlesignon/latest/userguide/resetpassword-sso.html
"""

import json
from collections.abc import Mapping
from typing import Any

from doorward.authn.errors import Family
from doorward.authn.sigv4 import verify_head
from doorward.authz.access import Access, RequestFacts
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.pipeline import Pipeline
from doorward.server.signin import sso_people
from doorward.server.turn import Prepared
from doorward.services.context import Context
from doorward.services.identitystore import resources
from doorward.services.identitystore.errors import ResourceNotFound, ValidationException
from doorward.services.operation import Operation, Output, Parameters
from doorward.store import audit, identity_users
from doorward.wire.route import Route

PATH = "/_doorward/identity-center/password"
SERVICE, NAME = "sso-directory", "UpdatePassword"
JSON = (("content-type", "application/json"), ("cache-control", "no-store"))
MEMBERS = ("IdentityStoreId", "UserName")
CHARACTERS = 128


def update_password(ctx: Context, *, identity_store_id: str, user_name: str) -> Output:
    """Give the user a password that works once, to choose another one; their sessions end.

    Raises:
        ResourceNotFound: there is no such store or user.
    """
    one = resources.found(ctx, identity_store_id)
    user = identity_users.named(ctx.db, one.account, user_name)
    if user is None:
        raise ResourceNotFound("USER", user_name)
    text = sso_people.one_time(ctx.ids)
    sso_people.give(ctx.db, sso_people.made_password(user, text, ctx.now, once=True))
    return {"UserId": user.id, "Password": text}


def anything(ctx: Context, parameters: Parameters) -> Access:
    """The action has no resource type."""
    del ctx, parameters
    return Access(f"{SERVICE}:{NAME}", "*")


OPERATION = Operation(SERVICE, NAME, update_password, anything, reads=False)


class PasswordDoor:
    """The door of one running server; an answer may take long, so threads ask for it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._running = pipeline.running

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request that is all there."""
        prepared = None
        try:
            arrived = self._arrived(request)
            prepared = Prepared(arrived, {})
            prepared = Prepared(arrived, _members(request.body.read()))
            members = self._running.database.write(self._pipeline.job(prepared)).members
        except AwsError as error:
            if prepared is not None:
                outcome = Outcome(error.code, error.message)
                event = self._pipeline.event(prepared, outcome, None)
                self._running.database.write(lambda db: audit.append(db, event), world=False)
            told = json.dumps({"code": error.code, "message": error.message})
            return HttpResponse(error.status, JSON, told.encode())
        return HttpResponse(200, JSON, json.dumps(members).encode())

    def _arrived(self, request: HttpRequest) -> Arrived:
        """The request, its sender proved and its body that which was signed.

        Raises:
            AwsError: it is not believed.
        """
        running = self._running
        caller, check = verify_head(
            request,
            service=SERVICE,
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
        route = Route(SERVICE, NAME, "json", SERVICE)
        request_id = running.ids.request_id()
        return Arrived(request, route, caller, check, OPERATION, facts, request_id)


def _members(body: bytes) -> Mapping[str, Any]:
    """The members of the request, both there and no others.

    Raises:
        ValidationException: it is not such an object of texts.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationException("The body is not JSON.") from error
    if not isinstance(found, dict) or set(found) != set(MEMBERS):
        raise ValidationException(f"The body must have {' and '.join(MEMBERS)}.")
    if not all(isinstance(one, str) and len(one) <= CHARACTERS for one in found.values()):
        raise ValidationException("Both must be text of at most 128 characters.")
    return found
