"""A session of a role that trusts a service, got from a Doorward in the service's place.

AWS itself has no such call: there the service hands the credentials to what runs on it.
"""

import http.client
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from doorward.base.clock import Clock
from doorward.base.ids import RandomIds
from doorward.cli.credentials.session import SECONDS, Asked, Issued
from doorward.cli.rotation.signed import SUCCESS, Refused, Unanswered
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.server.workloads.services import PATH, SERVICES

WORKLOAD_BYTES = 16


class Vouched:
    """Asks for one session after the other, each time with what *source* signs with then.

    The server names the workload where the service would; the name stays the same for as long as
    this lives.
    """

    def __init__(self, asked: Asked, source: Callable[[], Keys], clock: Clock) -> None:
        self.asked = asked
        self.session_name = asked.session_name
        self._source = source
        self._clock = clock
        self._workload = RandomIds().token(WORKLOAD_BYTES).hex()

    def __call__(self) -> Issued:
        """A new session.

        Raises:
            Refused: the role may not be passed, does not trust the service, or this is no Doorward.
            Unanswered: there was no answer, or none that could be read.
            BadInput: there is nothing to sign with.
        """
        now = self._clock.now()
        status, text = self._exchange(json.dumps(self._members()).encode(), now)
        try:
            answer = json.loads(text)
            if status != SUCCESS:
                raise Refused(str(answer["code"]), str(answer["message"]))
            found = answer["Credentials"]
            keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
            self.session_name = str(answer["RoleSessionName"])
            return Issued(keys, now, datetime.fromisoformat(found["Expiration"]))
        except (ValueError, KeyError, TypeError) as error:
            problem = (
                f"{self.asked.endpoint.netloc} answered with status {status} and not as a Doorward"
            )
            raise Unanswered(problem) from error

    def _members(self) -> dict[str, Any]:
        asked = self.asked
        members: dict[str, Any] = {
            "RoleArn": asked.role.arn,
            "Service": asked.service,
            "DurationSeconds": asked.duration_seconds,
            "RoleDelivery": asked.delivery,
        }
        if SERVICES[asked.service or ""].name is None:
            return members | {"RoleSessionName": asked.session_name}
        return members | {"Workload": self._workload}

    def _exchange(self, body: bytes, now: datetime) -> tuple[int, bytes]:
        endpoint = self.asked.endpoint
        place = Place(endpoint, "iam", self.asked.region)
        headers = outgoing.signed(
            place, self._source(), now, body, {"content-type": "application/json"}, path=PATH
        )
        connection = outgoing.connected(endpoint, SECONDS)
        try:
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(outgoing.MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{endpoint.geturl()} does not answer: {error}") from error
        finally:
            connection.close()
