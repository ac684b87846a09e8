"""Delivery of a new key to Secrets Manager: a new version of a secret, or a new secret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
"""

import hashlib
import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from doorward.base.clock import Clock
from doorward.server.rotation import outgoing
from doorward.server.rotation.handover import NewKey, Unclear, Undelivered, document
from doorward.server.rotation.outgoing import Keys, Place

SERVICE = "secretsmanager"
CONTENT_TYPE = "application/x-amz-json-1.1"
SECONDS = 10.0
SUCCESS = 200
SERVER_FAULT = 500
THROTTLED = frozenset({"ThrottlingException", "LimitExceededException", "RequestTimeout"})


class Answer(NamedTuple):
    """What the service said: nothing, or the code and text of an error."""

    code: str = ""
    message: str = ""


def deliver(place: Place, keys: Keys, clock: Clock, secret_id: str, user: str, new: NewKey) -> None:
    """Make *new* the current value of the secret *secret_id*, signing with *keys*.

    The token of the request follows from the id of the key, so asking twice stores it once.

    Raises:
        Undelivered: the service refuses, or cannot be reached.
        Unclear: no answer came, or one that does not say.
    """
    value = {
        "SecretString": document(user, new),
        "ClientRequestToken": hashlib.sha256(new.id.encode()).hexdigest(),
    }
    answer = _ask(place, keys, clock, "PutSecretValue", {"SecretId": secret_id, **value})
    if answer.code == "ResourceNotFoundException":
        made = {"Name": secret_id, "Description": f"Access key of the user {user}", **value}
        answer = _ask(place, keys, clock, "CreateSecret", made)
    if answer.code == "ResourceExistsException":  # somebody made it meanwhile
        answer = _ask(place, keys, clock, "PutSecretValue", {"SecretId": secret_id, **value})
    if answer.code:
        raise Undelivered(f"Secrets Manager refuses: {answer.code}: {answer.message}")


def delivery(
    place: Place, keys: Keys, clock: Clock, secret_id: str
) -> Callable[[str, NewKey], None]:
    """Delivery to the secret *secret_id*."""

    def hand_over(user: str, new: NewKey) -> None:
        deliver(place, keys, clock, secret_id, user, new)

    return hand_over


def _ask(
    place: Place, keys: Keys, clock: Clock, operation: str, members: Mapping[str, Any]
) -> Answer:
    body = json.dumps(members).encode()
    headers = {"content-type": CONTENT_TYPE, "x-amz-target": f"{SERVICE}.{operation}"}
    path = place.endpoint.path or "/"
    connection = outgoing.connected(place.endpoint, SECONDS)
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        raise Undelivered(f"{_shown(place)} cannot be reached") from error
    try:
        signed = outgoing.signed(place, keys, clock.now(), body, headers, path=path)
        connection.request("POST", path, body, signed)
        response = connection.getresponse()
        status, content = response.status, response.read(outgoing.MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unclear(f"{_shown(place)} does not answer") from error
    finally:
        connection.close()
    return _read(place, status, content)


def _read(place: Place, status: int, content: bytes) -> Answer:
    """The answer, none of whose text is believed beyond the code and message of an error."""
    if status == SUCCESS:
        return Answer()
    try:
        found = json.loads(content)
        code = str(found["__type"]).rpartition("#")[2]
        message = str(found.get("message") or found.get("Message") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"{_shown(place)} answers with status {status} and no code"
        raise (Unclear if status >= SERVER_FAULT else Undelivered)(problem) from error
    if status >= SERVER_FAULT or code in THROTTLED:
        raise Unclear(f"Secrets Manager answers {code}")
    return Answer(code[:128], message[:512])


def _shown(place: Place) -> str:
    """The endpoint as reports show it, without a password that may be in its URL."""
    return f"{place.endpoint.scheme}://{place.endpoint.netloc.rpartition('@')[2]}"
