"""`doorward run`: a program in a role."""

import os
import sys
from collections.abc import Callable, Sequence

from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.cli.credentials import container
from doorward.cli.credentials.child import CannotStart, Child
from doorward.cli.credentials.container import Container
from doorward.cli.credentials.environment import of_workload
from doorward.cli.credentials.held import Held
from doorward.cli.credentials.listener import HOST, Beside, Door, listen
from doorward.cli.credentials.session import Asked
from doorward.cli.credentials.source import assumer
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.server.rotation.outgoing import Keys

NO_CREDENTIALS = 125


def run(asked: Asked, source: Callable[[], Keys], command: Sequence[str]) -> int:
    """The status of the program; 125 where it got no credentials and was not started.

    Raises:
        BadInput: no program is named, or there is nothing to sign with.
    """
    if not command:
        raise BadInput("doorward run", "needs a command", "write it after `--`")
    clock = SystemClock()
    held = Held(assumer(asked, source, clock), clock)
    try:
        held.current()
    except (Refused, Unanswered) as error:
        print(f"doorward: {error}", file=sys.stderr)
        return NO_CREDENTIALS
    token = RandomIds().token(container.TOKEN_BYTES).hex()
    with listen(0) as listening:
        environment = of_workload(
            os.environ,
            endpoint=asked.endpoint.geturl(),
            region=asked.region,
            uri=f"http://{HOST}:{listening.getsockname()[1]}{container.PATH}",
            token=token,
        )
        try:
            child = Child(command, environment)
        except CannotStart as error:
            print(f"doorward: {error}", file=sys.stderr)
            return error.status
        with Beside(Door(None, Container(asked.role, held, token)), listening):
            return child.wait()
