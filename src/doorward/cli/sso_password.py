"""`doorward sso password`: asks a running server for a one-time password, and prints it."""

import http.client
import json
import os

from doorward.base.clock import Clock, SystemClock
from doorward.base.errors import BadInput
from doorward.cli.rotation.command import credentials
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.server.signin.sso_passwords import PATH, SERVICE

REGION = "us-east-1"
SECONDS = 30
SUCCESS = 200
OK = 0


def run(user: str, identity_store_id: str, endpoint: str) -> int:
    """The exit status, once the password is printed.

    Raises:
        BadInput: there are no credentials, or the server refuses.
    """
    print(asked(user, identity_store_id, endpoint, credentials(os.environ), SystemClock()))
    return OK


def asked(user: str, identity_store_id: str, endpoint: str, keys: Keys, clock: Clock) -> str:
    """The password.

    Raises:
        BadInput: the server refuses, does not answer, or is no Doorward.
    """
    place = Place(outgoing.checked(endpoint), SERVICE, REGION)
    body = json.dumps({"IdentityStoreId": identity_store_id, "UserName": user}).encode()
    headers = outgoing.signed(place, keys, clock.now(), body, {}, path=PATH)
    connection = outgoing.connected(place.endpoint, SECONDS)
    try:
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        found = json.loads(answer.read(outgoing.MOST_BYTES))
    except (OSError, http.client.HTTPException, ValueError) as error:
        where = f"{place.endpoint.scheme}://{place.endpoint.hostname}:{place.endpoint.port}"
        problem = f"no Doorward answers at `{where}`"
        raise BadInput("--endpoint-url", problem, "name a running `doorward serve`") from error
    finally:
        connection.close()
    if answer.status != SUCCESS:
        raise BadInput(str(found.get("code")), str(found.get("message")))
    return str(found["Password"])
