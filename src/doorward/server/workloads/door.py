"""`POST /_doorward/workload-credentials`: credentials of a role that trusts a service only.

AWS has no such call: its services hand these out to what runs on them. Here the one who runs the
program asks, and must be allowed what AWS asks of whoever starts it there with that role:
`iam:PassRole` for that service, and to start it, on whatever resource. The role must trust the
service. Signed like any request to IAM.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from doorward.authn.caller import Session
from doorward.authn.errors import Family
from doorward.authn.sigv4 import verify_head
from doorward.authz.access import Access, RequestFacts
from doorward.authz.subject import Subject
from doorward.base.arn import Arn
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.engine.match import ANY
from doorward.engine.request import Value
from doorward.server import service_roles
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.pipeline import Pipeline
from doorward.server.service_roles import Given
from doorward.server.turn import Prepared
from doorward.server.workloads import asked, services
from doorward.server.workloads.services import INSTANCE, PATH, SERVICES
from doorward.services.context import Context
from doorward.services.operation import Operation, Output, Parameters
from doorward.store import audit, roles
from doorward.wire.route import Route

OPERATION = "GetWorkloadCredentials"
MOST_BYTES = 16 * 1024
JSON = (("content-type", "application/json"), ("cache-control", "no-store"))


def concerns(path: str) -> bool:
    """Whether a request for *path* is for this door."""
    return path == PATH


def passed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Passing the role to the service and starting something there.

    Roles of other accounts cannot be passed.
    """
    role_arn: str = parameters["RoleArn"]
    name = Arn.parse(role_arn)
    account = name.account if name else ctx.account
    role = roles.find(ctx.db, account, role_arn.rpartition("/")[2])
    tags = role.tags if role and account == ctx.account else {}
    context: dict[str, Value] = {"iam:passedtoservice": parameters["Service"]}
    context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
    yield Access("iam:PassRole", role_arn, account=account, tags=tags, context=context)
    starts = SERVICES[parameters["Service"]].starts
    yield Access(starts, ANY, account=ctx.account, named="*")


def allowed(ctx: Context, **_: Any) -> Output:
    """Nothing more: that the caller may was decided before."""
    del ctx
    return {}


class WorkloadDoor:
    """The door of one running server; an answer may wait for the disk, so threads ask for it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._running = pipeline.running
        self._operation = Operation("iam", OPERATION, allowed, passed, reads=True)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request that is all there."""
        if request.method != "POST":
            return _refused(405, "MethodNotAllowed", "credentials are asked for with POST")
        prepared = None
        try:
            arrived = self._arrived(request)
            prepared = Prepared(arrived, {})
            prepared = Prepared(arrived, asked.members(request.body.read()))
            session = self._session(prepared)
        except AwsError as error:
            if prepared is not None:
                self._record(prepared, Outcome(error.code, error.message))
            return _refused(error.status, error.code, error.message)
        return HttpResponse(200, JSON, json.dumps(self._shown(session)).encode())

    def _arrived(self, request: HttpRequest) -> Arrived:
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
            secure=request.secure or running.settings.assume_tls,
        )
        route = Route("iam", OPERATION, "query", "iam")
        request_id = running.ids.request_id()
        return Arrived(request, route, caller, check, self._operation, facts, request_id)

    def _session(self, prepared: Prepared) -> Session:
        """The session, both the caller and the role being for it, and that on record.

        Raises:
            AwsError: one of them is not.
        """
        running, arrived, given = self._running, prepared.arrived, prepared.parameters
        with running.database.moment(), running.database.read() as db:
            done = self._pipeline.job(prepared)(db)
        account = arrived.caller.account or ""
        how = SERVICES[given["Service"]]
        name = self._name(given, account, done.who)
        place = (arrived.facts.partition, arrived.facts.region, account, name)
        caller = service_roles.assume(
            running,
            given["Service"],
            given["RoleArn"],
            source_arn=how.source.format(*place) if how.source else None,
            source_account=account if how.source else None,
            session_name=name,
            region=arrived.facts.region,
            duration_seconds=given["DurationSeconds"],
            given=Given(lasting=asked.lasting(given, INSTANCE.format(*place)), within_role=True),
        )
        self._record(prepared, Outcome(observed=done.observed))
        self._pipeline.used(arrived)
        assert caller.session is not None  # noqa: S101 - a service in a role has one
        return caller.session

    def _name(self, given: Mapping[str, Any], account: str, who: Subject | None) -> str:
        """The name of the session, as the service would have it."""
        make = SERVICES[given["Service"]].name
        if make is None:
            return str(given["RoleSessionName"])
        principal = who.entity.unique_id if who and who.entity else ""
        key = self._running.secrets.derive("ids of workloads")
        return make(services.digits(key, account, principal, given["Workload"]))

    def _shown(self, session: Session) -> dict[str, Any]:
        return {
            "Credentials": {
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret,
                "SessionToken": self._running.tokens.seal(session),
                "Expiration": iso8601(session.expires_at),
            },
            "RoleSessionName": session.session_name,
        }

    def _record(self, prepared: Prepared, outcome: Outcome) -> None:
        event = self._pipeline.event(prepared, outcome, None)
        self._running.database.write(lambda db: audit.append(db, event), world=False)


def _refused(status: int, code: str, message: str) -> HttpResponse:
    document = json.dumps({"code": code, "message": message})
    return HttpResponse(status, JSON, document.encode())
