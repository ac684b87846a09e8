"""A session of a role, got by AssumeRole from a Doorward, or from AWS itself.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult, urlencode

from doorward.base.arn import Arn, is_account
from doorward.base.clock import Clock
from doorward.base.errors import BadInput
from doorward.cli.rotation.signed import FORM, SUCCESS, Refused, Unanswered, child, text
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.wire.refusals import MalformedXML
from doorward.wire.xmltree import Node, read

VERSION = "2011-06-15"
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Role:
    """A role by its parts; `name` is without the path."""

    arn: str
    partition: str
    account: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "Role":
        """The role of that ARN.

        Raises:
            BadInput: it is not the ARN of a role.
        """
        found = Arn.parse(text)
        resource = found.resource if found else ""
        name = resource.rpartition("/")[2]
        if (
            found is None
            or not (found.service == "iam" and is_account(found.account))
            or not (resource.startswith("role/") and name)
        ):
            expected = "write one such as `arn:aws:iam::123456789012:role/app`"
            raise BadInput("--role", f"`{text}` is not the ARN of a role", expected)
        return cls(text, found.partition, found.account, name)


@dataclass(frozen=True, slots=True)
class Asked:
    """The session that is asked for, and where.

    `service` is the service in whose place Doorward vouches, None to assume the role; `delivery`
    says to EC2's condition key whether the credentials are given out only for a token.
    """

    role: Role
    endpoint: SplitResult
    region: str
    session_name: str
    duration_seconds: int
    external_id: str | None = None
    service: str | None = None
    delivery: str = "2.0"


@dataclass(frozen=True, slots=True)
class Issued:
    """Credentials of a session and how long they are good for."""

    keys: Keys = field(repr=False)
    issued_at: datetime
    expires_at: datetime


class Assumer:
    """Asks for one session after the other, each time with what *source* signs with then."""

    def __init__(self, asked: Asked, source: Callable[[], Keys], clock: Clock) -> None:
        self.asked = asked
        self.session_name = asked.session_name
        self._source = source
        self._clock = clock

    def __call__(self) -> Issued:
        """A new session.

        Raises:
            Refused: the caller may not assume the role.
            Unanswered: there was no answer, or none that could be read.
            BadInput: there is nothing to sign with.
        """
        asked, now = self.asked, self._clock.now()
        body = {
            "Action": "AssumeRole",
            "Version": VERSION,
            "RoleArn": asked.role.arn,
            "RoleSessionName": asked.session_name,
            "DurationSeconds": str(asked.duration_seconds),
        }
        if asked.external_id is not None:
            body["ExternalId"] = asked.external_id
        status, answer = self._exchange(urlencode(body).encode(), now)
        try:
            root = read(answer)
            if status != SUCCESS:
                found = child(root, "Error")
                raise Refused(text(found, "Code") or str(status), text(found, "Message"))
            return issued(child(child(root, "AssumeRoleResult"), "Credentials"), now)
        except (MalformedXML, ValueError) as error:
            problem = f"the answer of {asked.endpoint.netloc} with status {status} makes no sense"
            raise Unanswered(problem) from error

    def _exchange(self, body: bytes, now: datetime) -> tuple[int, bytes]:
        endpoint = self.asked.endpoint
        place = Place(endpoint, "sts", self.asked.region)
        path = endpoint.path or "/"
        headers = outgoing.signed(
            place, self._source(), now, body, {"content-type": FORM}, path=path
        )
        connection = outgoing.connected(endpoint, SECONDS)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(outgoing.MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{endpoint.geturl()} does not answer: {error}") from error
        finally:
            connection.close()


def issued(found: Node, now: datetime) -> Issued:
    """What a `Credentials` element says.

    Raises:
        ValueError: a part of it is missing.
    """
    key_id, secret = text(found, "AccessKeyId"), text(found, "SecretAccessKey")
    token = text(found, "SessionToken")
    if not (key_id and secret and token):
        raise ValueError
    expires_at = datetime.fromisoformat(text(found, "Expiration"))
    if expires_at.tzinfo is None:
        raise ValueError
    return Issued(Keys(key_id, secret, token), now, expires_at)
