"""Calls of the IAM API over HTTP, signed: to a Doorward, or to AWS itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
"""

import http.client
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from doorward.base.clock import Clock
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.wire.refusals import MalformedXML
from doorward.wire.xmltree import Node, read

VERSION = "2010-05-08"
REGION = "us-east-1"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
SECONDS = 30
SUCCESS = 200


class Refused(Exception):
    """The API answered with an error; nothing was done."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


class Unanswered(Exception):
    """No answer came; what was asked for may or may not have been done."""


class SignedClient:
    """Calls the IAM API at *endpoint* with *keys*."""

    def __init__(self, endpoint: str, keys: Keys, clock: Clock, region: str = REGION) -> None:
        self.endpoint = outgoing.checked(endpoint)
        self.keys = keys
        self._clock = clock
        self._region = region
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The time of the server, as far as its answers told it."""
        return self._clock.now() + self._ahead

    def call(self, action: str, **parameters: str) -> Node:
        """The `…Result` element of the answer to *action*, empty where there is none.

        Raises:
            Refused: the answer is an error.
            Unanswered: there was no answer, or none that could be read.
        """
        body = urlencode({"Action": action, "Version": VERSION, **parameters}).encode()
        status, answer = self._exchange(body)
        try:
            root = read(answer)
        except MalformedXML as error:
            raise Unanswered(f"the answer with status {status} is not XML") from error
        if status != SUCCESS:
            found = child(root, "Error")
            raise Refused(text(found, "Code") or str(status), text(found, "Message"))
        return child(root, f"{action}Result")

    def _exchange(self, body: bytes) -> tuple[int, bytes]:
        connection = outgoing.connected(self.endpoint, SECONDS)
        try:
            connection.request("POST", self._path, body, self._headers(body))
            answer = connection.getresponse()
            content = answer.read(outgoing.MOST_BYTES)
            self._learn_time(answer.getheader("date"))
        except (OSError, http.client.HTTPException) as error:
            problem = f"{self.endpoint.geturl()} does not answer: {error}"
            raise Unanswered(problem) from error
        finally:
            connection.close()
        return answer.status, content

    @property
    def _path(self) -> str:
        return self.endpoint.path or "/"

    def _headers(self, body: bytes) -> dict[str, str]:
        place = Place(self.endpoint, "iam", self._region)
        headers = {"content-type": FORM}
        return outgoing.signed(place, self.keys, self.now(), body, headers, path=self._path)

    def _learn_time(self, date: str | None) -> None:
        """Take the server's clock for the right one: last uses are told in its time."""
        try:
            there = parsedate_to_datetime(date or "")
        except ValueError:
            return
        if there.tzinfo is not None:
            self._ahead = there.astimezone(UTC) - self._clock.now().replace(microsecond=0)


def child(node: Node, tag: str) -> Node:
    """The first child of that tag, empty where there is none."""
    return next((one for one in node.children if one.tag == tag), Node(tag, {}))


def members(node: Node, tag: str) -> list[Node]:
    """The items of the list *tag*."""
    return [one for one in child(node, tag).children if one.tag == "member"]


def text(node: Node, tag: str) -> str:
    """The text of the first child of that tag."""
    return child(node, tag).text.strip()
