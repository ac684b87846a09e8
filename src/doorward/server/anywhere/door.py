"""`POST /sessions`: CreateSession, which no SDK model has and which certificates sign.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.authn import x509_request
from doorward.authn.x509_request import SCHEMES, SERVICE, Anchor, Certified
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.anywhere import anchors, asked, seen, sessions
from doorward.server.anywhere.asked import Asked
from doorward.server.audit import Asked as Recorded
from doorward.server.audit import Outcome, record
from doorward.server.running import Running
from doorward.store import audit
from doorward.store.tables.rolesanywhere import AnywhereSubject
from doorward.wire import errors
from doorward.wire.refusals import Dialect

PATH = "/sessions"
OPERATION = "CreateSession"
DIALECT = Dialect("rest-json", SERVICE)
MOST_BYTES = 64 * 1024
CREATED = 201


def concerns(head: HttpRequest) -> bool:
    """Whether a request is for this door: by its path, and by how it says that it is signed."""
    signed = head.header("authorization") or ""
    return head.method == "POST" and head.path == PATH and signed.startswith(SCHEMES)


class AnywhereDoor:
    """The door of one running server; an answer waits for the disk, so threads ask for it."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request that is all there."""
        running = self._running
        request_id = running.ids.request_id()
        try:
            wanted = asked.read(request)
            certified = x509_request.verify(
                request, anchor=lambda: self._anchor(wanted), now=running.clock.now()
            )
            return self._given(request, wanted, certified, request_id)
        except AwsError as error:
            return errors.error(DIALECT, error, request_id)

    def _anchor(self, wanted: Asked) -> Anchor:
        database = self._running.database
        with database.moment(), database.read() as db:
            return anchors.anchor(db, self._running, wanted.trust_anchor_arn)

    def _given(
        self, request: HttpRequest, wanted: Asked, certified: Certified, request_id: str
    ) -> HttpResponse:
        """The session, once it is on record that it was given.

        Raises:
            AwsError: it is not, and that is on record.
        """
        running = self._running
        about = Recorded(
            SERVICE,
            OPERATION,
            certified.region,
            request.peer,
            request.header("user-agent") or "",
            request_id,
            parameters(wanted),
            reads=False,
        )
        try:
            made = sessions.make(running, certified, wanted)
        except AwsError as error:
            self._write(about, wanted, certified, Outcome(error.code, error.message))
            raise
        entry = sessions.shown(running, made, wanted.role_arn)
        subject = self._write(about, wanted, certified, Outcome(), {"CredentialSet": [entry]})
        credentials = entry["credentials"]
        credentials["expiration"] = iso8601(credentials["expiration"])
        members = {"credentialSet": [entry], "subjectArn": self._arn(subject)}
        headers = (("content-type", "application/json"), ("x-amzn-requestid", request_id))
        return HttpResponse(CREATED, headers, json.dumps(members).encode())

    def _arn(self, subject: AnywhereSubject) -> str:
        partition = self._running.settings.partition
        place = f"{partition}:{SERVICE}:{subject.region}:{subject.account}"
        return f"arn:{place}:subject/{subject.id}"

    def _write(
        self,
        about: Recorded,
        wanted: Asked,
        certified: Certified,
        outcome: Outcome,
        output: Mapping[str, Any] | None = None,
    ) -> AnywhereSubject:
        """Note the subject, and put the request on record in the account of the trust anchor.

        Whose request that is, is not one of CloudTrail's types; the subject is its ARN.
        """
        running = self._running
        now = running.clock.now().replace(microsecond=0)

        def run(db: Connection) -> AnywhereSubject:
            failed = outcome.error_code is not None
            subject = seen.write(db, running.ids, certified, wanted, now, failed=failed)
            event = record(about, None, None, now, running.ids.event_id(now), outcome, output)
            account = certified.anchor.account
            event["userIdentity"] = {
                "type": "Unknown",
                "principalId": "",
                "arn": self._arn(subject),
                "accountId": account,
            }
            event["recipientAccountId"] = account
            audit.append(db, event)
            return subject

        return running.database.write(run, world=False)


def parameters(wanted: Asked) -> dict[str, Any]:
    """What was asked for, as an event shows it."""
    shown: dict[str, Any] = {
        "TrustAnchorArn": wanted.trust_anchor_arn,
        "ProfileArn": wanted.profile_arn,
        "RoleArn": wanted.role_arn,
    }
    if wanted.duration_seconds is not None:
        shown["DurationSeconds"] = wanted.duration_seconds
    if wanted.session_name is not None:
        shown["RoleSessionName"] = wanted.session_name
    if wanted.properties:
        shown["InstanceProperties"] = dict(wanted.properties)
    return shown
