"""`doorward credentials process`: one session, printed.

Nothing is cached: SDKs keep what they got until shortly before its end, and a file of keys is
what this command is there to avoid.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

import json
import sys
from collections.abc import Callable

from doorward.base.clock import SystemClock, iso8601
from doorward.cli.credentials.session import Asked, Issued
from doorward.cli.credentials.source import assumer
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.server.rotation.outgoing import Keys

OK, FAILED = 0, 1


def run(asked: Asked, source: Callable[[], Keys]) -> int:
    """The exit status of printing credentials of the role that is asked for.

    Raises:
        BadInput: there is nothing to sign with.
    """
    return show(assumer(asked, source, SystemClock()), asked.role.account)


def show(get: Callable[[], Issued], account: str) -> int:
    """The exit status, once the credentials are printed, or on standard error why there are none.

    Raises:
        BadInput: there is nothing to sign with.
    """
    try:
        issued = get()
    except (Refused, Unanswered) as error:
        print(f"doorward: {error}", file=sys.stderr)
        return FAILED
    document = {
        "Version": 1,
        "AccessKeyId": issued.keys.access_key_id,
        "SecretAccessKey": issued.keys.secret,
        "SessionToken": issued.keys.token,
        "Expiration": iso8601(issued.expires_at),
        "AccountId": account,
    }
    print(json.dumps(document))
    return OK
