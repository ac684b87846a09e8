"""Starting and stopping the server."""

import asyncio
import signal
import socket
import sys
from contextlib import suppress

import uvicorn

from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.server.app import App
from doorward.server.running import Running
from doorward.server.settings import Mode, Settings, loopback
from doorward.server.state import RootKey, keep, root_key

BACKLOG = 2_048
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 10
LENIENT = {
    Mode.OBSERVE: "--mode observe: policies refuse nothing, what they would refuse is recorded",
    Mode.OFF: "--mode off: policies refuse nothing, and nobody is told",
}


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM.

    The first line on standard output is `doorward listening on http://HOST:PORT`.

    Raises:
        BadInput: the port is taken, or the data directory or seed cannot be used.
    """
    with listen(settings) as server:
        if settings.data_dir:
            make_directory(settings)
        ids = RandomIds()
        key = root_key(settings, ids)
        running = Running(settings, key, SystemClock(), ids)
        try:
            running.start()
            app = App(running)
            # Only now: a start that fails must not leave a key behind that nobody was shown.
            if key.fresh and settings.data_dir:
                keep(settings.data_dir, key)
            announce(settings, server, key)
            with asyncio.Runner(loop_factory=event_loop) as runner:
                runner.run(serve(app, server))
        finally:
            running.close()


def listen(settings: Settings) -> socket.socket:
    """A listening socket, so that connections wait instead of failing while the rest starts.

    Raises:
        BadInput: the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With the protocol named, the event loop sets TCP_NODELAY on what it accepts. Without, the body
    # of an answer waits until its head is acknowledged, which clients put off for 40 ms.
    server = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((settings.host, settings.port))
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        raise BadInput(
            "--port",
            f"cannot listen on `{settings.host}:{settings.port}`: {(error.strerror or '').lower()}",
            "stop what listens there, or choose another with --port (0 picks a free one)",
        ) from error
    return server


def make_directory(settings: Settings) -> None:
    """Make the data directory, readable by the owner only.

    Raises:
        BadInput: it cannot be made.
    """
    directory = settings.data_dir
    if directory is None:
        return
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        problem = f"`{directory}` cannot be made: {(error.strerror or '').lower()}"
        raise BadInput("--data-dir", problem, "choose a folder that you may write to") from error


def announce(settings: Settings, server: socket.socket, key: RootKey) -> None:
    """Say where the server listens and, once, the key that was made."""
    host, port = server.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    lines = [f"doorward listening on http://{shown}:{port}"]
    if key.fresh:
        lines += [
            f"root access key of account {settings.account_id}, shown this once:",
            f"  AWS_ACCESS_KEY_ID={key.access_key_id}",
            f"  AWS_SECRET_ACCESS_KEY={key.secret_access_key}",
        ]
    elif settings.dev:
        lines += [
            f"account {settings.account_id}, root key test/test, nothing is kept",
            f'point clients at it:  eval "$(doorward env --port {port})"',
        ]
    print("\n".join(lines), flush=True)  # noqa: T201 - this is the command's output
    if warning := LENIENT.get(settings.mode):
        reached = "" if loopback(settings.host) else f"; {settings.host} can be reached by others"
        print(f"doorward: WARNING: {warning}{reached}", file=sys.stderr, flush=True)  # noqa: T201 - as above


def event_loop() -> asyncio.AbstractEventLoop:
    """The loop that the server runs on: uvloop, where it exists."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - not on Windows

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


async def serve(app: App, server: socket.socket) -> None:
    """Serve *app* on the socket until a signal comes, then finish what is under way."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn_server = uvicorn.Server(config)
    beside = [
        asyncio.create_task(app.keep_flushing()),
        asyncio.create_task(app.keep_rotating()),
    ]
    try:
        await uvicorn_server.serve(sockets=[server])
    finally:
        await asyncio.to_thread(app.rotator.stop)
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await app.flush()


# A signal that arrives before uvicorn listens for it must not leave a half-written start behind.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
