"""The webhook: every alarm that changes its state is posted there as JSON.

The URL may hold a secret in its path, as chat services hand them out, so the log names the host.
A redirect is not followed: what the operator set up alone hears of alarms.
"""

import http.client
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import SplitResult, urlunsplit

from doorward.base.errors import BadInput
from doorward.server.alarm_actions.lane import Failed
from doorward.server.rotation import outgoing

FLAG = "--alarm-webhook"
SECONDS = 10.0
MOST_BYTES = 64 << 10
"""Of the answer, which is read and dropped."""

AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Webhook(NamedTuple):
    """Where to post: the server, and what is asked of it."""

    server: SplitResult
    target: str


def checked(url: str) -> Webhook:
    """The webhook at *url*.

    Raises:
        BadInput: it is no `http` or `https` URL, or holds a user name or password.
    """
    try:
        parts = outgoing.checked(url, FLAG)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise BadInput(FLAG, "the URL has no valid port", "write HOST:PORT") from error
    if parts.username is not None or parts.password is not None:
        raise BadInput(FLAG, "the URL holds a user name", "put a secret into the path, if any")
    return Webhook(parts, urlunsplit(("", "", parts.path or "/", parts.query, "")))


def post(hook: Webhook, text: str) -> None:
    """Post *text*.

    Raises:
        Failed: nobody answers there, or what answers did not take it.
    """
    host = hook.server.hostname
    headers = {"content-type": "application/json", "user-agent": "doorward"}
    connection = outgoing.connected(hook.server, SECONDS)
    try:
        connection.request("POST", hook.target, text.encode(), headers)
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"`{host}` does not answer", again=True) from error
    finally:
        connection.close()
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        again = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in AGAIN
        raise Failed(f"`{host}` answered {answer.status}", again=again)
