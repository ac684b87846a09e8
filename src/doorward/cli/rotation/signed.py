"""Calls of the IAM API over HTTP, signed: to a Doorward, or to AWS itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
"""

import hashlib
import http.client
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlencode, urlsplit

from doorward.authn import canonical, signing
from doorward.base.clock import Clock, basic
from doorward.base.errors import BadInput
from doorward.wire.refusals import MalformedXML
from doorward.wire.xmltree import Node, read

VERSION = "2010-05-08"
REGION = "us-east-1"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
SECONDS = 30
MOST_BYTES = 8 << 20
SUCCESS = 200


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials that calls are signed with; `token` is that of a session."""

    access_key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


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
        self.endpoint = checked(endpoint)
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
        connection = connected(self.endpoint)
        try:
            connection.request("POST", self._path, body, self._headers(body))
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES)
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
        now = self.now()
        headers = {
            "content-type": FORM,
            "host": self.endpoint.netloc.rpartition("@")[2],
            "x-amz-date": basic(now),
        }
        if self.keys.token:
            headers["x-amz-security-token"] = self.keys.token
        signed = ";".join(sorted(headers))
        payload = hashlib.sha256(body).hexdigest()
        path = canonical.normal_path(self._path)
        request = canonical.request("POST", path, "", headers, signed, payload)
        scope = signing.Scope(basic(now)[:8], self._region, "iam")
        key = signing.signing_key(self.keys.secret, scope)
        signature = signing.signature(key, signing.string_to_sign(basic(now), scope, request))
        credential = f"Credential={self.keys.access_key_id}/{scope}"
        headers["authorization"] = (
            f"{signing.ALGORITHM} {credential}, SignedHeaders={signed}, Signature={signature}"
        )
        return headers

    def _learn_time(self, date: str | None) -> None:
        """Take the server's clock for the right one: last uses are told in its time."""
        try:
            there = parsedate_to_datetime(date or "")
        except ValueError:
            return
        if there.tzinfo is not None:
            self._ahead = there.astimezone(UTC) - self._clock.now().replace(microsecond=0)


def checked(endpoint: str) -> SplitResult:
    """The parts of *endpoint*.

    Raises:
        BadInput: it is no `http` or `https` URL.
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        problem = f"`{endpoint}` is no http or https URL"
        raise BadInput("--endpoint-url", problem, "write one such as `http://127.0.0.1:4566`")
    return parts


def connected(endpoint: SplitResult) -> http.client.HTTPConnection:
    """A connection that goes straight to *endpoint*; certificates are checked."""
    host = endpoint.hostname or ""
    if endpoint.scheme == "http":
        return http.client.HTTPConnection(host, endpoint.port, timeout=SECONDS)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, endpoint.port, timeout=SECONDS, context=context)


def child(node: Node, tag: str) -> Node:
    """The first child of that tag, empty where there is none."""
    return next((one for one in node.children if one.tag == tag), Node(tag, {}))


def members(node: Node, tag: str) -> list[Node]:
    """The items of the list *tag*."""
    return [one for one in child(node, tag).children if one.tag == "member"]


def text(node: Node, tag: str) -> str:
    """The text of the first child of that tag."""
    return child(node, tag).text.strip()
