"""`doorward credentials serve`: the endpoints, until somebody stops them."""

import platform
import shlex
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.cli.credentials import container
from doorward.cli.credentials.container import Container
from doorward.cli.credentials.held import Held
from doorward.cli.credentials.listener import HOST, Door, listen, server
from doorward.cli.credentials.metadata import Instance, Metadata
from doorward.cli.credentials.session import Asked
from doorward.cli.credentials.source import assumer
from doorward.cli.credentials.tokens import Tokens
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.server.rotation import private_files
from doorward.server.rotation.outgoing import Keys

MACHINES = {"aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Open:
    """Which endpoints are open, and how."""

    port: int
    metadata: bool
    container: bool
    allow_v1: bool
    hop_limit: int
    token_file: str | None


def run(asked: Asked, source: Callable[[], Keys], chosen: Open) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        BadInput: no endpoint is open, the port or token file cannot be used, or there are no
            credentials to be had.
    """
    if not (chosen.metadata or chosen.container):
        raise BadInput("--no-metadata", "and --no-container leave nothing to serve")
    clock, ids = SystemClock(), RandomIds()
    if chosen.metadata and chosen.allow_v1:
        asked = replace(asked, delivery="1.0")
    assume = assumer(asked, source, clock)
    held = Held(assume, clock)
    try:
        held.current()
    except (Refused, Unanswered) as error:
        raise BadInput("--role", str(error)) from error
    token = ids.token(container.TOKEN_BYTES).hex()
    instance = Instance(assume.session_name, asked.role, asked.region, machine(), clock.now())
    tokens = Tokens(ids, clock)
    door = Door(
        Metadata(instance, held, tokens, clock, allow_v1=chosen.allow_v1)
        if chosen.metadata
        else None,
        Container(asked.role, held, token) if chosen.container else None,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listen(chosen.port, chosen.hop_limit if chosen.metadata else None) as listening:
        keep(chosen, token)
        print("\n".join(exports(asked, chosen, listening, token)), flush=True)
        server(door).run([listening])


def keep(chosen: Open, token: str) -> None:
    """Write the container token to its file, where there is one.

    Raises:
        BadInput: it cannot be written.
    """
    if chosen.token_file is None or not chosen.container:
        return
    try:
        private_files.write(Path(chosen.token_file), token)
    except OSError as error:
        problem = f"`{chosen.token_file}` cannot be written: {(error.strerror or '').lower()}"
        raise BadInput("--token-file", problem) from error


def exports(asked: Asked, chosen: Open, listening: socket.socket, token: str) -> Iterator[str]:
    """The shell lines that point a program here; the first names the address."""
    here = f"http://{HOST}:{listening.getsockname()[1]}"
    yield f"# doorward credentials of {asked.role.arn} on {here}"
    lines = {"AWS_ENDPOINT_URL": asked.endpoint.geturl(), "AWS_REGION": asked.region}
    lines["AWS_DEFAULT_REGION"] = asked.region
    if chosen.metadata:
        lines["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = f"{here}/"
    if chosen.container:
        lines["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{here}{container.PATH}"
        if chosen.token_file is None:
            lines["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token
        else:
            file = str(Path(chosen.token_file).absolute())
            lines["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file
    for name, value in lines.items():
        yield f"export {name}={shlex.quote(value)}"


def machine() -> str:
    """The architecture of this machine, as EC2 names it."""
    return MACHINES.get(platform.machine(), platform.machine())
